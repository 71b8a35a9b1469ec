"""How long one question takes over the real knowledge base: `python -m benchmarks.question [knowledge folder]`.

Asks every phrase with a word missing, as a message of its own and as a follow-up, and prints the times as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.content import load
from bot.core.answer import Question, understand
from bot.service.brain import build_brain
from bot.service.identify import make_identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.core.model import Knowledge

_ROUNDS_OF_WARMING = 20


def _questions(knowledge: Knowledge) -> Iterator[Question]:
    earlier: tuple[str, ...] = ()
    for entry in knowledge.entries.values():
        for language, text in entry.texts.items():
            for phrase in text.phrases:
                words = phrase.split()
                yield Question(" ".join(words[:-1] or words), prior=language, context=earlier)
                earlier = (phrase,)


def _milliseconds(times: Sequence[float], share: float) -> float:
    return round(float(np.quantile(times, share)) * 1000, 3)


def main(folder: Path) -> dict[str, float | int]:
    """Returns the number of questions, the build time in seconds, and milliseconds a question (p50, p99, longest)."""
    knowledge = load(folder)
    identify = make_identify()
    begin = time.perf_counter()
    brain = build_brain(knowledge, identify)
    build_s = time.perf_counter() - begin
    questions = list(_questions(knowledge))
    for question in questions[:_ROUNDS_OF_WARMING]:
        understand(question, brain)
    times = []
    for question in questions:
        begin = time.perf_counter()
        understand(question, brain)
        times.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    understand(Question(" ".join(question.text for question in questions)[:10_000]), brain)
    return {
        "questions": len(questions),
        "build_s": round(build_s, 3),
        "ms_p50": _milliseconds(times, 0.5),
        "ms_p99": _milliseconds(times, 0.99),
        "ms_longest": _milliseconds(times, 1),
        "ms_10000_letters": round((time.perf_counter() - begin) * 1000, 3),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1] if len(sys.argv) > 1 else "knowledge"))))
