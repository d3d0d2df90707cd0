"""Names that look the same are the same: each person's name gets its skeleton."""

import sqlalchemy as sa
from alembic import op

from chatterpy.chat.names import skeleton

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("people", sa.Column("skeleton", sa.String(), nullable=False, server_default=""))
    people = sa.table("people", sa.column("id"), sa.column("name"), sa.column("skeleton"))
    db = op.get_bind()
    for row in db.execute(sa.select(people.c.id, people.c.name)).all():
        db.execute(
            sa.update(people).where(people.c.id == row.id).values(skeleton=skeleton(row.name))
        )
    op.create_index("ix_people_skeleton", "people", ["skeleton"])
