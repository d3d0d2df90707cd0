"""The store in one SQLite file.

One connection writes and checkpoints, all others only read: the system's SQLite may have the
WAL-reset bug of 3.7.0 to 3.51.2, which needs two that do (https://sqlite.org/wal.html).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from chatterpy.cache import Kept
from chatterpy.chat.changes import CatchUp, Change, Page, Posted
from chatterpy.chat.drafts import Draft
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room
from chatterpy.chat.store import Listener, Pending
from chatterpy.errors import DataFolderError, StoreUnavailable
from chatterpy.logs import logger
from chatterpy.meters import Meters
from chatterpy.store import queries, sends
from chatterpy.store.committer import Committer
from chatterpy.store.migrate import upgrade
from chatterpy.store.rows import Outcome
from chatterpy.store.sends import Send

log = logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

#: Of a transaction that writes: one that began to read could not always go on to write.
BEGIN = "BEGIN IMMEDIATE"
PAGE_CACHE_KIB = 16_384

#: How many are kept in memory: seqs of rooms, their newest pages, what was missed in rooms since so
#: many places, people and drafts.
ROOMS_MAX = 10_000
PAGES_MAX = 100
MISSED_MAX = 10
CURSORS_MAX = 20
PEOPLE_MAX = 10_000
#: What a token is kept with that is no person's: who looks at page after page is looked up once.
NOBODY = 0


def open_store(
    file: Path, synchronous: str, listener: Listener, meters: Meters | None = None
) -> SqliteStore:
    """Opens the database, makes it where there is none, and brings it up to date.

    Raises NewerDatabaseError, or DataFolderError where the file is no database.
    """
    write_engine = _engine(file, f"PRAGMA synchronous={synchronous}", begin=BEGIN)
    try:
        upgrade(write_engine)
    except DatabaseError as error:
        write_engine.dispose()
        raise DataFolderError(f"{file} cannot be used as a database: {error.orig}.") from error
    except BaseException:
        write_engine.dispose()
        raise
    read_engine = _engine(file, "PRAGMA query_only=ON", "PRAGMA wal_autocheckpoint=0")
    return SqliteStore(write_engine, read_engine, listener, meters or Meters())


class SqliteStore:
    """Fills `chatterpy.chat.store.Store`."""

    def __init__(
        self, write_engine: Engine, read_engine: Engine, listener: Listener, meters: Meters
    ) -> None:
        self._writes = write_engine
        self._reads = read_engine
        self._listener = listener
        self._lookups: Connection | None = None
        # Rooms' newest pages with their limits, their seqs, what came after a cursor; people, their
        # ids by token; drafts by person and room, in a tuple, since mostly there is none.
        self._pages: Kept[str, tuple[int, Page]] = Kept(PAGES_MAX)
        self._seqs: Kept[str, int] = Kept(ROOMS_MAX)
        self._missed: Kept[str, dict[int, CatchUp]] = Kept(MISSED_MAX)
        self._ids: Kept[str, int] = Kept(PEOPLE_MAX)
        self._people: Kept[int, Person] = Kept(PEOPLE_MAX)
        self._drafts: Kept[tuple[int, str], tuple[Draft | None]] = Kept(PEOPLE_MAX)
        self._committer = Committer(write_engine, BEGIN, self._told, meters)

    def seq(self, room: str) -> int:
        seq = self._seqs.find(room)
        if seq is None:
            seq = self._look_up(queries.seq_of, room)
            self._seqs.keep(room, seq)
        return seq

    def newest(self, room: str, limit: int) -> Page:
        kept = self._pages.find(room)
        if kept is None or kept[0] != limit:
            kept = limit, self._read(queries.page, room, limit)
            self._pages.keep(room, kept)
            self._seqs.keep(room, kept[1].seq)  # or who shows it could seem to be ahead
        return kept[1]

    def before(self, room: str, seq: int, limit: int) -> Page:
        return self._read(queries.page, room, limit, seq)

    def since(self, room: str, cursor: int) -> CatchUp:
        # After a restart many pages come back from the same place.
        missed = self._missed.find(room)
        if missed is None:
            self._missed.keep(room, missed := {})
        if cursor not in missed:
            found = self._read(queries.since, room, cursor)
            self._seqs.keep(room, found.seq)  # or who shows it could seem to be ahead
            if len(missed) >= CURSORS_MAX:
                return found
            missed[cursor] = found
        return missed[cursor]

    def person(self, token: str) -> Person | None:
        id_ = self._ids.find(token)
        if id_ == NOBODY:
            return None
        if id_ is not None and (person := self._people.find(id_)):
            return person
        person = self._look_up(queries.person_of, token)
        self._ids.keep(token, person.id if person else NOBODY)
        if person:
            self._people.keep(person.id, person)
        return person

    def settle(self, visitor: Visitor) -> Person:
        try:
            return self._write(queries.settle, visitor)
        finally:
            self._ids.drop(visitor.token)  # they are somebody now

    def say(self, person_id: int, room: str, text: str, nonce: str) -> Pending[Message]:
        return self._committer.write(sends.say, Send(person_id, room, text, nonce))

    def draft(self, person_id: int, room: str) -> Draft | None:
        kept = self._drafts.find((person_id, room))
        if kept is None:
            kept = (self._look_up(queries.draft_of, person_id, room),)
            self._drafts.keep((person_id, room), kept)
        return kept[0]

    def keep_draft(self, person_id: int, room: str, draft: Draft, limit: int) -> None:
        try:
            self._write(queries.keep_draft, person_id, room, draft, limit)
        finally:
            self._drafts.drop((person_id, room))

    def rename(self, person_id: int, name: str) -> Person:
        return self._changed(self._write(queries.rename, person_id, name))

    def reface(self, person_id: int, face: Face) -> Person:
        return self._changed(self._write(queries.reface, person_id, face))

    def rooms(self, limit: int) -> tuple[Room, ...]:
        return self._look_up(queries.latest_rooms, limit)

    def open_room(self, room: str) -> None:
        self._write(queries.open_room, room)

    def check(self) -> None:
        self._write(queries.beat)

    def close(self) -> None:
        self._committer.close()
        if self._lookups is not None:
            self._lookups.close()
        self._reads.dispose()
        self._writes.dispose()

    def _told(self, changes: list[Change]) -> None:
        """Forgets what a commit has changed, before anybody is told of it."""
        for room in {change.room for change in changes}:
            self._pages.drop(room)
            self._seqs.drop(room)
            self._missed.drop(room)
        for change in changes:
            if isinstance(change, Posted):
                # What was typed may have been sent with it.
                self._drafts.drop((change.message.author.id, change.room))
        self._listener(changes)

    def _changed(self, person: Person) -> Person:
        self._people.drop(person.id)
        return person

    def _look_up(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One statement, which is a snapshot by itself: beginning and ending cost more than it."""
        try:
            if self._lookups is None:
                self._lookups = self._reads.connect().execution_options(
                    isolation_level="AUTOCOMMIT"
                )
            return query(self._lookups, *args, **kwargs)
        except SQLAlchemyError as error:
            if self._lookups is not None:
                self._lookups.close()
                self._lookups = None
            raise _unreadable(query.__name__, error) from error

    def _read(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One read in its own snapshot."""
        try:
            with self._reads.begin() as db:
                return query(db, *args, **kwargs)
        except SQLAlchemyError as error:
            raise _unreadable(query.__name__, error) from error

    def _write(
        self,
        query: Callable[Concatenate[Connection, P], Outcome[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """One write, in the next commit."""
        return self._committer.write(lambda db, _: [query(db, *args, **kwargs)], None).get()


def _unreadable(query: str, error: SQLAlchemyError) -> StoreUnavailable:
    log.error("A read failed", query=query, error=str(error))
    return StoreUnavailable("The messages cannot be read just now.")


def _engine(file: Path, *pragmas: str, begin: str = "BEGIN") -> Engine:
    """An engine whose connections have these pragmas and begin transactions as told."""
    # The committer's thread is not always the one that opened the connection.
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # what people write is not for the log
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # sqlite3 begins transactions by guesswork; here SQLAlchemy alone does (its SQLite page).
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def start(db: Connection) -> None:
        if db.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            db.exec_driver_sql(begin)

    return engine
