"""The same conversation in a terminal, with numbered buttons; `/staff` shows and plays the staff side."""

from __future__ import annotations

import asyncio
import sys
import threading
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core.mail import Delivered, Outcome, Rates
from bot.core.model import Incoming, IncomingKind, Style
from bot.errors import TransitionError
from bot.service.desk import Staff
from bot.service.notices import COMMANDS
from bot.store import tickets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TextIO

    from bot.core.mail import OutboxItem
    from bot.core.model import Rendered, RenderedButton, Span
    from bot.service.desk import Desk
    from bot.service.notices import NoticeBoard
    from bot.service.personal import OwnFile
    from bot.service.ports import Files, Renders
    from bot.store.database import Database

CHANNEL = "terminal"
CHAT = "local"
_STAFF = Staff("terminal:staff", "Terminal")
_DIGITS = 18
_STYLES = {Style.BOLD: "1", Style.ITALIC: "2", Style.QUOTE: "36", Style.LINK: "4"}


def _number(digits: str) -> int | None:
    """Returns what was typed as a number; None for one that no button and no case can have."""
    return int(digits) if len(digits) <= _DIGITS else None


def _harmless(text: str) -> str:
    """Without the control characters by which a person's words could command the terminal."""
    return "".join(character for character in text if character == "\n" or unicodedata.category(character) != "Cc")


class Screen:
    """Writes rendered messages to a text stream, and remembers the numbered buttons of the last one."""

    def __init__(self, out: TextIO) -> None:
        """Takes where to write; colours only on a real terminal."""
        self._out = out
        self._colours = out.isatty()
        self.buttons: tuple[RenderedButton, ...] = ()

    def line(self, text: str = "") -> None:
        """Writes one line."""
        self._out.write(f"{text}\n")
        self._out.flush()

    def show(self, rendered: Rendered) -> None:
        """Writes a message and its buttons, numbered from 1; links are shown with their address."""
        self.line()
        for text in "".join(self._span(span) for span in rendered.spans).split("\n"):
            self.line(f"  {text}" if text else "")
        buttons = [button for row in rendered.rows for button in row]
        for button in buttons:
            if button.url:
                self.line(f"  → {button.label}: {button.url}")
        self.buttons = tuple(button for button in buttons if button.action)
        for number, button in enumerate(self.buttons, 1):
            self.line(f"  [{number}] {button.label}")
        self.line()

    def file(self, file: OwnFile) -> None:
        """Writes a file's name and content."""
        self.line()
        self.line(f"  {file.caption} ({file.name})")
        for text in _harmless(file.content).split("\n"):
            self.line(f"  {text}" if text else "")

    def _span(self, span: Span) -> str:
        text = _harmless(span.text)
        if span.style == Style.QUOTE:
            text = "\n".join(f"│ {line}" for line in text.split("\n"))
        if span.style == Style.LINK and span.url:
            text = f"{text} <{span.url}>"
        code = _STYLES.get(span.style)
        return f"\x1b[{code}m{text}\x1b[0m" if code and self._colours else text


class TerminalChannel:
    """The way out to the terminal: delivered when it is on the screen."""

    def __init__(self, screen: Screen, renderer: Renders, files: Files) -> None:
        """Takes the screen, the renderer, and who makes files.

        `language` is that of the last message; `aside`, while the staff side is shown, is the line that says that what
        follows is what the resident reads.
        """
        self._screen = screen
        self._renderer = renderer
        self._files = files
        self.language = "en"
        self.aside: str | None = None

    def rates(self, chat: str) -> Rates:
        """A terminal has no limits."""
        del chat
        return Rates()

    async def deliver(self, item: OutboxItem) -> Outcome:
        """Shows a message."""
        if item.mail.content is not None:
            self.language = item.mail.language
            if self.aside is not None:
                self._screen.line()
                self._screen.line(self.aside)
            self._screen.show(self._renderer.render(item.mail.content, item.mail.language))
        if item.mail.kind == "document":
            mail = item.mail
            self._screen.file(await self._files.own_file(mail.channel, mail.chat, mail.target, mail.language))
        return Delivered(str(item.seq))


class Lines:
    """What is typed, line by line, until the end of input or `stop`.

    Read in a thread of its own that ends with the process: nothing can interrupt a read, and the pool's threads would
    hold up the end until the next line.
    """

    def __init__(self, stop: asyncio.Event) -> None:
        """Takes what ends the reading, and starts to read. To be called in the event loop."""
        self._stop = stop
        self._loop = asyncio.get_running_loop()
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()
        threading.Thread(target=self._read, name="lines", daemon=True).start()

    async def next(self) -> str | None:
        """Returns the next line without its end; None at the end of input or when stopped."""
        if sys.stdin.isatty():
            sys.stdout.write("> ")
            sys.stdout.flush()
        typed, stopped = asyncio.create_task(self._typed.get()), asyncio.create_task(self._stop.wait())
        await asyncio.wait({typed, stopped}, return_when=asyncio.FIRST_COMPLETED)
        ended = not typed.done()
        typed.cancel()
        stopped.cancel()
        return None if ended else typed.result()

    def _read(self) -> None:
        # Not sys.stdin itself: the interpreter closes that at its end, and breaks off when a thread still reads it.
        with open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False) as typed:
            for line in typed:
                if not self._put(line.rstrip("\r\n")):
                    return
        self._put(None)

    def _put(self, line: str | None) -> bool:
        try:
            self._loop.call_soon_threadsafe(self._typed.put_nowait, line)
        except RuntimeError:  # the loop is closed: nobody listens any more
            return False
        return True


@dataclass(frozen=True, slots=True)
class Terminal:
    """Reads lines and acts on them until the input ends or /quit.

    `accept` stores what was typed durably; `settle` waits until everything that follows from it is on the screen.
    `language` is what the person asked for, or None; `identity` makes the update ids of one run.
    """

    database: Database
    desk: Desk
    board: NoticeBoard
    renderer: Renders
    screen: Screen
    channel: TerminalChannel
    accept: Callable[[Sequence[Incoming]], Awaitable[None]]
    settle: Callable[[], Awaitable[None]]
    clock: Callable[[], int]
    identity: str
    language: str | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Greets, then takes lines until the end of input, /quit or `stop`."""
        hint = self.language or "en"
        self.channel.language = hint
        self.screen.line(self.renderer.sentence("terminal-hint", hint))
        count, lines = 0, Lines(stop)
        await self._arrive(IncomingKind.START, str(count))
        while (line := await lines.next()) is not None:
            count += 1
            if line == "/quit":
                return
            if line == "/staff":
                if not await self._staff_side(lines):
                    return
                continue
            await self._resident_line(line, str(count))

    async def _resident_line(self, line: str, number: str) -> None:
        if line.isdecimal() and self.screen.buttons:
            place = _number(line)
            if place is None or not 0 < place <= len(self.screen.buttons):
                self._say("terminal-no-button", number=line[:_DIGITS])
                return
            await self._arrive(IncomingKind.BUTTON, number, argument=self.screen.buttons[place - 1].action)
        elif line.startswith("/") and len(line) > 1:
            name, _, text = line[1:].partition(" ")
            # /staff is the staff side here, so asking for a person has a name of its own.
            name = "staff" if name == "person" else name
            kind = IncomingKind.START if name == "start" else IncomingKind.COMMAND
            await self._arrive(kind, number, argument=name, text=text)
        else:
            await self._arrive(IncomingKind.TEXT, number, text=line)

    async def _arrive(self, kind: IncomingKind, number: str, *, text: str = "", argument: str = "") -> None:
        incoming = Incoming(
            channel=CHANNEL,
            update_id=f"{self.identity}:{number}",
            chat=CHAT,
            sender=CHAT,
            kind=kind,
            at=self.clock(),
            text=text,
            argument=argument,
            language_hint=self.language,
            message_id=number,
        )
        if kind == IncomingKind.START and self.language is not None:
            pin = replace(incoming, update_id=f"{self.identity}:language", kind=IncomingKind.BUTTON)
            await self.accept([replace(pin, argument=f"l:{self.language}")])
        await self.accept([incoming])
        await self.settle()

    def _say(self, key: str, **args: str) -> None:
        self.screen.line(self.renderer.sentence(key, self.channel.language, **args))

    # ---- the staff side --------------------------------------------------------------------------------

    def _staff_say(self, key: str, **args: str) -> None:
        self.screen.line(self.renderer.sentence(key, self.desk.language, **args))

    async def _staff_side(self, lines: Lines) -> bool:
        """Plays the staff side until /resident; False when the input ended."""
        self.channel.aside = self.renderer.sentence("terminal-resident-reads", self.desk.language)
        try:
            return await self._staff_lines(lines)
        finally:
            self.channel.aside = None

    async def _staff_lines(self, lines: Lines) -> bool:
        chosen: int | None = await self._list()
        offered: tuple[RenderedButton, ...] = ()  # on the notice board
        while (line := await lines.next()) is not None:
            if line == "/quit":
                return False
            if line == "/resident":
                return True
            shown = await self._notices(line, offered)
            offered = shown or ()
            if shown is not None:
                continue
            if line == "/list":
                chosen = await self._list()
            elif line.removeprefix("#").isdecimal():
                chosen = await self._show(_number(line.removeprefix("#")) or 0) or chosen
            elif chosen is None:
                self._staff_say("terminal-no-case")
            elif line.strip():
                await self._act(chosen, line)
        return False

    async def _notices(self, line: str, offered: Sequence[RenderedButton]) -> tuple[RenderedButton, ...] | None:
        """Plays the notice board and returns its buttons, numbered from 1; None for a line about something else."""
        name, _, words = line.removeprefix("/").partition(" ")
        place = _number(line) if line.isdecimal() else None
        if line.startswith("/") and name in COMMANDS:
            content = await self.database.run_async(lambda c: self.board.command(c, name, words, _STAFF.id))
        elif place is not None and 0 < place <= len(offered):
            action = offered[place - 1].action
            content = await self.database.run_async(lambda c: self.board.press(c, action))
        else:
            return None
        self.screen.show(self.renderer.render(content, self.desk.language))
        buttons, self.screen.buttons = self.screen.buttons, ()  # nothing for a resident to press
        return buttons

    async def _list(self) -> int | None:
        self._staff_say("terminal-staff")
        waiting = await self.database.run_async(tickets.open_ones)
        if not waiting:
            self._staff_say("terminal-no-cases")
        for ticket in map(self.desk.about_known, waiting):
            title = self.renderer.title(ticket.entry, self.desk.language) if ticket.entry else ""
            state = self.renderer.sentence(f"state-{ticket.state.value}", self.desk.language)
            self.screen.line(f"  {ticket.number}  {ticket.language.upper()}  {state}  {title}")
        if len(waiting) == 1:
            return await self._show(waiting[0].id)
        return None

    async def _show(self, number: int) -> int | None:
        if await self.database.run_async(lambda connection: tickets.find(connection, number)) is None:
            self._staff_say("terminal-no-case")
            return None
        card = await self.database.run_async(lambda connection: self.desk.card(connection, number))
        self.screen.show(replace(self.renderer.render(card, self.desk.language), rows=()))
        for message in await self.database.run_async(lambda connection: tickets.messages(connection, number)):
            if message.side in {"staff", "note", "resident"}:
                side = self.renderer.sentence(f"terminal-side-{message.side}", self.desk.language)
                words = _harmless(message.text) or self.renderer.sentence(
                    f"file-{message.attachment}", self.desk.language
                )
                self.screen.line(f"  {side}: {words}")
        self._staff_say("terminal-case-hint")
        return number

    async def _act(self, number: int, line: str) -> None:
        moves = {"/claim": self.desk.claim, "/close": self.desk.close, "/reopen": self.desk.reopen}
        desk = self.desk
        try:
            if line in moves:
                await self.database.run_async(lambda connection: moves[line](connection, number, _STAFF))
                await self._show(number)
            elif line.startswith("//"):
                text = line[2:].strip()
                if not text:
                    return
                await self.database.run_async(lambda connection: desk.note(connection, number, _STAFF, text))
                self._staff_say("terminal-note")
            elif line.startswith("/"):
                self._staff_say(
                    "desk-unknown-command", commands="/claim /close /reopen /notice /notices /list /resident"
                )
            else:
                await self.database.run_async(lambda connection: desk.reply(connection, number, _STAFF, line))
                self._staff_say("terminal-sent")
        except TransitionError as refusal:
            self._refused(refusal)
        await self.settle()

    def _refused(self, refusal: TransitionError) -> None:
        owner = str(refusal.fields["owner"])
        if refusal.fields["state"] == "closed":
            self._staff_say("desk-not-sent-closed" if refusal.fields["event"] == "reply" else "desk-closed")
        elif refusal.fields["state"] == "withdrawn":
            self._staff_say("desk-not-sent-withdrawn" if refusal.fields["event"] == "reply" else "desk-is-withdrawn")
        elif owner:
            self._staff_say("desk-taken", name=owner)
        else:
            self._staff_say("desk-reopened")
