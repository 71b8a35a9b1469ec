"""Texts as Telegram keeps them: cleaned, trimmed, with entities in UTF-16 offsets.

Written after TDLib's `fix_formatted_text` (td/telegram/MessageEntity.cpp), which decides what a text becomes.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tests.telegram_server.errors import bad
from tests.telegram_server.markup_languages import parse_html, parse_markdown
from tests.telegram_server.words import words

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

Entity = dict[str, Any]


class Formatted(NamedTuple):
    """A text and its entities, sorted by where they begin."""

    text: str
    entities: list[Entity]


_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile(r"[\r\u2028-\u202e\u0333\u033f\u030a]")
_INVISIBLE = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u2060-\u206f\ufeff\ufffc\u2800\u3164]*")
_ENTITY_TYPES = words(
    """
    mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote
    expandable_blockquote code pre text_link text_mention custom_emoji
    """
)
_NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
_FOUND = (
    ("url", re.compile(r"(?:https?://|www\.)[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<!\w)@\w{4,32}\b")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d_]\w*")),
)


def formatted(text: str, entities: list[Entity] | None, parse_mode: str | None, *, limit: int, what: str) -> Formatted:
    """What Telegram makes of a bot's text or caption: parsed, cleaned, checked.

    `what` is "message" or "message caption". Raises ApiError 400 in Telegram's words. A caption may be empty.
    """
    _check_encoding(text)
    if parse_mode:
        text, entities = _parsed(text, parse_mode)
    result = cleaned(text, entities or [])
    if len(result.text) > limit:
        raise bad(f"{what} is too long")
    if what == "message" and not result.text:
        raise bad("message text is empty" if not text else "text must be non-empty")
    return result


def cleaned(text: str, entities: list[Entity]) -> Formatted:
    """Control characters out, ends trimmed, empty entities dropped, links and commands found."""
    for entity in entities:
        _check_entity(entity)
    sized = [entity for entity in entities if entity["length"] > 0]
    units = _check_bounds(text, sized)
    kept, moved = _without_removed(text)
    stripped = kept.rstrip(" \n")
    spans: list[tuple[Entity, int, int]] = []
    for entity in sized:
        start = moved[units[entity["offset"]]]
        end = min(moved[units[entity["offset"] + entity["length"]]], len(stripped))
        while start < end and stripped[start] in " \n":
            start += 1
        if start < end:
            spans.append((entity, start, end))
    # blanks in front go only as far as the first entity begins
    lead = min([len(stripped) - len(stripped.lstrip(" \n")), *(start for _, start, _ in spans)])
    result = stripped[lead:]
    if _INVISIBLE.fullmatch(result):
        return Formatted("", [])
    placed = [entity | _span(stripped, lead, start, end) for entity, start, end in spans]
    return Formatted(result, _sorted(placed + _found(result, placed)))


def utf16_length(text: str) -> int:
    """How long a text is in UTF-16 code units, as entity offsets count."""
    return len(text.encode("utf-16-le")) // 2


def _parsed(text: str, parse_mode: str) -> tuple[str, list[Entity]]:
    mode = parse_mode.lower()
    if mode == "html":
        return parse_html(text)
    if mode == "markdownv2":
        return parse_markdown(text)
    raise bad("unsupported parse_mode")


def _check_encoding(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None


def _check_entity(entity: Entity) -> None:
    kind = entity["type"]
    if kind not in _ENTITY_TYPES:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    needed = _NEEDS.get(kind)
    if needed and not entity.get(needed):
        raise bad(f"can't parse MessageEntity: Can't find field \"{needed}\"")
    if not 0 <= entity["offset"] <= 1_000_000:
        raise bad(f"receive an entity with incorrect offset {entity['offset']}")
    if not 0 <= entity["length"] <= 1_000_000:
        raise bad(f"receive an entity with incorrect length {entity['length']}")


def _check_bounds(text: str, entities: list[Entity]) -> dict[int, int]:
    """Maps every UTF-16 offset that begins a character, and the end, to its index; refuses entities elsewhere."""
    units: dict[int, int] = {}
    position = 0
    for index, character in enumerate(text):
        units[position] = index
        position += 2 if character > "\uffff" else 1
    units[position] = len(text)
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if start > position:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {start}")
        if end > position:
            raise bad(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
            )
        if start not in units:
            raise bad(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {start}")
        if end not in units:
            raise bad(
                f"entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol at UTF-16 offset {end}"
            )
    return units


def _without_removed(text: str) -> tuple[str, list[int]]:
    """The text without the characters Telegram removes, and where each old index (and the end) now lies."""
    kept: list[str] = []
    moved: list[int] = []
    for character in text:
        moved.append(len(kept))
        if not _REMOVED.match(character):
            kept.append(_CONTROL.sub(" ", character))
    moved.append(len(kept))
    return "".join(kept), moved


def _span(text: str, lead: int, start: int, end: int) -> Entity:
    return {"offset": utf16_length(text[lead:start]), "length": utf16_length(text[start:end])}


def _found(text: str, placed: list[Entity]) -> list[Entity]:
    """Links, addresses, commands, mentions and hashtags, where no entity stands yet (bold and the like may)."""
    taken = [entity for entity in placed if entity["type"] in ("code", "pre", "text_link", "text_mention", "url")]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            entity = {"type": kind, **_span(text, 0, match.start(), match.end())}
            if not any(_overlap(entity, other) for other in taken):
                found.append(entity)
                taken.append(entity)
    return found


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def _sorted(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"], entity["type"]))
