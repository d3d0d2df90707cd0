"""History: all that was said in a room, as the database has it and as a page shows it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.server.conftest import arrived
from tests.server.pages import Page
from tests.server.processes import Server

DATABASE = "chatterpy.sqlite3"


def log_of(data: Path, room: str) -> list[tuple[int, str]]:
    """The seqs and texts in the database, read by somebody else."""
    with closing(sqlite3.connect(f"file:{data / DATABASE}?mode=ro", uri=True)) as db:
        return db.execute(
            "SELECT entries.seq, text FROM entries JOIN rooms ON rooms.id = room_id"
            " WHERE slug = ? ORDER BY entries.seq",
            (room,),
        ).fetchall()


def assert_sound(data: Path) -> None:
    """Fails where the database is damaged."""
    with closing(sqlite3.connect(f"file:{data / DATABASE}?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def read_all(server: Server, room: str) -> Page:
    """A fresh page that has scrolled up to the first message."""
    with arrived(server).present(room) as page:
        while before := page.page.before:
            page.line.act("older", before=str(before))
            page.until(lambda page, before=before: page.before != before)
        return page.page
