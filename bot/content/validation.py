"""Checks one document against its model, says every misfit in plain words, and saves the items that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bot.content.reading import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

    from bot.content.reading import Document, Key
    from bot.errors import Fault

Model = TypeVar("Model", bound=BaseModel)

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Validated(Generic[Model]):
    """`content` without the items that do not fit (None if nothing is left), their ids, and the faults."""

    content: Model | None
    broken: frozenset[str]
    faults: tuple[Fault, ...]


def validate(document: Document, model: type[Model]) -> Validated[Model]:
    """Returns `document` as `model`. A misfit inside an item (`file[key][index or key]`) costs only that item."""
    try:
        return Validated(model.model_validate(document.value), frozenset(), ())
    except ValidationError as error:
        details = error.errors(include_url=False)
    faults: dict[tuple[Key, ...], Fault] = {}
    for detail in details:
        keys = _resolve(document.value, detail)
        faults.setdefault(keys, _fault(document, detail, keys))
    broken = {item_name(document.value, detail["loc"]) for detail in details} - {""}
    return Validated(_salvage(document.value, model, details), frozenset(broken), tuple(faults.values()))


def item_name(value: object, keys: Sequence[Key]) -> str:
    """Returns what the item under `keys` is called: its key, its id or its term; "" for the file itself."""
    if len(keys) < 2 or not isinstance(value, dict):
        return ""
    group, item = value.get(keys[0]), keys[1]
    if isinstance(item, str):
        return item if isinstance(group, dict) else ""
    found = group[item] if isinstance(group, list) and item < len(group) else None
    if not isinstance(found, dict):
        return str(keys[0])
    names = (found.get(name) for name in ("id", "code", "term"))
    return next((name for name in names if isinstance(name, str)), f"{keys[0]}[{item}]")


def _resolve(value: object, detail: ErrorDetails) -> tuple[Key, ...]:
    """Returns the keys of `detail` that exist in the file, without pydantic's own names of union members."""
    keys: list[Key] = []
    for key in detail["loc"]:
        inside_mapping = isinstance(value, dict) and key in value
        inside_list = isinstance(value, list) and isinstance(key, int) and key < len(value)
        if inside_mapping or inside_list:
            value = value[key]  # type: ignore[index]  # one of the two cases above
            keys.append(key)
    if detail["type"] == "missing":
        keys.append(detail["loc"][-1])
    return tuple(keys)


def _fault(document: Document, detail: ErrorDetails, keys: tuple[Key, ...]) -> Fault:
    place = Place(document, (), item_name(document.value, keys))
    field = ".".join(str(key) for key in (keys[2:] if len(keys) > 2 else keys[-1:]))
    return place.fault(_reason(detail, field), *keys)


def _reason(detail: ErrorDetails, field: str) -> str:
    kind = detail["type"]
    if kind == "missing":
        return f"lacks the field “{field}”"
    if kind == "extra_forbidden":
        return f"has an unknown field “{field}”"
    if kind.startswith("union_tag"):
        return f"type: {detail['msg']}"
    if kind == "none_required":
        return f"{field}: must be left out: the type has none"
    message = detail["msg"].removeprefix("Input ").removeprefix("String ").removeprefix("Value error, ")
    if kind == "value_error" and isinstance(detail["input"], dict):  # about a whole row; it names the field itself
        return message if field.isdecimal() else f"{field}: {message}"
    shown = repr(detail["input"])
    return f"{field}: {message}, not {shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}"


def _salvage(value: object, model: type[Model], details: list[ErrorDetails]) -> Model | None:
    places = {detail["loc"][:2] for detail in details}
    if not isinstance(value, dict) or any(len(place) < 2 for place in places):
        return None
    try:
        return model.model_validate({group: _without(group, items, places) for group, items in value.items()})
    except ValidationError:  # too little is left, such as a list that may not be empty
        return None


def _without(group: str, items: object, places: set[tuple[Key, ...]]) -> object:
    if isinstance(items, dict):
        return {key: item for key, item in items.items() if (group, key) not in places}
    if isinstance(items, list):
        return [item for index, item in enumerate(items) if (group, index) not in places]
    return items
