"""Finds the two questions in a message that asks two. Pure."""

from __future__ import annotations

import re

from bot.core.text import fold, tokens

_ENDS = re.compile(r"(?<=[?？؟])")
_FEWEST_WORDS = 3  # of a question that can stand alone
_LONGEST = 40  # words of a message that is looked at

# "And", and what questions begin with, folded; in the languages of the knowledge base.
_AND = """
    and also plus og samt und sowie i oraz a та й і и also dazu si iar ve ayrica bir de jeste
"""
_ASKING = """
    how what where when who which why can do does is are may must should could
    hvordan hvad hvor hvornaar hvem hvilken hvilke hvorfor kan skal maa er har
    wie was wo wann wer welche welchen warum kann muss darf soll gibt
    jak co gdzie kiedy kto ktory jaki jakie ile czy dlaczego moge musze
    як що де коли хто яки скильки чи чому можна треба
    cum ce unde cand cine care cat cati pot trebuie
    nasil ne nerede nereye kim hangi kac neden nicin
    kde kdy kdo jaky jake kolik proc muzu musim
    كيف ما ماذا اين متي من كم هل لماذا وكيف وماذا واين ومتي وكم وهل
    怎 什 哪 几 多 谁
"""
_FOLDED_AND = frozenset(fold(word) for word in _AND.split())
_FOLDED_ASKING = frozenset(fold(word) for word in _ASKING.split())
_WORD = re.compile(r"\S+")


def questions(text: str) -> tuple[str, ...]:
    """Returns the two questions of the cleaned `text` that asks two; else `text` alone."""
    parts = [part.strip() for part in _ENDS.split(text) if len(tokens(part)) >= _FEWEST_WORDS]
    if len(parts) == 2 and all(_ENDS.search(part[-1:]) for part in parts):
        return tuple(parts)
    words = [(match.start(), tokens(match[0])) for match in _WORD.finditer(text)]
    if len(words) > _LONGEST:
        return (text,)
    for at in range(_FEWEST_WORDS, len(words) - _FEWEST_WORDS):
        start, word = words[at]
        asked = words[at + 1][1]
        joins = len(word) == 1 and word[0] in _FOLDED_AND and len(asked) == 1 and asked[0] in _FOLDED_ASKING
        if joins or (len(word) == 1 and word[0][0] == "و" and word[0] in _FOLDED_ASKING):
            return text[:start].strip(), text[start:].strip()
    return (text,)
