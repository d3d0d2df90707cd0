"""Statements that the driver runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from chatterpy.store.prepared import Prepared, transaction

BEGIN = "BEGIN IMMEDIATE"
things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, unique=True),
    sa.Column("of", sa.ForeignKey("things.id", deferrable=True, initially="DEFERRED")),
)
ADD = Prepared(sa.insert(things), "name")
NAMED = Prepared(
    sa.select(things.c.id, things.c.name).where(things.c.name == sa.bindparam("name")), "name"
)


@pytest.fixture
def db() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    things.metadata.create_all(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        yield connection
    engine.dispose()


def test_a_row_is_a_tuple_and_no_row_is_none(db: sa.Connection) -> None:
    assert ADD.change(db, "a spoon") == 1
    assert NAMED.first(db, "a spoon") == (1, "a spoon")
    assert NAMED.first(db, "a fork") is None


def test_many_rows_are_counted_together(db: sa.Connection) -> None:
    assert ADD.change_many(db, [("a spoon",), ("a fork",)]) == 2


def test_values_are_never_part_of_the_statement(db: sa.Connection) -> None:
    name = "'); DROP TABLE things; --"
    ADD.change(db, name)
    assert NAMED.first(db, name) == (1, name)


def test_names_in_another_order_than_the_statements_are_refused(db: sa.Connection) -> None:
    renamed = (
        sa.update(things)
        .where(things.c.name == sa.bindparam("was"))
        .values(name=sa.bindparam("becomes"))
    )
    with pytest.raises(TypeError, match=r"becomes.*was"):
        Prepared(renamed, "was", "becomes").change(db, "a spoon", "a ladle")
    assert Prepared(renamed, "becomes", "was").change(db, "a ladle", "a spoon") == 0


def test_a_transaction_is_stored_whole_or_not_at_all(db: sa.Connection) -> None:
    with transaction(db, BEGIN):
        ADD.change(db, "a spoon")
    with pytest.raises(sqlite3.IntegrityError), transaction(db, BEGIN):
        ADD.change_many(db, [("a fork",), ("a spoon",)])
    assert db.scalars(sa.select(things.c.name)).all() == ["a spoon"]


def test_after_a_commit_that_failed_another_can_begin(db: sa.Connection) -> None:
    add = Prepared(sa.insert(things), "name", "of")
    with pytest.raises(sqlite3.IntegrityError), transaction(db, BEGIN):
        add.change(db, "a handle", 7)  # of nothing; which is looked at when it commits
    with transaction(db, BEGIN):
        ADD.change(db, "a spoon")
    assert db.scalars(sa.select(things.c.name)).all() == ["a spoon"]
