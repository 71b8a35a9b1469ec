"""The formats of staff-phrases.yaml and <language>/staff-phrases.yaml, as pydantic models."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.content.models import Id, Line, Strict, Words
from bot.core.staff_phrases import BlankType

BlankName = Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
BlankKind = Annotated[BlankType, Field(strict=False)]


class StaffPhraseRow(Strict):
    """A sentence that staff choose; its words stand in <language>/staff-phrases.yaml."""

    id: Id = Field(description="kebab-case id, which staff type")
    blanks: dict[BlankName, BlankKind] = Field(
        default_factory=dict, description="what staff fill in, by the name that stands in braces in the words"
    )
    waits: bool = Field(False, description="true if it asks for something, so that the case waits for the resident")


class StaffDocumentRow(Strict):
    """A paper that staff ask for; its names stand in <language>/staff-phrases.yaml."""

    id: Id = Field(description="kebab-case id")
    also: list[Line] = Field(default_factory=list, description="other Danish or English words that staff type for it")


class StaffPhrasesFile(Strict):
    """staff-phrases.yaml: sentences with blanks for staff, and the documents that may stand in them."""

    phrases: list[StaffPhraseRow] = Field(description="in the order in which staff see them")
    documents: list[StaffDocumentRow] = Field(description="every paper that a blank of the type documents may name")


class StaffWordsFile(Strict):
    """<language>/staff-phrases.yaml: the words of the phrases and the names of the documents."""

    phrases: dict[Id, Words] = Field(description="words by the phrase's id, each blank in braces: {date}")
    documents: dict[Id, Line] = Field(description="names by the document's id, the Danish word in brackets")
