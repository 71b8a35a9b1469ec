"""Everything that depends on the language: the interface's sentences, and how values are written."""

from bot.i18n.catalogues import Translator, check_catalogues, update_catalogues
from bot.i18n.days import read_day
from bot.i18n.formats import (
    fact_text,
    format_count,
    format_day,
    format_duration,
    format_lasting,
    format_moment,
    format_money,
    format_percent,
    format_phone,
    format_when,
    list_join,
)
from bot.i18n.language_names import language_names

__all__ = [
    "Translator",
    "check_catalogues",
    "fact_text",
    "format_count",
    "format_day",
    "format_duration",
    "format_lasting",
    "format_moment",
    "format_money",
    "format_percent",
    "format_phone",
    "format_when",
    "language_names",
    "list_join",
    "read_day",
    "update_catalogues",
]
