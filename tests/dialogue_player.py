"""Plays a dialogue of `tests/dialogues/`: step by step, with what must follow from each.

A step does one thing (`start`, `say`, `edit`, `press`, `stale`, `forge`, `command`, `file`, `unreadable`, `block`,
`staff`, `notice`, `wait_days`) for a `resident` (a, b … ; a is usual) and may `expect` things; both tables are below.
`meant` says what a message means where the dialogue is not about understanding it: {kind: choices, choices: [...]}.
`press` takes a button by its action, by the end of it (`send` for p:send:3) or by its label, from the newest message
that has it; `stale` takes the oldest one; `forge` sends any action.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import yaml

from bot.core.answer import Decision, Kind
from bot.core.model import IncomingKind
from bot.errors import TransitionError
from tests.factories import DAY
from tests.harness import changed_core, member, real_core, stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.core.ticket import Ticket
    from bot.editions import Core
    from tests.harness import Heard, Stage

BESIDE = {"expect", "resident", "meant"}
TOP = {"title", "language", "expires", "never_stored", "steps"}


def read(path: Path) -> dict[str, Any]:
    """Returns a dialogue; only known keys are allowed."""
    dialogue: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"title", "steps"} <= set(dialogue) <= TOP, f"{path.name}: {set(dialogue) - TOP}"
    for number, step in enumerate(dialogue["steps"], 1):
        does = set(step) - BESIDE
        assert len(does) == 1, f"{path.name}, step {number}: one thing a step, not {does}"
        assert does <= set(VERBS), f"{path.name}, step {number}: {does}"
        assert set(step.get("expect") or {}) <= set(CHECKS), f"{path.name}, step {number}: {step['expect']}"
    return dialogue


async def play(dialogue: Mapping[str, Any], folder: Path) -> None:
    """Plays a dialogue. Raises AssertionError with the number of the step in which something else happened."""
    async with stage(folder, _core(dialogue.get("expires") or {}), dialogue.get("language")) as here:
        player = Player(here)
        for number, step in enumerate(dialogue["steps"], 1):
            try:
                await player.step(step)
                for secret in dialogue.get("never_stored") or ():
                    stored = await asyncio.to_thread(here.stored)
                    assert secret not in stored, f"{secret} is stored"
            except AssertionError as error:
                error.add_note(f"step {number}: {step}\nheard: {[h.rendered.text for h in player.new]}")
                raise


def _meant(fields: Mapping[str, Any] | None) -> AbstractContextManager[object]:
    if fields is None:
        return nullcontext()
    choices = tuple(fields.get("choices", ()))
    decision = Decision(Kind(fields["kind"]), fields.get("entry"), choices, 0.5, fields.get("language", "en"))
    return patch("bot.core.dialogue.understand", lambda *_: decision)


def _core(expires: Mapping[str, date]) -> Core:
    if not expires:
        return real_core()
    return changed_core(
        lambda knowledge: replace(
            knowledge,
            entries={
                **knowledge.entries,
                **{name: replace(knowledge.entries[name], valid_until=until) for name, until in expires.items()},
            },
        )
    )


@dataclass
class Player:
    """What has happened so far: what each resident heard, and what was new in the last step."""

    stage: Stage
    chat: str = "a"
    new: Sequence[Heard] = ()
    refused: dict[str, object] | None = None
    opened: list[Ticket] = field(default_factory=list)

    async def step(self, step: Mapping[str, Any]) -> None:
        (verb,) = set(step) - BESIDE
        self.chat = step.get("resident", "a")
        self.forget()
        before = len(self.stage.tickets())
        with _meant(step.get("meant")):
            await VERBS[verb](self, step[verb])
        self.opened = list(self.stage.tickets()[before:])
        expect: Mapping[str, Any] = step.get("expect") or {}
        for name, wanted in expect.items():
            CHECKS[name](self, wanted)
        assert not self.opened or "ticket" in expect, "a ticket was opened that nobody expected"
        assert self.refused is None or "refused" in expect, "a move was refused that nobody expected"

    def forget(self) -> None:
        """What the last step brought about is over."""
        self.new, self.refused, self.opened = (), None, []

    async def arrive(self, kind: IncomingKind, **fields: Any) -> None:
        self.new = await self.stage.arrive(self.chat, kind, **fields)

    def action(self, name: str, *, oldest: bool = False) -> str:
        heard = self.stage.ear.heard[self.chat]
        for message in heard if oldest else reversed(heard):
            for label, action in message.buttons.items():
                if name in {label, action} or action.startswith(f"p:{name}:"):
                    return action
        raise AssertionError(f"there is no button {name}")

    @property
    def text(self) -> str:
        return "\n".join(heard.rendered.text for heard in self.new)

    @property
    def ticket(self) -> Ticket:
        """The newest ticket of all."""
        return self.stage.tickets()[-1]

    @property
    def staff_view(self) -> str:
        """All that staff can read about the newest ticket."""
        number = self.ticket.id
        said = [message.text or f"({message.attachment})" for message in self.stage.messages(number)]
        return "\n".join([self.stage.card(number), *said])


# ---- what can be done ------------------------------------------------------------------------------------


async def _start(player: Player, payload: Any) -> None:
    await player.arrive(IncomingKind.START, argument="start", text=(payload or {}).get("payload", ""))


def _words(value: Any) -> str:
    """A text, or one that is repeated: {text: "ab ", times: 3}."""
    return value["text"] * value["times"] if isinstance(value, dict) else str(value)


async def _say(player: Player, value: Any) -> None:
    await player.arrive(IncomingKind.TEXT, text=_words(value))


async def _edit(player: Player, value: Any) -> None:
    await player.arrive(IncomingKind.EDIT, text=_words(value))


async def _press(player: Player, name: str) -> None:
    await player.arrive(IncomingKind.BUTTON, argument=player.action(name))


async def _stale(player: Player, name: str) -> None:
    await player.arrive(IncomingKind.BUTTON, argument=player.action(name, oldest=True))


async def _forge(player: Player, action: str) -> None:
    await player.arrive(IncomingKind.BUTTON, argument=action)


async def _command(player: Player, line: str) -> None:
    name, _, text = line.partition(" ")
    await player.arrive(IncomingKind.COMMAND, argument=name, text=text)


async def _file(player: Player, value: Any) -> None:
    kind, caption = (value["kind"], value["caption"]) if isinstance(value, dict) else (value, "")
    await player.arrive(IncomingKind.ATTACHMENT, attachment=kind, text=caption)


async def _unreadable(player: Player, _: Any) -> None:
    await player.arrive(IncomingKind.UNREADABLE)


async def _block(player: Player, _: Any) -> None:
    await player.arrive(IncomingKind.UNREACHABLE)


async def _wait(player: Player, days: int) -> None:
    player.stage.clock.advance(days * DAY)
    player.new = ()


async def _staff(player: Player, move: Mapping[str, Any]) -> None:
    """{claim: 1}, {close: 1}, {reopen: 1}, {reply: words}, {note: words}; `by` a name, `case` a number."""
    who, desk = member(move.get("by", "Anna")), player.stage.app.desk
    (verb,) = set(move) - {"by", "case"}
    number = move.get("case") or (move[verb] if isinstance(move[verb], int) else player.ticket.id)
    moves: dict[str, Callable[[Connection], object]] = {
        "claim": lambda c: desk.claim(c, number, who),
        "close": lambda c: desk.close(c, number, who),
        "reopen": lambda c: desk.reopen(c, number, who),
        "reply": lambda c: desk.reply(c, number, who, move[verb]),
        "note": lambda c: desk.note(c, number, who, move[verb]),
    }
    try:
        player.new = await player.stage.staff(moves[verb], player.chat)
    except TransitionError as refusal:
        player.new, player.refused = (), refusal.fields


async def _notice(player: Player, words: str) -> None:
    """Staff publish a notice: what they write after the command, or "withdraw" for all that are shown."""
    board = player.stage.app.board

    def work(connection: Connection) -> None:
        listing = words == "withdraw"
        shown = board.command(connection, "notices" if listing else "notice", "" if listing else words, "staff:anna")
        buttons = [button for row in shown.rows for button in row[:1]]
        assert buttons, f"nothing to press after {words}"
        for button in buttons:
            board.press(connection, button.action)

    player.new = await player.stage.staff(work, player.chat)


VERBS: dict[str, Callable[[Player, Any], Awaitable[None]]] = {
    "start": _start,
    "say": _say,
    "edit": _edit,
    "press": _press,
    "stale": _stale,
    "forge": _forge,
    "command": _command,
    "file": _file,
    "unreadable": _unreadable,
    "block": _block,
    "wait_days": _wait,
    "staff": _staff,
    "notice": _notice,
}


# ---- what must follow ------------------------------------------------------------------------------------


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _contains(player: Player, wanted: list[str]) -> None:
    for words in _listed(wanted):
        assert words in player.text


def _lacks(player: Player, unwanted: list[str]) -> None:
    for words in _listed(unwanted):
        assert words not in player.text


def _key(player: Player, wanted: Any) -> None:
    keys = [key for heard in player.new for key in heard.keys]
    assert set(_listed(wanted)) <= set(keys), f"{wanted} in {keys}"


def _not_key(player: Player, unwanted: Any) -> None:
    keys = [key for heard in player.new for key in heard.keys]
    assert not set(_listed(unwanted)) & set(keys), f"{unwanted} in {keys}"


def _entry(player: Player, wanted: str | None) -> None:
    assert [entry for heard in player.new for entry in heard.entries] == ([] if wanted is None else [wanted])


def _language(player: Player, wanted: str) -> None:
    assert {heard.rendered.language for heard in player.new} == {wanted}


def _buttons(player: Player, wanted: list[str]) -> None:
    actions = [action for heard in player.new for action in heard.buttons.values()]
    for name in wanted:
        assert any(action == name or action.startswith((f"{name}:", f"p:{name}:")) for action in actions), actions


def _labels(player: Player, wanted: list[str]) -> None:
    labels = {label for heard in player.new for label in heard.buttons}
    assert set(wanted) <= labels, labels


def _links(player: Player, wanted: int) -> None:
    assert sum(len(heard.links) for heard in player.new) >= wanted


def _messages(player: Player, wanted: int) -> None:
    assert len(player.new) == wanted, player.text


def _silent(player: Player, wanted: bool) -> None:  # called with the file's value
    assert (len(player.new) == 0) is wanted, player.text


def _urgent_message(player: Player, wanted: bool) -> None:
    assert (player.new[0].priority.name == "URGENT") is wanted


def _ticket(player: Player, wanted: Any) -> None:
    """A number, or some of its columns."""
    fields = {"id": wanted} if isinstance(wanted, int) else wanted
    (ticket,) = player.opened
    assert {name: getattr(ticket, name) for name in fields} == fields


def _case(player: Player, wanted: Mapping[str, Any]) -> None:
    """Some columns of the newest ticket as it is now."""
    ticket = player.ticket
    assert {name: getattr(ticket, name) for name in wanted} == wanted


def _staff_sees(player: Player, wanted: Any) -> None:
    for words in _listed(wanted):
        assert words in player.staff_view


def _staff_lacks(player: Player, unwanted: Any) -> None:
    for words in _listed(unwanted):
        assert words not in player.staff_view


def _forgets(player: Player, unwanted: Any) -> None:
    for words in _listed(unwanted):
        assert words not in player.stage.remembered()


def _refused(player: Player, wanted: Mapping[str, Any]) -> None:
    assert player.refused is not None, "it was not refused"
    assert {name: player.refused[name] for name in wanted} == wanted


def _others_hear(player: Player, wanted: int) -> None:
    """How many messages all other residents have heard so far."""
    heard = player.stage.ear.heard
    assert sum(len(messages) for chat, messages in heard.items() if chat != player.chat) == wanted


CHECKS: dict[str, Callable[[Player, Any], None]] = {
    "contains": _contains,
    "lacks": _lacks,
    "key": _key,
    "not_key": _not_key,
    "entry": _entry,
    "language": _language,
    "buttons": _buttons,
    "labels": _labels,
    "links": _links,
    "messages": _messages,
    "silent": _silent,
    "urgent_message": _urgent_message,
    "ticket": _ticket,
    "case": _case,
    "staff_sees": _staff_sees,
    "staff_lacks": _staff_lacks,
    "forgets": _forgets,
    "refused": _refused,
    "others_hear": _others_hear,
}
