"""Sends: the messages that share a commit, stored with as few statements as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from chatterpy.chat.changes import Change, Posted
from chatterpy.chat.messages import Message, digest
from chatterpy.chat.people import Person
from chatterpy.store.rows import (
    ENTRY,
    PERSON,
    Outcome,
    Place,
    now,
    place_before,
    relation,
    to_message,
    to_person,
    utc,
)
from chatterpy.store.schema import MESSAGE, entries, people, rooms, writers

# The statements, built once: building one takes longer than SQLite takes to run it.
_AUTHORS = select(*PERSON).where(people.c.id.in_(bindparam("ids", expanding=True)))
_SENT_BEFORE = ENTRY.add_columns(entries.c.nonce, entries.c.digest).where(
    rooms.c.slug == bindparam("room"),
    tuple_(entries.c.person_id, entries.c.nonce, entries.c.digest).in_(
        bindparam("keys", expanding=True)
    ),
)
_NEXT_SEQS = (
    update(rooms)
    .where(rooms.c.slug == bindparam("room"))
    .values(seq=rooms.c.seq + bindparam("count"), at=bindparam("now"))
    .returning(rooms.c.id, rooms.c.seq)
)
_FIRST_SEQS = insert(rooms).returning(rooms.c.id, rooms.c.seq)
_ENTRIES, _WRITERS = insert(entries), insert(writers)
_WROTE = select(writers.c.person_id).where(
    writers.c.room_id == bindparam("room_id"),
    writers.c.person_id.in_(bindparam("ids", expanding=True)),
)

#: What makes two sends the same message: author, nonce, and the digest of the text.
Key = tuple[int, str, bytes]


@dataclass(frozen=True)
class Send:
    """A message to store."""

    person_id: int
    room: str
    text: str
    nonce: str

    @cached_property
    def key(self) -> Key:
        return self.person_id, self.nonce, digest(self.text)


def say(db: Connection, sends: Sequence[Send]) -> list[Outcome[Message]]:
    """Stores messages in their order, a room at a time.

    One that was sent before, earlier or in the same call, is the same message, and no change.
    """
    authors = _authors(db, {one.person_id for one in sends})
    by_room: dict[str, dict[Key, Send]] = {}
    for one in sends:
        by_room.setdefault(one.room, {}).setdefault(one.key, one)
    stored: dict[tuple[str, Key], Message] = {}
    new: set[tuple[str, Key]] = set()
    for room, wanted in by_room.items():
        before = _sent_before(db, room, wanted)
        fresh = [one for key, one in wanted.items() if key not in before]
        messages = _append(db, room, fresh, authors) if fresh else {}
        stored.update({(room, key): one for key, one in (before | messages).items()})
        new.update((room, key) for key in messages)
    outcomes: list[Outcome[Message]] = []
    for one in sends:
        place = one.room, one.key
        changes: list[Change] = [Posted(one.room, stored[place])] if place in new else []
        outcomes.append((stored[place], changes))
        new.discard(place)
    return outcomes


def _authors(db: Connection, ids: Iterable[int]) -> dict[int, Person]:
    return {row.id: to_person(*row) for row in db.execute(_AUTHORS, {"ids": list(ids)})}


def _sent_before(db: Connection, room: str, keys: Iterable[Key]) -> dict[Key, Message]:
    """The messages of a room that have these keys already."""
    rows = db.execute(_SENT_BEFORE, {"room": room, "keys": list(keys)}).all()
    return {
        (row.person_id, row.nonce, row.digest): to_message(row, place_before(db, room, row.seq))
        for row in rows
    }


def _append(
    db: Connection, room: str, sends: Sequence[Send], authors: dict[int, Person]
) -> dict[Key, Message]:
    """Stores messages that are new at the end of a room."""
    room_id, first = _next_seqs(db, room, len(sends))
    last, at = place_before(db, room, first), now()
    messages: dict[Key, Message] = {}
    for seq, one in enumerate(sends, first):
        related = relation(one.person_id, at, last)
        messages[one.key] = Message(seq, authors[one.person_id], one.text, utc(at), *related)
        last = Place(MESSAGE, one.person_id, at)
    db.execute(
        _ENTRIES,
        [
            {
                "room_id": room_id,
                "seq": seq,
                "changed": seq,
                "kind": MESSAGE,
                "person_id": one.person_id,
                "at": at,
                "text": one.text,
                "nonce": one.nonce,
                "digest": one.key[2],
            }
            for seq, one in enumerate(sends, first)
        ],
    )
    _keep_writers(db, room_id, {one.person_id for one in sends})
    return messages


def _next_seqs(db: Connection, room: str, count: int) -> tuple[int, int]:
    """The room's id and the first of its next seqs; makes the room with its first change.

    The row's lock is held until the commit, so that changes become visible in the order of their
    seqs also where several transactions run at once.
    """
    row = db.execute(_NEXT_SEQS, {"room": room, "count": count, "now": now()}).first()
    if row is None:
        row = db.execute(_FIRST_SEQS, {"slug": room, "seq": count, "at": now()}).one()
    return row.id, row.seq - count + 1


def _keep_writers(db: Connection, room_id: int, ids: set[int]) -> None:
    """Remembers who wrote in the room."""
    wrote = db.scalars(_WROTE, {"room_id": room_id, "ids": list(ids)})
    if strangers := ids - set(wrote):
        db.execute(
            _WRITERS,
            [{"room_id": room_id, "person_id": one, "changed": 0} for one in strangers],
        )
