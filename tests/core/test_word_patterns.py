from __future__ import annotations

import pytest

from bot.core.text import tokens
from bot.core.word_patterns import Message, Node, parse_pattern, parse_set, word_classes, word_key


def message(text: str, *sources: str, sets: dict[str, Node] | None = None) -> Message:
    """The message as the patterns in `sources` see it; a "stop" is the end of a sentence."""
    words = [word_key(word) for word in tokens(text)]
    classes = {c for source in sources for c in word_classes(parse_pattern(source, sets or {}))}
    masks = {words_of: sum(1 << n for n, word in enumerate(words) if _in(word, words_of)) for words_of in classes}
    stops = [n for n, word in enumerate(words) if word == "stop"]
    edges = 1 | 1 << len(words) | sum(1 << n | 1 << n + 1 for n in stops)
    passable = (1 << len(words)) - 1 & ~sum(1 << n for n in stops)
    present = {c: mask for c, mask in masks.items() if mask}
    return Message(len(words), present, frozenset(present), passable, edges, (0,) * len(words))


def _in(word: str, words: frozenset[str]) -> bool:
    return any(word.startswith(w[:-1]) if w.endswith("*") else word == w for w in words)


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("my cat", "my cat", True),
        ("my cat", "cat my", False),
        ("my cat", "my dear cat", False),
        ("my .. cat", "my cat", True),
        ("my .. cat", "my one two three four five cat", True),
        ("my .. cat", "my one two three four five six cat", False),
        ("my .. cat", "my stop cat", False),
        ("burn*", "the house is burning", True),
        ("burn*", "the auburn hair", False),
        ("(my|our old) cat", "our old cat", True),
        ("(my|our old) cat", "our cat", False),
        ("my old? cat", "my cat", True),
        ("my (very old)? cat", "my very old cat", True),
        ("my (very old)? cat", "my very cat", False),
        ("cat & dog", "the dog and the cat", True),
        ("cat & dog", "the cat and the dog", True),
        ("cat & dog", "cat 1 2 3 4 5 6 7 8 9 10 11 12 dog", False),
        ("cat & dog & cow", "cow dog cat", True),
        ("cat & !dog", "cat", True),
        ("cat & !dog", "a dog and a cat", False),
        ("cat & !dog", "cat 1 2 3 4 5 6 7 8 9 10 11 12 13 dog", True),
        ("^ fire ^", "fire", True),
        ("^ fire ^", "no fire", False),
        ("^ fire ^", "hello stop fire stop please", True),
        ("don't", "dont", True),
        ("don't", "don’t", True),
        ("he's", "hes", True),
        ("killing", "kiling", True),
        ("slår", "slaar", True),
        ("slår", "slar", True),
        ("kæreste", "kaereste", True),
        ("dør", "dor", True),
        ("łóżko", "lozko", True),
        ("救命", "请 救命", True),
        ("救命", "命救", False),
    ],
)
def test_matching(source: str, text: str, found: bool) -> None:
    assert bool(parse_pattern(source, {}).ends(message(text, source))) is found


@pytest.mark.parametrize(
    ("source", "text", "covered"),
    [
        ("killing me", "this is killing me", "1100"),
        ("bill .. me", "bill is killing me and us", "001111"),
        ("old? cat", "the old cat", "100"),
    ],
)
def test_the_words_of_a_match(source: str, text: str, covered: str) -> None:
    assert f"{parse_pattern(source, {}).covered(message(text, source)):0{len(text.split())}b}" == covered


def test_sets_are_joined_to_one_class() -> None:
    animal = parse_set("cat | dog", {})
    being = parse_set("<animal> | man | old woman", {"animal": animal})
    found = list(word_classes(being))
    assert frozenset({"cat", "dog", "man"}) in found
    source = "my <being>"
    sets = {"being": being}
    for text in ("my dog", "my man", "my old woman"):
        assert parse_pattern(source, sets).ends(message(text, source, sets=sets))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "nothing between the signs"),
        ("a | b", r"unexpected '\|'"),
        ("(a", "a bracket is not closed"),
        ("a)", r"unexpected '\)'"),
        ("(a||b)", "nothing between the signs"),
        ("a &", "nothing between the signs"),
        ("..", "only gaps"),
        ("a & b?", "only gaps"),
        ("? a", "no word in"),
        ("ab*", "too short"),
        ("*", "cannot read"),
        ("a . b", "cannot read"),
        ("<x>", "unknown set <x>"),
        ("-", "no word in"),
    ],
)
def test_faulty_patterns(source: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_pattern(source, {})


@pytest.mark.parametrize("source", ["a) (b", "a) & (b", "a"])
def test_a_set_holds_alternatives_only(source: str) -> None:
    if source == "a":
        assert parse_set(source, {})
        return
    with pytest.raises(ValueError, match="only alternatives"):
        parse_set(source, {})
