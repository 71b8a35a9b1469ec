"""The interface's sentences in every language, read from the catalogues and kept in line with `bot/messages/`.

The language is always an argument. A language or a sentence that is missing raises; nothing falls back in silence.
"""

from __future__ import annotations

import gettext
import io
import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.messages import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.errors import Fault, KnowledgeError
from bot.i18n.formats import format_count, locale_of
from bot.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from bot.core.model import Language
    from bot.messages import Message

Argument = str | int

_PO_LINE = re.compile(r'(?P<keyword>msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)?\s*"(?P<text>(?:[^"\\]|\\.)*)"')
_COUNT_SAMPLES = 210  # plural rules look at the last two digits; two rounds tell any two rules apart
_HEADER = """msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


# ---- sentences -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sentences:
    """One language: key -> the sentence's forms (one, or one for each plural form), and which form a count takes."""

    language: Language
    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Translator:
    """All interface sentences of all languages, checked when they were read."""

    languages: Mapping[str, _Sentences]

    @classmethod
    def load(
        cls, folder: Path, languages: Iterable[Language], *, messages: Mapping[str, Message] = MESSAGES
    ) -> Translator:
        """Reads `folder`/<code>/LC_MESSAGES/bot.po of each language; raises KnowledgeError with all faults."""
        faults: list[Fault] = []
        found: dict[str, _Sentences] = {}
        for language in languages:
            catalogue, problems = _read(folder, language)
            faults += problems
            if catalogue is not None:
                faults += _catalogue_faults(folder, language, catalogue, messages)
                found[language.code] = _sentences(language, catalogue, messages)
        if faults:
            raise KnowledgeError(tuple(faults))
        return cls(found)

    def sentence(self, language: str, key: str, /, **args: Argument) -> str:
        """Returns the sentence `key` (of `bot/messages/`) in the language with the code `language`.

        `args` are its named placeholders. `count`, a whole number, chooses the plural form and is written as the
        language writes numbers; other numbers are written digit by digit. Raises LookupError for an unknown
        language or key and for an argument that is missing.
        """
        sentences = self.languages.get(language)
        if sentences is None or key not in sentences.forms:
            raise LookupError(f"no sentence {key!r} in the language {language!r}")
        forms, shown = sentences.forms[key], {name: str(value) for name, value in args.items()}
        form = forms[0]
        if isinstance(count := args.get("count"), int):
            shown["count"] = format_count(count, sentences.language)
            form = forms[sentences.plural(count)] if len(forms) > 1 else form
        elif len(forms) > 1:
            raise LookupError(f"the sentence {key!r} needs a whole number as its argument count")
        return form.format_map(shown)


def check_catalogues(
    folder: Path, languages: Iterable[Language], *, messages: Mapping[str, Message] = MESSAGES
) -> tuple[Fault, ...]:
    """Returns every fault of the catalogues below `folder` (locales/), sorted; () if they are sound.

    Faults: a missing or malformed file; a sentence that is missing, empty, fuzzy, stale or there twice; placeholders
    other than the source's; plural forms other than the language's.
    """
    faults: list[Fault] = []
    for language in languages:
        catalogue, problems = _read(folder, language)
        faults += problems
        if catalogue is not None:
            faults += _catalogue_faults(folder, language, catalogue, messages)
    return tuple(sorted(faults))


def update_catalogues(
    folder: Path,
    languages: Iterable[Language],
    *,
    source: str = "en",
    messages: Mapping[str, Message] = MESSAGES,
) -> tuple[str, ...]:
    """Brings the catalogues below `folder` in line with `messages`; returns the paths of the files that changed.

    New sentences are added empty (in the language `source`: with their own words), stale ones dropped, translations
    and translators' comments kept. The order is that of `messages`; no dates are written. Raises KnowledgeError if
    a file is malformed, and then writes nothing.
    """
    faults: list[Fault] = []
    texts: dict[Path, str] = {}
    for language in languages:
        path = _path(folder, language)
        old, problems = _read(folder, language) if path.is_file() else (None, [])
        faults += problems
        texts[path] = _catalogue_text(language, old, messages, filled=language.code == source)
    if faults:
        raise KnowledgeError(tuple(faults))
    changed = []
    for path, text in texts.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(_shown(folder, path))
    return tuple(changed)


def _path(folder: Path, language: Language) -> Path:
    return folder / language.code / "LC_MESSAGES" / "bot.po"


def _shown(folder: Path, path: Path) -> str:
    return path.resolve().relative_to(folder.resolve().parent).as_posix()


def _read(folder: Path, language: Language) -> tuple[Catalog | None, list[Fault]]:
    path = _path(folder, language)
    shown = _shown(folder, path)
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None, [Fault(shown, "", "the file is missing")]
    except (OSError, UnicodeDecodeError) as error:
        return None, [Fault(shown, "", f"cannot be read as UTF-8: {getattr(error, 'strerror', None) or error}")]
    if faults := [Fault(shown, "", reason, line) for line, reason in _malformed(text)]:
        return None, faults
    try:
        return read_po(io.StringIO(text), locale=locale_of(language.locale), abort_invalid=True), []
    except (PoFileError, ValueError, IndexError) as error:
        line = error.lineno + 1 if isinstance(error, PoFileError) else None
        return None, [Fault(shown, "", f"is malformed: {error}", line)]


def _malformed(text: str) -> Iterator[tuple[int, str]]:
    """Yields line and reason of what Babel's reader forgives: broken quotes, stray words, a sentence twice."""
    seen: dict[str, int] = {}
    msgid, begun = None, 0
    for number, line in enumerate([*text.splitlines(), 'msgstr ""'], start=1):
        if not line.strip() or line.startswith("#"):
            continue
        part = _PO_LINE.fullmatch(line.strip())
        if part is None:
            yield number, "is malformed: a keyword and a text in quotation marks are expected"
            continue
        if part["keyword"] == "msgid":
            msgid, begun = "", number
        elif part["keyword"] is not None and msgid is not None:
            if (first := seen.setdefault(msgid, begun)) != begun:
                yield begun, f"has the sentence of line {first} again"
            msgid = None
        if msgid is not None:
            msgid += part["text"]


def _catalogue_faults(
    folder: Path, language: Language, catalogue: Catalog, messages: Mapping[str, Message]
) -> Iterator[Fault]:
    shown = _shown(folder, _path(folder, language))
    wanted = get_plural(locale_of(language.locale))
    if not _same_plural(catalogue, wanted.num_plurals, wanted.plural_expr):
        yield Fault(shown, "", f"the plural forms must be: {wanted.plural_forms}")
    for key, message in messages.items():
        found = catalogue.get(message.msgid)
        if found is None:
            yield Fault(shown, key, "the sentence is missing")
            continue
        line = found.lineno
        if found.fuzzy:
            yield Fault(shown, key, "the translation is marked as fuzzy", line)
        if found.id != _identity(message):
            yield Fault(shown, key, "msgid_plural differs from the source", line)
            continue
        for reason in _form_faults(message, _strings(found.string), wanted.num_plurals):
            yield Fault(shown, key, reason, line)
    known = {message.msgid for message in messages.values()}
    for entry in catalogue:
        msgid = entry.id if isinstance(entry.id, str) else entry.id[0]
        if msgid and msgid not in known:
            yield Fault(shown, "", f"the sentence “{msgid}” is stale: the source has no such sentence", entry.lineno)


def _same_plural(catalogue: Catalog, count: int, expression: str) -> bool:
    if catalogue.num_plurals != count:
        return False
    ours, theirs = gettext.c2py(expression), gettext.c2py(catalogue.plural_expr)
    return all(ours(number) == theirs(number) for number in range(_COUNT_SAMPLES))


def _identity(message: Message) -> str | tuple[str, str]:
    return message.msgid if message.plural is None else (message.msgid, message.plural)


def _strings(found: str | Iterable[str] | None) -> tuple[str, ...]:
    return (found or "",) if isinstance(found, str) or found is None else tuple(found)


def _form_faults(message: Message, forms: tuple[str, ...], plurals: int) -> Iterator[str]:
    if message.plural is not None and len(forms) != plurals:
        yield f"has {len(forms)} plural forms, the language has {plurals}"
    wanted = _placeholders(message.msgid) | _placeholders(message.plural or "")
    optional = {"count"} if message.plural is not None else set()  # "one file" may say it in a word
    for form in forms:
        if not form.strip():
            yield "the translation is empty"
            continue
        try:
            names = _placeholders(form)
        except ValueError as error:
            yield f"has a broken placeholder: {error}"
            continue
        if not wanted - optional <= names <= wanted:
            yield f"has the placeholders {_listed(names)}, the source has {_listed(wanted)}"


def _placeholders(form: str) -> frozenset[str]:
    """Returns the names in braces; raises ValueError for anything but plain {name}."""
    found = []
    for _, name, spec, conversion in string.Formatter().parse(form):
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise ValueError(f"{{{name}}}")
        found.append(name)
    return frozenset(found)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def _sentences(language: Language, catalogue: Catalog, messages: Mapping[str, Message]) -> _Sentences:
    found = {key: catalogue.get(message.msgid) for key, message in messages.items()}
    forms = {key: _strings(entry.string) for key, entry in found.items() if entry is not None}
    return _Sentences(language, forms, gettext.c2py(get_plural(locale_of(language.locale)).plural_expr))


def _catalogue_text(language: Language, old: Catalog | None, messages: Mapping[str, Message], *, filled: bool) -> str:
    plural = get_plural(locale_of(language.locale))
    new = Catalog(locale=locale_of(language.locale))
    comments: dict[str, list[str]] = {}
    for key, message in messages.items():
        comments.setdefault(message.msgid, []).append(f"{key}: {message.comment}" if message.comment else key)
    for message in messages.values():
        identity = _identity(message)
        before = old.get(message.msgid) if old is not None else None
        if before is not None and before.id != identity:
            before = None  # the plural was changed, added or dropped: translate anew
        words = before.string if before is not None else _fresh(message, plural.num_plurals, filled=filled)
        new.add(
            identity,
            words,
            auto_comments=comments[message.msgid],
            user_comments=before.user_comments if before is not None else (),
            flags=["fuzzy"] if before is not None and before.fuzzy else (),
        )
    written = io.BytesIO()
    write_po(written, new, width=0, omit_header=True)
    header = _HEADER.format(code=language.code, plural=plural.plural_forms)
    return header + written.getvalue().decode("utf-8").rstrip("\n") + "\n"


def _fresh(message: Message, plurals: int, *, filled: bool) -> str | tuple[str, ...]:
    if message.plural is None:
        return message.msgid if filled else ""
    return (message.msgid, *[message.plural] * (plurals - 1)) if filled else ("",) * plurals
