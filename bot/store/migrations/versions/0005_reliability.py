"""What a message in the outbox follows from, and indexes: what is asked for each message reads no whole table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_tickets_group", "tickets", ["staff_channel", "staff_chat", "state"], None),
    ("ix_tickets_owner", "tickets", ["owner", "state"], None),
    ("ix_inbox_lane", "inbox", ["lane"], None),
    ("ix_outbox_chat", "outbox", ["channel", "chat"], None),
    ("ix_outbox_held", "outbox", ["channel", "not_before"], "error = 'retry after'"),
    ("ix_outbox_ticket_id", "outbox", ["ticket_id"], "ticket_id IS NOT NULL"),
    ("ix_outbox_ticket_message_id", "outbox", ["ticket_message_id"], "ticket_message_id IS NOT NULL"),
)


def upgrade() -> None:
    """Goes to this version."""
    op.add_column("outbox", sa.Column("cause", sa.BigInteger(), nullable=True))
    for name, table, columns, condition in _INDEXES:
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Goes back to the version before."""
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table)
    op.drop_column("outbox", "cause")
