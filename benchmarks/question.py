"""How long one question takes over the real knowledge base: `python -m benchmarks.question`.

Asks every phrase with a word missing, as a follow-up to the one before, and prints the times as JSON: `match` is
identifying the language, ranking and deciding; `turn` is that with the dialogue and the words of the reply.
"""

from __future__ import annotations

import json
import resource
import time
from typing import TYPE_CHECKING

import numpy as np

from bot.core.answer import Question, understand
from bot.core.conversation import Conversation, Exchange
from bot.core.dialogue import step
from bot.core.effects import Say, World
from bot.core.model import Incoming, IncomingKind
from bot.editions import build_core
from bot.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.core.model import Knowledge
    from bot.editions import Core

_WARMING = 20
_LONG = 10_000


def _questions(knowledge: Knowledge) -> Iterator[Question]:
    earlier: tuple[str, ...] = ()
    for entry in knowledge.entries.values():
        for language, text in entry.texts.items():
            for phrase in text.phrases:
                words = phrase.split()
                yield Question(" ".join(words[:-1] or words), prior=language, context=earlier)
                earlier = (phrase,)


def _turn(core: Core, world: World, question: Question) -> None:
    state = Conversation(language=question.prior, recent=tuple(Exchange(text) for text in question.context))
    incoming = Incoming("benchmark", "1", "1", "1", IncomingKind.TEXT, 0, text=question.text)
    for effect in step(state, incoming, world)[1]:
        if isinstance(effect, Say):
            core.renderer.render(effect.content, effect.language)


def _timed(work: Callable[[Question], object], questions: Sequence[Question]) -> dict[str, float]:
    times = []
    for question in questions:
        begin = time.perf_counter()
        work(question)
        times.append((time.perf_counter() - begin) * 1000)
    quantiles = {"p50_ms": 0.5, "p99_ms": 0.99, "longest_ms": 1.0}
    return {name: round(float(np.quantile(times[_WARMING:], share)), 3) for name, share in quantiles.items()}


def main() -> dict[str, object]:
    """Returns the figures: start in s, memory in MB, times a question in ms."""
    begin = time.perf_counter()
    core = build_core(load())
    start = time.perf_counter() - begin
    brain, knowledge = core.library.brain, core.library.knowledge
    world = World(knowledge, brain, core.clock.today())
    questions = list(_questions(knowledge))
    longest = Question(" ".join(question.text for question in questions)[:_LONG])
    return {
        "questions": len(questions),
        "read_knowledge_s": round(start, 3),
        "match": _timed(lambda question: understand(question, brain), questions),
        "turn": _timed(lambda question: _turn(core, world, question), questions),
        "ten_thousand_characters_ms": _timed(lambda question: understand(question, brain), [longest] * 30)["p50_ms"],
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
