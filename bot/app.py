"""The one place that builds and joins objects; start and graceful stop."""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from bot.core.flood import Limits
from bot.core.model import IncomingKind
from bot.delivery.grouping import Grouped
from bot.delivery.observing import UNOBSERVED
from bot.delivery.sender import Sender
from bot.delivery.tidying import Tidier
from bot.delivery.timers import Alarm
from bot.delivery.worker import Worker, place
from bot.editions import Watch
from bot.errors import BotError, SettingsError
from bot.service.admin import AdminRoom
from bot.service.case_timers import KINDS as CASE_TIMERS
from bot.service.case_timers import CaseTimers
from bot.service.dead_letters import DeadLetters
from bot.service.desk import Desk
from bot.service.digest import Digests
from bot.service.drafting import Drafts
from bot.service.figures import FiguresRoom
from bot.service.learning import Learning
from bot.service.moving import is_staff, staff_chats
from bot.service.notices import NoticeBoard
from bot.service.personal import PersonalFiles
from bot.service.posting import StaffGroups
from bot.service.purging import Purges
from bot.service.recalling import Recalls
from bot.service.receipts import Receipts
from bot.service.resident import Residents, accept
from bot.service.roles import StaffRoles
from bot.service.staff import StaffTopics
from bot.service.suggesting import Suggestions
from bot.service.topics import TopicBook
from bot.settings import EXAMPLES
from bot.stopping import until_stopped
from bot.store import inbox, outbox, pauses, timers
from bot.store.database import Database
from bot.translator import LibreTranslate
from handlers.telegram import CHANNEL as TELEGRAM
from handlers.telegram import topic_link
from handlers.terminal import CHANNEL as TERMINAL
from handlers.terminal.screen import Screen
from handlers.terminal.session import Terminal, TerminalChannel
from handlers.terminal.staff_side import StaffSide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import Connection
    from telegram import Bot

    from bot.core.mail import InboxItem
    from bot.core.model import Incoming
    from bot.delivery.observing import Observer
    from bot.delivery.ports import Channel
    from bot.editions import Core
    from bot.settings import Settings
    from handlers.telegram.channel import TelegramChannel
    from handlers.telegram.client import Contact
    from handlers.telegram.surface import TelegramSurface
    from handlers.web.application import Hook

_TOGETHER = 32
"""Most messages that are stored, decided or noted in one transaction."""

_DELIVERY_S = 5.5
"""So long a stop waits for what is in hand: with the way in, `bot.stopping`, it stays below ten seconds."""


class App:
    """The running assistant: database, worker, sender and the surfaces that are configured."""

    def __init__(self, settings: Settings, core: Core) -> None:
        """Opens the database.

        Raises SettingsError for settings that do not fit the knowledge, DatabaseError when the database cannot be
        used or is of another version.
        """
        _check(settings, core)
        self.settings = settings
        self.core = core
        self.database = Database(settings.database_url, settings.secret_keys)
        self.database.require_current()
        named = settings.telegram_staff_chats if settings.telegram_token else {}
        chats = self.database.run(lambda connection: staff_chats(connection, TELEGRAM, named))
        groups = StaffGroups(TELEGRAM, chats, settings.staff_language, topic_link)
        self._translator = _translator(settings, core)
        self.desk = Desk(
            core.library,
            groups,
            core.clock,
            idle_days=settings.idle_days,
            translates=self._translator is not None,
        )
        self.suggestions = Suggestions(core.library, self.desk)
        self.drafts = Drafts(core.library, core.renderer, self.desk, core.clock)
        self.receipts = Receipts(self.desk.posts, core.clock, core.library)
        self.roles = StaffRoles(settings.telegram_staff, settings.telegram_admins)
        self.files = PersonalFiles(self.database, core.renderer, core.clock)
        self._residents = Residents(
            core.library,
            core.renderer,
            self.desk,
            core.clock,
            limits={TELEGRAM: Limits(settings.flood_burst, settings.flood_seconds)},
            most_open=settings.open_cases,
        )
        self.board = NoticeBoard(core.library, groups, core.clock)
        self._staff = StaffTopics(
            self.desk,
            self.receipts,
            self.suggestions,
            self.drafts,
            (
                self.board,
                FiguresRoom(core.library, self.desk, core.clock),
                AdminRoom(core.library, self.roles, core.clock),
                Learning(core.library, self.roles, core.clock),
                Recalls(core.library, groups, self.roles, core.clock),
            ),
            self.roles,
            core.clock,
        )
        self._case_timers = CaseTimers(self.desk)
        self._digests = Digests(groups, core.clock, settings.digest_at)
        self._purges = Purges(settings.retention_days, core.clock)
        letters = DeadLetters(self.desk.posts, core.library, core.clock)
        # With several writers, two transactions that hold much could wait for each other: there each is on its own.
        self._grouped = Grouped(self.database, _TOGETHER) if self.database.is_sqlite else self.database
        self.worker = Worker(
            self.database,
            inbox,
            self._decide,
            core.clock.now,
            letters.undecided,
            together=_TOGETHER if self.database.is_sqlite else 1,
        )
        self._alarm = Alarm(self.database, timers, inbox, core.clock.now, self.worker.wake)
        self._observer: Observer = UNOBSERVED
        self.stop = asyncio.Event()

    def _decide(self, connection: Connection, item: InboxItem) -> None:
        if item.incoming.kind in CASE_TIMERS:
            self._case_timers.handle(connection, item)
        elif item.incoming.kind == IncomingKind.DIGEST:
            self._digests.handle(connection, item)
        elif item.incoming.kind == IncomingKind.PURGE:
            self._purges.handle(connection, item)
        else:
            (self._staff if item.incoming.staff else self._residents).handle(connection, item)

    async def accept(self, arrived: Sequence[Incoming]) -> None:
        """Stores what arrived, all or nothing, and wakes the worker."""
        began = time.perf_counter()
        new = await self._grouped.run_async(lambda connection: [accept(connection, one) for one in arrived])
        self.worker.wake()
        self._observer.lasted("accept", time.perf_counter() - began)
        for incoming, is_new in zip(arrived, new, strict=True):
            self._observer.received(incoming.kind.value, "new" if is_new else "duplicate")

    async def _is_staff(self, chat: str) -> bool:
        return await self.database.run_async(lambda connection: is_staff(connection, self.desk.posts.groups, chat))

    @asynccontextmanager
    async def delivering(self, channels: dict[str, Channel]) -> AsyncIterator[None]:
        """Runs the worker, the sender and the watch over the knowledge; leaving finishes what is in hand, for a while.

        None of them ends before that: one that does sets `stop`, and leaving raises BotError.
        """
        sender = Sender(
            self.database,
            outbox,
            channels,
            self.receipts.settled,
            self.core.clock.now,
            self._observer,
            noting=self._grouped,
        )
        self.worker.on_decided(sender.wake)
        self.worker.serve(channels)
        if self.database.is_sqlite:
            now = self.core.clock.now()
            await self.database.run_async(lambda connection: outbox.release(connection, tuple(channels), now))
        await self.database.run_async(lambda connection: self._purges.arrange(connection, tuple(channels)))
        halt = asyncio.Event()
        tasks = [
            asyncio.create_task(self.worker.run(halt), name="worker"),
            asyncio.create_task(sender.run(halt), name="sender"),
            asyncio.create_task(self._alarm.run(halt, tuple(channels)), name="timers"),
            asyncio.create_task(Watch(self.settings, self.core.library).run(halt), name="watch"),
            asyncio.create_task(Tidier(self.database.overwrite).run(halt), name="tidying"),
        ]
        for task in tasks:
            task.add_done_callback(self._ended)
        self._sender = sender
        try:
            yield
        finally:
            halt.set()
            self.worker.wake()
            sender.wake()
            _, late = await asyncio.wait(tasks, timeout=_DELIVERY_S)
            for task in late:
                structlog.get_logger("app").warning("not waited for", task=task.get_name())
                task.cancel()
        for task in tasks:
            if error := _fault(task):
                reason = f"ended with {type(error).__name__} at {place(error)}"
                raise BotError(task.get_name(), reason=reason, remedy="start again; nothing that arrived is lost")

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Without one of them the process would look healthy and answer nobody."""
        if error := _fault(task):
            fault = type(error).__name__
            structlog.get_logger("app").error("ended", task=task.get_name(), error=fault, place=place(error))
            self.stop.set()

    async def run_telegram(self) -> None:
        """Runs the Telegram bot until stopped. Raises ChannelError when the token is refused, and SettingsError where
        the web server cannot listen.
        """
        # The client library costs a quarter of a second and is not needed by the other commands.
        from bot.metrics import Metrics
        from handlers.telegram.client import Contact, make_bot
        from handlers.web.application import application
        from handlers.web.health import Health
        from handlers.web.server import listen, serving

        settings, core, contact, metrics = self.settings, self.core, Contact(), Metrics()
        if settings.telegram_token is None:
            raise RuntimeError("run_telegram needs a token")
        self._observer = metrics
        self.worker.observe(metrics)
        self._staff.observe(metrics)
        bot = make_bot(settings.telegram_token.get_secret_value(), settings.telegram_api_url)
        surface, hook = self._ways_in(bot, contact)
        health = Health(self.database, core.library, contact.age, self.stop.is_set, core.clock.now)
        web = application(health, lambda: metrics.page(self.database, core.library, core.clock), hook)
        listening = listen(settings.host, settings.port)
        try:
            await self.database.run_async(self._digests.arrange)
            async with self.delivering({TELEGRAM: self._way_out(bot)}), serving(web, listening, self.stop.set):
                await until_stopped(surface.run(self.stop), self.stop)
        finally:
            listening.close()
            await surface.close()
            if self._translator is not None:
                await self._translator.close()

    def _ways_in(self, bot: Bot, contact: Contact) -> tuple[TelegramSurface, Hook | None]:
        """What connects to Telegram, and where Telegram pushes to; None when it polls."""
        from handlers.telegram.client import number_of
        from handlers.telegram.inline import Inline
        from handlers.telegram.intake import Intake
        from handlers.telegram.profile import Profile
        from handlers.telegram.surface import TelegramSurface
        from handlers.telegram.turns import Turn
        from handlers.telegram.updates import Reader
        from handlers.telegram.webhook import Webhook, address
        from handlers.web.application import Hook

        settings, core, number = self.settings, self.core, number_of(bot.token)
        chats = self.desk.posts.groups.chats.values()
        profile = Profile(
            core.renderer, core.library.brain.offered, chats, settings.staff_language, self._staff.commands
        )
        inline = Inline(bot, core.library, core.renderer, lambda: self.database.run_async(pauses.current), core.clock)
        intake = Intake(bot, Reader(number, chats), inline, self.accept, core.clock.now, self._observer, self._is_staff)
        profile_turn = Turn(self.database, f"telegram:{number}:profile", core.clock.now)
        if settings.public_url is None:
            return TelegramSurface(bot, profile, intake, contact, profile_turn), None
        secret = settings.webhook_secret
        at = address(bot.token, secret.get_secret_value() if secret else None)
        turn = Turn(self.database, f"telegram:{number}:webhook", core.clock.now)
        webhook = Webhook(bot, settings.public_url, at, turn, contact)
        surface = TelegramSurface(bot, profile, intake, contact, profile_turn, webhook)
        return surface, Hook(at.key, at.secret, intake.take_or_skip)

    def _way_out(self, bot: Bot) -> TelegramChannel:
        from handlers.telegram.channel import TelegramChannel

        return TelegramChannel(
            bot,
            self.core.renderer,
            TopicBook(self.database, self.desk, self.receipts, self.drafts, self.core.renderer),
            self.files,
            translator=self._translator,
            group_rate=self.settings.telegram_group_rate,
            rate=self.settings.telegram_overall_rate,
        )

    async def run_terminal(self, language: str | None) -> None:
        """Runs the chat in the terminal until the input ends."""
        screen = Screen(sys.stdout)
        channel = TerminalChannel(screen, self.core.renderer, self.files)
        async with self.delivering({TERMINAL: channel}):
            side = StaffSide(
                database=self.database,
                desk=self.desk,
                board=self.board,
                suggestions=self.suggestions,
                drafts=self.drafts,
                renderer=self.core.renderer,
                screen=screen,
                settle=lambda: self._settled(TERMINAL),
            )
            terminal = Terminal(
                side=side,
                renderer=self.core.renderer,
                screen=screen,
                channel=channel,
                accept=self.accept,
                settle=lambda: self._settled(TERMINAL),
                clock=self.core.clock.now,
                identity=uuid.uuid4().hex,
                language=language,
            )
            await terminal.run(self.stop)

    async def _settled(self, channel: str) -> None:
        """Waits until nothing of `channel` is left to decide or to deliver now."""

        def busy(connection: Connection) -> bool:
            now = self.core.clock.now()
            return inbox.due(connection, channel, now) or outbox.due(connection, channel, now)

        self._sender.wake()
        while not self.stop.is_set() and await self.database.run_async(busy):
            self._sender.wake()
            await asyncio.sleep(0.005)

    def close(self) -> None:
        """Closes the database."""
        self.database.close()


def _translator(settings: Settings, core: Core) -> LibreTranslate | None:
    if settings.translator_url is None:
        return None
    key = settings.translator_key
    return LibreTranslate(settings.translator_url, key.get_secret_value() if key else None, core.clock.now)


def _fault(task: asyncio.Task[None]) -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None


def _check(settings: Settings, core: Core) -> None:
    knowledge = core.library.knowledge
    for department in settings.telegram_staff_chats:
        if department not in knowledge.departments:
            raise SettingsError(
                name="BOT_TELEGRAM_STAFF_CHATS",
                reason=f"there is no department {department}; there are {', '.join(knowledge.departments)}",
                example=EXAMPLES["telegram_staff_chats"],
            )
    if settings.staff_language not in core.library.brain.offered:
        raise SettingsError(
            name="BOT_STAFF_LANGUAGE",
            reason=f"must be one of {', '.join(core.library.brain.offered)}",
            example=EXAMPLES["staff_language"],
        )
