"""The same conversation in a terminal, with numbered buttons; `/staff` shows and plays the staff side."""

from __future__ import annotations

import asyncio
import sys
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core.mail import Delivered, Outcome, Rates
from bot.core.model import Incoming, IncomingKind
from handlers.terminal import CHANNEL
from handlers.terminal.staff_side import number_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.core.mail import OutboxItem
    from bot.service.ports import Files, Renders
    from handlers.terminal.screen import Screen
    from handlers.terminal.staff_side import StaffSide

CHAT = "local"
_SHOWN = 18


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

    side: StaffSide
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
            place = number_of(line)
            if place is None or not 0 < place <= len(self.screen.buttons):
                self._say("terminal-no-button", number=line[:_SHOWN])
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

    async def _staff_side(self, lines: Lines) -> bool:
        """Plays the staff side until /resident; False when the input ended."""
        self.channel.aside = self.renderer.sentence("terminal-resident-reads", self.side.desk.language)
        try:
            await self.side.enter()
            while (line := await lines.next()) is not None:
                if line in {"/quit", "/resident"}:
                    return line == "/resident"
                await self.side.line(line)
            return False
        finally:
            self.channel.aside = None
