"""Understands the wish for another language: "speak Polish", "po polsku proszę", "Dansk tak". Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.text import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST = 7  # words of a message that is no more than such a wish
_MOST_HAN = 10  # characters, where a word is one

# What people say beside the language's name, folded, in the languages of the knowledge base.
_BESIDE_WORDS = """
    pls plz again back snak snakke czy przelacz prepni prepnout reden sprichst wechsle wechseln
    speak talk write answer reply respond in please can could you we i do want to use switch change language the me
    with and only now my prefer would like continue hi hello thanks thank english version
    tal tale skriv svar paa tak kan du vi jeg vil gerne skifte sprog til venligst bare kun maa
    sprich sprechen sie schreib antworte antworten auf bitte kannst koennen ich moechte will sprache danke nur wechseln
    mow pisz odpowiadaj odpisz po prosze mozesz mozna chce jezyk zmien na jezyku dziekuje tylko rozmawiac
    говори пиши видповидаи будь ласка можна можеш хочу мова мову змини на дякую тильки мовою розмовляти
    vorbeste vorbiti scrie raspunde in te va rog poti puteti vreau limba schimba pe multumesc doar
    konus konusun yaz cevap ver lutfen olarak misin miyiz istiyorum dil dili degistir tesekkurler sadece
    mluv mluvte pis odpovidej odpovez prosim muzes muzeme chci jazyk zmen na jazyce dekuji jen
    تكلم تحدث اكتب رد من فضلك لو سمحت ممكن اريد اللغه غير بال شكرا فقط ب
    请 用 说 讲 写 回 答 复 我 要 想 语 言 换 成 改 谢 能 可 以 吗 你 和 跟 话
"""
_BESIDE = frozenset(_BESIDE_WORDS.split())


def wished_language(text: str, names: Mapping[str, str], offered: Sequence[str]) -> str | None:
    """Returns the code of the language that `text` asks for; None when it is about anything else.

    `names`: the folded words of languages' names -> code. The message must be short, name one language, and say
    nothing else that matters; a bare name counts only for one of the languages `offered`.
    """
    words = tokens(text)
    if not words or len(words) > (_LONGEST if all(len(word) > 1 for word in words) else _MOST_HAN):
        return None
    for size in range(min(3, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            code = names.get(" ".join(words[start : start + size]))
            rest = (*words[:start], *words[start + size :])
            if code is not None and all(word in _BESIDE for word in rest) and (rest or code in offered):
                return code
    return None
