"""The wish for a language, by its name in any language."""

from __future__ import annotations

import pytest

from bot.core.wishes import wished_language
from bot.i18n import language_names

LOCALES = ("en_GB", "da_DK", "pl_PL", "uk_UA", "de_DE", "ro_RO", "tr_TR", "ar_001", "zh_Hans", "cs_CZ")
OFFERED = ("en", "da", "pl", "uk", "de", "ro", "tr", "ar", "zh", "cs")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("speak Polish", "pl"),
        ("can you speak english please?", "en"),
        ("po polsku proszę", "pl"),
        ("Dansk tak", "da"),
        ("kan du tale dansk", "da"),
        ("auf Deutsch bitte", "de"),
        ("українською будь ласка", "uk"),
        ("în română vă rog", "ro"),
        ("Türkçe lütfen", "tr"),
        ("بالعربية من فضلك", "ar"),
        ("请说中文", "zh"),
        ("česky prosím", "cs"),
        ("speak Swahili", "sw"),
        ("speak French", "fr"),
        ("I want to learn Danish", None),
        ("danish lessons", None),
        ("where can I get Danish classes in the evening near me", None),
        ("is the letter in English or in Danish?", None),
        ("even", None),
        ("hello", None),
        ("", None),
    ],
)
def test_a_wish(text: str, wanted: str | None) -> None:
    assert wished_language(text, language_names(LOCALES), OFFERED) == wanted
