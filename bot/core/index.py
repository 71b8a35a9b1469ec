"""The index of labelled phrases: what a question is compared with.

One shard per language. A shard holds its phrases in two tf-idf spaces (words with pairs, letter pieces), a linear
classifier over both and over what the words mean, the documents in a BM25 space, and the weights that join these
views. The weights come from predictions for phrases that the classifier did not see, see `bot.core.training`.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.core.grams import concept_keys, keys, letter_keys, word_keys
from bot.core.lexicon import NOTHING, concept_grams, together
from bot.core.ranking import CLASSIFIER, DOCUMENTS, ENCODER, LETTERS, VIEWS, WORDS, HeldOut
from bot.core.text import cut, letter_grams, runs, word_grams

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from bot.core.danger import Net
    from bot.core.lexicon import Lexicon
    from bot.core.linear import Linear
    from bot.core.ranking import Weights
    from bot.core.spaces import Features, Space

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

WORD_SHARE = 0.35  # of the words' space in the joint similarity, the rest is the letters'
BLOCKS = (0.5, 0.5, 0.5)  # shares of words, letters and concepts in the classifier
LENGTH = math.sqrt(sum(BLOCKS))  # of a text as the classifier sees it


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


class Encode(Protocol):
    """A sentence encoder: alike texts get near vectors."""

    @property
    def name(self) -> str:
        """What tells it from any other."""

    def __call__(self, text: str) -> Singles:
        """Returns the vector of `text`, of length 1."""

    def many(self, texts: Sequence[str]) -> Singles:
        """Returns the vectors of `texts`, one a row."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the shard of one language is built from: its examples, sorted, and the rest of what `build` takes."""

    language: str | None
    examples: Sequence[Example]
    documents: Sequence[Document]
    near_danger: frozenset[str]
    lexicon: Lexicon
    encode: Encode | None = None

    def fingerprint(self) -> str:
        """Returns a name that only the same job has."""
        lines = [f"{self.language}", *sorted(self.near_danger)]
        lines += [f"{example.label}\t{example.text}" for example in self.examples]
        lines += [f"{document.label}\t{document.text}" for document in self.documents]
        lines += [self.lexicon.fingerprint(), self.encode.name if self.encode else ""]
        return hashlib.sha256("\0".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


class Spread(Protocol):
    """Does the same work on many things, like the built-in `map`, perhaps several at a time; keeps their order."""

    def __call__(self, work: Callable[[Job], tuple[Shard, HeldOut]], jobs: Iterable[Job], /) -> Iterable[Any]:
        """Returns the result of `work` for each of the `jobs`."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """One text seen in the ways a shard compares: its folded `words`, encoded features, and its vector if any."""

    words: tuple[str, ...]
    by_word: tuple[Ints, Floats]
    by_letter: tuple[Ints, Floats]
    by_concept: tuple[Ints, Floats]
    vector: Singles | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """Everything about one language: its labels, phrases, spaces, classifier and weights.

    The rows of the spaces are the `phrases`, sorted by label. `first` is the number of each label's first phrase;
    labels that only have a document come last in `labels`. `kept` holds, for the columns of words, letters and concepts
    one after the other, the row of the `classifier`'s weights, -1 for those it does without; `heard` says of these rows
    if a phrase of a ranked label has the feature. `spellings` are the words that typing errors are mended to, by first
    letter (people seldom miss that one) and length, the commonest first. `ranked` numbers the labels that are ranked,
    `outside` those of these for what the labels are not about, `vocabulary` holds the folded words of their phrases and
    documents with their weights; danger and its look-alikes are the `net`'s. `over_vectors` is the classifier of the
    encoder's vectors, where there is an encoder.
    """

    language: str | None
    labels: tuple[str, ...]
    phrases: tuple[str, ...]
    first: Ints
    words: Space
    letters: Space
    concepts: Features
    documents: Space
    kept: NDArray[np.int32]
    heard: NDArray[np.bool_]
    classifier: Linear
    vocabulary: Mapping[str, float]
    unseen: float
    spellings: Mapping[tuple[str, int], tuple[str, ...]]
    ranked: Ints
    outside: Ints
    weights: Weights
    net: Net | None
    over_vectors: Linear | None = None

    def encode(self, parts: Sequence[str], lexicon: Lexicon, vector: Singles | None = None) -> Texts:
        """Returns how this shard sees the folded runs `parts` of a text, with its `vector` where there is one."""
        words = cut(parts)
        return Texts(
            words=words,
            by_word=self.words.features.encode(word_keys([words])[0]),
            by_letter=self.letters.features.encode(letter_keys([parts])[0]),
            by_concept=self.concepts.encode(concept_keys([lexicon.meanings(parts)])[0]),
            vector=vector,
        )

    def stacked(self, text: Texts) -> tuple[Ints, Floats]:
        """Returns the rows of the classifier's weights that `text` touches, and its values there."""
        at, sides = 0, []
        for share, features, (columns, values) in zip(
            BLOCKS,
            (self.words.features, self.letters.features, self.concepts),
            (text.by_word, text.by_letter, text.by_concept),
            strict=True,
        ):
            sides.append((columns + at, values * share**0.5))
            at += len(features.keys)
        rows = self.kept[np.concatenate([columns for columns, _ in sides])]
        values = np.concatenate([values for _, values in sides])
        return rows[rows >= 0].astype(np.int64), values[rows >= 0]

    def classified(self, text: Texts) -> tuple[Floats, float]:
        """Returns the classifier's score of each label for `text`, and how far it knows it, 0 to 1."""
        rows, values = self.stacked(text)
        heard = values[self.heard[rows]]
        known = min(1.0, math.sqrt(float(heard @ heard)) / LENGTH)
        return self.classifier.scores(rows, values, known), known

    def names_of(self, parts: Sequence[str], lexicon: Lexicon) -> dict[int, str]:
        """Returns the features of the folded runs `parts` by the row of the classifier's weights they have."""
        found: dict[int, str] = {}
        at = 0
        sides = (self.words.features, self.letters.features, self.concepts)
        grams = (word_grams(cut(parts)), letter_grams(parts), concept_grams(lexicon.meanings(parts)))
        for features, names in zip(sides, grams, strict=True):
            columns, known = features.find(keys(names))
            named = (names[place] for place in np.flatnonzero(known).tolist())
            found.update(zip(self.kept[columns + at].tolist(), named, strict=True))
            at += len(features.keys)
        return found

    def views(self, text: Texts) -> tuple[Floats, float, Floats]:
        """Returns, for a text, labels x views, how far the classifier knows it, and its similarity to every phrase."""
        by_words = self.words.similarity(text.by_word)
        by_letters = self.letters.similarity(text.by_letter)
        views = np.zeros((len(self.labels), VIEWS))
        count = len(self.first)
        views[:, CLASSIFIER], known = self.classified(text)
        views[:count, WORDS] = np.maximum.reduceat(by_words, self.first)
        views[:count, LETTERS] = np.maximum.reduceat(by_letters, self.first)
        views[:, DOCUMENTS] = self.documents.similarity(self.documents.features.encode(keys(text.words)))
        if self.over_vectors is not None and text.vector is not None:
            views[:, ENCODER] = self.over_vectors.many(text.vector)
        return views, known, joint(by_words, by_letters)

    def known(self, parts: Sequence[str]) -> float:
        """Returns the share of a text's words, by their weight, that stand in this shard; 0 to 1."""
        return known_share(set(cut(parts)), self.vocabulary, self.unseen)


def known_share(words: Collection[str], weights: Mapping[str, float], unseen: float) -> float:
    """Returns the share of `words`, by their `weights`, that have one; the others count `unseen`."""
    total = seen = 0.0
    for word in words:
        weight = weights.get(word)
        total += unseen if weight is None else weight
        seen += weight or 0.0
    return seen / total if total else 0.0


def joint(by_words: Any, by_letters: Any) -> Any:
    """Returns one similarity of two."""
    return WORD_SHARE * by_words + (1 - WORD_SHARE) * by_letters


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """All shards by language, every folded word any of them knows (safe from typo repair), the confidences of
    predictions for unseen phrases by language, the lexicons and all of them `together`, and the encoder where one is
    used."""

    shards: Mapping[str | None, Shard]
    known_words: frozenset[str]
    held_out: Mapping[str | None, HeldOut]
    lexicons: Mapping[str, Lexicon] = field(default_factory=dict)
    together: Lexicon = NOTHING
    encode: Encode | None = None

    def lexicon(self, language: str | None, shard: Shard) -> Lexicon:
        """Returns the lexicon for a text in `language` (None: not known) that is compared with `shard`."""
        if language is None:
            language = shard.language
        found = self.lexicons.get(language or "")
        if found is None:
            return NOTHING if language == shard.language else self.together
        return found


def build(
    examples: Iterable[Example],
    documents: Iterable[Document] = (),
    *,
    near_danger: Collection[str] = (),
    lexicons: Mapping[str, Lexicon] | None = None,
    encode: Encode | None = None,
    spread: Spread = map,
) -> Index:
    """Returns the index of `examples` and `documents`; raises ValueError when there is no example with a word in it.

    The order of the examples makes no difference; a phrase given twice for a label counts once. `near_danger` are the
    labels that are about danger, too, without being what is sent at once. The languages' shards have nothing to do with
    one another: `spread` may build them side by side.
    """
    from bot.core.training import build_shard  # the only part that needs SciPy and scikit-learn

    by_language: dict[str | None, set[Example]] = {}
    for example in examples:
        if runs(example.text):
            by_language.setdefault(example.language, set()).add(example)
    if not by_language:
        raise ValueError("an index needs at least one phrase")
    texts: dict[str | None, list[Document]] = {}
    for document in documents:
        texts.setdefault(document.language, []).append(document)
    near, meanings = frozenset(near_danger), lexicons or {}
    jobs = [
        Job(
            language,
            sorted(group, key=lambda e: (e.label, e.text)),
            texts.get(language, []),
            near,
            meanings.get(language or "", NOTHING),
            encode,
        )
        for language, group in sorted(by_language.items(), key=lambda item: item[0] or "")
    ]
    built = list(spread(build_shard, jobs))
    known = {word for group in texts.values() for document in group for word in runs(document.text)}
    for shard, _ in built:
        known.update(shard.vocabulary, *shard.spellings.values())
    for lexicon in meanings.values():
        known.update(lexicon.forms)
    return Index(
        shards={shard.language: shard for shard, _ in built},
        known_words=frozenset(known),
        held_out={shard.language: held for shard, held in built},
        lexicons=meanings,
        together=together(meanings[language] for language in sorted(meanings)),
        encode=encode,
    )
