"""From a question without an answer to a file for an editor; nothing publishes itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bot.content.models import EntriesFile, TextsFile
from bot.core.model import IncomingKind, Ref, Sentence
from bot.service.roles import StaffRoles
from bot.store import audit, gaps, proposals, tables
from tests.factories import make_incoming, make_knowledge, make_library
from tests.sentences import make_renderer
from tests.service.scene import ASE, BO, GROUP, Scene, actions, keys, make_scene, quotes
from tests.store.rows import all_text, rows, size

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from bot.service.brain import Loaded
    from bot.service.desk import Staff
    from bot.store.database import Database
    from tests.factories import FakeClock

QUESTION = "Hello, my name is Jan Nowak. Where do I keep chickens? Write to jan@post.pl or 12345678"


@pytest.fixture
def scene(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    """Bo is an administrator."""
    return make_scene(database, library, clock, roles=StaffRoles(admins=frozenset({BO.id})))


def commands(scene: Scene, name: str, words: str = "", staff: Staff = ASE, **fields: Any) -> Mail:
    """A member of staff writes a command in the group; returns what is said there."""
    usual: dict[str, Any] = {"chat": GROUP, "staff": True, "sender": staff.id, "sender_name": staff.name, "text": words}
    before = len(scene.mails())
    scene.handle(make_incoming(kind=IncomingKind.COMMAND, argument=name, **usual | fields))
    (said,) = scene.mails()[before:]
    return said


def presses(scene: Scene, action: str, staff: Staff = ASE, **fields: Any) -> Mail:
    before = len(scene.mails())
    usual: dict[str, Any] = {"chat": GROUP, "staff": True, "sender": staff.id, "text": ""}
    scene.handle(make_incoming(kind=IncomingKind.BUTTON, argument=action, **usual | fields))
    (said,) = (mail for mail in scene.mails()[before:] if mail.staff)
    return said


def closed(scene: Scene, question: str = QUESTION, *answers: str) -> int:
    """A case that staff answered and closed."""
    number = scene.asks_a_person(question)
    scene.staff_presses(number, f"claim:{number}")
    for answer in answers:
        scene.staff_writes(number, answer)
    scene.staff_presses(number, f"close:{number}")
    return number


def sentence(mail: Mail, place: int = 0) -> Sentence:
    assert mail.content is not None
    found = [part for part in mail.content.parts if isinstance(part, Sentence)]
    return found[place]


# ---- what was not answered -------------------------------------------------------------------------------


def test_questions_without_an_answer_are_counted_and_listed(database: Database, clock: FakeClock) -> None:
    lexicon = {"en": {"weather": ("weather",), "tomorrow": ("day",)}}
    scene = make_scene(database, make_library(make_knowledge(lexicon=lexicon)), clock)
    for chat in ("100", "101"):
        scene.says("what will the weather be tomorrow, Anna Kowalska asks", chat=chat)
    (group,) = database.run(lambda c: gaps.largest(c, 10))
    assert (group.language, group.words, group.count) == ("en", ("tomorrow", "weather"), 2)
    listing = commands(scene, "gaps")
    assert keys(listing) == ["gaps-list", "gap-line", "gap-near"]
    assert sentence(listing, 1).args == {"count": 2, "words": "tomorrow weather"}
    assert sentence(listing, 2).args == {
        "language": Ref("language", "en"),
        "reason": Ref("sentence", f"gap-reason-{group.reason}"),
        "entry": Ref("entry", group.entry),
    }
    assert "Kowalska" not in "\n".join(str(row) for row in rows(database, tables.gaps))
    assert keys(commands(scene, "GAPS", "EN")) == ["gaps-list", "gap-line", "gap-near"]
    assert keys(commands(scene, "gaps", "pl")) == ["gaps-none"]


def test_an_answer_that_did_not_help_is_listed(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    scene.presses("h:n:cpr")
    listing = commands(scene, "gaps")
    assert sentence(listing, 2).args["reason"] == Ref("sentence", "gap-reason-not_helpful")
    assert sentence(listing, 2).args["entry"] == Ref("entry", "cpr")


def test_gaps_of_what_is_gone_are_shown_all_the_same(scene: Scene) -> None:
    for entry, language in (("gone", "en"), ("cpr", "sv")):
        scene.database.run(lambda c, e=entry, g=language: gaps.count(c, g, (), e, "none", 1))  # type: ignore[misc]
    listing = commands(scene, "gaps")
    assert sorted(keys(listing)) == ["gap-far", "gap-line", "gap-line", "gap-near", "gaps-list"]
    assert listing.content is not None
    shown = make_renderer(scene.library.knowledge).render(listing.content, "en").text
    assert "(no words that I know)" in shown
    assert "sv. Nothing was found. Nearest entry: How do I get a CPR number?" in shown


def test_a_language_that_is_not_there(scene: Scene) -> None:
    assert sentence(commands(scene, "gaps", "xx")) == Sentence("gaps-bad-language", {"codes": "en da pl"})
    assert keys(commands(scene, "gaps")) == ["gaps-none"]


# ---- a new entry -----------------------------------------------------------------------------------------


def test_a_closed_case_makes_a_draft_without_what_points_to_somebody(scene: Scene) -> None:
    number = closed(scene, QUESTION, "Hej Jan, betal 1.250 kr. til Åse på 44772000 eller ase@kommune.dk")
    said = presses(scene, f"entry:{number}", thread=f"t{number}")
    assert (keys(said), said.ticket) == (["entry-proposed"], number)
    (text,) = quotes(said)
    entries, texts = yaml.load_all(text, Loader=yaml.CSafeLoader)
    (entry,) = EntriesFile.model_validate(entries).entries
    words = TextsFile.model_validate(texts).entries["new-entry"]
    assert (entry.department, entry.approval.state, words.approved) == (scene.ticket(number).department, "draft", None)
    assert words.answer == "Hej [NAME], betal {fact:number} kr. til [NAME] på {fact:phone} eller {fact:email}"
    assert words.phrases == ["Hello, my name is [NAME]. Where do I keep chickens? Write to [EMAIL] or [PHONE]"]
    for secret in ("Nowak", "post.pl", "12345678", "kommune.dk"):
        assert secret not in text


def test_the_card_of_a_closed_case_has_the_button(scene: Scene) -> None:
    number = closed(scene)
    card = scene.database.run(lambda c: scene.desk.card(c, number))
    assert [button.action for row in card.rows for button in row] == [f"reopen:{number}", f"entry:{number}"]


def test_a_case_makes_one_draft_at_a_time(scene: Scene) -> None:
    number = closed(scene)
    first = commands(scene, "entry", thread=f"t{number}")
    again = presses(scene, f"entry:{number}", BO)
    assert (quotes(again), sentence(again)) == (quotes(first), sentence(first))
    assert size(scene.database, tables.proposals) == 1


@pytest.mark.parametrize("name", ["entry", "addphrase"])
def test_only_a_closed_case_is_learned_from(scene: Scene, name: str) -> None:
    assert keys(commands(scene, name, "cpr")) == ["learning-no-case"]
    number = scene.asks_a_person()
    assert keys(commands(scene, name, "cpr", thread=f"t{number}")) == ["learning-not-closed"]
    assert size(scene.database, tables.proposals) == 0


@pytest.mark.parametrize("action", ["entry:", "entry:x", "entry:999", "entry:" + "9" * 40, "entry:-1"])
def test_the_button_of_no_case(scene: Scene, action: str) -> None:
    assert keys(presses(scene, action)) == ["learning-no-case"]


def test_a_case_of_another_group_is_none_here(scene: Scene) -> None:
    number = closed(scene)
    assert keys(presses(scene, f"entry:{number}", chat="-200")) == ["learning-no-case"]


# ---- a phrase --------------------------------------------------------------------------------------------


def test_a_phrase_is_proposed_after_a_preview(scene: Scene) -> None:
    number = closed(scene)
    preview = commands(scene, "addphrase", "CPR  where do chickens live", thread=f"t{number}")
    args = {"entry": Ref("entry", "cpr"), "language": Ref("language", "en")}
    assert sentence(preview) == Sentence("addphrase-preview", args)
    assert quotes(preview)[0].endswith("# cpr\nwhere do chickens live\n")
    assert keys(commands(scene, "proposals")) == ["proposal-list-none"]
    add, _ = actions(preview)
    assert keys(presses(scene, add, BO)) == ["proposal-gone"]
    assert keys(presses(scene, add)) == keys(presses(scene, add)) == ["proposal-added"]
    assert keys(commands(scene, "proposals")) == ["proposal-list", "proposal-line-phrase"]


def test_without_words_it_is_the_question_scrubbed(scene: Scene) -> None:
    number = closed(scene)
    (file,) = quotes(commands(scene, "addphrase", "cpr", thread=f"t{number}"))
    line = file.splitlines()[-1]
    assert line == "Hello, my name is [NAME]. Where do I keep chickens? Write to [EMAIL] or [PHONE]"


def test_a_preview_can_be_dropped(scene: Scene) -> None:
    number = closed(scene)
    _, drop = actions(commands(scene, "addphrase", "cpr chickens", thread=f"t{number}"))
    assert keys(presses(scene, drop)) == ["proposal-rejected"]
    assert size(scene.database, tables.proposals) == 0


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "addphrase-howto"),
        ("nonsense chickens", "notice-bad-entry"),
        ("cpr CPR number registration GET", "addphrase-known"),
    ],
)
def test_what_is_no_new_phrase_is_said(scene: Scene, words: str, key: str) -> None:
    number = closed(scene)
    assert keys(commands(scene, "addphrase", words, thread=f"t{number}")) == [key]
    assert size(scene.database, tables.proposals) == 0


# ---- deciding --------------------------------------------------------------------------------------------


def proposed(scene: Scene) -> str:
    number = closed(scene)
    said = commands(scene, "entry", thread=f"t{number}")
    return str(sentence(said).args["number"])


def test_somebody_else_who_may_approves_what_they_have_read(scene: Scene) -> None:
    number = proposed(scene)
    listing = commands(scene, "proposals", staff=BO)
    assert keys(listing) == ["proposal-list", "proposal-line-entry"]
    shown = presses(scene, actions(listing)[0], BO)
    assert keys(shown) == ["proposal-shown"]
    assert "A person must read every word" in quotes(shown)[0]
    assert keys(presses(scene, actions(shown)[0], BO)) == ["proposal-approved"]
    assert keys(commands(scene, "approve", number, BO)) == ["proposal-gone"]
    assert keys(commands(scene, "proposals")) == ["proposal-list-none"]
    assert [one.approver for one in scene.database.run(proposals.approved)] == [BO.id]
    (row,) = scene.database.run(audit.read)
    assert (row.actor, row.action) == (BO.id, "approve")
    assert number in row.details


def test_an_author_cannot_approve_their_own(database: Database, library: Loaded, clock: FakeClock) -> None:
    scene = make_scene(database, library, clock, roles=StaffRoles(admins=frozenset({ASE.id})))
    assert keys(commands(scene, "approve", proposed(scene))) == ["proposal-own"]
    assert scene.database.run(proposals.approved) == ()


def test_who_is_no_administrator_cannot_approve(scene: Scene) -> None:
    number = proposed(scene)
    assert keys(commands(scene, "approve", number)) == ["learning-admins-only"]
    assert scene.database.run(audit.read) == ()


def test_a_rejected_proposal_is_forgotten(scene: Scene) -> None:
    number = proposed(scene)
    assert keys(commands(scene, "reject", number, BO)) == ["proposal-rejected"]
    assert keys(commands(scene, "reject", number, BO)) == ["proposal-gone"]
    assert size(scene.database, tables.proposals) == 0


@pytest.mark.parametrize("name", ["approve", "reject"])
@pytest.mark.parametrize(
    ("words", "key"),
    [("", "proposal-howto"), ("x", "proposal-gone"), ("9" * 40, "proposal-gone"), ("99", "proposal-gone")],
)
def test_numbers_that_never_were(scene: Scene, name: str, words: str, key: str) -> None:
    assert keys(commands(scene, name, words, BO)) == [key]


@pytest.mark.parametrize(
    "action", ["proposal:", "proposal:eat:1", "proposal:show:1", "proposal:add:x", "proposal:show:1:2"]
)
def test_buttons_that_never_were(scene: Scene, action: str) -> None:
    assert keys(presses(scene, action, BO)) == ["proposal-gone"]


def test_a_resident_cannot_press_these_buttons(scene: Scene) -> None:
    number = proposed(scene)
    for action in (f"proposal:approve:{number}", f"proposal:reject:{number}", "entry:1"):
        assert keys(scene.presses(action)[0]) == ["stale-button"]
    assert len(scene.database.run(proposals.open_ones)) == 1


def test_everything_can_be_read_in_the_language_of_staff(scene: Scene) -> None:
    number = proposed(scene)
    said = [commands(scene, "proposals"), presses(scene, f"proposal:show:{number}"), commands(scene, "gaps", "xx")]
    case = f"t{scene.ticket(1).id}"
    said += [commands(scene, "addphrase", "", thread=case), commands(scene, "addphrase", "cpr hens", thread=case)]
    for mail in said:
        assert mail.content is not None
        rendered = make_renderer(scene.library.knowledge).render(mail.content, mail.language)
        assert "{" not in rendered.text.partition("\n\n")[0]
        assert all(len(button.action.encode()) <= 64 for row in rendered.rows for button in row)


def test_erasing_the_person_takes_the_proposal_along(scene: Scene) -> None:
    proposed(scene)
    scene.presses("o:erase")
    scene.presses(scene.button("o:erase"))
    assert size(scene.database, tables.proposals) == 0
    assert "chickens" not in all_text(scene.database)
