"""A small pattern language over folded words, matched with one bit a word. Pure.

    word        the word itself; apostrophes, doubled letters and ae/oe/aa for a/o/a make no difference
    stem*       any word that begins so (a stem has at least three letters)
    (a b|c)     one of these
    word?       may be missing, as may (...)?
    ..          up to five words between, within the sentence
    ^           here a sentence or a line begins or ends
    <name>      the alternatives of a named set
    a & b       both, in any order, at most twelve words apart
    a & !b      a, and no b within twelve words of the same sentence and line

A set of places is one integer; every step is a shift and an "and" over the whole message. So the time grows with the
pattern and the message, and no message can make it explode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from bot.core.text import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WordClass = frozenset[str]  # word keys; a stem ends in "*"

_GAP = 5
_APART = 12
_SHORTEST_STEM = 3
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_ITEM = re.compile(r"\s*(\.\.|[()|&!?^]|<[a-z_]+>|[^\s()|&!?^<>*.]+\*?)")


def word_key(token: str) -> str:
    """Returns the form in which words are compared: spelling habits that change no meaning are evened out."""
    return _DOUBLED.sub(r"\1", token.replace("'", "").replace("ae", "a").replace("oe", "o"))


def bits(mask: int) -> Iterator[int]:
    """Yields the places in `mask`, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(frozen=True, slots=True)
class Message:
    """A message as masks, bit n for word n: where each class stands, and which words a gap may skip.

    `present` are the classes that occur. `edges` has a bit for each place between words where a sentence or a
    line begins or ends; place n stands before word n. `sentences` tells for each word its sentence's number.
    """

    size: int
    classes: Mapping[WordClass, int]
    present: frozenset[WordClass]
    passable: int
    edges: int
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a class."""

    words: WordClass

    def step(self, places: int, message: Message, *, back: bool) -> int:
        """Returns the places after (`back`: before) this word, coming from `places` between words."""
        here = message.classes.get(self.words, 0)
        return (places >> 1) & here if back else (places & here) << 1


@dataclass(frozen=True, slots=True)
class Gap:
    """No word up to five words."""

    def step(self, places: int, message: Message, *, back: bool) -> int:
        """Returns the places that can be reached from `places`; see `Word.step`."""
        for _ in range(_GAP):
            places |= (places >> 1) & message.passable if back else (places & message.passable) << 1
        return places


@dataclass(frozen=True, slots=True)
class Edge:
    """No word, where a sentence or a line begins or ends."""

    def step(self, places: int, message: Message, *, back: bool) -> int:  # noqa: ARG002
        """Returns those of `places` that are such an edge."""
        return places & message.edges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Node, ...]

    def step(self, places: int, message: Message, *, back: bool) -> int:
        """Returns the places that can be reached from `places`; see `Word.step`."""
        for part in reversed(self.parts) if back else self.parts:
            if not places:
                break
            places = part.step(places, message, back=back)
        return places


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts, or with `optional` nothing."""

    parts: tuple[Node, ...]
    optional: bool = False

    def step(self, places: int, message: Message, *, back: bool) -> int:
        """Returns the places that can be reached from `places`; see `Word.step`."""
        start = places if self.optional else 0
        return reduce(or_, (part.step(places, message, back=back) for part in self.parts), start)


Node = Word | Gap | Edge | Sequence | Either


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sequences that must all be found near each other, and sequences that must not be near the last one.

    Of each of `needs` one class must occur in the message.
    """

    sides: tuple[Sequence, ...]
    absent: tuple[Sequence, ...]
    needs: tuple[frozenset[WordClass], ...] = field(compare=False)

    def ends(self, message: Message) -> int:
        """Returns the places just after the matches; with several sides, after the last side's."""
        for need in self.needs:
            if need.isdisjoint(message.present):
                return 0
        everywhere = (1 << (message.size + 1)) - 1
        ends = self.sides[0].step(everywhere, message, back=False)
        for side in self.sides[1:]:
            ends = side.step(everywhere, message, back=False) & _around(ends)
        for side in self.absent if ends else ():
            ends &= ~(_around_in_sentence(side.step(everywhere, message, back=False) >> 1, message.edges) << 1)
        return ends

    def covered(self, message: Message) -> int:
        """Returns the words that matches of the last side cover, the shortest for each end, within a sentence."""
        covered = 0
        for end in bits(self.ends(message)):
            start = self.sides[-1].step(1 << end, message, back=True).bit_length() - 1
            if message.sentences[start] == message.sentences[end - 1]:
                covered |= (1 << end) - (1 << start)
        return covered

    def near(self, message: Message) -> int:
        """Returns the words at most twelve words from what `covered` returns, in the same sentence and line."""
        return _around_in_sentence(self.covered(message), message.edges)


def parse_pattern(source: str, sets: Mapping[str, Node]) -> Pattern:
    """Returns the pattern that `source` spells, with `<name>` from `sets`; raises ValueError with the reason."""
    return _Parser(source, sets).pattern()


def parse_set(source: str, sets: Mapping[str, Node]) -> Node:
    """Returns one node for the alternatives `a | b c | d` in `source`; raises ValueError with the reason."""
    pattern = parse_pattern(f"({source})", sets)
    if [len(side.parts) for side in (*pattern.sides, *pattern.absent)] != [1]:
        raise ValueError("only alternatives have their place here")
    return pattern.sides[0].parts[0]


def word_classes(node: Node | Pattern) -> Iterator[WordClass]:
    """Yields every class of words that `node` looks for."""
    if isinstance(node, Word):
        yield node.words
    elif isinstance(node, Pattern | Sequence | Either):
        for part in (*node.sides, *node.absent) if isinstance(node, Pattern) else node.parts:
            yield from word_classes(part)


def _around(places: int) -> int:
    """Returns the places at most twelve words from `places`."""
    return reduce(or_, (places << n | places >> n for n in range(_APART + 1)))


def _around_in_sentence(words: int, edges: int) -> int:
    """Returns the words at most twelve words from `words`, without passing any of `edges`."""
    for _ in range(_APART):
        words |= words << 1 & ~edges | (words & ~edges) >> 1
    return words


def _either(parts: Iterable[Node]) -> Node:
    """Returns one node for the alternatives; single words are joined to one class."""
    words: set[str] = set()
    others: list[Node] = []
    for part in parts:
        only = part.parts[0] if isinstance(part, Sequence) and len(part.parts) == 1 else part
        choices = only.parts if isinstance(only, Either) and not only.optional else (only,)
        for choice in choices:
            if isinstance(choice, Word):
                words |= choice.words
            else:
                others.append(choice)
    if words:
        others.insert(0, Word(frozenset(words)))
    return others[0] if len(others) == 1 else Either(tuple(others))


def _needs(node: Node) -> Iterator[frozenset[WordClass]]:
    """Yields for each word that must occur the classes it may come from."""
    if isinstance(node, Word):
        yield frozenset({node.words})
    elif isinstance(node, Sequence):
        for part in node.parts:
            yield from _needs(part)
    elif isinstance(node, Either) and not node.optional:
        firsts = [next(_needs(part), None) for part in node.parts]
        present = [first for first in firsts if first is not None]
        if len(present) == len(firsts):
            yield frozenset[WordClass]().union(*present)


@lru_cache(maxsize=1 << 16)
def _keys(item: str) -> tuple[str, ...]:
    """Returns the keys of the words in `item`; the same words stand in hundreds of patterns."""
    return tuple(word_key(token) for token in tokens(item))


class _Parser:
    """Reads one pattern; raises ValueError with the reason."""

    def __init__(self, source: str, sets: Mapping[str, Node]) -> None:
        self.sets = sets
        self.items: list[str] = []
        position, end = 0, len(source.rstrip())
        while position < end:
            item = _ITEM.match(source, position)
            if not item:
                raise ValueError(f"cannot read {source[position:]!r}")
            self.items.append(item[1])
            position = item.end()

    def pattern(self) -> Pattern:
        sides = [self._sequence()]
        absent: list[Sequence] = []
        while self._take("&"):
            (absent if self._take("!") else sides).append(self._sequence())
        if self.items:
            raise ValueError(f"unexpected {self.items[0]!r}")
        needs = [tuple(_needs(side)) for side in sides]
        if not all(needs):
            raise ValueError("only gaps and words that may be missing")
        return Pattern(tuple(sides), tuple(absent), tuple(need for side in needs for need in side))

    def _take(self, item: str) -> bool:
        if self.items[:1] != [item]:
            return False
        self.items.pop(0)
        return True

    def _sequence(self) -> Sequence:
        parts: list[Node] = []
        while self.items and self.items[0] not in {")", "|", "&"}:
            parts += self._item(self.items.pop(0))
            if self._take("?"):
                parts[-1] = Either((parts[-1],), optional=True)
        if not parts:
            raise ValueError("nothing between the signs")
        return Sequence(tuple(parts))

    def _item(self, item: str) -> list[Node]:
        if item == "..":
            return [Gap()]
        if item == "^":
            return [Edge()]
        if item == "(":
            return [self._alternatives()]
        if item.startswith("<"):
            if item[1:-1] not in self.sets:
                raise ValueError(f"unknown set {item}")
            return [self.sets[item[1:-1]]]
        words = list(_keys(item))
        if not words:
            raise ValueError(f"no word in {item!r}")
        if item.endswith("*"):
            if len(words[-1]) < _SHORTEST_STEM:
                raise ValueError(f"the stem {item!r} is too short")
            words[-1] += "*"
        return [Word(frozenset({word})) for word in words]

    def _alternatives(self) -> Node:
        parts: list[Node] = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        if not self._take(")"):
            raise ValueError("a bracket is not closed")
        return _either(parts)
