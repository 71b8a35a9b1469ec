"""Cleaning, folding and cutting of what people type. Pure; the same input gives the same output anywhere."""

from __future__ import annotations

import re
import unicodedata
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")

# Python's \w leaves out the vowel signs of the Indic and South-East Asian scripts, which would cut words in two.
_SIGNS = r"\u0900-\u0963\u0966-\u0e3e\u0e40-\u0e4e\u0e50-\u109f\u1780-\u17d3\u3099\u309a"
_RUN = re.compile(rf"(?:[^\W_]|[{_SIGNS}])+(?:['’](?:[^\W_]|[{_SIGNS}])+)*")

# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Chinese characters.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CHARACTER = re.compile(rf"{_UNSPACED.pattern}|[^{_UNSPACED.pattern[1:-1]}]+")

# Marks that people leave out: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels. Others make the letter.
_OPTIONAL_MARK = re.compile(
    r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640]"
)

# Letters that Unicode does not decompose into a base letter and a mark, as people type them without the key.
_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ł": "l", "đ": "d", "ß": "ss", "ı": "i", "œ": "oe", "ð": "d", "þ": "th"}
)

# Letters that stand for one another on other keyboards and in careless typing, after the marks have gone: Arabic word
# ends and Persian letters, Ukrainian with Russian letters, Arabic and Persian digits.
_ALIKE = str.maketrans(
    dict(zip("ةىکیٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "هيكيا01234567890123456789", strict=True))
    | dict(zip("іїєґыэўј", "ииегиеуи", strict=True))
    | {"ъ": "", "`": "'", "´": "'", "ء": "", "ʼ": "'", "ʹ": "'", "‘": "'", "’": "'", "′": "'"}
)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_CYRILLIC_RUN = re.compile(r"[a-z\u0400-\u04ff]*[\u0400-\u04ff][a-z\u0400-\u04ff]*")
_LATIN_LOOKS = str.maketrans("aceiopxy", "асеиорху")  # typed for the Cyrillic letters that look like them
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]")


def _simplified() -> dict[int, str]:
    """Returns the simplified character of each traditional one, from the tables of OpenCC."""
    table = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    return {ord(traditional): simple.split()[0] for traditional, simple in pairs if len(traditional) == 1}


_SIMPLIFIED = _simplified()

_SENTENCE_END = re.compile(r"(?<=[!?;。？！؟۔।])|(?<=\.)(?=\s)|\n")
_FROM_START, _FROM_END = 700, 500  # letters kept of a long text
_GRAM_SIZES = (2, 3, 4)


def clean(text: str) -> str:
    """Returns `text` in NFKC without control, bidirectional and other invisible characters.

    Runs of spaces become one space; line breaks stay as single `\\n`; the ends are stripped.
    """
    normal = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    if not normal.replace("\n", "").isprintable():
        normal = "".join(c for c in normal if c == "\n" or unicodedata.category(c) not in _INVISIBLE)
    return _LINES.sub("\n", _SPACES.sub(" ", normal)).strip()


def shortened(text: str) -> str:
    """Returns `text`, or of a long one the beginning and the end, where people say what they want."""
    if len(text) <= _FROM_START + _FROM_END:
        return text
    return f"{text[:_FROM_START]}\n{text[-_FROM_END:]}"


def fold(text: str) -> str:
    """Returns `text` for comparing: case-folded, without diacritics, Danish æ ø å as ae oe aa.

    Both spellings of a word fold to the same string, so that people may type with or without the special keys.
    Marks that make another letter (Indic vowel signs, Japanese voicing) stay. Arabic letters that are mixed up at
    words' ends, Ukrainian and Russian letters, and traditional and simplified Chinese fold to one.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    lowered = unicodedata.normalize("NFC", text.casefold()).translate(_LETTERS)
    folded = unicodedata.normalize("NFC", _OPTIONAL_MARK.sub("", unicodedata.normalize("NFD", lowered)))
    folded = folded.translate(_ALIKE)
    if _CYRILLIC.search(folded):
        folded = _CYRILLIC_RUN.sub(lambda run: run[0].translate(_LATIN_LOOKS), folded)
    return folded.translate(_SIMPLIFIED) if _HAN.search(folded) else folded


def runs(text: str) -> tuple[str, ...]:
    """Returns the folded runs of letters and digits of `text`, in order: words, or clauses in unspaced scripts."""
    return tuple(_RUN.findall(fold(text)))


def is_unspaced(part: str) -> bool:
    """True if the run `part` holds a character of a script that is written without spaces."""
    return _UNSPACED.search(part) is not None


def cut(parts: Sequence[str]) -> tuple[str, ...]:
    """Returns the words in the runs `parts`: scripts written without spaces are cut into single characters."""
    words: list[str] = []
    for part in parts:
        if part.isascii() or not is_unspaced(part):
            words.append(part)
        else:
            words.extend(_CHARACTER.findall(part))
    return tuple(words)


def tokens(text: str) -> tuple[str, ...]:
    """Returns the folded words of `text` in order; Chinese, Japanese, Thai and the like are cut into characters."""
    return cut(runs(text))


def word_grams(words: Sequence[str]) -> list[str]:
    """Returns `words` and their neighbouring pairs (joined by a space), with repetition."""
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


def letter_grams(parts: Sequence[str]) -> list[str]:
    """Returns the 2, 3 and 4 letters long pieces of every run in `parts`, with repetition; a space marks its ends."""
    grams: list[str] = []
    for part in parts:
        padded = f" {part} "
        length = len(padded)
        for size in _GRAM_SIZES:
            if length <= size:
                grams.append(padded)
                break
            grams.extend(padded[start : start + size] for start in range(length - size + 1))
    return grams


def sentences(text: str) -> tuple[str, ...]:
    """Returns the sentences and lines of the cleaned `text` that hold a word, in order."""
    return tuple(part.strip() for part in _SENTENCE_END.split(text) if _RUN.search(part))
