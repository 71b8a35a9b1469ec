"""The index of labelled phrases: what a question is compared with.

One shard per language. A shard holds its phrases in two tf-idf spaces (words with pairs, letter pieces), a kernel
ridge classifier over both, the documents in a BM25 space, and the weights that join these views. The weights come
from predictions for phrases the classifier did not see: kernel ridge gives these in closed form, so a build needs
one matrix inversion a shard and no repeated training.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.core.danger import plain_labels, weave
from bot.core.ranking import DOCUMENTS, LETTERS, RIDGE, VIEWS, WORDS, HeldOut, Weights, fit, measure
from bot.core.ridge import solve
from bot.core.text import clean, cut, letter_grams, runs, sentences, word_grams

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from bot.core.danger import Net

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]  # what building compares all rows with: half the memory and the time
Reals = TypeVar("Reals", Floats, Singles)
Ints = NDArray[np.int64]

_WORD_SHARE = 0.35  # of the words' space in the joint similarity, the rest is the letters'
_WHOLE = 3500  # rows whose kernel is held as a whole
_HELD_OUT = 3000  # phrases at most, evenly taken, from which weights and thresholds are set
_BM25_K1, _BM25_B = 1.2, 0.75  # Robertson and Zaragoza (2009), usual values


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase `text` that means `label`, in `language` (code) where known."""

    text: str
    label: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A longer text about `label` (its title, answer, terms): a weak view beside the phrases."""

    label: str
    language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Job:
    """What the shard of one language is built from: its examples, sorted, and the rest of what `build` takes."""

    language: str | None
    examples: Sequence[Example]
    documents: Sequence[Document]
    near_danger: frozenset[str]

    def fingerprint(self) -> str:
        """Returns a name that only the same job has."""
        lines = [f"{self.language}", *sorted(self.near_danger)]
        lines += [f"{example.label}\t{example.text}" for example in self.examples]
        lines += [f"{document.label}\t{document.text}" for document in self.documents]
        return hashlib.sha256("\0".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


class Spread(Protocol):
    """Does the same work on many things, like the built-in `map`, perhaps several at a time; keeps their order."""

    def __call__(self, work: Callable[[Job], tuple[Shard, HeldOut]], jobs: Iterable[Job], /) -> Iterable[Any]:
        """Returns the result of `work` for each of the `jobs`."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Rows (phrases or documents) as weighted features, stored by feature.

    `columns` numbers the features; `weight` is each feature's weight in a query, `unseen` that of a feature the
    space does not know: it lengthens the query, so that unknown matter lowers every similarity. `norm` is 2 for
    cosines and 1 for BM25 shares; `damped` takes 1 + ln(count) for repeated features.
    """

    columns: Mapping[str, int]
    weight: Floats
    unseen: float
    starts: Ints
    rows: NDArray[np.int32]
    values: NDArray[np.float32]
    size: int
    norm: int

    def similarity(self, features: Iterable[str]) -> Floats:
        """Returns the similarity of a query with these `features` to every row, 0 to 1."""
        columns: list[int] = []
        weights: list[float] = []
        length = 0.0
        for feature, count in Counter(features).items():
            column = self.columns.get(feature)
            tf = 1.0 if count == 1 or self.norm == 1 else 1.0 + math.log(count)
            value = tf * (self.unseen if column is None else float(self.weight[column]))
            length += value * value if self.norm == 2 else value
            if column is not None:
                columns.append(column)
                weights.append(value)
        if not columns:
            return np.zeros(self.size)
        length = math.sqrt(length) if self.norm == 2 else length
        return self._gather(np.asarray(columns), np.asarray(weights) / length)

    def _gather(self, columns: Ints, weights: Floats) -> Floats:
        starts = self.starts[columns]
        lengths = self.starts[columns + 1] - starts
        ends = np.cumsum(lengths)
        positions = np.arange(int(ends[-1])) + np.repeat(starts - (ends - lengths), lengths)
        values = self.values[positions] * np.repeat(weights, lengths)
        return np.bincount(self.rows[positions], values, minlength=self.size).astype(np.float64, copy=False)

    def matrix(self) -> Any:
        """Returns the rows as a sparse matrix by rows, one column a feature."""
        from scipy import sparse  # only building needs SciPy: it costs every start memory and time

        shape = (self.size, len(self.columns))
        return sparse.csc_matrix((self.values, self.rows, self.starts), shape=shape).tocsr()


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """Everything about one language: its labels, phrases, spaces, classifier and weights.

    The rows of the spaces are the `phrases`, sorted by label, and then the sentences of the documents. `first` is the
    number of each label's first phrase; labels that only have a document come last in `labels`. `classifier` holds
    the dual weights (rows x labels), `spellings` the words that typing errors are mended to, the commonest first.
    `ranked` numbers the labels that are ranked, `vocabulary` holds the folded words of their rows with their weights;
    danger and its look-alikes are the `net`'s.
    """

    language: str | None
    labels: tuple[str, ...]
    phrases: tuple[str, ...]
    first: Ints
    words: Space
    letters: Space
    documents: Space
    classifier: NDArray[np.float32]
    vocabulary: Mapping[str, float]
    spellings: tuple[str, ...]
    ranked: Ints
    weights: Weights
    net: Net | None

    def views(self, parts: Sequence[str]) -> tuple[Floats, Floats]:
        """Returns, for the folded runs of a text, labels x views, and its similarity to every phrase."""
        words = cut(parts)
        by_words = self.words.similarity(word_grams(words))
        by_letters = self.letters.similarity(letter_grams(parts))
        joint = _joint(by_words, by_letters)
        views = np.zeros((len(self.labels), VIEWS))
        count, phrases = len(self.first), len(self.phrases)
        views[:, RIDGE] = np.einsum(
            "r,rl->l", _kernel(joint).astype(np.float32), self.classifier
        )  # waits for no BLAS thread
        views[:count, WORDS] = np.maximum.reduceat(by_words[:phrases], self.first)
        views[:count, LETTERS] = np.maximum.reduceat(by_letters[:phrases], self.first)
        views[:, DOCUMENTS] = self.documents.similarity(words)
        return views, joint[:phrases]

    def known(self, parts: Sequence[str]) -> float:
        """Returns the share of a text's words, by their weight, that stand in this shard; 0 to 1."""
        unseen = self.words.unseen
        total = seen = 0.0
        for word in set(cut(parts)):
            weight = self.vocabulary.get(word)
            total += unseen if weight is None else weight
            seen += weight or 0.0
        return seen / total if total else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """All shards by language, every folded word any of them knows (safe from typo repair), and the confidences of
    predictions for unseen phrases."""

    shards: Mapping[str | None, Shard]
    known_words: frozenset[str]
    held_out: HeldOut


def build(
    examples: Iterable[Example],
    documents: Iterable[Document] = (),
    *,
    near_danger: Collection[str] = (),
    spread: Spread = map,
) -> Index:
    """Returns the index of `examples` and `documents`; raises ValueError when there is no example with a word in it.

    The order of the examples makes no difference; a phrase given twice for a label counts once. `near_danger` are the
    labels that are about danger, too, without being what is sent at once. The languages' shards have nothing to do with
    one another: `spread` may build them side by side.
    """
    by_language: dict[str | None, set[Example]] = {}
    for example in examples:
        if runs(example.text):
            by_language.setdefault(example.language, set()).add(example)
    if not by_language:
        raise ValueError("an index needs at least one phrase")
    texts: dict[str | None, list[Document]] = {}
    for document in documents:
        texts.setdefault(document.language, []).append(document)
    jobs = [
        Job(language, sorted(group, key=lambda e: (e.label, e.text)), texts.get(language, []), frozenset(near_danger))
        for language, group in sorted(by_language.items(), key=lambda item: item[0] or "")
    ]
    built = list(spread(build_shard, jobs))
    known = {word for group in texts.values() for document in group for word in runs(document.text)}
    known.update(word for shard, _ in built for word in (*shard.vocabulary, *shard.spellings))
    return Index(
        shards={shard.language: shard for shard, _ in built},
        known_words=frozenset(known),
        held_out=HeldOut.joined([held for _, held in built]),
    )


def build_shard(job: Job) -> tuple[Shard, HeldOut]:
    """Returns the shard of `job`, and the confidences of its predictions for unseen phrases; deterministic."""
    examples, documents = job.examples, job.documents
    names = sorted({example.label for example in examples})
    extra = sorted({document.label for document in documents} - set(names))
    number = {label: place for place, label in enumerate([*names, *extra])}
    phrases = {(example.label, runs(example.text)) for example in examples}
    lines = [
        (document.label, line)
        for document in documents
        for line in sentences(clean(document.text))
        if (document.label, runs(line)) not in phrases
    ]
    owner = np.array([number[e.label] for e in examples] + [number[label] for label, _ in lines])
    parts = [runs(example.text) for example in examples] + [runs(line) for _, line in lines]
    ranked = plain_labels(tuple(number))
    plain = np.isin(owner, ranked)
    words = _cosine_space([word_grams(cut(run)) for run in parts], plain)
    weight = {word: float(words.weight[words.columns[word]]) for run in parts for word in cut(run)}
    vocabulary = {word: weight[word] for row in np.flatnonzero(plain) for word in cut(parts[row])}
    spellings = sorted(filter(str.isalpha, weight), key=lambda word: (word not in vocabulary, weight[word], word))
    shard = Shard(
        language=job.language,
        labels=tuple(number),
        phrases=tuple(example.text for example in examples),
        first=np.searchsorted(owner[: len(examples)], np.arange(len(names))),
        words=words,
        letters=_cosine_space([letter_grams(run) for run in parts], plain),
        documents=_bm25_space(documents, number),
        classifier=np.zeros((0, 0), dtype=np.float32),
        vocabulary=vocabulary,
        spellings=tuple(spellings),
        ranked=ranked,
        weights=Weights.default(),
        net=None,
    )
    return _trained(shard, parts, owner, job.near_danger)


def _trained(
    shard: Shard, parts: Sequence[Sequence[str]], owner: Ints, near_danger: Collection[str]
) -> tuple[Shard, HeldOut]:
    """Returns `shard` with classifier, net and weights, and the confidences of predictions for unseen phrases.

    The labels that are ranked are learned without the phrases of danger and their look-alikes; the net has all.
    """
    count = len(shard.phrases)
    held = np.arange(0, count, -(-count // _HELD_OUT))
    plain = np.flatnonzero(np.isin(owner, shard.ranked))
    rows = np.flatnonzero(np.isin(held, plain))
    similar, kernel = _similarities(shard, len(owner), held)
    views = _held_out_views(shard, parts, held, similar)[rows]
    del similar  # large, as is what follows
    ridge = solve(kernel, owner, len(shard.labels), count, held, plain)
    net = None
    if len(plain) < len(owner):
        ridge = ridge.with_columns(solve(kernel, owner, len(shard.labels), count, held, np.arange(count)), shard.ranked)
        net = weave(shard.labels, ridge.without_phrase.astype(np.float64), owner[held], near_danger)
    views[:, :, RIDGE] = ridge.without_phrase[rows]
    without = views.copy()
    without[:, :, RIDGE] = ridge.without_label[rows]
    views, without = views[:, shard.ranked], without[:, shard.ranked]
    ranked_parts, places = [parts[row] for row in plain.tolist()], np.searchsorted(plain, held[rows])
    known = _known_elsewhere(shard, ranked_parts, owner[plain], places)
    mine = np.searchsorted(shard.ranked, owner[held[rows]])
    weights = fit(views, without, known, mine)
    trained = replace(shard, classifier=ridge.dual.astype(np.float32), weights=weights, net=net)
    return trained, measure(weights, views, without, known, mine)


def _similarities(
    shard: Shard, count: int, held: Ints
) -> tuple[tuple[Singles, Singles], Callable[[Ints, Ints], Singles]]:
    """Returns the similarities of the held-out rows to all `count` rows, by words and by letters, and the kernel."""
    everything = np.arange(count)
    spaces = shard.words.matrix(), shard.letters.matrix()
    if count > _WHOLE:
        by_words, by_letters = (_products(space, held, everything) for space in spaces)
        asked = _kernel(_joint(by_words, by_letters))

        def kernel(rows: Ints, columns: Ints) -> Singles:
            if rows is held:
                return asked[:, columns]
            words, letters = (_products(space, rows, columns) for space in spaces)
            return _kernel(_joint(words, letters))

        return (by_words, by_letters), kernel
    all_words, all_letters = (_products(space, everything, everything) for space in spaces)
    square = _joint(all_words, all_letters)
    np.exp(np.subtract(square, 1, out=square), out=square)  # `_kernel` in place: these are the largest values
    some = slice(0, int(held[-1]) + 1, int(held[1] - held[0]) if len(held) > 1 else 1)  # `held`, without a copy
    return (all_words[some], all_letters[some]), lambda rows, columns: square[np.ix_(rows, columns)]


def _held_out_views(
    shard: Shard, parts: Sequence[Sequence[str]], held: Ints, similar: tuple[Singles, Singles]
) -> Floats:
    """Returns held-out rows x labels x views, without the classifier's."""
    count = len(shard.phrases)
    views = np.zeros((len(held), len(shard.labels), VIEWS))
    for view, similarity in zip((WORDS, LETTERS), similar, strict=True):
        similarity[np.arange(len(held)), held] = 0
        views[:, : len(shard.first), view] = np.maximum.reduceat(similarity[:, :count], shard.first, axis=1)
    for row, place in enumerate(held.tolist()):
        views[row, :, DOCUMENTS] = shard.documents.similarity(cut(parts[place]))
    return views


def _known_elsewhere(shard: Shard, parts: Sequence[Sequence[str]], owner: Ints, held: Ints) -> tuple[Floats, Floats]:
    """Returns per held-out phrase the share of its words known from other rows, and from rows of other labels."""
    rows = [set(cut(run)) for run in parts]
    in_rows = Counter(word for row in rows for word in row)
    by_label: dict[int, set[str]] = {}
    for place, row in enumerate(rows):
        by_label.setdefault(int(owner[place]), set()).update(row)
    in_labels = Counter(word for words in by_label.values() for word in words)
    shares = np.zeros((2, len(held)))
    for at, place in enumerate(held):
        total = sum(shard.vocabulary[word] for word in rows[place])
        for kind, counts in enumerate((in_rows, in_labels)):
            seen = sum(shard.vocabulary[word] for word in rows[place] if counts[word] > 1)
            shares[kind, at] = seen / total
    return shares[0], shares[1]


def _products(matrix: Any, rows: Ints, columns: Ints) -> Singles:
    """Returns the cosines between the given `rows` and `columns`, both numbers of rows of `matrix`."""
    result: Singles = (matrix[rows] @ matrix[columns].T).toarray()
    return result


def _joint(by_words: Reals, by_letters: Reals) -> Reals:
    joint: Reals = _WORD_SHARE * by_words + (1 - _WORD_SHARE) * by_letters
    return joint


def _kernel(joint: Reals) -> Reals:
    """Returns the kernel of the joint similarity: nearer rows count more than in a linear one."""
    kernel: Reals = np.exp(joint - 1)
    return kernel


def _cosine_space(rows: Sequence[Sequence[str]], plain: NDArray[np.bool_]) -> Space:
    """Returns the tf-idf space of `rows` of features, each row of length 1; only `plain` rows make a feature common."""
    found: dict[str, int] = {}
    flat = np.array([found.setdefault(feature, len(found)) for row in rows for feature in row], dtype=np.int64)
    columns = {feature: place for place, feature in enumerate(sorted(found))}
    places = np.array([columns[feature] for feature in found])[flat]
    keys, times = np.unique(
        np.repeat(np.arange(len(rows)), [len(row) for row in rows]) * len(columns) + places, return_counts=True
    )
    rows_at, columns_at = np.divmod(keys, len(columns))
    df = np.maximum(1.0, np.bincount(columns_at[plain[rows_at]], minlength=len(columns)))
    size = 1 + int(plain.sum())
    weight = np.log(size / (1 + df)) + 1
    unseen = math.log(size / 2) + 1
    values = (1.0 + np.log(times)) * weight[columns_at]
    values /= np.sqrt(np.bincount(rows_at, values**2, minlength=len(rows)))[rows_at]
    return _space(columns, weight, unseen, (rows_at, columns_at, values), len(rows), 2)


def _bm25_space(documents: Sequence[Document], number: Mapping[str, int]) -> Space:
    """Returns the BM25 space with one row a label (Robertson and Zaragoza 2009), scaled so that a full match is 1."""
    rows: list[Counter[str]] = [Counter() for _ in number]
    for document in documents:
        rows[number[document.label]].update(cut(runs(document.text)))
    frequency = Counter(word for row in rows for word in row)
    columns = {word: place for place, word in enumerate(sorted(frequency))}
    count = max(1, sum(bool(row) for row in rows))
    df = np.array([frequency[word] for word in columns], dtype=np.float64)
    weight = np.log(1 + (count - df + 0.5) / (df + 0.5))
    mean = max(1.0, sum(row.total() for row in rows) / count)
    triples = [
        (place, columns[word], tf / (tf + _BM25_K1 * (1 - _BM25_B + _BM25_B * row.total() / mean)))
        for place, row in enumerate(rows)
        for word, tf in row.items()
    ]
    sides = tuple(np.array(side) for side in zip(*triples, strict=True)) or (np.zeros(0, dtype=np.int64),) * 3
    return _space(columns, weight, math.log(1 + count + 0.5), sides, len(rows), 1)


def _space(
    columns: dict[str, int], weight: Floats, unseen: float, triples: tuple[Any, ...], size: int, norm: int
) -> Space:
    rows, places, values = triples
    from scipy import sparse  # see `matrix`

    matrix = sparse.csc_matrix((values, (rows, places)), shape=(size, len(columns)))
    matrix.sort_indices()
    return Space(
        columns=columns,
        weight=weight,
        unseen=unseen,
        starts=matrix.indptr.astype(np.int64),
        rows=matrix.indices.astype(np.int32),
        values=matrix.data.astype(np.float32),
        size=size,
        norm=norm,
    )
