"""Rooms know when they were last active."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("rooms", sa.Column("at", sa.BigInteger(), nullable=False, server_default="0"))
    rooms = sa.table("rooms", sa.column("id"), sa.column("at"))
    entries = sa.table("entries", sa.column("room_id"), sa.column("at"))
    newest = sa.select(sa.func.max(entries.c.at)).where(entries.c.room_id == rooms.c.id)
    op.execute(sa.update(rooms).values(at=sa.func.coalesce(newest.scalar_subquery(), 0)))
    op.create_index("ix_rooms_at", "rooms", ["at"])
