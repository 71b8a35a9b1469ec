"""What translators get and give back: nothing is lost on the way, and nothing faulty comes in."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from babel.messages.pofile import read_po, write_po
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content import add_language, check, export_translations, import_translations, load, status
from bot.content.units import _dump
from bot.errors import KnowledgeError
from tests.content.factory import Folder
from tests.content.test_guides import guided

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from babel.messages.catalog import Message

APPROVED = date(2026, 12, 1)
MOVE_SHORT = "arrival/entries/move/short"


def translated(text: str, change: Callable[[Message], str | None]) -> str:
    """The PO file after a translator's work: `change` gives new words, or None to leave them."""
    catalogue = read_po(io.StringIO(text))
    for message in catalogue:
        if message.id and (words := change(message)) is not None:
            message.string = words
            message.flags.discard("fuzzy")
    written = io.BytesIO()
    write_po(written, catalogue, width=0)
    return written.getvalue().decode("utf-8")


def take(root: Path, text: str, code: str = "da", **fields: Any) -> Any:
    return import_translations(root, code, text, shown="da.po", **fields)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.yaml")}


@pytest.mark.parametrize("folder", [Folder, guided])
def test_an_untouched_file_changes_nothing(tmp_path: Path, folder: Callable[[], Folder]) -> None:
    root = folder().write(tmp_path)
    before = files(root)
    done = take(root, export_translations(root, "da"))
    assert (done.files, done.changed, done.empty) == ((), 0, 0)
    assert files(root) == before


def test_one_changed_text_changes_one_entry(tmp_path: Path) -> None:
    root = guided().write(tmp_path)
    words = "Sig til. Frist: {fact:limit}, pris {fact:fee}, [lov]({fact:law-page})."
    before = load(root)
    text = translated(export_translations(root, "da"), lambda one: words if one.context == MOVE_SHORT else None)
    assert take(root, text, approved=APPROVED).files == ("da/arrival.yaml",)
    after = load(root)
    assert after.entries["move"].texts["da"].short == words
    assert after.entries["move"].texts["da"].phrases == before.entries["move"].texts["da"].phrases
    assert after.entries["doctor"] == before.entries["doctor"]
    assert dict(after.facts["law-page"].names) == dict(before.facts["law-page"].names)


def test_a_changed_text_must_be_approved(tmp_path: Path) -> None:
    root = Folder().write(tmp_path)
    title = "arrival/entries/move/title"
    take(root, translated(export_translations(root, "da"), lambda one: "Flyt" if one.context == title else None))
    (fault,) = check(root)
    assert (fault.path, fault.entry) == ("knowledge/da/arrival.yaml", "move")
    assert "approved: the text of an approved entry needs a date" in fault.reason


def test_a_source_that_changed_is_fuzzy_until_the_translator_says_it_holds(tmp_path: Path) -> None:
    root = Folder().put("en/arrival.yaml", "entries", "move", "title", value="Moved").write(tmp_path)
    text = export_translations(root, "da")
    assert "#, fuzzy" in text
    assert take(root, text).changed == 0
    assert status(root, APPROVED).languages[1].outdated == ("move",)
    take(root, translated(text, lambda one: str(one.string) if one.fuzzy else None), approved=APPROVED)
    assert status(root, APPROVED).languages[1].outdated == ()
    assert check(root) == ()


def test_a_translation_of_an_older_source_is_marked_as_outdated(tmp_path: Path) -> None:
    root = Folder().write(tmp_path)
    text = translated(
        export_translations(root, "da"), lambda one: "Flyt" if one.context == "arrival/entries/move/title" else None
    )
    Folder().put("en/arrival.yaml", "entries", "move", "title", value="Moved again").write(tmp_path)
    take(root, text, approved=APPROVED)
    assert status(root, APPROVED).languages[1].outdated == ("move",)


@pytest.mark.parametrize(
    ("context", "words", "reason"),
    [
        (MOVE_SHORT, "Kom.", "uses other facts than the source"),
        (MOVE_SHORT, "{fact:limit} {fact:fee} [x]({fact:law-page}) 5", "short: has a digit typed in it"),
        (MOVE_SHORT, "{fact:limit} {fact:fee} [x](https://a.example)", "short: has a link to"),
        ("guides/grants/rules/travel-age", "Ung.", "travel-age: uses other facts than the source"),
    ],
)
def test_a_faulty_translation_is_refused_whole(tmp_path: Path, context: str, words: str, reason: str) -> None:
    root = guided().write(tmp_path)
    before = files(root)
    text = translated(export_translations(root, "da"), lambda one: words if one.context == context else "Nyt")
    with pytest.raises(KnowledgeError) as refused:
        take(root, text)
    assert any(reason in fault.reason and fault.line for fault in refused.value.faults)
    assert files(root) == before


def test_a_text_that_there_is_not(tmp_path: Path) -> None:
    root = Folder().write(tmp_path)
    text = export_translations(root, "da").replace(MOVE_SHORT, "arrival/entries/nothing/short")
    with pytest.raises(KnowledgeError) as refused:
        take(root, text)
    assert "there is no text called “arrival/entries/nothing/short”" in refused.value.faults[0].reason


@pytest.mark.parametrize("text", ['msgid "a', 'msgid "a"\nmsgstr "b" c', "hello"])
def test_a_file_that_is_no_po(tmp_path: Path, text: str) -> None:
    root = Folder().write(tmp_path)
    with pytest.raises(KnowledgeError, match="faulty knowledge"):
        take(root, text)


@pytest.mark.parametrize("code", ["en", "xx"])
def test_a_language_that_cannot_be_translated_to(tmp_path: Path, code: str) -> None:
    root = Folder().write(tmp_path)
    with pytest.raises(LookupError, match="not a language to translate to; there are da, pl"):
        export_translations(root, code)


# ---- a new language --------------------------------------------------------------------------------------


def _into(code: str) -> Callable[[Message], str]:
    def words(message: Message) -> str:
        source = str(message.id)
        return "\n".join(f"{code}{line}" if line[:1].isalpha() else line for line in source.split("\n"))

    return words


@pytest.mark.parametrize("folder", [Folder, guided])
def test_a_new_language_from_skeleton_to_offer(tmp_path: Path, folder: Callable[[], Folder]) -> None:
    root = folder().write(tmp_path)
    language = add_language(root, "sv", locale="sv_SE")
    assert (language.name, language.direction, language.locale, language.offered) == ("svenska", "ltr", "sv_SE", False)
    assert check(root) == ()
    assert status(root, APPROVED).languages[-1].missing == ("move", "doctor")
    take(root, translated(export_translations(root, "sv"), _into("sv")), "sv", approved=APPROVED)
    path = root / "languages.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("preparing", "offered"), encoding="utf-8")
    assert check(root) == ()
    knowledge = load(root)
    assert knowledge.languages["sv"].offered
    assert knowledge.entries["move"].texts["sv"].title == "sv" + knowledge.entries["move"].texts["en"].title
    assert knowledge.kinds["sv"].keys() == knowledge.kinds["en"].keys()
    assert take(root, export_translations(root, "sv"), "sv").changed == 0


def test_an_offered_language_needs_everything(tmp_path: Path) -> None:
    root = Folder().write(tmp_path)
    add_language(root, "ar")
    path = root / "languages.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("preparing", "offered"), encoding="utf-8")
    missing = {fault.path for fault in check(root)}
    assert {f"knowledge/ar/{name}.yaml" for name in ("names", "kinds", "danger", "arrival", "health")} <= missing


def test_a_right_to_left_language(tmp_path: Path) -> None:
    assert add_language(Folder().write(tmp_path), "ur").direction == "rtl"


@pytest.mark.parametrize(("code", "reason"), [("da", "there already"), ("xq", "no locale"), ("english", "no locale")])
def test_a_language_that_cannot_be_added(tmp_path: Path, code: str, reason: str) -> None:
    root = Folder().write(tmp_path)
    before = files(root)
    with pytest.raises(LookupError, match=reason):
        add_language(root, code)
    assert files(root) == before


# ---- the files that are written --------------------------------------------------------------------------


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text("ab", min_size=1), st.text(st.characters(exclude_categories=["C"]), max_size=300)))
def test_every_text_comes_back_as_it_was(content: dict[str, str]) -> None:
    assert yaml.safe_load(_dump(dict(content))) == content


def test_many_lines_come_back_as_they_were() -> None:
    words = "First.\n\n1. One: “two” # three\n- yes\n"
    assert yaml.safe_load(_dump({"answer": words})) == {"answer": words}
