"""The queries, on a connection inside a transaction. Both engines run the same ones.

What writes returns its result and the changes that it made, in the order of their seqs; it raises
Refused only before it has written anything.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Row,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from chatterpy.chat import names
from chatterpy.chat.changes import CatchUp, Change, Entry, Page, Posted, Refaced, Renamed, Renaming
from chatterpy.chat.drafts import Draft
from chatterpy.chat.faces import STYLES, Face
from chatterpy.chat.messages import TOGETHER, Message, digest
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room
from chatterpy.errors import NameTaken
from chatterpy.store.schema import MESSAGE, RENAMING, drafts, entries, people, pulse, rooms, writers

T = TypeVar("T")

#: What a write came to, and what it changed in the logs.
Outcome = tuple[T, list[Change]]

_PERSON = (people.c.id, people.c.name, people.c.face, people.c.version)
_ENTRY = (
    select(
        entries.c.seq,
        entries.c.kind,
        entries.c.at,
        entries.c.text,
        entries.c.was,
        *(column.label(f"person_{column.name}") for column in _PERSON),
    )
    .join(people, people.c.id == entries.c.person_id)
    .join(rooms, rooms.c.id == entries.c.room_id)
)


# Reading


def seq_of(db: Connection, room: str) -> int:
    return db.scalar(select(rooms.c.seq).where(rooms.c.slug == room)) or 0


def page(db: Connection, room: str, limit: int, before: int | None = None) -> Page:
    """The last entries (before a seq); one more is read than shown, to know whether there are."""
    query = _ENTRY.where(rooms.c.slug == room).order_by(entries.c.seq.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(entries.c.seq < before)
    seq = seq_of(db, room)
    rows = db.execute(query).all()
    shown = _entries(rows[:limit][::-1], rows[limit] if len(rows) > limit else None)
    return Page(room, seq, shown, shown[0].seq if len(rows) > limit else None)


def since(db: Connection, room: str, cursor: int) -> CatchUp:
    changed = _ENTRY.where(rooms.c.slug == room, entries.c.changed > cursor)
    renewed = (
        select(*_PERSON)
        .join(writers, writers.c.person_id == people.c.id)
        .join(rooms, rooms.c.id == writers.c.room_id)
        .where(rooms.c.slug == room, writers.c.changed > cursor)
        .order_by(writers.c.changed)
    )
    rows = db.execute(changed.order_by(entries.c.seq)).all()
    return CatchUp(
        room,
        cursor,
        seq_of(db, room),
        _entries(rows, _entry_before(db, room, rows[0].seq) if rows else None),
        tuple(_person(*row) for row in db.execute(renewed)),
    )


def latest_rooms(db: Connection, limit: int) -> tuple[Room, ...]:
    query = select(rooms.c.slug, rooms.c.seq, rooms.c.at).order_by(rooms.c.at.desc()).limit(limit)
    return tuple(Room(row.slug, row.seq, _utc(row.at)) for row in db.execute(query))


def person_of(db: Connection, token: str) -> Person | None:
    row = db.execute(select(*_PERSON).where(people.c.token == _token(token))).first()
    return _person(*row) if row else None


def draft_of(db: Connection, person_id: int, room: str) -> Draft | None:
    """A draft whose nonce was spent on a text that begins with it has been sent."""
    sent = (
        select(entries.c.id)
        .join(rooms, rooms.c.id == entries.c.room_id)
        .where(
            rooms.c.slug == drafts.c.slug,
            entries.c.person_id == drafts.c.person_id,
            entries.c.nonce == drafts.c.nonce,
            func.substr(entries.c.text, 1, func.length(drafts.c.text)) == drafts.c.text,
        )
    )
    query = select(drafts.c.text, drafts.c.nonce).where(
        drafts.c.person_id == person_id, drafts.c.slug == room, ~sent.exists()
    )
    row = db.execute(query).first()
    return Draft(row.text, row.nonce) if row else None


# Writing


def settle(db: Connection, visitor: Visitor) -> Outcome[Person]:
    if already := person_of(db, visitor.token):
        return already, []
    name, tries = visitor.name, 0
    while db.scalar(select(_taken(name))):
        name, tries = names.invent(tries), tries + 1
    row = db.execute(
        insert(people)
        .values(
            token=_token(visitor.token),
            name=name,
            name_key=names.key(name),
            skeleton=names.skeleton(name),
            face=str(visitor.face),
            version=1,
        )
        .returning(*_PERSON)
    ).one()
    return _person(*row), []


def say(db: Connection, person_id: int, room: str, text: str, nonce: str) -> Outcome[Message]:
    sent = digest(text)
    already = db.execute(
        _ENTRY.where(
            rooms.c.slug == room,
            entries.c.person_id == person_id,
            entries.c.nonce == nonce,
            entries.c.digest == sent,
        )
    ).first()
    if already:
        return _message(already, _entry_before(db, room, already.seq)), []
    author = _person(*db.execute(select(*_PERSON).where(people.c.id == person_id)).one())
    room_id, seq = _next_seq(db, room)
    before = _entry_before(db, room, seq)
    at = _now()
    db.execute(
        insert(entries).values(
            room_id=room_id,
            seq=seq,
            changed=seq,
            kind=MESSAGE,
            person_id=person_id,
            at=at,
            text=text,
            nonce=nonce,
            digest=sent,
        )
    )
    wrote = exists().where(writers.c.room_id == room_id, writers.c.person_id == person_id)
    db.execute(
        insert(writers).from_select(
            ["room_id", "person_id", "changed"],
            select(literal(room_id), literal(person_id), literal(0)).where(~wrote),
        )
    )
    message = Message(seq, author, text, _utc(at), *_relation(person_id, at, before))
    return message, [Posted(room, message)]


def rename(db: Connection, person_id: int, name: str) -> Outcome[Person]:
    if db.scalar(select(_taken(name, people.c.id != person_id))):
        raise NameTaken(
            f"Somebody is called {name} already, or so much like it that people would mix you up. "
            "Please choose another name."
        )
    was = db.scalar(select(people.c.name).where(people.c.id == person_id))
    assert was is not None  # a person is never removed
    person = _change_person(
        db, person_id, name=name, name_key=names.key(name), skeleton=names.skeleton(name)
    )
    told, at = _tell_rooms(db, person_id), _now()
    if told:
        db.execute(
            insert(entries),
            [
                {
                    "room_id": row.id,
                    "seq": row.seq,
                    "changed": row.seq,
                    "kind": RENAMING,
                    "person_id": person_id,
                    "at": at,
                    "text": name,
                    "was": was,
                }
                for row in told
            ],
        )
    changes: list[Change] = [
        Renamed(
            row.slug,
            Renaming(row.seq, person_id, was, name, _utc(at), _utc(row.before)),
            person,
        )
        for row in told
    ]
    return person, changes


def reface(db: Connection, person_id: int, face: Face) -> Outcome[Person]:
    person = _change_person(db, person_id, face=str(face))
    return person, [Refaced(row.slug, row.seq, person) for row in _tell_rooms(db, person_id)]


def keep_draft(
    db: Connection, person_id: int, room: str, draft: Draft, limit: int
) -> Outcome[None]:
    mine = drafts.c.person_id == person_id
    this = (mine, drafts.c.slug == room)
    values = {"text": draft.text, "nonce": draft.nonce, "at": _now()}
    if not draft.text:
        db.execute(delete(drafts).where(*this))
    elif db.execute(update(drafts).where(*this).values(values)).rowcount == 0:
        db.execute(insert(drafts).values(person_id=person_id, slug=room, **values))
        newest = select(drafts.c.slug).where(mine).order_by(drafts.c.at.desc()).limit(limit)
        db.execute(delete(drafts).where(mine, drafts.c.slug.not_in(newest)))
    return None, []


def open_room(db: Connection, room: str) -> Outcome[None]:
    if not db.scalar(select(exists().where(rooms.c.slug == room))):
        db.execute(insert(rooms).values(slug=room, seq=0, at=_now()))
    return None, []


def beat(db: Connection) -> Outcome[None]:
    """A write that nobody sees: it fails where a message would."""
    if db.execute(update(pulse).values(at=_now())).rowcount == 0:
        db.execute(insert(pulse).values(id=1, at=_now()))
    return None, []


# The parts


def _taken(name: str, *among: ColumnElement[bool]) -> Exists:
    """Whether somebody has this name, or one that looks like it."""
    same = or_(people.c.name_key == names.key(name), people.c.skeleton == names.skeleton(name))
    return exists().where(same, *among)


def _next_seq(db: Connection, room: str) -> tuple[int, int]:
    """The room's id and next seq; makes the room with its first change.

    The row's lock is held until the commit, so that changes become visible in the order of their
    seqs also where several transactions run at once.
    """
    row = db.execute(
        update(rooms)
        .where(rooms.c.slug == room)
        .values(seq=rooms.c.seq + 1, at=_now())
        .returning(rooms.c.id, rooms.c.seq)
    ).first()
    if row is None:
        row = db.execute(
            insert(rooms).values(slug=room, seq=1, at=_now()).returning(rooms.c.id, rooms.c.seq)
        ).one()
    return row.id, row.seq


def _tell_rooms(db: Connection, person_id: int) -> Sequence[Any]:
    """Takes a seq for a change of the person in each room they wrote in.

    The rows have the room's id, slug and seq, and `before`, when its last entry was made. As few
    statements for a thousand rooms as for one: meanwhile nobody else can write.
    """
    wrote = writers.c.person_id == person_id
    wrote_in = select(writers.c.room_id).where(wrote)
    db.execute(update(rooms).where(rooms.c.id.in_(wrote_in)).values(seq=rooms.c.seq + 1, at=_now()))
    seq = select(rooms.c.seq).where(rooms.c.id == writers.c.room_id).scalar_subquery()
    db.execute(update(writers).where(wrote).values(changed=seq))
    before = (
        select(entries.c.at)
        .where(entries.c.room_id == rooms.c.id)
        .order_by(entries.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    told = select(rooms.c.id, rooms.c.slug, rooms.c.seq, before.label("before"))
    return db.execute(told.where(rooms.c.id.in_(wrote_in)).order_by(rooms.c.id)).all()


def _change_person(db: Connection, person_id: int, **values: str) -> Person:
    row = db.execute(
        update(people)
        .where(people.c.id == person_id)
        .values(version=people.c.version + 1, **values)
        .returning(*_PERSON)
    ).one()
    return _person(*row)


def _entry_before(db: Connection, room: str, seq: int) -> Row[Any] | None:
    query = _ENTRY.where(rooms.c.slug == room, entries.c.seq < seq)
    return db.execute(query.order_by(entries.c.seq.desc()).limit(1)).first()


def _entries(rows: Sequence[Row[Any]], before: Row[Any] | None) -> tuple[Entry, ...]:
    """Rows that follow one another, and the one before them."""
    return tuple(
        _entry(row, previous) for row, previous in zip(rows, [before, *rows], strict=False)
    )


def _entry(row: Row[Any], before: Row[Any] | None) -> Entry:
    if row.kind == MESSAGE:
        return _message(row, before)
    previous, _ = _relation(0, row.at, before)
    return Renaming(row.seq, row.person_id, row.was, row.text, _utc(row.at), previous)


def _message(row: Row[Any], before: Row[Any] | None) -> Message:
    author = _person(row.person_id, row.person_name, row.person_face, row.person_version)
    relation = _relation(row.person_id, row.at, before)
    return Message(row.seq, author, row.text, _utc(row.at), *relation)


def _relation(author: int, at: int, before: Row[Any] | None) -> tuple[datetime | None, bool]:
    """When the entry before was made, and whether a message of this author continues it."""
    if before is None:
        return None, False
    previous = _utc(before.at)
    same = before.kind == MESSAGE and before.person_id == author
    return previous, same and _utc(at) - previous < TOGETHER


def _person(id: int, name: str, face: str, version: int) -> Person:
    # What no version of ours wrote still has to show something.
    return Person(id, name, Face.parse(face) or Face(STYLES[0], str(id)), version)


def _token(token: str) -> bytes:
    return hashlib.blake2b(token.encode(), digest_size=16).digest()


def _now() -> int:
    return time.time_ns() // 1000


def _utc(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1e6, UTC)
