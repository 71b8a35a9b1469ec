"""Whatever a person does, in any order: nothing raises, everything can be said, and nothing is sent unseen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.answer import Decision, Kind
from bot.core.conversation import Conversation
from bot.core.dialogue import step
from bot.core.effects import OpenTicket, Relay, Say
from bot.core.mail import Mail, Priority
from bot.core.model import IncomingKind, Sentence
from bot.core.replies import COMMANDS
from bot.store.codec import conversation_from_json, conversation_to_json, mail_from_json, mail_to_json
from tests.core.talk import NOTHING, OFFERED, Talk, actions, answers, keys, make_world, quotes
from tests.factories import make_incoming, make_knowledge
from tests.harness import real_core
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from bot.core.conversation import Draft
    from bot.core.effects import Effect
    from bot.core.model import Content, Incoming
    from bot.editions import Core
    from bot.service.ports import Renders
    from bot.service.render import Renderer

KNOWLEDGE = make_knowledge()
STEPS = {"idle", "compose", "consent"}
SMALL_TALK = ("greeting", "thanks", "bye", "robot", "howareyou", "insult", "followup")


@lru_cache(maxsize=1)
def small_renderer() -> Renderer:
    return make_renderer(KNOWLEDGE)


# ---- what can happen -------------------------------------------------------------------------------------

ENTRIES = (*KNOWLEDGE.entries, "gone", "")
_entry = st.sampled_from(ENTRIES)
_decisions = st.builds(
    Decision,
    kind=st.sampled_from(Kind),
    entry=st.none() | _entry,
    choices=st.lists(_entry, max_size=4).map(tuple),
    confidence=st.just(0.5),
    language=st.sampled_from((*OFFERED, "de", "und", "")),
    urgent=st.booleans(),
    topic=st.sampled_from(SMALL_TALK),
)
_texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        ["", " ", "\u202eabc", "\x00", "/menu", "p:send:1", "{number}", "%s", "<b>", "x" * 2000, "👨\u200d👩\u200d👧"]
    ),
)
_numbers = st.integers(0, 9).map(str)
_buttons = st.one_of(
    st.sampled_from(["p:ask", "p:bot", "menu", "lang", "none", "l:pl", "l:de", "t:arrival", "t:gone", "claim:1"]),
    st.tuples(st.sampled_from(["p:send", "p:edit", "p:cancel", "p:staff"]), _numbers).map(":".join),
    _entry.map("e:{}".format),
    _texts,
)
_commands = st.sampled_from([*COMMANDS, "start", "claim", ""]) | _texts
_kinds = st.sampled_from([None, "photo", "voice", "document", "video", "location", "contact", "other"])


def _event(kind: IncomingKind, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Incoming]:
    usual = {"language_hint": st.sampled_from([None, "pl", "de", ""]), "message_id": st.sampled_from([None, "7"])}
    return st.builds(make_incoming, kind=st.just(kind), **{"text": st.just(""), **usual, **fields})


_events = st.one_of(
    _event(IncomingKind.TEXT, text=_texts, redacted=st.sampled_from([(), ("cpr",)])),
    _event(IncomingKind.EDIT, text=_texts),
    _event(IncomingKind.COMMAND, argument=_commands, text=_texts),
    _event(IncomingKind.BUTTON, argument=_buttons),
    _event(IncomingKind.ATTACHMENT, attachment=_kinds, text=_texts),
    _event(IncomingKind.START),
    _event(IncomingKind.UNREADABLE),
    _event(IncomingKind.UNREACHABLE),
    _event(IncomingKind.TOPIC_CREATED, text=_texts),
    _event(IncomingKind.REMINDER, argument=st.sampled_from(["arrival:cpr", "arrival:gone", "gone", ""])),
)


@dataclass(frozen=True)
class Desk:
    """Staff claim the newest ticket, or close it."""

    claims: bool


@dataclass(frozen=True)
class Press:
    """The resident presses one of the buttons that were ever shown."""

    place: int


Move = tuple["Incoming | Desk | Press", Decision]
_moves = st.tuples(_events | st.builds(Desk, st.booleans()) | st.builds(Press, st.integers(0, 200)), _decisions)


# ---- playing it ------------------------------------------------------------------------------------------


@dataclass
class Player:
    """Plays moves and checks after each what must always hold."""

    talk: Talk = field(default_factory=Talk)
    shown: list[str] = field(default_factory=list)
    previewed: Draft | None = None
    tickets: int = 0

    def play(self, move: Move) -> None:
        what, decision = move
        before = self.talk.state
        match what:
            case Desk():
                self._desk(claims=what.claims)
                return
            case Press():
                if not self.shown:
                    return
                self.talk.press(self.shown[what.place % len(self.shown)])
            case _:
                self.talk.do(what, decision)
        self._check(before)

    def _desk(self, *, claims: bool) -> None:
        if not self.tickets:
            return
        owner = self.tickets if claims else None
        self.talk.state = replace(self.talk.state, ticket=owner)
        self.talk.world = replace(self.talk.world, open_tickets=frozenset() if owner is None else frozenset({owner}))

    def _check(self, before: Conversation) -> None:
        talk, state = self.talk, self.talk.state
        check_state(state, before)
        for effect in talk.effects:
            match effect:
                case Say():
                    check_content(effect.content, small_renderer())
                    self._note(effect.content)
                case OpenTicket():
                    assert effect.draft == self.previewed, "only what was shown last is sent"
                    self.tickets += 1
                    talk.world = replace(talk.world, open_tickets=frozenset({self.tickets}))
                case Relay():
                    assert effect.ticket == before.ticket

    def _note(self, content: Content) -> None:
        self.shown += actions(content)
        if "preview-ask" in keys(content):
            self.previewed = draft = self.talk.state.draft
            assert draft is not None
            assert quotes(content) == (*draft.lines, *(exchange.text for exchange in draft.earlier))
            assert ("preview-files" in keys(content)) == bool(draft.files)


def check_state(state: Conversation, before: Conversation) -> None:
    assert state.step in STEPS
    assert (state.draft is None) == (state.step == "idle")
    assert state.language in OFFERED
    assert state.drafts >= before.drafts
    assert state.draft is None or state.draft.number <= state.drafts
    assert len(state.recent) <= 3
    assert len(state.files) <= 10
    assert conversation_from_json(conversation_to_json(state)) == state


def check_content(content: Content, renderer: Renders) -> None:
    """Every language can say it, every button has a name and fits, and it survives being stored."""
    mail = Mail("terminal", "1", "lane", "say", "en", Priority.REPLY, content)
    assert mail_from_json(mail_to_json(mail)) == mail
    for language in OFFERED:
        rendered = renderer.render(content, language)
        assert rendered.text.strip()
        for button in (button for row in rendered.rows for button in row):
            assert button.label.strip()
            assert bool(button.action) != bool(button.url)
            assert len(button.action.encode()) <= 64


def check_ways_out(talk: Talk) -> None:
    """The topics, the language and a person are one step away, whatever has happened."""
    here = talk.state
    for name, wanted in (("menu", {"menu-ask"}), ("language", {"language-ask"})):
        talk.command(name)
        assert set(talk.keys) == wanted
        assert (talk.state.step, talk.state.draft) == (here.step, here.draft)
    for ask in ("button", "command"):
        talk.state = here
        if ask == "button":
            talk.press("p:ask")
        else:
            talk.command("staff")
        assert {"compose-ask", "preview-ask", "staff-again"} & set(talk.keys)
    talk.state = here
    talk.press("l:pl")
    assert (talk.said[0].language, talk.state.pinned) == ("pl", True)
    talk.state = here


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_moves, max_size=25))
def test_nothing_a_person_does_breaks_a_conversation(moves: list[Move]) -> None:
    player = Player()
    for move in moves:
        player.play(move)
    check_ways_out(player.talk)


@settings(max_examples=100, deadline=None)
@given(st.lists(_moves, max_size=15), st.sampled_from([IncomingKind.TEXT, IncomingKind.EDIT, IncomingKind.ATTACHMENT]))
def test_danger_is_answered_at_once_after_anything(moves: list[Move], kind: IncomingKind) -> None:
    player = Player()
    for move in moves:
        player.play(move)
    danger = replace(NOTHING, kind=Kind.CRISIS, entry="emergency-112", urgent=True)
    effects = player.talk.do(make_incoming(kind=kind, text="help", attachment="photo"), danger)
    assert isinstance(effects[0], Say)
    assert effects[0].urgent
    assert answers(effects[0].content) == ("emergency-112",)


@settings(max_examples=100, deadline=None)
@given(st.lists(_moves, max_size=15))
def test_every_question_gets_a_reply(moves: list[Move]) -> None:
    player = Player()
    for move in moves:
        player.play(move)
    talk = player.talk
    assert talk.say("and this?")
    assert talk.press("e:cpr")
    assert talk.command("help")


# ---- the same with the knowledge that is shipped ---------------------------------------------------------

_spoken = st.one_of(
    st.sampled_from(
        [
            "How do I get a CPR number?",
            "jak dostać numer CPR?",
            "hvor finder jeg en bolig",
            "money",
            "hello",
            "I want to talk to a person",
            "my husband hits me",
            "Wo bekomme ich eine Steuerkarte?",
            "you are useless",
            "what will the weather be tomorrow",
            "'; DROP TABLE tickets; --",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)
_real_events = st.one_of(
    _event(IncomingKind.TEXT, text=_spoken),
    _event(IncomingKind.EDIT, text=_spoken),
    _event(IncomingKind.ATTACHMENT, text=_spoken, attachment=_kinds),
    _event(IncomingKind.COMMAND, argument=_commands),
    _event(IncomingKind.START),
)


@pytest.fixture(scope="module")
def core() -> Core:
    return real_core()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events=st.lists(st.tuples(_real_events, st.integers(0, 30)), max_size=6))
def test_the_real_knowledge_can_always_say_what_follows(core: Core, events: list[tuple[Incoming, int]]) -> None:
    world = replace(make_world(core.library.knowledge), brain=core.library.brain)
    state = Conversation()
    for event, place in events:
        state, effects = step(state, event, world)
        buttons = _checked(effects, core.renderer)
        if buttons:
            press = make_incoming(kind=IncomingKind.BUTTON, text="", argument=buttons[place % len(buttons)])
            state, effects = step(state, press, world)
            _checked(effects, core.renderer)


def _checked(effects: tuple[Effect, ...], renderer: Renders) -> list[str]:
    contents = [effect.content for effect in effects if isinstance(effect, Say)]
    for content in contents:
        check_content(content, renderer)
    return [action for content in contents for action in actions(content)]


def test_every_entry_topic_and_language_of_the_real_knowledge_can_be_chosen(core: Core) -> None:
    knowledge = core.library.knowledge
    world = replace(make_world(knowledge), brain=core.library.brain)
    chosen = [f"e:{entry}" for entry in knowledge.entries]
    chosen += [f"t:{topic}" for topic in knowledge.topics] + [f"l:{code}" for code in core.library.brain.offered]
    for action in (*chosen, "menu", "lang", "none"):
        press = make_incoming(kind=IncomingKind.BUTTON, text="", argument=action)
        _, effects = step(Conversation(), press, world)
        (said,) = effects
        assert isinstance(said, Say)
        assert Sentence("stale-button") not in said.content.parts
        _checked(effects, core.renderer)
