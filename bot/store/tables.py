"""The tables, once for SQLite and PostgreSQL. Times are ms since the epoch (UTC); JSON is text.

What people write stands in `Sealed` columns, which are encrypted where there is a key.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.sealing import Sealed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only numbers rows by itself where the key is exactly INTEGER.
_Serial = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("update_id", String(128), nullable=False),
    Column("lane", String(200), nullable=False),
    Column("payload", Sealed("inbox.payload"), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("not_before", BigInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("done_at", BigInteger),
    Column("outcome", String(16)),  # done | dead | dropped
    Column("error", String(200)),
    UniqueConstraint("channel", "update_id"),
    sqlite_autoincrement=True,
)
_waiting = text("done_at IS NULL")
Index("ix_inbox_open_lane", inbox.c.lane, inbox.c.seq, sqlite_where=_waiting, postgresql_where=_waiting)
Index("ix_inbox_lane", inbox.c.lane)  # to find all of one person
Index("ix_inbox_open", inbox.c.channel, inbox.c.seq, sqlite_where=_waiting, postgresql_where=_waiting)

answered = Table(
    "answered",
    metadata,
    Column("language", String(16), primary_key=True),
    Column("bucket", Integer, primary_key=True),  # of confidence: 0 to 19, each a twentieth
    Column("outcome", String(16), primary_key=True),  # what was decided, see bot.core.answer.Kind
    Column("rating", String(16), primary_key=True),  # "" as long as the person did not rate
    Column("count", Integer, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("entry", String(64), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("rating", String(16), primary_key=True),  # yes | no
    Column("missing", String(32), primary_key=True),  # "" as long as the person did not say
    Column("count", Integer, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("state", Sealed("conversations.state"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("channel", "chat"),
    sqlite_autoincrement=True,
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),  # the short human number
    Column("conversation_id", BigInteger, ForeignKey("conversations.id"), nullable=False),
    Column("department", String(64), nullable=False),
    Column("entry", String(64)),
    Column("language", String(16), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", String(128)),
    Column("owner_name", String(128)),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("staff_channel", String(32)),
    Column("staff_chat", String(128)),
    Column("staff_thread", String(64)),
    Column("card_message", String(64)),
    Column("brief", Sealed("tickets.brief")),  # what a guide's answers say to staff, as content
    Column("audience", String(32)),
    Column("promised_at", BigInteger),  # by when an answer is promised now
    Column("answered_at", BigInteger),  # the first answer of staff
    Column("closed_at", BigInteger),
    Column("rating", String(8)),  # yes | no
    sqlite_autoincrement=True,
)
Index("ix_tickets_conversation", tickets.c.conversation_id, tickets.c.state)
Index("ix_tickets_state", tickets.c.state, tickets.c.department)
Index("ix_tickets_created", tickets.c.created_at)
Index("ix_tickets_answered", tickets.c.answered_at)
Index("ix_tickets_closed", tickets.c.closed_at)
Index("ix_tickets_topic", tickets.c.staff_channel, tickets.c.staff_chat, tickets.c.staff_thread)
Index("ix_tickets_group", tickets.c.staff_channel, tickets.c.staff_chat, tickets.c.state)
Index("ix_tickets_owner", tickets.c.owner, tickets.c.state)

ticket_messages = Table(
    "ticket_messages",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("side", String(16), nullable=False),  # resident | staff | note
    Column("author", String(128), nullable=False),
    Column("text", Sealed("ticket_messages.text"), nullable=False),
    Column("attachment", String(32)),
    Column("source_channel", String(32)),
    Column("source_chat", String(128)),
    Column("source_message", String(64)),
    Column("delivery", String(16), nullable=False),  # none | pending | delivered | failed
    Column("counterpart", String(64)),  # the channel's id of its copy on the other side
    Column("album", String(64)),  # which files came together
    sqlite_autoincrement=True,
)
Index("ix_ticket_messages_ticket", ticket_messages.c.ticket_id, ticket_messages.c.id)
Index("ix_ticket_messages_source", ticket_messages.c.source_channel, ticket_messages.c.source_chat,
      ticket_messages.c.source_message)  # fmt: skip
Index("ix_ticket_messages_counterpart", ticket_messages.c.counterpart)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("event", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_ticket_events_ticket", ticket_events.c.ticket_id, ticket_events.c.id)

topics = Table(
    "topics",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("thread", String(64), primary_key=True),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), nullable=False),
)
"""Every staff topic a ticket ever had: after a hand-over the old ones are still there."""
Index("ix_topics_ticket", topics.c.ticket_id)

promises = Table(
    "promises",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), nullable=False),
    Column("department", String(64), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("outcome", String(16)),  # kept | late | void
    sqlite_autoincrement=True,
)
Index("ix_promises_ticket", promises.c.ticket_id)
Index("ix_promises_due", promises.c.due_at)

staff_drafts = Table(
    "staff_drafts",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), nullable=False),
    Column("author", String(128), nullable=False),
    Column("kind", String(16), nullable=False),  # phrase | translation
    Column("payload", Sealed("staff_drafts.payload"), nullable=False),
    Column("answers", Integer, nullable=False),  # answers there were: more of them, and it is not sent any more
    Column("created_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""What staff have read in a preview and not sent yet."""
Index("ix_staff_drafts_ticket", staff_drafts.c.ticket_id)

daily = Table(
    "daily",
    metadata,
    Column("day", String(10), primary_key=True),  # of Denmark, YYYY-MM-DD
    Column("language", String(16), primary_key=True),
    Column("topic", String(64), primary_key=True),  # "" where none is known
    Column("outcome", String(16), primary_key=True),  # what was decided, see bot.core.answer.Kind, and bot.store.daily
    Column("count", Integer, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("language", String(16), primary_key=True),
    Column("words", String(200), primary_key=True),  # known words of the question, no names and numbers
    Column("entry", String(64), primary_key=True),  # the nearest entry, or ""
    Column("reason", String(16), primary_key=True),  # none | unsure | out_of_scope | not_helpful
    Column("count", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

given = Table(
    "given",
    metadata,
    Column("conversation_id", BigInteger, ForeignKey("conversations.id"), primary_key=True),
    Column("entry", String(64), primary_key=True),
    Column("facts", String(64), primary_key=True),  # a hash of the entry's facts as they were
    Column("language", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Who was given which answer with which facts, for calling it back."""
Index("ix_given_entry", given.c.entry, given.c.at)

proposals = Table(
    "proposals",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),  # entry | phrase
    Column("name", String(64), nullable=False),  # the entry
    Column("language", String(16), nullable=False),
    Column("text", Sealed("proposals.text"), nullable=False),  # a file in the knowledge format
    Column("author", String(128), nullable=False),
    Column("approver", String(128)),
    Column("created_at", BigInteger, nullable=False),
    Column("proposed_at", BigInteger),  # as long as only its author has seen it, none
    Column("approved_at", BigInteger),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id")),  # whose words it is made of; it goes when they go
    sqlite_autoincrement=True,
)
Index("ix_proposals_ticket", proposals.c.ticket_id)

pauses = Table(
    "pauses",
    metadata,
    Column("scope", String(16), primary_key=True),  # all | topic | language
    Column("name", String(64), primary_key=True),  # "" for all
    Column("reason", String(32), nullable=False),
    Column("since", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("action", String(64), nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""What admins did; each row holds the hash of the one before."""

outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("lane", String(200), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("payload", Sealed("outbox.payload"), nullable=False),
    Column("language", String(16), nullable=False),
    Column("priority", Integer, nullable=False),  # 0 first
    Column("ticket_id", BigInteger, ForeignKey("tickets.id")),
    Column("ticket_message_id", BigInteger, ForeignKey("ticket_messages.id")),
    Column("dedupe", String(128), unique=True),
    Column("state", String(16), nullable=False),  # pending | sending | sent | dead | superseded
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("progress", Integer, nullable=False, server_default="0"),  # pieces of a long message already sent
    Column("size", Integer, nullable=False, server_default="1"),  # as how many messages it counts
    Column("unknown", Boolean, nullable=False),  # an earlier try may have got through
    Column("not_before", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("tried_at", BigInteger),
    Column("settled_at", BigInteger),
    Column("reference", String(128)),  # the channel's id of what was sent
    Column("error", String(200)),
    Column("cause", BigInteger),  # the inbox message it follows from, for the logs
    sqlite_autoincrement=True,
)
_unsent = text("settled_at IS NULL")
Index("ix_outbox_open_lane", outbox.c.lane, outbox.c.seq, sqlite_where=_unsent, postgresql_where=_unsent)
Index("ix_outbox_open", outbox.c.channel, outbox.c.priority, outbox.c.seq,
      sqlite_where=_unsent, postgresql_where=_unsent)  # fmt: skip
Index("ix_outbox_rate", outbox.c.channel, outbox.c.tried_at)
HELD_BACK = text("error = 'retry after'")  # as it stands in the index, else the index is not used; see `core.mail.HELD`
Index("ix_outbox_held", outbox.c.channel, outbox.c.not_before,
      sqlite_where=HELD_BACK, postgresql_where=HELD_BACK)  # fmt: skip
Index("ix_outbox_chat", outbox.c.channel, outbox.c.chat)  # to find all of one person
# Asked for each case and message that is erased.
_of_case, _of_message = text("ticket_id IS NOT NULL"), text("ticket_message_id IS NOT NULL")
Index("ix_outbox_ticket_id", outbox.c.ticket_id, sqlite_where=_of_case, postgresql_where=_of_case)
Index("ix_outbox_ticket_message_id", outbox.c.ticket_message_id,
      sqlite_where=_of_message, postgresql_where=_of_message)  # fmt: skip

timers = Table(
    "timers",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("kind", String(32), nullable=False),  # reminder
    Column("about", String(128), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    UniqueConstraint("channel", "chat", "kind", "about"),
    sqlite_autoincrement=True,
)
Index("ix_timers_due", timers.c.channel, timers.c.due_at)

notices = Table(
    "notices",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("notice", Text, nullable=False),  # as JSON, see bot.core.notices
    Column("until", BigInteger, nullable=False),  # no longer shown from then on
    Column("author", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("withdrawn_at", BigInteger),  # as long as it is not published, the same as created_at
    sqlite_autoincrement=True,
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Small durable values of the system: a poller's offset, the hash of the profile last set."""
