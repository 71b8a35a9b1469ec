"""Turns the checked staff phrases, with their words, into frozen values."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.core.staff_phrases import StaffDocument, StaffPhrase, StaffPhrases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.content.draft import Draft
    from bot.content.staff_models import StaffDocumentRow, StaffPhraseRow


def build_staff_phrases(draft: Draft) -> StaffPhrases:
    """Returns the staff phrases of `draft`, which must have been checked."""
    phrases = {name: _phrase(draft, row.item) for name, row in draft.staff_phrases.items()}
    documents = {name: _document(draft, row.item) for name, row in draft.staff_documents.items()}
    return StaffPhrases(MappingProxyType(phrases), MappingProxyType(documents))


def _phrase(draft: Draft, row: StaffPhraseRow) -> StaffPhrase:
    said = {code: file.item.phrases for code, file in draft.staff_words.items()}
    return StaffPhrase(row.id, MappingProxyType(dict(row.blanks)), row.waits, _words(said, row.id))


def _document(draft: Draft, row: StaffDocumentRow) -> StaffDocument:
    said = {code: file.item.documents for code, file in draft.staff_words.items()}
    return StaffDocument(row.id, _words(said, row.id), tuple(row.also))


def _words(said: Mapping[str, Mapping[str, str]], name: str) -> Mapping[str, str]:
    return MappingProxyType({code: words[name].strip() for code, words in said.items() if name in words})
