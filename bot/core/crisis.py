"""Recognises danger to life and safety in a message, by rules that are data. Pure.

`knowledge/<language>/crisis.yaml` holds, in the pattern language of `word_patterns`:

    sets        name -> alternatives (a | b c | d), for use as <name> in what follows
    idioms      harmless sayings; their words are taken out of the message before the rules are tried
    unless      patterns that veto all rules, those of other languages too, for twelve words around, within their
                sentence and line
    keep        true words (or stem*) that are never taken for a slip of a rule's word
    categories  name -> entry (id to send), rules, and unless for this category alone; the gravest first

A word of five letters or more may have one typing error.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.core.text import clean, tokens
from bot.core.word_patterns import Message, Pattern, parse_pattern, parse_set, word_classes, word_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.core.word_patterns import Node, WordClass

_KEYS = {"sets", "idioms", "unless", "keep", "categories"}
_SHORTEST_STEM = 3
_SHORTEST_REPAIRED = 5
_LONGEST_REPAIRED = 20
_SHORTEST_REPLACED = 7  # in shorter words another letter mostly makes another true word: rated, raped

_HEAD = _SHORTEST_REPAIRED - 1

# Letters that stand for the end of a sentence and of a line among the tokens; nobody writes them.
_STOP, _LINE = "\u01c3", "\u01c2"
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_STOPS = re.compile(r"(?<!\.)\.(?!\.)|[!?;。؟۔।]+")  # "..." holds a message together


@dataclass(frozen=True, slots=True)
class Crisis:
    """A danger: its `category` (a key of the rule file) and the `entry` to send."""

    category: str
    entry: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern with what it means; `rank` is the category's place in its file, `vetoes` are numbers."""

    rank: int
    language: str
    crisis: Crisis
    pattern: Pattern
    vetoes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CrisisRules:
    """All languages' compiled rules: an immutable value that can be pickled."""

    rules: tuple[_Rule, ...]
    entries: frozenset[str]  # that the rules send
    vetoes: tuple[Pattern, ...]
    idioms: tuple[Pattern, ...]
    words: Mapping[str, tuple[WordClass, ...]]  # a word's key, or a stem with "*", -> the classes it is in
    near: Mapping[str, tuple[str, ...]]  # a word without one letter -> the words and stems it comes from
    kept: frozenset[str]
    heads: frozenset[str]  # how the keys of `near` begin
    stem_heads: frozenset[str]  # how stems begin, among `words` and `kept`
    rule_numbers: Mapping[WordClass, tuple[int, ...]]  # a class -> the rules to try when it occurs
    idiom_numbers: Mapping[WordClass, tuple[int, ...]]


def compile_rules(files: Mapping[str, Mapping[str, object]]) -> CrisisRules:
    """Returns the rules of `files`: language code -> the parsed crisis.yaml.

    Raises ValueError as `check_rules` does.
    """
    return _read_rules(files).finish()


def is_saying(text: str, rules: CrisisRules) -> bool:
    """Returns whether `text` holds a saying of the rule files: words of danger that mean none ("it kills me")."""
    message = _read(text, rules)
    return _without_idioms(message, rules) is not message


def check_rules(files: Mapping[str, Mapping[str, object]]) -> None:
    """Raises ValueError("<language>: <place>: <reason>") for the first faulty rule of `files`."""
    _read_rules(files)


def _read_rules(files: Mapping[str, Mapping[str, object]]) -> _Compiler:
    compiler = _Compiler()
    for language in sorted(files):
        compiler.read(language, files[language])
    return compiler


def undrawn(text: str) -> str:
    """Returns `text` with letters that are typed on and on once: "heeelp" as "help"."""
    return _DRAWN_OUT.sub(r"\1", text)


def detect(text: str, rules: CrisisRules, language: str | None = None) -> Crisis | None:
    """Returns the danger that `text` (a raw message in any language) tells of, or None.

    The gravest category wins, in the order of the rule files; `language` (a code) only decides between equals.
    """
    message = _without_idioms(_read(text, rules), rules)
    candidates = _candidates(message, rules.rule_numbers)
    order = sorted(candidates, key=lambda n: (rules.rules[n].rank, rules.rules[n].language != language, n))
    vetoed: dict[int, int] = {}
    for rule in map(rules.rules.__getitem__, order):
        ends = rule.pattern.ends(message)
        for number in rule.vetoes if ends else ():
            if number not in vetoed:
                vetoed[number] = rules.vetoes[number].near(message) << 1
            ends &= ~vetoed[number]
        if ends:
            return rule.crisis
    return None


def _candidates(message: Message, numbers: Mapping[WordClass, tuple[int, ...]]) -> set[int]:
    return {number for words in message.present for number in numbers.get(words, ())}


def _read(text: str, rules: CrisisRules) -> Message:
    marked = _STOPS.sub(f" {_STOP} ", undrawn(clean(text))).replace("\n", f" {_LINE} ")
    places: dict[str, int] = {}
    sentences: list[int] = []
    sentence, edges = 0, 1
    for token in tokens(marked):
        if token in {_LINE, _STOP}:
            edges |= 1 << len(sentences)
            sentence += 1
        if token != _LINE:
            places[token] = places.get(token, 0) | 1 << len(sentences)
            sentences.append(sentence)
        if token == _STOP:
            edges |= 1 << len(sentences)
    edges |= 1 << len(sentences)
    passable = (1 << len(sentences)) - 1 & ~places.pop(_STOP, 0)
    classes: dict[WordClass, int] = {}
    for word, mask in places.items():
        for words in _classes(word_key(word), rules):
            classes[words] = classes.get(words, 0) | mask
    return Message(len(sentences), classes, frozenset(classes), passable, edges, tuple(sentences))


def _classes(word: str, rules: CrisisRules) -> set[WordClass]:
    """Returns the classes of a message's word, and of the words it may be a slip of when it is not known well."""
    known = [word] if word in rules.words else []
    kept = word in rules.kept
    if word[:_SHORTEST_STEM] in rules.stem_heads:
        stems = [f"{word[:length]}*" for length in range(_SHORTEST_STEM, len(word) + 1)]
        known += [stem for stem in stems if stem in rules.words]
        kept = kept or not rules.kept.isdisjoint(stems)
    found = {words for form in known for words in rules.words[form]}
    sure = kept or word in known or any(len(form) > _SHORTEST_REPAIRED for form in known)
    if not sure and _SHORTEST_REPAIRED <= len(word) <= _LONGEST_REPAIRED:
        for meant in _meant(word, rules):
            found.update(rules.words[meant])
    return found


def _meant(word: str, rules: CrisisRules) -> Iterator[str]:
    """Yields the words and stems of the rules that `word` may be a slip of."""
    if rules.heads.isdisjoint([variant[:_HEAD] for variant in _variants(word[:_SHORTEST_REPAIRED])]):
        return
    for length in range(_HEAD, len(word) + 1):
        start = word[:length]
        for meant in {meant for variant in _variants(start) for meant in rules.near.get(variant, ())}:
            stem = meant.endswith("*") and not meant.startswith(start)
            if (stem or start == word) and _is_slip(start, meant.rstrip("*")):
                yield meant


def _is_slip(word: str, meant: str) -> bool:
    """Says whether one letter is missing, too many, swapped with the next or, in long words, another."""
    if OSA.distance(word, meant, score_cutoff=1) > 1:
        return False
    return len(word) != len(meant) or len(word) >= _SHORTEST_REPLACED or sorted(word) == sorted(meant)


def _variants(word: str) -> tuple[str, ...]:
    """Returns `word` and what is left of it without one of its letters; the first letter stays."""
    return (word, *(word[:n] + word[n + 1 :] for n in range(1, len(word))))


def _without_idioms(message: Message, rules: CrisisRules) -> Message:
    taken = 0
    for number in _candidates(message, rules.idiom_numbers):
        taken |= rules.idioms[number].covered(message)
    if not taken:
        return message
    left = {words: mask & ~taken for words, mask in message.classes.items()}
    classes = {words: mask for words, mask in left.items() if mask}
    return replace(message, classes=classes, present=frozenset(classes))


def _anchors(patterns: Sequence[Pattern]) -> dict[WordClass, tuple[int, ...]]:
    """Returns for each class the numbers of the patterns to try when it occurs: those it is rare for."""
    use = Counter(words for pattern in patterns for need in pattern.needs for words in need)
    anchors: dict[WordClass, list[int]] = {}
    for number, pattern in enumerate(patterns):
        for words in min(pattern.needs, key=lambda need: sum(use[words] for words in need)):
            anchors.setdefault(words, []).append(number)
    return {words: tuple(numbers) for words, numbers in anchors.items()}


class _Compiler:
    """Collects the rules of the files, then builds the tables for finding them."""

    def __init__(self) -> None:
        self.rules: list[_Rule] = []
        self.vetoes: list[Pattern] = []
        self.idioms: list[Pattern] = []
        self.common: tuple[int, ...] = ()  # the vetoes of all rules
        self.kept: set[str] = set()
        self.entries: dict[str, str] = {}
        self.sets: dict[str, Node] = {}
        self.language = ""

    def read(self, language: str, file: Mapping[str, object]) -> None:
        self.language, self.sets = language, {}
        for name in sorted(set(file) - _KEYS):
            raise ValueError(f"{language}: {name}: unknown key")
        for name, alternatives in self._mapping(file.get("sets", {}), "sets").items():
            source = self._text(alternatives, f"sets.{name}")
            try:
                self.sets[name] = parse_set(source, self.sets)
            except ValueError as error:
                raise ValueError(f"{language}: sets.{name}: {error}") from None
        for word in self._text(file.get("keep", ""), "keep").split():
            self.kept.update(word_key(token) + "*" * word.endswith("*") for token in tokens(word))
        self.idioms += self._patterns(file.get("idioms", []), "idioms", most=1)
        self.common += self._veto_numbers(file.get("unless", []), "unless")
        for rank, (name, category) in enumerate(self._mapping(file.get("categories"), "categories").items()):
            self._read_category(rank, name, category)

    def _read_category(self, rank: int, name: str, category: object) -> None:
        place = f"categories.{name}"
        fields = self._mapping(category, place)
        entry = fields.get("entry")
        if not isinstance(entry, str) or not entry:
            raise ValueError(f"{self.language}: {place}.entry: an entry id is needed")
        if self.entries.setdefault(name, entry) != entry:
            raise ValueError(f"{self.language}: {place}.entry: another language says {self.entries[name]!r}")
        vetoes = self._veto_numbers(fields.get("unless", []), f"{place}.unless")
        for pattern in self._patterns(fields.get("rules"), f"{place}.rules"):
            self.rules.append(_Rule(rank, self.language, Crisis(name, entry), pattern, vetoes))

    def _mapping(self, value: object, place: str) -> dict[str, object]:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            raise ValueError(f"{self.language}: {place}: names with values are needed")
        return value

    def _text(self, value: object, place: str) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{self.language}: {place}: a text is needed")  # noqa: TRY004
        return value

    def _texts(self, value: object, place: str) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise ValueError(f"{self.language}: {place}: a list of texts is needed")
        return value

    def _veto_numbers(self, value: object, place: str) -> tuple[int, ...]:
        first = len(self.vetoes)
        self.vetoes += self._patterns(value, place)
        return tuple(range(first, len(self.vetoes)))

    def _patterns(self, value: object, place: str, *, most: int = 9) -> list[Pattern]:
        found = []
        for number, source in enumerate(self._texts(value, place), start=1):
            try:
                pattern = parse_pattern(source, self.sets)
            except ValueError as error:
                raise ValueError(f"{self.language}: {place}[{number}]: {error} in {source!r}") from None
            if len(pattern.sides) + len(pattern.absent) > most:
                raise ValueError(f"{self.language}: {place}[{number}]: '&' has no place here")
            found.append(pattern)
        return found

    def finish(self) -> CrisisRules:
        words: dict[str, list[WordClass]] = {}
        patterns = [*(rule.pattern for rule in self.rules), *self.vetoes, *self.idioms]
        for found in dict.fromkeys(found for pattern in patterns for found in word_classes(pattern)):
            for word in sorted(found):
                words.setdefault(word, []).append(found)
        near: dict[str, list[str]] = {}
        for word in words:
            if len(word.rstrip("*")) >= _SHORTEST_REPAIRED:
                for variant in dict.fromkeys(_variants(word.rstrip("*"))):
                    near.setdefault(variant, []).append(word)
        return CrisisRules(
            rules=tuple(replace(rule, vetoes=self.common + rule.vetoes) for rule in self.rules),
            entries=frozenset(rule.crisis.entry for rule in self.rules),
            vetoes=tuple(self.vetoes),
            idioms=tuple(self.idioms),
            words={word: tuple(found) for word, found in words.items()},
            near={variant: tuple(found) for variant, found in near.items()},
            kept=frozenset(self.kept),
            heads=frozenset(variant[:_HEAD] for variant in near),
            stem_heads=frozenset(s[:_SHORTEST_STEM] for s in (*words, *self.kept) if s.endswith("*")),
            rule_numbers=_anchors([rule.pattern for rule in self.rules]),
            idiom_numbers=_anchors(self.idioms),
        )
