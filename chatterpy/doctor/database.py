"""The database: whether it opens, whose it is, and whether it is whole.

It is only read, beside a server that writes or alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from chatterpy.doctor import folder
from chatterpy.doctor.findings import Finding, advice, error, ok
from chatterpy.folder import DATABASE
from chatterpy.settings import Settings
from chatterpy.store.migrate import HEAD, WHEN_NEWER, made_by_newer

BUSY_S = 5.0
#: So many of what is wrong are named; the others are like them.
NAMED_MAX = 3

#: What is wrong with the file and not with who may open it. Extended codes have more above.
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
PRIMARY = 0xFF

RESTORE = "Stop the chat, keep a copy of the folder as it is, and restore a backup."


def schema(settings: Settings) -> Iterator[Finding]:
    file = settings.data / DATABASE
    if not folder.there(file):
        return
    try:
        with closing(_open(file)) as db:
            version = _version(db)
            others = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    except sqlite3.Error as wrong:
        damaged = wrong.sqlite_errorcode & PRIMARY in DAMAGED
        remedy = RESTORE if damaged else "Run this as the user of the chat."
        yield error(f"The database {file} cannot be read: {wrong}.", remedy)
        return
    if version is None and others:
        yield error(
            f"The database {file} is another program's.",
            "Choose another folder with --data or CHATTERPY_DATA.",
        )
    elif version is None:
        yield advice(f"The database {file} is empty; the next start makes its tables.")
    elif version > HEAD:
        yield error(made_by_newer(version), WHEN_NEWER)
    elif version < HEAD:
        yield advice(
            f"The database is of an older version (its schema is {version}, this version knows "
            f"{HEAD}); the next start brings it up to date.",
            "An older ChatterPy cannot use it after that: keep a copy.",
        )
    else:
        yield ok(f"The database opens; its schema is {version}, as it has to be.")


def content(settings: Settings) -> Iterator[Finding]:
    file = settings.data / DATABASE
    if not folder.there(file):
        return
    try:
        with closing(_open(file)) as db:
            wrong = [
                row[0] for row in db.execute(f"PRAGMA quick_check({NAMED_MAX})") if row[0] != "ok"
            ]
            orphans = {row[0] for row in db.execute("PRAGMA foreign_key_check")}
    except sqlite3.Error as unreadable:
        if unreadable.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_CORRUPT:
            return  # `schema` has told
        wrong, orphans = [str(unreadable)], set()
    if wrong:
        yield error(f"The database is damaged: {'; '.join(wrong)}.", RESTORE)
    if orphans:
        tables = ", ".join(sorted(orphans))
        yield error(f"The database has rows that belong to nothing, in: {tables}.", RESTORE)
    if not wrong and not orphans:
        yield ok("The database is whole.")


def _open(file: Path) -> sqlite3.Connection:
    """A connection that reads only; raises sqlite3.Error."""
    address = f"{file.absolute().as_uri()}?mode=ro"
    log = file.with_name(f"{file.name}-wal")
    if not log.exists() and not folder.used(file.parent):
        # Nobody writes, and all is in the one file. Otherwise SQLite would make its log and index
        # beside it, and could not tidy them up again (https://sqlite.org/wal.html#readonly).
        address += "&immutable=1"
    return sqlite3.connect(address, uri=True, timeout=BUSY_S)


def _version(db: sqlite3.Connection) -> str | None:
    known = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()
    row = db.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return str(row[0]) if row else None
