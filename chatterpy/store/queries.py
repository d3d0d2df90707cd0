"""The queries, on a connection inside a transaction: of the engine that reads, or that writes.

What writes returns its result and the changes that it made, in the order of their seqs; it raises
Refused only before it has written anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from chatterpy.chat import names
from chatterpy.chat.changes import CatchUp, Change, Page, Refaced, Renamed, Renaming
from chatterpy.chat.drafts import Draft
from chatterpy.chat.faces import Face
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room
from chatterpy.errors import NameTaken
from chatterpy.store.rows import (
    ENTRY,
    PERSON,
    Outcome,
    now,
    place_before,
    to_entries,
    to_person,
    utc,
)
from chatterpy.store.schema import RENAMING, drafts, entries, people, pulse, rooms, writers

# Reading

# Statements that are built once: building one takes longer than SQLite takes to run it.
_SEQ_OF = select(rooms.c.seq).where(rooms.c.slug == bindparam("room"))
_PERSON_OF = select(*PERSON).where(people.c.token == bindparam("token"))
_DRAFT_SENT = (
    select(entries.c.id)
    .join(rooms, rooms.c.id == entries.c.room_id)
    .where(
        rooms.c.slug == drafts.c.slug,
        entries.c.person_id == drafts.c.person_id,
        entries.c.nonce == drafts.c.nonce,
        func.substr(entries.c.text, 1, func.length(drafts.c.text)) == drafts.c.text,
    )
)
_DRAFT_OF = select(drafts.c.text, drafts.c.nonce).where(
    drafts.c.person_id == bindparam("person"),
    drafts.c.slug == bindparam("room"),
    ~_DRAFT_SENT.exists(),
)


def seq_of(db: Connection, room: str) -> int:
    return db.scalar(_SEQ_OF, {"room": room}) or 0


def page(db: Connection, room: str, limit: int, before: int | None = None) -> Page:
    """The last entries (before a seq); one more is read than shown, to know whether there are."""
    query = ENTRY.where(rooms.c.slug == room).order_by(entries.c.seq.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(entries.c.seq < before)
    seq = seq_of(db, room)
    rows = db.execute(query).all()
    shown = to_entries(rows[:limit][::-1], rows[limit] if len(rows) > limit else None)
    return Page(room, seq, shown, shown[0].seq if len(rows) > limit else None)


def since(db: Connection, room: str, cursor: int) -> CatchUp:
    changed = ENTRY.where(rooms.c.slug == room, entries.c.changed > cursor)
    renewed = (
        select(*PERSON)
        .join(writers, writers.c.person_id == people.c.id)
        .join(rooms, rooms.c.id == writers.c.room_id)
        .where(rooms.c.slug == room, writers.c.changed > cursor)
        .order_by(writers.c.changed)
    )
    # Sorted here: SQLite would walk through all of the room to have them in that order.
    rows = sorted(db.execute(changed).all(), key=attrgetter("seq"))
    return CatchUp(
        room,
        cursor,
        seq_of(db, room),
        to_entries(rows, place_before(db, room, rows[0].seq) if rows else None),
        tuple(to_person(*row) for row in db.execute(renewed)),
    )


def latest_rooms(db: Connection, limit: int) -> tuple[Room, ...]:
    query = select(rooms.c.slug, rooms.c.seq, rooms.c.at).order_by(rooms.c.at.desc()).limit(limit)
    return tuple(Room(row.slug, row.seq, utc(row.at)) for row in db.execute(query))


def person_of(db: Connection, token: str) -> Person | None:
    row = db.execute(_PERSON_OF, {"token": _token(token)}).first()
    return to_person(*row) if row else None


def draft_of(db: Connection, person_id: int, room: str) -> Draft | None:
    """A draft whose nonce was spent on a text that begins with it has been sent."""
    row = db.execute(_DRAFT_OF, {"person": person_id, "room": room}).first()
    return Draft(row.text, row.nonce) if row else None


# Writing


def settle(db: Connection, visitor: Visitor) -> Outcome[Person]:
    if already := person_of(db, visitor.token):
        return already, []
    name, tries = visitor.name, 0
    while db.scalar(select(_taken(name))):
        name = names.number(visitor.name, tries) if visitor.named else names.invent(tries)
        tries += 1
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
        .returning(*PERSON)
    ).one()
    return to_person(*row), []


def rename(db: Connection, person_id: int, name: str) -> Outcome[Person]:
    if db.scalar(select(_taken(name, people.c.id != person_id))):
        raise NameTaken(
            "Somebody is called {name} already, or so much like it that people would mix you up. "
            "Please choose another name.",
            name=name,
        )
    was = db.scalar(select(people.c.name).where(people.c.id == person_id))
    assert was is not None  # a person is never removed
    person = _change_person(
        db, person_id, name=name, name_key=names.key(name), skeleton=names.skeleton(name)
    )
    told, at = _tell_rooms(db, person_id), now()
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
            Renaming(row.seq, person_id, was, name, utc(at), utc(row.before)),
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
    values = {"text": draft.text, "nonce": draft.nonce, "at": now()}
    if not draft.text:
        db.execute(delete(drafts).where(*this))
    elif db.execute(update(drafts).where(*this).values(values)).rowcount == 0:
        db.execute(insert(drafts).values(person_id=person_id, slug=room, **values))
        newest = select(drafts.c.slug).where(mine).order_by(drafts.c.at.desc()).limit(limit)
        db.execute(delete(drafts).where(mine, drafts.c.slug.not_in(newest)))
    return None, []


def open_room(db: Connection, room: str) -> Outcome[None]:
    if not db.scalar(select(exists().where(rooms.c.slug == room))):
        db.execute(insert(rooms).values(slug=room, seq=0, at=now()))
    return None, []


def beat(db: Connection) -> Outcome[None]:
    """A write that nobody sees: it fails where a message would."""
    if db.execute(update(pulse).values(at=now())).rowcount == 0:
        db.execute(insert(pulse).values(id=1, at=now()))
    return None, []


# The parts


def _taken(name: str, *among: ColumnElement[bool]) -> Exists:
    """Whether somebody has this name, or one that looks like it."""
    same = or_(people.c.name_key == names.key(name), people.c.skeleton == names.skeleton(name))
    return exists().where(same, *among)


def _tell_rooms(db: Connection, person_id: int) -> Sequence[Any]:
    """Takes a seq for a change of the person in each room they wrote in.

    The rows have the room's id, slug and seq, and `before`, when its last entry was made. As few
    statements for a thousand rooms as for one: meanwhile nobody else can write.
    """
    wrote = writers.c.person_id == person_id
    wrote_in = select(writers.c.room_id).where(wrote)
    db.execute(update(rooms).where(rooms.c.id.in_(wrote_in)).values(seq=rooms.c.seq + 1, at=now()))
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
        .returning(*PERSON)
    ).one()
    return to_person(*row)


def _token(token: str) -> bytes:
    return hashlib.blake2b(token.encode(), digest_size=16).digest()
