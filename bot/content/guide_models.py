"""The file formats of grants, partner cities and checklists, and of their words in each language."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.content.models import BasisName, Id, Line, Strict
from bot.core.guides import AskType, RuleTest

Sentence = Line
When = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Control = Literal["back", "change", "skip", "stop", "next", "restart"]
Audience = Literal["newcomer", "resident", "company", "association", "school", "employee", "young-person"]

_COMPARISONS = {RuleTest.BELOW, RuleTest.AT_MOST, RuleTest.AT_LEAST}
_MEMBERSHIPS = {RuleTest.ONE_OF, RuleTest.NOT_ONE_OF}


class AskRow(Strict):
    """A question that a guide asks."""

    id: Id = Field(description="kebab-case id")
    type: Annotated[AskType, Field(strict=False)] = Field(description="choice, number, yes_no, date, cvr or text")
    options: list[Id] = Field(default_factory=list, description="of a choice, in the order in which they are shown")
    unit: Line | None = Field(None, description="of a number: year, day, person, …; for editors")
    when: dict[Id, list[Id]] = Field(default_factory=dict, description="answers with which it is asked; all must hold")

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        if (self.type is AskType.CHOICE) != bool(self.options):
            raise ValueError("options: a choice needs them, nothing else has them")
        return self


class QuestionsFile(Strict):
    """grants/questions.yaml: what a grant can depend on."""

    questions: list[AskRow] = Field(description="in no order; the best one is chosen while people are asked")


class GrantRuleRow(Strict):
    """A condition of a grant; its words stand in <language>/guides.yaml."""

    id: Id = Field(description="kebab-case id")
    about: Id = Field(description="the question it judges")
    test: Annotated[RuleTest, Field(strict=False)] = Field(description="how the answer is judged")
    values: list[Id] = Field(default_factory=list, description="options, for one_of and not_one_of")
    fact: Id | None = Field(None, description="the number, for below, at_most and at_least")
    basis: BasisName = Field(description="how far the rule can be trusted")

    @model_validator(mode="after")
    def _test_fits(self) -> Self:
        if (self.test in _MEMBERSHIPS) != bool(self.values):
            raise ValueError("values: one_of and not_one_of need them, no other test has them")
        if (self.test in _COMPARISONS) != (self.fact is not None):
            raise ValueError("fact: below, at_most and at_least need one, no other test has one")
        return self


class GrantRow(Strict):
    """A scheme people can apply to."""

    id: Id = Field(description="kebab-case id")
    entry: Id = Field(description="the entry with the full answer, its sources and its department")
    status: Literal["open", "unconfirmed", "closed"] = Field(description="unconfirmed: not known if it still runs")
    amounts: list[Id] = Field(default_factory=list, description="facts")
    deadlines: list[Id] = Field(default_factory=list, description="facts; empty while none is known")
    apply: Id | None = Field(None, description="fact of type url or email")
    rules: list[GrantRuleRow] = Field(description="all must hold")


class GrantsFile(Strict):
    """grants/<level>.yaml: the schemes of one level; the file's name is municipal, national or eu."""

    grants: list[GrantRow] = Field(description="in the order in which they are shown")


class CityEventRow(Strict):
    """What happened in a partnership."""

    id: Id = Field(description="kebab-case id")
    when: When = Field(description="YYYY, YYYY-MM or YYYY-MM-DD, in quotation marks")
    source: Id = Field(description="id in sources.yaml")
    basis: BasisName = Field(description="how far it can be trusted")


class CityOfferRow(Strict):
    """What a partnership offers somebody."""

    id: Id = Field(description="kebab-case id")
    audience: Audience = Field(alias="for", description="whom it offers something")
    grants: list[Id] = Field(default_factory=list, description="grants that may pay for it")
    basis: BasisName = Field(description="how far it can be trusted")


class CityFile(Strict):
    """cities/<id>.yaml: a partner city or a network."""

    id: Id = Field(description="the file's name without .yaml")
    entry: Id = Field(description="the entry with the full answer")
    country: Country = Field(description="ISO 3166 code")
    kind: Literal["twin", "partnership", "network"] = Field(description="what the tie is called")
    status: Literal["current", "ended", "unclear"] = Field(description="as far as it is known")
    history: list[CityEventRow] = Field(description="in time order")
    offers: list[CityOfferRow] = Field(description="empty for a tie that has ended")
    department: Id = Field(description="whom to ask")


class DeadlineRow(Strict):
    """How long there is time for a step."""

    fact: Id = Field(description="fact of type duration")
    counted_from: Id = Field(alias="from", description="question of type date")


class StepRow(Strict):
    """A step of a checklist."""

    id: Id = Field(description="kebab-case id")
    entry: Id = Field(description="the entry with the full answer")
    when: dict[Id, list[Id]] = Field(default_factory=dict, description="answers with which it is needed; all must hold")
    after: list[Id] = Field(default_factory=list, description="steps to do first; they stand above this one")
    deadline: DeadlineRow | None = Field(None, description="null where there is none")


class ChecklistFile(Strict):
    """checklists/<id>.yaml: steps that depend on a few answers."""

    id: Id = Field(description="the file's name without .yaml")
    kind: Literal["checklist", "intake"] = Field("checklist", description="intake: offers and a brief to staff")
    department: Id | None = Field(None, description="of an intake: who gets the brief")
    questions: list[AskRow] = Field(description="in the order in which they are asked")
    steps: list[StepRow] = Field(description="in the order in which they are done")


# ---- <language>/guides.yaml ------------------------------------------------------------------------------


class AskWords(Strict):
    """The words of a question."""

    ask: Sentence = Field(description="the question")
    options: dict[Id, Sentence] = Field(default_factory=dict, description="words of its options")


class GrantWords(Strict):
    """The words of the grants."""

    questions: dict[Id, AskWords] = Field(description="by question")
    rules: dict[Id, Sentence] = Field(description="by rule: a sentence that states it")
    names: dict[Id, Sentence] = Field(description="by grant: its short name, at most 50 characters")


class CityWords(Strict):
    """The words of the partner cities."""

    history: dict[Id, Sentence] = Field(description="by event: what happened, without its date")
    offers: dict[Id, Sentence] = Field(description="by offer: what it is")


class ChecklistWords(Strict):
    """The words of one checklist."""

    title: Sentence = Field(description="its name")
    questions: dict[Id, AskWords] = Field(description="by question")
    steps: dict[Id, Sentence] = Field(description="by step: one line that says what to do")


class AnswersFile(Strict):
    """<language>/answers.yaml: what people type in answer to a guide's question. A word with * is a beginning."""

    yes: list[Line] = Field(description="yes, in all ways")
    no: list[Line] = Field(description="no, in all ways")
    unknown: list[Line] = Field(description="I do not know")
    controls: dict[Control, list[Line]] = Field(description="back, change, skip, stop, next, restart")
    numbers: dict[Line, int] = Field(description="number words and their values, in every form that people use")
    choices: dict[Id, dict[Id, dict[Id, list[Line]]]] = Field(description="guide, question, option: words that mean it")
    measures: dict[Id, dict[Id, list[Line]]] = Field(description="guide, question: words beside its number")


class GuidesFile(Strict):
    """<language>/guides.yaml: the words of grants, partner cities and checklists."""

    grants: GrantWords = Field(description="words of grants/")
    cities: CityWords = Field(description="words of cities/")
    checklists: dict[Id, ChecklistWords] = Field(description="words of checklists/, by checklist")
