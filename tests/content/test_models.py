from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.content import schemas
from bot.content.formats import FILE_MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, model in [("file", schema), *schema.get("$defs", {}).items()]:
        for field, described in model.get("properties", {}).items():
            yield name, field, described


def test_a_schema_for_each_kind_of_file() -> None:
    assert set(schemas()) == set(FILE_MODELS)
    folders = {"facts", "entries", "questions", "grants", "cities", "checklists"}
    words = {"texts", "names", "guides", "answers", "terms", "kinds", "danger"}
    assert (
        set(schemas())
        == {"languages", "departments", "sources", "thresholds", "staff_phrases", "staff_words"} | folders | words
    )


def test_schemas_are_json_and_always_the_same() -> None:
    assert json.dumps(schemas()) == json.dumps(schemas())


def test_unknown_fields_are_refused_in_every_schema() -> None:
    for schema in schemas().values():
        for model in [schema, *schema.get("$defs", {}).values()]:
            if model.get("type") == "object" and "properties" in model:
                assert model["additionalProperties"] is False


def test_fields_are_called_as_in_the_files() -> None:
    found = {(name, field) for schema in schemas().values() for name, field, _ in fields(schema)}
    assert ("SourceRow", "copy") in found
    assert ("TextRow", "translated_from") in found


def test_every_field_is_described_for_its_editors() -> None:
    assert [
        (name, field)
        for schema in schemas().values()
        for name, field, described in fields(schema)
        if "description" not in described
    ] == []
