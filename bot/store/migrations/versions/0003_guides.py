"""Ratings, briefs on tickets, timers and notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Goes to this version."""
    op.create_table(
        "feedback",
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("rating", sa.String(length=16), nullable=False),
        sa.Column("missing", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "language", "rating", "missing", name=op.f("pk_feedback")),
    )
    op.create_table(
        "timers",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("chat", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=128), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("channel", "chat", "kind", "about", name=op.f("uq_timers_channel_chat_kind_about")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timers_due", "timers", ["channel", "due_at"])
    op.create_table(
        "notices",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.add_column("tickets", sa.Column("brief", sa.Text(), nullable=True))


def downgrade() -> None:
    """Goes back to the version before."""
    op.drop_column("tickets", "brief")
    op.drop_table("notices")
    op.drop_index("ix_timers_due", table_name="timers")
    op.drop_table("timers")
    op.drop_table("feedback")
