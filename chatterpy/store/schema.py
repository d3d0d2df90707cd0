"""The tables. Alembic's migrations make them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

#: What an entry is.
MESSAGE, RENAMING = 0, 1

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    # The secret of the cookie, as a digest: who reads the database cannot become anyone.
    Column("token", LargeBinary(16), nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, unique=True),
    # Not unique: a later version of Unicode may find two names alike that were not.
    Column("skeleton", String, nullable=False, server_default="", index=True),
    Column("face", String, nullable=False),
    Column("version", Integer, nullable=False),
)

rooms = Table(
    "rooms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String, nullable=False, unique=True),
    Column("seq", Integer, nullable=False),
    # When it was opened or last changed: microseconds since 1970, UTC.
    Column("at", BigInteger, nullable=False, server_default="0", index=True),
)

#: What a room's log shows. `seq` made the entry, `changed` is the seq that last changed it.
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room_id", ForeignKey("rooms.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("at", BigInteger, nullable=False),  # microseconds since 1970, UTC
    Column("text", Text, nullable=False),  # a message's text, or the new name
    Column("was", String),  # the old name
    Column("nonce", String),
    Column("digest", LargeBinary(16)),
    UniqueConstraint("room_id", "seq"),
    # A send is exactly once; with another text it is another send.
    UniqueConstraint("person_id", "room_id", "nonce", "digest"),
    Index(None, "room_id", "changed"),
)

#: Who wrote in a room. `changed` is the room's seq that last changed their name or face, 0 if none.
writers = Table(
    "writers",
    metadata,
    Column("room_id", ForeignKey("rooms.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("changed", Integer, nullable=False),
    Index(None, "person_id"),
    Index(None, "room_id", "changed"),
    sqlite_with_rowid=False,
)

#: What somebody typed in a room and has not sent. By slug: a room is made by its first message.
drafts = Table(
    "drafts",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("slug", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("nonce", String, nullable=False),
    Column("at", BigInteger, nullable=False),  # microseconds since 1970, UTC
    sqlite_with_rowid=False,
)

#: One row that is rewritten to see whether the store takes writes.
pulse = Table(
    "pulse",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
