"""The desk: promises, hand-overs, drafts of staff, figures, proposals, pauses and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TICKET_COLUMNS = (
    ("audience", sa.String(length=32)),
    ("promised_at", sa.BigInteger()),
    ("answered_at", sa.BigInteger()),
    ("closed_at", sa.BigInteger()),
    ("rating", sa.String(length=8)),
)

_TICKET_INDEXES = (
    ("ix_tickets_created", "created_at"),
    ("ix_tickets_answered", "answered_at"),
    ("ix_tickets_closed", "closed_at"),
)
# The audit log takes new rows and nothing else, whoever asks.
_APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{event.lower()} BEFORE {event} ON audit"
        " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        for event in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit"
        " FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    ),
}


def _inbox_index(old: str, new: str, columns: list[str]) -> None:
    """Without the channel in it, SQLite reads all that ever arrived to find what waits."""
    op.drop_index(old, "inbox")
    waiting = sa.text("done_at IS NULL")
    op.create_index(new, "inbox", columns, sqlite_where=waiting, postgresql_where=waiting)


def upgrade() -> None:
    """Goes to this version."""
    for name, kind in _TICKET_COLUMNS:
        op.add_column("tickets", sa.Column(name, kind, nullable=True))
    for name, column in _TICKET_INDEXES:
        op.create_index(name, "tickets", [column])
    for name in ("counterpart", "album"):
        op.add_column("ticket_messages", sa.Column(name, sa.String(length=64), nullable=True))
    op.create_index("ix_ticket_messages_counterpart", "ticket_messages", ["counterpart"])
    _inbox_index("ix_inbox_open_seq", "ix_inbox_open", ["channel", "seq"])
    op.add_column("outbox", sa.Column("size", sa.Integer(), server_default="1", nullable=False))
    _of_tickets()
    _of_figures()
    _of_admins()
    op.execute(
        "INSERT INTO topics (channel, chat, thread, ticket_id) SELECT staff_channel, staff_chat, staff_thread, id"
        " FROM tickets WHERE staff_channel IS NOT NULL AND staff_chat IS NOT NULL AND staff_thread IS NOT NULL"
    )
    # What nobody noted before, the history still tells.
    op.execute(
        "UPDATE tickets SET answered_at = (SELECT MIN(at) FROM ticket_events"
        " WHERE ticket_id = tickets.id AND event = 'reply'),"
        " closed_at = CASE WHEN state = 'closed' THEN updated_at END"
    )


def _of_tickets() -> None:
    op.create_table(
        "topics",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("chat", sa.String(length=128), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_topics_ticket_id")),
        sa.PrimaryKeyConstraint("channel", "chat", "thread", name=op.f("pk_topics")),
    )
    op.create_index("ix_topics_ticket", "topics", ["ticket_id"])
    op.create_table(
        "promises",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_promises_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_promises_ticket", "promises", ["ticket_id"])
    op.create_index("ix_promises_due", "promises", ["due_at"])
    op.create_table(
        "staff_drafts",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_staff_drafts_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_drafts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_drafts_ticket", "staff_drafts", ["ticket_id"])


def _of_figures() -> None:
    op.create_table(
        "daily",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "language", "topic", "outcome", name=op.f("pk_daily")),
    )
    op.create_table(
        "gaps",
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("language", "words", "entry", "reason", name=op.f("pk_gaps")),
    )
    op.create_table(
        "given",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_given_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", "entry", "facts", name=op.f("pk_given")),
    )
    op.create_index("ix_given_entry", "given", ["entry", "at"])
    op.create_table(
        "proposals",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=False),
        sa.Column("approver", sa.String(length=128), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_proposals_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proposals_ticket", "proposals", ["ticket_id"])


def _of_admins() -> None:
    op.create_table(
        "pauses",
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "name", name=op.f("pk_pauses")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Goes back to the version before."""
    for table in ("audit", "pauses", "proposals", "given", "gaps", "daily", "staff_drafts", "promises", "topics"):
        op.drop_table(table)  # and its triggers
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_append_only()")
    op.execute("UPDATE tickets SET state = 'answered' WHERE state = 'waiting'")
    op.drop_column("outbox", "size")
    _inbox_index("ix_inbox_open", "ix_inbox_open_seq", ["seq"])
    op.drop_index("ix_ticket_messages_counterpart", "ticket_messages")
    for name in ("album", "counterpart"):
        op.drop_column("ticket_messages", name)
    for name, _ in _TICKET_INDEXES:
        op.drop_index(name, "tickets")
    for name, _ in reversed(_TICKET_COLUMNS):
        op.drop_column("tickets", name)
