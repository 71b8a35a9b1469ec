from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Basis, Fact, FactType, Language
from bot.errors import KnowledgeError
from bot.i18n import (
    Translator,
    check_catalogues,
    fact_text,
    format_count,
    format_day,
    format_duration,
    format_lasting,
    format_moment,
    format_money,
    format_percent,
    format_phone,
    list_join,
    update_catalogues,
)
from bot.messages import MESSAGES, Message

if TYPE_CHECKING:
    from pathlib import Path

EN = Language("en", "English", "ltr", "en_GB")
DA = Language("da", "Dansk", "ltr", "da_DK")
PL = Language("pl", "Polski", "ltr", "pl_PL")
AR = Language("ar", "العربية", "rtl", "ar_EG")
ZH = Language("zh", "中文", "ltr", "zh_Hans_CN")
TR = Language("tr", "Türkçe", "ltr", "tr_TR")
BY_CODE = {language.code: language for language in (EN, DA, PL, AR, ZH, TR)}

HELLO = {
    "hello": Message("Hello {name}.", comment="first words"),
    "files": Message("{count} file for {name}", "{count} files for {name}"),
    "bye": Message("Bye."),
}
PO_DA = """\
msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=n != 1;\\n"

msgid "Hello {name}."
msgstr "Hej {name}."

msgid "{count} file for {name}"
msgid_plural "{count} files for {name}"
msgstr[0] "én fil til {name}"
msgstr[1] "{count} filer til {name}"

msgid "Bye."
msgstr "Farvel."
"""
PO_PL = """\
msgid "Hello {name}."
msgstr "Cześć {name}."

msgid "{count} file for {name}"
msgid_plural "{count} files for {name}"
msgstr[0] "{count} plik dla {name}"
msgstr[1] "{count} pliki dla {name}"
msgstr[2] "{count} plików dla {name}"

msgid "Bye."
msgstr "Pa."
"""


def catalogues(parent: Path, **texts: str | bytes) -> Path:
    folder = parent / "locales"
    for code, text in texts.items():
        path = folder / code / "LC_MESSAGES" / "bot.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.fixture
def translator(tmp_path: Path) -> Translator:
    return Translator.load(catalogues(tmp_path, da=PO_DA, pl=PO_PL), (DA, PL), messages=HELLO)


# ---- sentences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "key", "args", "sentence"),
    [
        ("da", "hello", {"name": "Anna"}, "Hej Anna."),
        ("pl", "hello", {"name": "{x} %s"}, "Cześć {x} %s."),
        ("da", "hello", {"name": 118712}, "Hej 118712."),
        ("da", "bye", {}, "Farvel."),
        ("da", "files", {"count": 1, "name": "A"}, "én fil til A"),
        ("da", "files", {"count": 0, "name": "A"}, "0 filer til A"),
        ("da", "files", {"count": 1200, "name": "A"}, "1.200 filer til A"),
        ("pl", "files", {"count": 1, "name": "A"}, "1 plik dla A"),
        ("pl", "files", {"count": 3, "name": "A"}, "3 pliki dla A"),
        ("pl", "files", {"count": 5, "name": "A"}, "5 plików dla A"),
        ("pl", "files", {"count": 12, "name": "A"}, "12 plików dla A"),
        ("pl", "files", {"count": 22, "name": "A"}, "22 pliki dla A"),
    ],
)
def test_sentences(translator: Translator, language: str, key: str, args: dict[str, str | int], sentence: str) -> None:
    assert translator.sentence(language, key, **args) == sentence


@pytest.mark.parametrize(
    ("language", "key", "args"),
    [
        ("en", "hello", {"name": "A"}),
        ("da", "unknown", {}),
        ("da", "hello", {}),
        ("da", "files", {"name": "A"}),
        ("da", "files", {"count": "2", "name": "A"}),
    ],
)
def test_nothing_falls_back_in_silence(
    translator: Translator, language: str, key: str, args: dict[str, str | int]
) -> None:
    with pytest.raises(LookupError):
        translator.sentence(language, key, **args)


def test_placeholders_may_be_called_like_the_parameters(tmp_path: Path) -> None:
    messages = {"switch": Message("{language}: {key}, {self}")}
    folder = catalogues(tmp_path, da='msgid "{language}: {key}, {self}"\nmsgstr "{self} {key} {language}"\n')
    translator = Translator.load(folder, [DA], messages=messages)
    assert translator.sentence("da", "switch", language="a", key="b", self="c") == "c b a"


def test_two_keys_may_share_their_words(tmp_path: Path) -> None:
    messages = {"a": Message("Close"), "b": Message("Close")}
    translator = Translator.load(catalogues(tmp_path, da='msgid "Close"\nmsgstr "Luk"\n'), [DA], messages=messages)
    assert translator.sentence("da", "a") == translator.sentence("da", "b") == "Luk"


def test_faulty_catalogues_are_not_loaded(tmp_path: Path) -> None:
    folder = catalogues(tmp_path, da=PO_DA.replace("Farvel.", ""))
    with pytest.raises(KnowledgeError) as caught:
        Translator.load(folder, (DA, PL), messages=HELLO)
    assert caught.value.faults == check_catalogues(folder, (DA, PL), messages=HELLO)
    assert len(caught.value.faults) == 2


# ---- checking --------------------------------------------------------------------------------------------


def test_sound_catalogues_have_no_faults(tmp_path: Path) -> None:
    assert check_catalogues(catalogues(tmp_path, da=PO_DA, pl=PO_PL), (DA, PL), messages=HELLO) == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "reason"),
    [
        ('msgid "Bye."\nmsgstr "Farvel."\n', "", "bye", None, "the sentence is missing"),
        ('"Farvel."', '""', "bye", 13, "the translation is empty"),
        ('"Farvel."', '" "', "bye", 13, "the translation is empty"),
        ('"{count} filer til {name}"', '""', "files", 8, "the translation is empty"),
        ('msgid "Bye."', '#, fuzzy\nmsgid "Bye."', "bye", 14, "the translation is marked as fuzzy"),
        ('"Farvel."', '"Farvel {name}."', "bye", 13, "has the placeholders {name}, the source has none"),
        ('"Hej {name}."', '"Hej."', "hello", 5, "has the placeholders none, the source has {name}"),
        ('"Hej {name}."', '"Hej {navn}."', "hello", 5, "has the placeholders {navn}, the source has {name}"),
        ('"Hej {name}."', '"Hej {name!r}."', "hello", 5, "has a broken placeholder: {name}"),
        ('"Hej {name}."', '"Hej {name.x}."', "hello", 5, "has a broken placeholder: {name.x}"),
        ('"Hej {name}."', '"Hej {name."', "hello", 5, "has a broken placeholder: expected '}'"),
        ('"Hej {name}."', '"Hej {}."', "hello", 5, "has a broken placeholder: {}"),
        ("{count} filer til {name}", "filer", "files", 8, "has the placeholders none, the source has {count}, {name}"),
        ("{count} files for", "{count} papers for", "files", 8, "msgid_plural differs from the source"),
        ("nplurals=2; plural=n != 1", "nplurals=2; plural=n > 1", "", None, "must be: nplurals=2; plural=(n != 1);"),
        ("nplurals=2; plural=n != 1", "nplurals=1; plural=0", "", 8, "is malformed"),
        ('msgid "Bye."', 'msgid "Old."\nmsgstr "x"\n\nmsgid "Bye."', "", 13, "the sentence “Old.” is stale"),
        (
            'msgid "Bye."',
            'msgid "Hello {name}."\nmsgstr "x"\n\nmsgid "Bye."',
            "",
            13,
            "has the sentence of line 5 again",
        ),
        ('"Farvel."', '"Farvel.', "", 14, "is malformed"),
        ('msgid "Bye."', 'mgsid "Bye."', "", 13, "is malformed"),
    ],
)
def test_a_faulty_catalogue(tmp_path: Path, old: str, new: str, key: str, line: int | None, reason: str) -> None:
    assert old in PO_DA
    faults = check_catalogues(catalogues(tmp_path, da=PO_DA.replace(old, new)), [DA], messages=HELLO)
    assert (faults[0].path, faults[0].entry, faults[0].line) == ("locales/da/LC_MESSAGES/bot.po", key, line)
    assert reason in faults[0].reason
    assert len(faults) == 1


def test_a_language_needs_its_own_number_of_plural_forms(tmp_path: Path) -> None:
    two = PO_PL.replace('msgstr[2] "{count} plików dla {name}"\n', "")
    (fault,) = check_catalogues(catalogues(tmp_path, pl=two), [PL], messages=HELLO)
    assert (fault.entry, fault.reason) == ("files", "the translation is empty")


def test_too_many_plural_forms(tmp_path: Path) -> None:
    three = PO_DA.replace("nplurals=2; plural=n != 1", "nplurals=3; plural=n%3")
    faults = check_catalogues(catalogues(tmp_path, da=three), [DA], messages=HELLO)
    assert [fault.reason for fault in faults] == [
        "the plural forms must be: nplurals=2; plural=(n != 1);",
        "has 3 plural forms, the language has 2",
        "the translation is empty",
    ]


@pytest.mark.parametrize(("content", "reason"), [(None, "the file is missing"), (b"\xff", "cannot be read as UTF-8")])
def test_a_file_that_is_not_there_or_not_text(tmp_path: Path, content: bytes | None, reason: str) -> None:
    folder = catalogues(tmp_path, **({} if content is None else {"da": content}))
    (fault,) = check_catalogues(folder, [DA], messages=HELLO)
    assert fault.reason.startswith(reason)


# ---- updating --------------------------------------------------------------------------------------------


def test_a_new_catalogue_is_empty_but_for_the_source(tmp_path: Path) -> None:
    folder = tmp_path / "locales"
    assert update_catalogues(folder, (EN, PL), messages=HELLO) == (
        "locales/en/LC_MESSAGES/bot.po",
        "locales/pl/LC_MESSAGES/bot.po",
    )
    assert (folder / "pl/LC_MESSAGES/bot.po").read_text(encoding="utf-8") == (
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: pl\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n'
        "\n"
        "#. hello: first words\n"
        "#, python-brace-format\n"
        'msgid "Hello {name}."\n'
        'msgstr ""\n'
        "\n"
        "#. files\n"
        "#, python-brace-format\n"
        'msgid "{count} file for {name}"\n'
        'msgid_plural "{count} files for {name}"\n'
        'msgstr[0] ""\n'
        'msgstr[1] ""\n'
        'msgstr[2] ""\n'
        "\n"
        "#. bye\n"
        'msgid "Bye."\n'
        'msgstr ""\n'
    )
    assert check_catalogues(folder, [EN], messages=HELLO) == ()
    translator = Translator.load(folder, [EN], messages=HELLO)
    assert translator.sentence("en", "files", count=2, name="A") == "2 files for A"


def test_updating_twice_changes_nothing(tmp_path: Path) -> None:
    folder = catalogues(tmp_path, da=PO_DA, pl=PO_PL)
    assert len(update_catalogues(folder, (DA, PL), messages=HELLO)) == 2
    assert update_catalogues(folder, (DA, PL), messages=HELLO) == ()
    assert check_catalogues(folder, (DA, PL), messages=HELLO) == ()


def test_translations_comments_and_flags_are_kept(tmp_path: Path) -> None:
    text = (
        PO_DA.replace('msgid "Bye."', '# said when leaving\n#, fuzzy\nmsgid "Bye."')
        + '\n#~ msgid "Gone"\n#~ msgstr "x"\n'
    )
    folder = catalogues(tmp_path, da=text.replace('msgid "Hello', 'msgid "Old."\nmsgstr "Gammel."\n\nmsgid "Hello'))
    messages = {"bye": HELLO["bye"], "new": Message("New."), "hello": HELLO["hello"]}
    update_catalogues(folder, [DA], messages=messages)
    body = (folder / "da/LC_MESSAGES/bot.po").read_text(encoding="utf-8").split("\n\n", 1)[1]
    assert body == (
        "# said when leaving\n#. bye\n#, fuzzy\n"
        'msgid "Bye."\nmsgstr "Farvel."\n\n'
        '#. new\nmsgid "New."\nmsgstr ""\n\n'
        '#. hello: first words\n#, python-brace-format\nmsgid "Hello {name}."\nmsgstr "Hej {name}."\n'
    )


def test_a_changed_plural_is_translated_anew(tmp_path: Path) -> None:
    folder = catalogues(tmp_path, da=PO_DA)
    messages = {**HELLO, "files": Message("{count} file for {name}", "{count} papers for {name}")}
    update_catalogues(folder, [DA], messages=messages)
    faults = check_catalogues(folder, [DA], messages=messages)
    assert [(fault.entry, fault.reason) for fault in faults] == [("files", "the translation is empty")] * 2


def test_long_sentences_and_line_breaks_come_back_as_they_were(tmp_path: Path) -> None:
    messages = {"long": Message("word " * 60 + '"quoted"\nsecond line \\ end')}
    update_catalogues(tmp_path / "locales", [EN], messages=messages)
    translator = Translator.load(tmp_path / "locales", [EN], messages=messages)
    assert translator.sentence("en", "long") == messages["long"].msgid


def test_nothing_is_written_while_a_catalogue_is_malformed(tmp_path: Path) -> None:
    folder = catalogues(tmp_path, da="mgsid\n")
    with pytest.raises(KnowledgeError):
        update_catalogues(folder, (EN, DA), messages=HELLO)
    assert not (folder / "en").exists()


# ---- the project's own sentences -------------------------------------------------------------------------


def test_a_sentence_has_one_plural_wherever_it_is_used() -> None:
    plurals: dict[str, set[str | None]] = {}
    for message in MESSAGES.values():
        plurals.setdefault(message.msgid, set()).add(message.plural)
    assert [msgid for msgid, found in plurals.items() if len(found) > 1] == []


def test_the_projects_sentences_make_a_sound_catalogue(tmp_path: Path) -> None:
    update_catalogues(tmp_path / "locales", [EN])
    assert check_catalogues(tmp_path / "locales", [EN]) == ()


# ---- values ----------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Returns `text` with ordinary spaces for the no-break spaces of the locales."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("amount", "code", "text"),
    [
        (100, "en", "DKK 100"),
        (100, "da", "100 kr."),
        (100, "pl", "100 DKK"),
        (50000, "en", "DKK 50,000"),
        (50000, "da", "50.000 kr."),
        (50000, "pl", "50 000 DKK"),
        (99.5, "en", "DKK 99.50"),
        (99.5, "da", "99,50 kr."),
        (1e7, "da", "10.000.000 kr."),
        (0, "en", "DKK 0"),
        (100, "zh", "DKK 100"),
        (100, "ar", "\u200f100 DKK"),
    ],
)
def test_money(amount: float, code: str, text: str) -> None:
    assert plain(format_money(amount, BY_CODE[code])) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [("en", "24 November 2026"), ("da", "24. november 2026"), ("pl", "24 listopada 2026"), ("zh", "2026年11月24日")],
)
def test_days(code: str, text: str) -> None:
    assert plain(format_day(date(2026, 11, 24), BY_CODE[code])) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Monday, 30 November 2026 at 14:30"),
        ("da", "mandag den 30. november 2026 kl. 14.30"),
        ("pl", "poniedziałek, 30 listopada 2026 14:30"),
        ("ar", "الاثنين، 30 نوفمبر 2026 في 2:30 م"),
        ("zh", "2026年11月30日星期一 14:30"),
        ("tr", "30 Kasım 2026 Pazartesi 14:30"),
    ],
)
def test_moments(code: str, text: str) -> None:
    moment = datetime(2026, 11, 30, 14, 30, 59, tzinfo=ZoneInfo("Europe/Copenhagen"))
    assert plain(format_moment(moment, BY_CODE[code])) == text


@pytest.mark.parametrize(("hour", "text"), [(22, "Sunday, 29 November 2026 at 22:05"), (0, "at 00:05")])
def test_a_moment_is_shown_as_in_its_own_time_zone(hour: int, text: str) -> None:
    assert text in format_moment(datetime(2026, 11, 29, hour, 5, tzinfo=ZoneInfo("America/New_York")), EN)


@pytest.mark.parametrize(
    ("value", "unit", "code", "text"),
    [
        (1, "month", "en", "1 month"),
        (3, "month", "en", "3 months"),
        (3, "month", "da", "3 måneder"),
        (1, "day", "da", "1 dag"),
        (3, "month", "pl", "3 miesiące"),
        (5, "month", "pl", "5 miesięcy"),
        (1.5, "hour", "da", "1,5 time"),
        (24, "hour", "pl", "24 godziny"),
        (3, "month", "zh", "3个月"),
        (3, "day", "tr", "3 gün"),
        (3, "month", "ar", "3 أشهر"),
        (1, "week", "ar", "أسبوع"),
        (2, "week", "ar", "أسبوعان"),
        (11, "week", "ar", "11 أسبوعًا"),
    ],
)
def test_durations(value: float, unit: str, code: str, text: str) -> None:
    assert plain(format_duration(value, unit, BY_CODE[code])) == text


def test_an_unknown_unit_raises() -> None:
    with pytest.raises(LookupError):
        format_duration(3, "fortnight", EN)


@pytest.mark.parametrize(
    ("seconds", "code", "text"),
    [
        (0, "en", "1 minute"),
        (61, "en", "2 minutes"),
        (7199, "en", "120 minutes"),
        (7200, "en", "2 hours"),
        (7201, "da", "3 timer"),
        (172_799, "pl", "48 godzin"),
        (172_800, "pl", "2 dni"),
        (200_000, "ar", "3 أيام"),
    ],
)
def test_how_long_something_lasted(seconds: int, code: str, text: str) -> None:
    assert plain(format_lasting(seconds, BY_CODE[code])) == text


@pytest.mark.parametrize(("code", "text"), [("en", "1,200"), ("da", "1.200"), ("pl", "1 200")])
def test_counts(code: str, text: str) -> None:
    assert plain(format_count(1200, BY_CODE[code])) == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (55, "en", "55%"),
        (55, "da", "55 %"),
        (55, "pl", "55%"),
        (55, "tr", "%55"),
        (12.5, "en", "12.5%"),
        (12.5, "da", "12,5 %"),
        (0.07, "en", "0.07%"),
        (100, "en", "100%"),
    ],
)
def test_percentages(value: float, code: str, text: str) -> None:
    assert plain(format_percent(value, BY_CODE[code])) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("+4544772000", "+45 44 77 20 00"), ("112", "112"), ("1813", "1813"), ("+48221234567", "+48 22 123 45 67")],
)
def test_phone_numbers(number: str, text: str) -> None:
    assert format_phone(number) == text


@pytest.mark.parametrize(
    ("items", "code", "text"),
    [
        (["a", "b", "c"], "en", "a, b and c"),
        (["a", "b", "c"], "da", "a, b og c"),
        (["a", "b"], "pl", "a i b"),
        (["a"], "en", "a"),
        ([], "en", ""),
    ],
)
def test_lists(items: list[str], code: str, text: str) -> None:
    assert list_join(items, BY_CODE[code]) == text


def fact(kind: FactType, value: float | str | date | None, unit: str | None = None, **names: str) -> Fact:
    return Fact("it", kind, value, unit, names, None, Basis.READ, None, None)


@pytest.mark.parametrize(
    ("given_fact", "text"),
    [
        (fact(FactType.MONEY, 1200), "1.200 kr."),
        (fact(FactType.DATE, date(2014, 8, 25)), "25. august 2014"),
        (fact(FactType.DURATION, 2, "week"), "2 uger"),
        (fact(FactType.COUNT, 1200), "1.200"),
        (fact(FactType.PERCENT, 55), "55 %"),
        (fact(FactType.PHONE, "+4544772000"), "+45 44 77 20 00"),
        (fact(FactType.EMAIL, "a@b.example"), "a@b.example"),
        (fact(FactType.ADDRESS, "Hold-an Vej 7, 2750 Ballerup"), "Hold-an Vej 7, 2750 Ballerup"),
        (fact(FactType.CODE, "04.063"), "04.063"),
        (fact(FactType.URL, "https://a.example", da="siden"), "siden"),
        (fact(FactType.TEXT, None, da="Prag 10"), "Prag 10"),
    ],
)
def test_facts_read_as_their_type_says(given_fact: Fact, text: str) -> None:
    assert plain(fact_text(given_fact, DA)) == text


def test_every_type_of_fact_can_be_written() -> None:
    shown: dict[FactType, date | int] = {
        FactType.DATE: date(2026, 1, 1),
        FactType.MONEY: 1,
        FactType.COUNT: 1,
        FactType.PERCENT: 1,
        FactType.DURATION: 3,
    }
    for kind in FactType:
        value = shown.get(kind, "1")
        assert fact_text(fact(kind, value, "day" if kind is FactType.DURATION else None, en="name"), EN)


@pytest.mark.parametrize("kind", [FactType.TEXT, FactType.URL])
def test_a_name_that_is_missing_raises(kind: FactType) -> None:
    with pytest.raises(LookupError):
        fact_text(fact(kind, "https://a.example", da="siden"), PL)


def test_an_unknown_locale_raises() -> None:
    with pytest.raises(LookupError):
        format_count(1, Language("xx", "X", "ltr", "xx_YY"))


@given(st.floats(0, 1e9, allow_nan=False), st.sampled_from(list(BY_CODE.values())))
def test_amounts_always_carry_their_currency(amount: float, language: Language) -> None:
    text = format_money(amount, language)
    assert ("kr." if language is DA else "DKK") in text
