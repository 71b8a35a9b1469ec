"""The way out to Telegram: one try to deliver a message, and what Telegram said to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from telegram import LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.core.desk_replies import in_place, under_a_file
from bot.core.mail import HELD, KEEP_CLOSED, Delivered, Failed, Limit, Outcome, Rates, Retry
from bot.service.translating import translated
from handlers.telegram.changing import caption_changed, copied, reacted, text_changed
from handlers.telegram.client import milliseconds
from handlers.telegram.refusals import PartlyCopiedError, refused, says
from handlers.telegram.saying import say
from handlers.telegram.text import buttons, keyboard, pieces
from handlers.telegram.transport import never_left

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from telegram import Bot

    from bot.core.mail import Mail, OutboxItem
    from bot.core.model import Content, Rendered
    from bot.service.ports import Files, Renders, Translates
    from bot.service.topics import TopicBook, TopicView

_log = structlog.get_logger("telegram")

_PRIVATE = (Limit(3, 3_000),)  # Telegram's word: about 1 a second in a chat, with short bursts

_RECONCILE = 3_000
_LOST_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid")
_LOST_CARD = ("message to edit not found", "message can't be edited", "message identifier is not specified")
_MOST_IDS = 5  # of one message's pieces, that are kept
_GONE_GROUP = ("chat not found", "user_not_participant", "deactivated", "channel_private")


class LostTopicError(Exception):
    """The ticket's topic does not exist any more."""


class TelegramChannel:
    """Delivers the outbox's messages for the channel "telegram"."""

    def __init__(
        self,
        bot: Bot,
        renderer: Renders,
        topics: TopicBook,
        files: Files,
        *,
        translator: Translates | None = None,
        group_rate: int = 18,
        rate: int = 25,
    ) -> None:
        """Takes the Bot API client, the renderer, the book of staff topics, who makes files, and who translates.

        `group_rate`: most messages a minute into one group (Telegram allows 20); `rate`: a second in all (30).
        """
        self._translator = translator
        self._group = (Limit(group_rate, 60_000),)
        self._overall = (Limit(rate, 1_000),)
        self._bot = bot
        self._renderer = renderer
        self._topics = topics
        self._files = files

    def rates(self, chat: str) -> Rates:
        """Returns Telegram's limits: a group's id is negative."""
        return Rates(self._group if chat.startswith("-") else _PRIVATE, self._overall)

    async def deliver(self, item: OutboxItem) -> Outcome:
        """Tries once. Everything that Telegram can answer becomes an outcome."""
        sent = _Progress(item.progress)
        try:
            reference = await (self._to_staff(item, sent) if item.mail.staff else self._to_resident(item.mail, sent))
        except RetryAfter as error:
            return Retry(HELD, milliseconds(error), progress=sent.count)
        except LostTopicError:
            return Retry("topic lost", 0, progress=0)
        except PartlyCopiedError:
            return Failed("album")
        except ChatMigrated as error:
            return await self._moved(item, error)
        except (Forbidden, BadRequest) as error:
            return refused(item, error)
        except NetworkError as error:
            wait = _RECONCILE if item.mail.kind == "topic" else None
            _log.warning("not delivered yet", kind=item.mail.kind, error=type(error).__name__)
            return Retry(type(error).__name__, wait, unknown=not never_left(error), progress=sent.count)
        except TelegramError as error:
            _log.error("not delivered yet", kind=item.mail.kind, error=type(error).__name__)
            return Retry(type(error).__name__, progress=sent.count)
        return Delivered(reference)

    async def _moved(self, item: OutboxItem, error: ChatMigrated) -> Outcome:
        """A staff group has a new address: everything that waits for it goes there, this mail too."""
        old, new = item.mail.chat, str(error.new_chat_id)
        if not item.mail.staff or old == new:
            return refused(item, error)
        await self._topics.group_moved(old, new)
        return Retry("group moved", 0, progress=0)

    # ---- residents -------------------------------------------------------------------------------------

    async def _to_resident(self, mail: Mail, sent: _Progress) -> str:
        if mail.kind == "leave":
            return await self._leave(mail.chat)
        if mail.kind == "document":
            return await self._document(mail)
        if mail.kind == "react":
            return await reacted(self._bot, mail)
        if mail.kind == "copy" and mail.copy is not None:
            return await copied(self._bot, mail.chat, mail.copy, None, bare=mail.copy.bare)
        if mail.content is None:
            raise BadRequest(f"nothing to say in a mail of kind {mail.kind}")
        if mail.kind == "edit" and not sent.count and (changed := await self._edit(mail, mail.content)):
            return changed
        return await self._say(mail.chat, await self._rendered(mail, mail.content), None, sent)

    async def _edit(self, mail: Mail, content: Content) -> str | None:
        """Changes what was sent and returns its id; None where it has to be said again."""
        known = await self._topics.counterpart(mail.ticket_message) if mail.ticket_message is not None else None
        if not known or "," in known:
            return None
        if mail.copy is not None:
            words = self._renderer.render(under_a_file(content), mail.language)
            done = await caption_changed(self._bot, mail.chat, int(known), words)
        else:
            words = self._renderer.render(in_place(content), mail.language)
            done = await text_changed(self._bot, mail.chat, int(known), words)
        return known if done else None

    async def _rendered(self, mail: Mail, content: Content) -> Rendered:
        """What is said, with its machine translations. What a preview shows is kept: the resident gets the same."""
        content = await translated(content, self._translator)
        if mail.kind == "preview" and mail.ticket is not None:
            kept = [await self._topics.kept(mail.ticket, int(mail.target), part) for part in content.parts]
            content = replace(content, parts=tuple(kept))
        return self._renderer.render(content, mail.language)

    async def _say(self, chat: str, rendered: Rendered, thread: int | None, sent: _Progress) -> str:
        """Returns the ids of all pieces, with commas between; those of an earlier try are not known any more."""
        parts = pieces(rendered)
        said = [""] * min(sent.count, 1)
        for number, part in enumerate(parts):
            if number < sent.count:
                continue
            rows = buttons(rendered) if number == len(parts) - 1 else None
            said.append(await say(self._bot, chat, part, thread, rows))
            sent.count = number + 1
        return ",".join(said if len(said) <= _MOST_IDS else ["", said[-1]])

    async def _document(self, mail: Mail) -> str:
        """The file is made now, so that no copy of what it holds lies in the outbox."""
        file = await self._files.own_file(mail.channel, mail.chat, mail.target, mail.language)
        message = await self._bot.send_document(
            chat_id=int(mail.chat), document=file.content.encode(), filename=file.name, caption=file.caption
        )
        return str(message.message_id)

    async def _leave(self, chat: str) -> str:
        """Leaves a group. To be no longer in it, or that it is gone, is no fault."""
        try:
            await self._bot.leave_chat(int(chat))
        except ChatMigrated as error:
            return await self._leave(str(error.new_chat_id))
        except Forbidden:
            return ""
        except BadRequest as error:
            if not says(error, _GONE_GROUP):
                raise
            return ""
        _log.info("left a group", chat=chat, remedy="for a staff group: name it in BOT_TELEGRAM_STAFF_CHATS, add again")
        return ""

    # ---- staff topics ----------------------------------------------------------------------------------

    async def _to_staff(self, item: OutboxItem, sent: _Progress) -> str:
        mail = item.mail
        if mail.kind == "delete_topic":
            return await self._delete_topic(mail)
        if mail.kind == "close_topic":
            await self._unless_done(self._bot.close_forum_topic(int(mail.chat), int(mail.target)))
            return mail.target
        if mail.kind == "react":
            return await reacted(self._bot, mail)
        if mail.ticket is None:
            return await self._among_staff(mail, sent)
        return await self._to_topic(mail, mail.ticket, sent)

    async def _to_topic(self, mail: Mail, ticket: int, sent: _Progress) -> str:
        view = await self._topics.view(ticket)
        if view.chat != mail.chat:  # handed over since: the new group has the whole history
            return ""
        if view.thread is None and view.closed and mail.kind in {"card", "close"}:
            return ""  # staff have deleted the topic of a closed case: nobody wants it back
        fresh = view.thread is None
        thread = int(view.thread) if view.thread is not None else await self._create(mail, ticket, view)
        try:
            if fresh and mail.kind not in {"topic", "card"}:
                await self._card(mail, ticket, await self._topics.view(ticket), thread)
            return await self._in_topic(mail, view, thread, sent)
        except BadRequest as error:
            if says(error, _LOST_TOPIC):
                await self._topics.lost(ticket, str(thread))
                raise LostTopicError from error
            if not says(error, ("topic_closed",)):
                raise
            return await self._reopened(mail, view, thread, sent)

    async def _among_staff(self, mail: Mail, sent: _Progress) -> str:
        """Says what is about no ticket, in the topic where staff asked for it; the general one has no number."""
        if mail.content is None:
            raise BadRequest(f"nothing to say in a mail of kind {mail.kind}")
        thread = int(mail.target) if mail.target else None
        return await self._say(mail.chat, await self._rendered(mail, mail.content), thread, sent)

    async def _reopened(self, mail: Mail, view: TopicView, thread: int, sent: _Progress) -> str:
        """The topic was closed by hand: open it, say it, and close it again if the case is over or it is to stay so."""
        await self._bot.reopen_forum_topic(int(mail.chat), thread)
        reference = await self._in_topic(mail, view, thread, sent)
        if view.closed or mail.mark == KEEP_CLOSED:
            await self._bot.close_forum_topic(int(mail.chat), thread)
        return reference

    async def _in_topic(self, mail: Mail, view: TopicView, thread: int, sent: _Progress) -> str:
        match mail.kind:
            case "topic":
                return str(thread)
            case "card" if mail.ticket is not None:
                return await self._card(mail, mail.ticket, view, thread)
            case "copy" if mail.copy is not None:
                # The words under a resident's file go to staff as they were previewed: apart, and redacted.
                return await copied(self._bot, mail.chat, mail.copy, thread, bare=True)
            case "close":
                await self._unless_done(self._bot.close_forum_topic(int(mail.chat), thread))
                return str(thread)
            case "reopen":
                await self._unless_done(self._bot.reopen_forum_topic(int(mail.chat), thread))
                return str(thread)
            case _ if mail.content is not None:
                return await self._say(mail.chat, await self._rendered(mail, mail.content), thread, sent)
            case _:
                raise BadRequest(f"nothing to say in a mail of kind {mail.kind}")

    async def _create(self, mail: Mail, ticket: int, view: TopicView) -> int:
        topic = await self._bot.create_forum_topic(int(mail.chat), view.name)
        if not await self._topics.created(ticket, mail.chat, str(topic.message_thread_id)):
            raise LostTopicError  # the ticket went to another group, or got a topic, meanwhile
        return topic.message_thread_id

    async def _card(self, mail: Mail, ticket: int, view: TopicView, thread: int) -> str:
        """Edits the card, or posts it where there is none; the newest state is read just before."""
        part = pieces(view.card)[0]
        if view.card_message is not None:
            try:
                await self._bot.edit_message_text(
                    part.text,
                    chat_id=int(mail.chat),
                    message_id=int(view.card_message),
                    entities=part.entities,
                    reply_markup=keyboard(view.card),
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            except BadRequest as error:
                if says(error, ("message is not modified",)):
                    return view.card_message
                if not says(error, _LOST_CARD):
                    raise
            else:
                return view.card_message
        reference = await self._say(mail.chat, view.card, thread, _Progress(0))
        await self._topics.card_posted(ticket, str(thread), reference)
        return reference

    async def _delete_topic(self, mail: Mail) -> str:
        """Deletes a topic with all that was written in it. That it is gone already is no fault."""
        try:
            await self._bot.delete_forum_topic(int(mail.chat), int(mail.target))
        except BadRequest as error:
            if not says(error, _LOST_TOPIC):
                raise
        return mail.target

    async def _unless_done(self, call: Awaitable[bool]) -> None:
        """Closing what is closed, or opening what is open, is no fault."""
        try:
            await call
        except BadRequest as error:
            if not says(error, ("topic_not_modified",)):
                raise


class _Progress:
    """How many pieces of a long message have arrived so far."""

    def __init__(self, count: int) -> None:
        self.count = count
