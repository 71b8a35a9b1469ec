"""The staff side in the terminal: the open cases, one of them, and everything that can be done with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core import desk_replies
from bot.core.model import Content, Sentence
from bot.errors import TransitionError
from bot.service.answering import NOTE
from bot.service.desk import Staff
from bot.service.notices import COMMANDS as NOTICE_COMMANDS
from bot.store import tickets
from handlers.terminal.screen import harmless

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection

    from bot.core.model import RenderedButton
    from bot.core.ticket import Ticket
    from bot.service.desk import Desk
    from bot.service.drafting import Drafts
    from bot.service.notices import NoticeBoard
    from bot.service.ports import Renders
    from bot.service.suggesting import Suggestions
    from bot.store.database import Database
    from handlers.terminal.screen import Screen

COMMANDS = (
    *("/claim", "/suggest", "/phrase", "/wait", "/handover", "/release", "/close", "/reopen"),
    *("/notice", "/notices", "/list", "/resident"),
)
"""What works on the staff side."""

_STAFF = Staff("terminal:staff", "Terminal")
_DIGITS = 18


def number_of(digits: str) -> int | None:
    """Returns what was typed as a number; None for one that no button and no case can have."""
    return int(digits) if len(digits) <= _DIGITS else None


@dataclass
class StaffSide:
    """Plays one member of staff. `settle` waits until everything that follows is on the screen."""

    database: Database
    desk: Desk
    board: NoticeBoard
    suggestions: Suggestions
    drafts: Drafts
    renderer: Renders
    screen: Screen
    settle: Callable[[], Awaitable[None]]
    chosen: int | None = None
    offered: tuple[RenderedButton, ...] = ()

    async def enter(self) -> None:
        """Shows the open cases; a single one is chosen."""
        self.chosen, self.offered = await self._list(), ()

    async def line(self, line: str) -> None:
        """Does what was typed."""
        offered, self.offered = self.offered, ()
        place = number_of(line) if line.isdecimal() else None
        if place is not None and 0 < place <= len(offered):
            await self._press(offered[place - 1].action)
        elif line.removeprefix("/").split(" ")[0] in NOTICE_COMMANDS and line.startswith("/"):
            name, _, words = line.removeprefix("/").partition(" ")
            self._show(await self.database.run_async(lambda c: self.board.command(c, name, words, _STAFF.id)))
        elif line == "/list":
            self.chosen = await self._list()
        elif line.removeprefix("#").isdecimal():
            self.chosen = await self._case(number_of(line.removeprefix("#")) or 0) or self.chosen
        elif self.chosen is None:
            self._say("terminal-no-case")
        elif line.strip():
            await self._act(self.chosen, line)

    # ---- what is shown ---------------------------------------------------------------------------------

    def _say(self, key: str, **args: str) -> None:
        self.screen.line(self.renderer.sentence(key, self.desk.language, **args))

    def _show(self, content: Content) -> None:
        """Shows `content` with numbered buttons for staff; there is nothing for a resident to press."""
        self.screen.show(self.renderer.render(content, self.desk.language))
        self.offered, self.screen.buttons = self.screen.buttons, ()

    async def _list(self) -> int | None:
        self._say("terminal-staff")
        waiting = await self.database.run_async(tickets.open_ones)
        if not waiting:
            self._say("terminal-no-cases")
        for ticket in map(self.desk.about_known, waiting):
            title = self.renderer.title(ticket.entry, self.desk.language) if ticket.entry else ""
            state = self.renderer.sentence(f"state-{ticket.state.value}", self.desk.language)
            self.screen.line(f"  {ticket.number}  {ticket.language.upper()}  {state}  {title}")
        if len(waiting) == 1:
            return await self._case(waiting[0].id)
        return None

    async def _case(self, number: int) -> int | None:
        if await self.database.run_async(lambda c: tickets.find(c, number)) is None:
            self._say("terminal-no-case")
            return None
        card = await self.database.run_async(lambda c: self.desk.card(c, number))
        self.screen.show(replace(self.renderer.render(card, self.desk.language), rows=()))
        for message in await self.database.run_async(lambda c: tickets.messages(c, number)):
            if message.side in {"staff", "note", "resident"}:
                side = self.renderer.sentence(f"terminal-side-{message.side}", self.desk.language)
                words = message.text or self.renderer.sentence(f"file-{message.attachment}", self.desk.language)
                self.screen.line(f"  {side}: {harmless(words)}")
        self._say("terminal-case-hint")
        return number

    # ---- what is done ----------------------------------------------------------------------------------

    async def _act(self, number: int, line: str) -> None:
        try:
            if line.startswith(NOTE):
                await self._note(number, line.removeprefix(NOTE).strip())
            elif line.startswith("/"):
                name, _, words = line.removeprefix("/").partition(" ")
                await self._command(number, name, words)
            else:
                await self.database.run_async(lambda c: self.desk.reply(c, number, _STAFF, line))
                self._say("terminal-sent")
        except TransitionError as refused:
            self._refused(refused)
        await self.settle()

    async def _note(self, number: int, text: str) -> None:
        if text:
            await self.database.run_async(lambda c: self.desk.note(c, number, _STAFF, text))
            self._say("terminal-note")

    async def _command(self, number: int, name: str, words: str) -> None:
        moves: dict[str, Callable[[Connection, int, Staff], Ticket]] = {
            "claim": self.desk.claim,
            "wait": self.desk.wait,
            "release": self.desk.release,
            "close": self.desk.close,
            "reopen": self.desk.reopen,
        }
        if name in moves:
            await self.database.run_async(lambda c: moves[name](c, number, _STAFF))
            await self._case(number)
        elif name == "handover" and words:
            await self.database.run_async(lambda c: self.desk.transfer(c, number, _STAFF, words.strip().lower()))
            await self._case(number)
        elif name == "suggest":
            await self._with_ticket(number, lambda c, ticket: self.suggestions.suggest(c, ticket, words))
        elif name == "phrase":
            await self._with_ticket(number, lambda c, ticket: self.drafts.phrase(c, ticket, _STAFF, words))
        else:
            self._say("desk-unknown-command", commands=" ".join(COMMANDS))

    async def _with_ticket(self, number: int, make: Callable[[Connection, Ticket], Content]) -> None:
        self._show(await self.database.run_async(lambda c: make(c, tickets.get(c, number))))

    async def _press(self, action: str) -> None:
        """A button of the notice board, or one that leads to an answer: <verb>:<case>:<name>:<more>."""
        verb, number, name, more = (*action.split(":", 3), "", "", "")[:4]
        makes: dict[str, Callable[[Connection, Ticket], Content]] = {
            "suggest": lambda c, ticket: self.suggestions.suggest(c, ticket, ""),
            "show": lambda c, ticket: self.suggestions.show(c, ticket, name) or Content((Sentence("suggest-stale"),)),
            "give": lambda c, ticket: self.suggestions.give(c, ticket, _STAFF, name, more),
            "phrase": lambda c, ticket: self.drafts.phrase(c, ticket, _STAFF, name),
            "draft": lambda c, ticket: self.drafts.send(c, ticket, _STAFF, name, more),
        }
        try:
            if verb in makes and number.isdecimal():
                await self._with_ticket(int(number), makes[verb])
            else:
                self._show(await self.database.run_async(lambda c: self.board.press(c, action)))
        except TransitionError as refused:
            self._refused(refused)
        await self.settle()

    def _refused(self, refused: TransitionError) -> None:
        why = desk_replies.refused(refused)
        if why is not None:
            self.screen.line(self.renderer.render(Content((why,)), self.desk.language).text)
