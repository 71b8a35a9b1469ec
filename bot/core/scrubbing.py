"""Takes what points to a person out of words that may become knowledge. Pure.

It finds what has a form: numbers, addresses of mail and pages, and names that follow a greeting, an introduction or the
words of a letter's end. It misses names that stand alone, so a person must read the result.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.core.privacy import redact
from bot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAME = "[NAME]"
"""What stands in place of a name."""

_MAIL = re.compile(r"(?<![^\s@<>()\[\]])[^\s@<>()\[\]]++\s?@\s?[^\s@<>()\[\]]+\.[^\W\d_]{2,}")
_PAGE = re.compile(
    r"(?:https?://|www\.)\S+|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+(?:dk|com|org|net|eu|info|gov)\b(?:/\S*)?", re.IGNORECASE
)
_PHONE = re.compile(r"\+?\d(?:[ \-./()]{0,2}\d){6,}")
_PIECE = re.compile(r"[^\s\u3040-\u30ff\u3400-\u9fff]+")  # what stands together; Chinese has no spaces around numbers
_LONG, _DIGIT = re.compile(r"\d{4}"), re.compile(r"\d")
_STOPS = ".,;:!?)"
_STEP = re.compile(r"^\d{1,2}\. ", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{1,3}\.(?=\s)|[^\W\d_](?:[^\W\d_]|['’-])*")
_GAP = re.compile(r"[ ,:]*\n?[ ,:]*")

_TITLES = r"(?:mr|mrs|ms|dr|hr|fru|herr|frau|pan|pani|panie|pane|paní|domnule|doamnă|bay|bayan|пан|пане|пані)"
_GREETINGS = (
    "hi|hello|hey|dear|good (?:morning|day|evening)|hej|kære|goddag|godmorgen|hallo|liebe|lieber|guten (?:tag|morgen)|"
    "sehr geehrte|sehr geehrter|cześć|dzień dobry|witam|droga|drogi|szanowna|szanowny|ahoj|dobrý den|milá|milý|"
    "vážená|vážený|bună|bună ziua|salut|dragă|stimate|stimată|merhaba|selam|sayın|sevgili|привіт|добрий день|"
    "шановний|шановна|дорога|дорогий|مرحبا|عزيزي|عزيزتي|السيد|السيدة"
)
_ENDINGS = (
    "regards|best wishes|sincerely|yours|cheers|hilsen|hilsner|mvh|vh|grüße|grüßen|gruß|pozdrawiam|"
    "z poważaniem|s pozdravem|pozdravem|cu respect|cu stimă|saygılarımla|saygılar|з повагою|مع التحية|تحياتي"
)
_MAYBE = "i am|i'm|this is|jeg er|det er|jestem|jsem|sunt|я"
_SURE = (
    "my name is|name is|i am called|jeg hedder|mit navn er|ich heiße|ich heisse|mein name ist|nazywam się|"
    "mam na imię|jmenuji se|jmenuju se|mă numesc|numele meu este|mă cheamă|benim adım|adım|мене звати|"
    "моє ім['’]я|اسمي|اسمي هو"
)
_CUES = re.compile(
    rf"(?<!\w)(?:(?P<sure>{_SURE})|(?P<letter>{_GREETINGS}|{_ENDINGS})|(?:{_MAYBE}))(?!\w)", re.IGNORECASE
)
_TITLED = re.compile(rf"(?<!\w){_TITLES}\.?(?=\s)", re.IGNORECASE)
_HAN_NAME = re.compile(r"(我叫|我的名字是|我是|名字叫)[\u3400-\u9fff·]{2,4}")
_MOST_NAMES, _SURE_NAMES = 3, 2
_SHORT_NAME = 3  # letters


def scrub(text: str, names: Iterable[str] = ()) -> str:
    """Returns `text` with a mark such as [EMAIL] or [NAME] in place of what points to a person.

    `names` are known ones that must not stand in it either.
    """
    scrubbed = redact(clean(text)).text
    for mark, pattern in (("[EMAIL]", _MAIL), ("[PAGE]", _PAGE), ("[PHONE]", _PHONE)):
        scrubbed = pattern.sub(mark, scrubbed)
    scrubbed = _PIECE.sub(lambda piece: "[NUMBER]" if _LONG.search(piece[0]) else piece[0], scrubbed)
    return _without_known(_without_told(scrubbed), names)


def with_facts(text: str) -> str:
    """Returns a scrubbed `text` with a placeholder where a fact belongs: no answer holds a typed number or address."""
    marks = {"[EMAIL]": "email", "[PAGE]": "page", "[PHONE]": "phone", "[NUMBER]": "number"}
    for mark, name in marks.items():
        text = text.replace(mark, _placeholder(name))
    steps = _STEP.split(text)
    signs = (*_STEP.findall(text), "")
    pieces = (_PIECE.sub(_without_digits, piece) for piece in steps)
    return "".join(f"{piece}{sign}" for piece, sign in zip(pieces, signs, strict=True))


def _without_digits(piece: re.Match[str]) -> str:
    words = piece[0].rstrip(_STOPS)
    return f"{_placeholder('number')}{piece[0][len(words) :]}" if _DIGIT.search(words) else piece[0]


def _placeholder(name: str) -> str:
    return f"{{fact:{name}}}"


def _without_told(text: str) -> str:
    """Names are told: by a greeting, a title, an introduction, or the end of a letter."""
    pieces, at = [], 0
    for start, end in sorted((*_told(text), *_titled(text))):
        if start >= at:
            pieces += [text[at:start], NAME]
            at = end
    return _HAN_NAME.sub(rf"\1{NAME}", "".join((*pieces, text[at:])))


def _told(text: str) -> Iterator[tuple[int, int]]:
    for cue in _CUES.finditer(text):
        start, end = _names_from(text, cue.end(), sure=cue["sure"] is not None, letter=cue["letter"] is not None)
        if end > start:
            yield start, end


def _titled(text: str) -> Iterator[tuple[int, int]]:
    for title in _TITLED.finditer(text):
        start, end = _names_from(text, title.end())
        if end > start:
            yield start, end


def _names_from(text: str, at: int, *, sure: bool = False, letter: bool = False) -> tuple[int, int]:
    """Returns where the names behind a cue begin and end; nowhere, if what follows is no name.

    Names have capitals. Behind a `sure` cue also others; a `letter` begins or ends with a word alone on its line.
    """
    gap = _GAP.match(text, at)
    start = end = gap.end() if gap else at
    small = not text[start : start + 1].isupper()
    for count in range(_MOST_NAMES):
        word = _WORD.match(text, end if count == 0 else end + 1)
        if word is None or (count and text[end] not in " -"):
            break
        alone = letter and count == 0 and text[word.end() : word.end() + 1] in {",", "!", "\n", ""}
        if not (word[0][0].isupper() or alone or (sure and small and count < _SURE_NAMES)):
            break
        end = word.end()
    return start, end


def _without_known(text: str, names: Iterable[str]) -> str:
    for word in dict.fromkeys(word for name in names for word in (name, *name.split())):
        flags = re.IGNORECASE if len(word) > _SHORT_NAME else re.NOFLAG  # "Bo" is a name, and "bo" a word
        if len(word) > 1:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", NAME, text, flags=flags)
    return text
