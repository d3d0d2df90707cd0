"""Rows: what they say in the words of the domain. Shared by all queries."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, bindparam, select

from chatterpy.chat.changes import Change, Entry, Renaming
from chatterpy.chat.faces import STYLES, Face
from chatterpy.chat.messages import TOGETHER, Message
from chatterpy.chat.people import Person
from chatterpy.store.schema import MESSAGE, entries, people, rooms

T = TypeVar("T")

#: What a write came to, and what it changed in the logs.
Outcome = tuple[T, list[Change]]

PERSON = (people.c.id, people.c.name, people.c.face, people.c.version)
ENTRY = (
    select(
        entries.c.seq,
        entries.c.kind,
        entries.c.at,
        entries.c.text,
        entries.c.was,
        *(column.label(f"person_{column.name}") for column in PERSON),
    )
    .join(people, people.c.id == entries.c.person_id)
    .join(rooms, rooms.c.id == entries.c.room_id)
)


class Place(NamedTuple):
    """What an entry says of the one that follows it; `at` is in microseconds since 1970."""

    kind: int
    person_id: int
    at: int


_PLACE_BEFORE = (
    select(entries.c.kind, entries.c.person_id, entries.c.at)
    .join(rooms, rooms.c.id == entries.c.room_id)
    .where(rooms.c.slug == bindparam("room"), entries.c.seq < bindparam("seq"))
    .order_by(entries.c.seq.desc())
    .limit(1)
)


def place_before(db: Connection, room: str, seq: int) -> Place | None:
    """The last entry before a seq."""
    row = db.execute(_PLACE_BEFORE, {"room": room, "seq": seq}).first()
    return Place(*row) if row else None


def to_entries(rows: Sequence[Row[Any]], before: Row[Any] | Place | None) -> tuple[Entry, ...]:
    """Rows that follow one another, and the one before them."""
    return tuple(
        to_entry(row, previous) for row, previous in zip(rows, [before, *rows], strict=False)
    )


def to_entry(row: Row[Any], before: Row[Any] | Place | None) -> Entry:
    if row.kind == MESSAGE:
        return to_message(row, before)
    previous, _ = relation(0, row.at, before)
    return Renaming(row.seq, row.person_id, row.was, row.text, utc(row.at), previous)


def to_message(row: Row[Any], before: Row[Any] | Place | None) -> Message:
    author = to_person(row.person_id, row.person_name, row.person_face, row.person_version)
    return Message(row.seq, author, row.text, utc(row.at), *relation(row.person_id, row.at, before))


def relation(author: int, at: int, before: Row[Any] | Place | None) -> tuple[datetime | None, bool]:
    """When the entry before was made, and whether a message of this author continues it."""
    if before is None:
        return None, False
    previous = utc(before.at)
    same = before.kind == MESSAGE and before.person_id == author
    return previous, same and utc(at) - previous < TOGETHER


def to_person(id: int, name: str, face: str, version: int) -> Person:
    # What no version of ours wrote still has to show something.
    return Person(id, name, Face.parse(face) or Face(STYLES[0], str(id)), version)


def now() -> int:
    return time.time_ns() // 1000


def utc(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1e6, UTC)
