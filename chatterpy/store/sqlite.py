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

from chatterpy.chat.changes import CatchUp, Page
from chatterpy.chat.drafts import Draft
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room
from chatterpy.chat.store import Listener
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

PAGE_CACHE_KIB = 16_384


def open_store(
    file: Path, synchronous: str, listener: Listener, meters: Meters | None = None
) -> SqliteStore:
    """Opens the database, makes it where there is none, and brings it up to date.

    Raises NewerDatabaseError, or DataFolderError where the file is no database.
    """
    write_engine = _engine(file, f"PRAGMA synchronous={synchronous}", begin="BEGIN IMMEDIATE")
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
        self._committer = Committer(write_engine, listener, meters)

    def seq(self, room: str) -> int:
        return self._read(queries.seq_of, room)

    def newest(self, room: str, limit: int) -> Page:
        return self._read(queries.page, room, limit)

    def before(self, room: str, seq: int, limit: int) -> Page:
        return self._read(queries.page, room, limit, seq)

    def since(self, room: str, cursor: int) -> CatchUp:
        return self._read(queries.since, room, cursor)

    def person(self, token: str) -> Person | None:
        return self._read(queries.person_of, token)

    def settle(self, visitor: Visitor) -> Person:
        return self._write(queries.settle, visitor)

    def say(self, person_id: int, room: str, text: str, nonce: str) -> Message:
        return self._committer.write(sends.say, Send(person_id, room, text, nonce))

    def draft(self, person_id: int, room: str) -> Draft | None:
        return self._read(queries.draft_of, person_id, room)

    def keep_draft(self, person_id: int, room: str, draft: Draft, limit: int) -> None:
        self._write(queries.keep_draft, person_id, room, draft, limit)

    def rename(self, person_id: int, name: str) -> Person:
        return self._write(queries.rename, person_id, name)

    def reface(self, person_id: int, face: Face) -> Person:
        return self._write(queries.reface, person_id, face)

    def rooms(self, limit: int) -> tuple[Room, ...]:
        return self._read(queries.latest_rooms, limit)

    def open_room(self, room: str) -> None:
        self._write(queries.open_room, room)

    def check(self) -> None:
        self._write(queries.beat)

    def close(self) -> None:
        self._committer.close()
        self._reads.dispose()
        self._writes.dispose()

    def _read(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One read in its own snapshot."""
        try:
            with self._reads.begin() as db:
                return query(db, *args, **kwargs)
        except SQLAlchemyError as error:
            log.error("A read failed", query=query.__name__, error=str(error))
            raise StoreUnavailable("The messages cannot be read just now.") from error

    def _write(
        self,
        query: Callable[Concatenate[Connection, P], Outcome[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """One write, in the next commit."""
        return self._committer.write(lambda db, _: [query(db, *args, **kwargs)], None)


def _engine(file: Path, *pragmas: str, begin: str = "BEGIN") -> Engine:
    """An engine whose connections have these pragmas and begin transactions as told."""
    # The committer's thread is not always the one that opened the connection.
    engine = create_engine(
        URL.create("sqlite", database=str(file)), connect_args={"check_same_thread": False}
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
        db.exec_driver_sql(begin)

    return engine
