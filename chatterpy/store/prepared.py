"""Statements that SQLAlchemy builds and compiles once, and that the driver runs from then on.

For the few that every message waits for: to run one through `Connection.execute` takes many times
as long as SQLite needs for it, and so does a transaction through `Connection.begin`. Values are
passed as they are, without SQLAlchemy's types; errors are the driver's own, so this is for writes,
where the committer takes any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update


class Prepared:
    """A statement with the values that it takes, in the order in which they are given."""

    __slots__ = ("_names", "_sql", "_statement")

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, *names: str) -> None:
        """`names` are of bound parameters, or of the columns that an INSERT fills.

        In the order of the statement: where they are not, its first use raises TypeError.
        """
        self._statement = statement
        self._names = names
        #: By the name of the dialect.
        self._sql: dict[str, str] = {}

    def first(self, db: Connection, *values: Any) -> Any:
        """The first row, a tuple, or None."""
        return self._run(db, values).fetchone()

    def change(self, db: Connection, *values: Any) -> int:
        """How many rows it changed."""
        count: int = self._run(db, values).rowcount
        return count

    def change_many(self, db: Connection, rows: Iterable[Sequence[Any]]) -> int:
        """How many rows it changed, for all of the values together."""
        cursor = _cursor(db)
        cursor.executemany(self._sql_for(db), rows)
        count: int = cursor.rowcount
        return count

    def _run(self, db: Connection, values: Sequence[Any]) -> Any:
        cursor = _cursor(db)
        cursor.execute(self._sql_for(db), values)
        return cursor

    def _sql_for(self, db: Connection) -> str:
        dialect = db.dialect
        if dialect.name not in self._sql:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._names)
            if tuple(compiled.positiontup or ()) != self._names:
                raise TypeError(f"{compiled} takes {compiled.positiontup}, not {self._names}.")
            self._sql[dialect.name] = str(compiled)
        return self._sql[dialect.name]


@contextmanager
def transaction(db: Connection, begin: str) -> Iterator[None]:
    """A transaction that the driver begins and ends; SQLAlchemy must keep none (AUTOCOMMIT)."""
    driver: Any = db.connection.dbapi_connection
    driver.execute(begin)
    try:
        yield
        driver.commit()
    except BaseException:
        driver.rollback()
        raise


def _cursor(db: Connection) -> Any:
    return db.connection.cursor()
