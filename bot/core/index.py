"""The index of labelled phrases: what a question is compared with.

One shard per language. A shard holds its phrases in two tf-idf spaces (words with pairs, letter pieces), a kernel
ridge classifier over both, the documents in a BM25 space, and the weights that join these views. The weights come
from predictions for phrases the classifier did not see: kernel ridge gives these in closed form, so a build needs
one matrix inversion a shard and no repeated training.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.core.ranking import DOCUMENTS, LETTERS, RIDGE, VIEWS, WORDS, HeldOut, Weights, fit, measure
from bot.core.text import clean, cut, letter_grams, runs, sentences, word_grams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WORD_SHARE = 0.35  # of the words' space in the joint similarity, the rest is the letters'
_PENALTY = 0.3  # of the ridge
_BALANCE = 0.5  # power of the class weights: 0 counts every phrase alike, 1 every label alike
_PART = 2500  # rows per exact ridge, as its cost grows with the cube
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
    rows: Ints
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
    the dual weights (rows x labels), `vocabulary` every folded word of the rows with its weight, `spellings` those
    words that typing errors are mended to, the commonest first.
    """

    language: str | None
    labels: tuple[str, ...]
    phrases: tuple[str, ...]
    first: Ints
    words: Space
    letters: Space
    documents: Space
    classifier: Floats
    vocabulary: Mapping[str, float]
    spellings: tuple[str, ...]
    weights: Weights

    def views(self, parts: Sequence[str]) -> tuple[Floats, Floats]:
        """Returns, for the folded runs of a text, labels x views, and its similarity to every phrase."""
        words = cut(parts)
        by_words = self.words.similarity(word_grams(words))
        by_letters = self.letters.similarity(letter_grams(parts))
        joint = _joint(by_words, by_letters)
        views = np.zeros((len(self.labels), VIEWS))
        count, phrases = len(self.first), len(self.phrases)
        views[:, RIDGE] = np.einsum("r,rl->l", _kernel(joint), self.classifier)  # waits for no BLAS thread
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


def build(examples: Iterable[Example], documents: Iterable[Document] = ()) -> Index:
    """Returns the index of `examples` and `documents`; raises ValueError when there is no example with a word in it.

    The order of the examples makes no difference; a phrase given twice for a label counts once.
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
    built = {
        language: _shard(language, sorted(group, key=lambda e: (e.label, e.text)), texts.get(language, []))
        for language, group in sorted(by_language.items(), key=lambda item: item[0] or "")
    }
    known = {word for group in texts.values() for document in group for word in runs(document.text)}
    known.update(word for shard, _ in built.values() for word in shard.vocabulary)
    return Index(
        shards={language: shard for language, (shard, _) in built.items()},
        known_words=frozenset(known),
        held_out=HeldOut.joined([held for _, held in built.values()]),
    )


def _shard(language: str | None, examples: Sequence[Example], documents: Sequence[Document]) -> tuple[Shard, HeldOut]:
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
    words = _cosine_space([word_grams(cut(run)) for run in parts])
    vocabulary = {word: float(words.weight[words.columns[word]]) for run in parts for word in cut(run)}
    shard = Shard(
        language=language,
        labels=tuple(number),
        phrases=tuple(example.text for example in examples),
        first=np.searchsorted(owner[: len(examples)], np.arange(len(names))),
        words=words,
        letters=_cosine_space([letter_grams(run) for run in parts]),
        documents=_bm25_space(documents, number),
        classifier=np.zeros((0, 0)),
        vocabulary=vocabulary,
        spellings=tuple(sorted(filter(str.isalpha, vocabulary), key=lambda word: (vocabulary[word], word))),
        weights=Weights.default(),
    )
    return _trained(shard, parts, owner)


def _trained(shard: Shard, parts: Sequence[Sequence[str]], owner: Ints) -> tuple[Shard, HeldOut]:
    """Returns `shard` with classifier and weights, and the confidences of predictions for unseen phrases."""
    count = len(shard.phrases)
    held = np.arange(0, count, -(-count // _HELD_OUT))
    everything = np.arange(len(owner))
    spaces = shard.words.matrix(), shard.letters.matrix()
    if len(owner) <= _PART:
        all_words, all_letters = (_products(space, everything, everything) for space in spaces)
        by_words, by_letters = all_words[held], all_letters[held]
        square = _kernel(_joint(all_words, all_letters))
    else:
        by_words, by_letters = (_products(space, held, everything) for space in spaces)
        square = None

    def kernel(rows: Ints, columns: Ints) -> Floats:
        if square is not None:
            return square[np.ix_(rows, columns)]
        words, letters = (_products(space, rows, columns) for space in spaces)
        return _kernel(_joint(words, letters))

    classifier, unseen_phrase, unseen_label = _ridge(kernel, owner, len(shard.labels), count, held)
    views = np.zeros((len(held), len(shard.labels), VIEWS))
    views[:, :, RIDGE] = unseen_phrase
    for view, similar in ((WORDS, by_words), (LETTERS, by_letters)):
        similar[np.arange(len(held)), held] = 0
        views[:, : len(shard.first), view] = np.maximum.reduceat(similar[:, :count], shard.first, axis=1)
    for row, place in enumerate(held.tolist()):
        views[row, :, DOCUMENTS] = shard.documents.similarity(cut(parts[place]))
    without = views.copy()
    without[:, :, RIDGE] = unseen_label
    known = _known_elsewhere(shard, parts, owner, held)
    weights = fit(views, without, known, owner[held])
    return replace(shard, classifier=classifier, weights=weights), measure(weights, views, without, known, owner[held])


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


def _ridge(
    kernel: Callable[[Ints, Ints], Floats], owner: Ints, labels: int, phrases: int, held: Ints
) -> tuple[Floats, Floats, Floats]:
    """Returns the dual weights (rows x labels) and two sets of held-out scores (`held` rows x labels).

    The held-out scores are those of a classifier that never saw the row, and of one that never saw any row of its
    label; both in closed form. With G the inverse of the penalised kernel and a = G Y, leaving out the rows B turns a
    into a - G_.B inv(G_BB) a_B (Rifkin and Lippert 2007, "Notes on regularized least squares").
    More rows than _PART are solved in parts and averaged (Zhang, Duchi and Wainwright 2015).
    """
    targets = np.zeros((len(owner), labels))
    targets[np.arange(len(owner)), owner] = 1.0
    sizes = np.maximum(np.bincount(owner[:phrases], minlength=labels), 1)
    ease = _PENALTY * (sizes[owner] * (labels / phrases)) ** _BALANCE
    dual = np.zeros_like(targets)
    phrase, label = np.zeros((len(held), labels)), np.zeros((len(held), labels))
    pieces = -(-len(owner) // _PART)
    for piece in range(pieces):
        own = np.arange(piece, len(owner), pieces)
        square = kernel(own, own)
        across = square[held] if pieces == 1 else kernel(held, own)
        inverse = _inverse(square + np.diag(ease[own]))
        part = inverse @ targets[own]
        dual[own] = part / pieces
        scores = across @ part
        mine, place = np.nonzero(held[:, None] == own[None, :])
        scores[mine] = targets[own[place]] - part[place] / np.diag(inverse)[place, None]
        phrase += scores / pieces
        for name in np.unique(owner[held]):
            block, asked = np.flatnonzero(owner[own] == name), np.flatnonzero(owner[held] == name)
            correction = np.linalg.solve(inverse[np.ix_(block, block)], part[block])
            label[asked] += across[asked] @ (part - inverse[:, block] @ correction) / pieces
    return dual, phrase, label


def _inverse(matrix: Floats) -> Floats:
    """Returns the inverse of a symmetric positive definite `matrix`."""
    from scipy import linalg  # see `matrix`

    factor, info = linalg.lapack.dpotrf(matrix, lower=1, overwrite_a=1)
    lower, info2 = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    if info or info2:
        raise ValueError("the kernel of the phrases is not positive definite")
    lower = np.tril(lower)
    return np.asarray(lower + np.tril(lower, -1).T)


def _products(matrix: Any, rows: Ints, columns: Ints) -> Floats:
    """Returns the cosines between the given `rows` and `columns`, both numbers of rows of `matrix`."""
    return np.asarray((matrix[rows] @ matrix[columns].T).toarray(), dtype=np.float64)


def _joint(by_words: Floats, by_letters: Floats) -> Floats:
    return _WORD_SHARE * by_words + (1 - _WORD_SHARE) * by_letters


def _kernel(joint: Floats) -> Floats:
    """Returns the kernel of the joint similarity: nearer rows count more than in a linear one."""
    return np.exp(joint - 1)


def _cosine_space(rows: Sequence[Sequence[str]]) -> Space:
    """Returns the tf-idf space of `rows` of features, each row of length 1."""
    counts = [Counter(row) for row in rows]
    frequency = Counter(feature for row in counts for feature in row)
    columns = {feature: place for place, feature in enumerate(sorted(frequency))}
    df = np.array([frequency[feature] for feature in columns], dtype=np.float64)
    weight = np.log((1 + len(rows)) / (1 + df)) + 1
    unseen = math.log((1 + len(rows)) / 2) + 1
    triples = [
        (place, columns[feature], 1.0 + math.log(tf)) for place, row in enumerate(counts) for feature, tf in row.items()
    ]
    rows_at, columns_at, values = (np.array(side) for side in zip(*triples, strict=True))
    values = values * weight[columns_at]
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
        rows=matrix.indices.astype(np.int64),
        values=matrix.data.astype(np.float32),
        size=size,
        norm=norm,
    )
