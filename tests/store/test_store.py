"""The store: one committed log per room, in a real file."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import gevent
import pytest
import sqlalchemy as sa

from chatterpy.chat.changes import CatchUp, Change, Page, Posted, Refaced, Renamed, Renaming
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.errors import (
    DataFolderError,
    NameTaken,
    NewerDatabaseError,
    StoreUnavailable,
)
from chatterpy.store import migrate, open_store
from chatterpy.store.schema import metadata
from chatterpy.store.sqlite import SqliteStore


def texts(store: SqliteStore, room: str = "lobby") -> list[str]:
    return [entry.text for entry in store.newest(room, 1000).entries if isinstance(entry, Message)]


def test_what_was_said_is_there_after_a_restart(
    open_file: Callable[[], SqliteStore],
) -> None:
    store = open_file()
    visitor = Visitor.arrive()
    anna = store.settle(visitor)
    said = store.say(anna.id, "lobby", "hello", "n1").get()
    store = open_file()
    assert store.newest("lobby", 10).entries == (said,)
    assert store.person(visitor.token) == anna


def test_a_visitor_becomes_one_person_however_often_they_settle(store: SqliteStore) -> None:
    visitor = Visitor.arrive()
    jobs = [gevent.spawn(store.settle, visitor) for _ in range(20)]
    gevent.joinall(jobs, raise_error=True)
    assert len({job.value for job in jobs}) == 1


def test_a_generated_name_that_is_taken_gives_way(store: SqliteStore) -> None:
    first = store.settle(Visitor("a", "Brave Otter", Face.random()))
    second = store.settle(Visitor("b", "brave otter", Face.random()))
    assert first.name == "Brave Otter"
    assert second.name.casefold() != "brave otter"


def test_each_change_takes_the_rooms_next_seq_and_is_told_in_order(
    store: SqliteStore, somebody: Callable[[], Person], told: list[Change]
) -> None:
    anna, bert = somebody(), somebody()
    sends = [
        store.say(who.id, room, f"{room} {number}", f"n{number}")
        for number in range(50)
        for who in (anna, bert)
        for room in ("lobby", "attic")
    ]
    for send in sends:
        send.get()
    for room in ("lobby", "attic"):
        assert [change.seq for change in told if change.room == room] == list(range(1, 101))
        assert [entry.seq for entry in store.newest(room, 1000).entries] == list(range(1, 101))


def test_a_send_is_exactly_once(
    store: SqliteStore, somebody: Callable[[], Person], told: list[Change]
) -> None:
    anna, bert = somebody(), somebody()
    first = store.say(anna.id, "lobby", "hi", "n").get()
    assert store.say(anna.id, "lobby", "hi", "n").get() == first, "a retry is the same message"
    assert store.say(anna.id, "lobby", "hi!", "n").get().seq == 2, "another text is a new message"
    assert store.say(anna.id, "attic", "hi", "n").get().seq == 1, "another room is a new message"
    assert store.say(bert.id, "lobby", "hi", "n").get().seq == 3, "another author is a new message"
    assert store.say(anna.id, "lobby", "hi", "n").get() == first
    assert len(told) == 4


def test_retries_at_the_same_moment_are_one_message(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna = somebody()
    sends = [store.say(anna.id, "lobby", "hi", "n") for _ in range(30)]
    assert {send.get().seq for send in sends} == {1}
    assert texts(store) == ["hi"]


def test_a_rename_is_a_notice_in_each_room_the_person_wrote_in(
    store: SqliteStore, somebody: Callable[[], Person], told: list[Change]
) -> None:
    anna, bert = somebody(), somebody()
    store.say(anna.id, "lobby", "a", "1").get()
    store.say(anna.id, "attic", "b", "2").get()
    store.say(bert.id, "cellar", "c", "3").get()
    told.clear()
    renamed = store.rename(anna.id, "Anna")
    assert renamed.version == anna.version + 1
    assert [(change.room, change.seq) for change in told] == [("lobby", 2), ("attic", 2)]
    assert all(isinstance(change, Renamed) for change in told)
    message, notice = store.newest("lobby", 10).entries
    assert isinstance(message, Message)
    assert message.author == renamed, "old messages show the new name"
    assert isinstance(notice, Renaming)
    assert (notice.was, notice.now) == (anna.name, "Anna")


def test_a_taken_name_is_refused_and_nothing_is_written(
    store: SqliteStore, somebody: Callable[[], Person], told: list[Change]
) -> None:
    anna, bert = somebody(), somebody()
    store.rename(anna.id, "Anna")
    store.say(bert.id, "lobby", "x", "1").get()
    told.clear()
    with pytest.raises(NameTaken, match="called ANNA already"):
        store.rename(bert.id, "ANNA")
    assert not told
    assert store.seq("lobby") == 1
    with pytest.raises(NameTaken):
        store.rename(bert.id, "Аnnа")
    assert store.rename(anna.id, "anna").name == "anna", "one's own name may change its case"


def test_a_new_face_takes_a_seq_and_leaves_no_notice(
    store: SqliteStore, somebody: Callable[[], Person], told: list[Change]
) -> None:
    anna = somebody()
    store.say(anna.id, "lobby", "a", "1").get()
    told.clear()
    face = Face.random()
    assert store.reface(anna.id, face).face == face
    assert [(type(change), change.seq) for change in told] == [(Refaced, 2)]
    page = store.newest("lobby", 10)
    assert page.seq == 2
    assert len(page.entries) == 1


def test_pages_meet_without_a_gap_or_an_overlap(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna = somebody()
    for number in range(25):
        store.say(anna.id, "lobby", str(number), str(number)).get()
    page = store.newest("lobby", 10)
    seen = [entry.seq for entry in page.entries]
    while page.before is not None:
        page = store.before("lobby", page.before, 10)
        seen = [entry.seq for entry in page.entries] + seen
    assert seen == list(range(1, 26))


def test_an_empty_room_is_a_page_and_nothing_is_written_for_it(store: SqliteStore) -> None:
    page = store.newest("nowhere", 10)
    assert (page.seq, page.entries, page.before) == (0, (), None)
    assert store.seq("nowhere") == 0


def test_what_came_after_a_cursor_is_told_by_state(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna, bert = somebody(), somebody()
    store.say(anna.id, "lobby", "old", "1").get()
    store.say(bert.id, "lobby", "older", "2").get()
    for number in range(5):
        store.reface(anna.id, Face("thumbs", f"{number}"))
    store.say(bert.id, "lobby", "new", "3").get()
    missed = store.since("lobby", 2)
    assert missed.seq == 8
    assert [entry.seq for entry in missed.entries] == [8]
    assert [(person.id, person.face.seed) for person in missed.people] == [(anna.id, "4")]
    assert store.since("lobby", 8).entries == ()
    assert store.since("lobby", 7).people == ()


def test_messages_that_share_a_commit_are_stored_as_if_each_came_alone(
    store: SqliteStore, somebody: Callable[[], Person], told: list[Change]
) -> None:
    anna, bert = somebody(), somebody()
    store.say(anna.id, "lobby", "before", "0").get()
    gevent.spawn(store.settle, Visitor.arrive())
    gevent.sleep(0)  # one commit waits for the thread
    sends = [
        (anna, "lobby", "one", "1"),
        (anna, "lobby", "one", "1"),  # again, at the same time
        (bert, "attic", "two", "2"),
        (anna, "lobby", "before", "0"),  # again, from an earlier commit
        (anna, "lobby", "three", "3"),
        (bert, "lobby", "four", "1"),
    ]
    under_way = [store.say(who.id, *rest) for who, *rest in sends]
    said = [send.get() for send in under_way]
    assert [one.seq for one in said] == [2, 2, 1, 1, 3, 4]
    assert [one.continues for one in said] == [True, True, False, False, True, False]
    assert [(change.room, change.seq) for change in told] == [
        ("lobby", 1),
        ("lobby", 2),
        ("attic", 1),
        ("lobby", 3),
        ("lobby", 4),
    ]
    assert store.newest("lobby", 9).entries == (said[3], said[0], said[4], said[5])


def broken(db: sa.Connection, _: object) -> object:
    """A write that fails halfway."""
    db.execute(sa.text("INSERT INTO rooms (slug, seq) VALUES ('ghost', 1)"))
    raise sa.exc.OperationalError("disk full", None, Exception())


def test_a_write_that_fails_does_not_take_its_neighbours_with_it(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna = somebody()
    store.say(anna.id, "lobby", "one", "1")
    failing = store._committer.write(broken, None)
    store.say(anna.id, "lobby", "two", "2").get()
    assert isinstance(failing.exception, StoreUnavailable)
    assert texts(store) == ["one", "two"]
    assert store.seq("ghost") == 0, "half of a failed write was stored"


def test_a_connection_that_fails_once_more_at_its_end_keeps_nobody_waiting(
    store: SqliteStore, somebody: Callable[[], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise sa.exc.OperationalError("disk gone", None, Exception())

    anna = somebody()
    monkeypatch.setattr(store._committer._db, "close", fail)
    failing, neighbour = (
        store._committer.write(broken, None),
        store.say(anna.id, "lobby", "hello", "1"),
    )
    assert neighbour.get().seq == 1
    assert isinstance(failing.exception, StoreUnavailable)


def test_a_listener_that_fails_loses_nobodys_write(tmp_path: Path) -> None:
    def listener(changes: list[Change]) -> None:
        raise RuntimeError("no template")

    store = open_store(tmp_path / "x.sqlite3", "FULL", listener)
    anna = store.settle(Visitor.arrive())
    assert store.say(anna.id, "lobby", "hi", "1").get().seq == 1
    assert texts(store) == ["hi"]
    store.close()


def test_everything_is_on_the_disk_before_it_is_acknowledged(store: SqliteStore) -> None:
    with store._writes.connect() as db:
        assert db.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert db.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_readers_can_neither_write_nor_checkpoint(store: SqliteStore) -> None:
    with store._reads.connect() as db:
        assert db.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar() == 0
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            db.exec_driver_sql("INSERT INTO rooms (slug, seq) VALUES ('x', 1)")


def test_the_check_writes(store: SqliteStore) -> None:
    store.check()
    store.check()
    with store._writes.begin() as db:
        assert db.execute(sa.text("SELECT count(*) FROM pulse")).scalar() == 1


def test_a_database_of_a_newer_version_is_left_alone(
    open_file: Callable[[], SqliteStore], tmp_path: Path
) -> None:
    open_file().close()
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'chat.sqlite3'}")
    with engine.begin() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(NewerDatabaseError, match="schema is 9999, this version knows"):
        open_store(tmp_path / "chat.sqlite3", "FULL", list)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database " * 1000)
    with pytest.raises(DataFolderError, match="cannot be used as a database"):
        open_store(file, "FULL", list)
    assert file.read_text().startswith("not a database")


def test_a_file_that_somebody_else_writes_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite3"
    open_store(file, "FULL", list).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataFolderError, match="database is locked"):
            open_store(file, "FULL", list)


@pytest.mark.parametrize(
    "look", [lambda store: store.since("lobby", 0), lambda store: store.newest("lobby", 10)]
)
def test_who_was_shown_what_is_not_told_yet_is_not_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[[SqliteStore], CatchUp | Page]
) -> None:
    store = open_store(tmp_path / "chat.sqlite3", "FULL", list)
    anna = store.settle(Visitor.arrive())
    store.say(anna.id, "lobby", "one", "n1").get()
    assert store.seq("lobby") == 1
    ahead: list[int] = []

    def committed(tell: Callable[[object], None], outcomes: object) -> None:
        ahead.append(look(store).seq - store.seq("lobby"))
        tell(outcomes)

    monkeypatch.setattr(store._committer, "_tell", partial(committed, store._committer._tell))
    store.say(anna.id, "lobby", "two", "n2").get()
    store.close()
    assert ahead == [0]


def differences(engine: sa.Engine) -> list[object]:
    """What Alembic would change in a database, to make it the schema that the queries know."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as db:
        return compare_metadata(MigrationContext.configure(db), metadata)


def test_the_migrations_make_the_schema_that_the_queries_know(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    with engine.begin() as db:
        migrate.migrate(db, migrate.HEAD)
    assert differences(engine) == []
    engine.dispose()


def test_a_new_database_is_as_the_migrations_would_make_it(
    tmp_path: Path, store: SqliteStore
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    with engine.begin() as db:
        migrate.migrate(db, migrate.HEAD)
    assert differences(store._reads) == []
    migrated, made = (layout(one) for one in (engine, store._reads))
    assert made == migrated
    engine.dispose()


def layout(engine: sa.Engine) -> dict[str, object]:
    """All that is in a database but for rows, without the order in which it was made."""
    seen = sa.inspect(engine)
    with engine.connect() as db:
        version = db.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return {"version": version} | {
        table: (
            {
                (one["name"], str(one["type"]), one["nullable"], str(one["default"]))
                for one in seen.get_columns(table)
            },
            seen.get_pk_constraint(table)["constrained_columns"],
            {
                (*one["constrained_columns"], one["referred_table"])
                for one in seen.get_foreign_keys(table)
            },
            {
                (one["name"], tuple(one["column_names"]))
                for one in seen.get_unique_constraints(table)
            },
            {(one["name"], tuple(one["column_names"])) for one in seen.get_indexes(table)},
        )
        for table in seen.get_table_names()
    }


def test_the_newest_migration_is_the_one_that_is_looked_for() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.HEAD]


def test_reading_uses_indexes_only(store: SqliteStore, somebody: Callable[[], Person]) -> None:
    """No page gets slower as the room grows: no plan scans the entries."""
    statements: list[str] = []
    sa.event.listen(
        store._reads,
        "before_cursor_execute",
        lambda db, cursor, statement, parameters, *_: statements.append(
            (statement, parameters)  # type: ignore[arg-type]
        ),
    )
    store.newest("lobby", 10)
    store.before("lobby", 50, 10)
    store.since("lobby", 5)
    store.person("token")
    with store._reads.connect() as db:
        for statement, parameters in tuple(statements):
            if statement.startswith("SELECT"):
                plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
                steps = [step.detail for step in plan]
                assert not any(step.startswith("SCAN") for step in steps), (statement, steps)


def test_posted_changes_carry_the_message(
    store: SqliteStore, somebody: Callable[[], Person], told: list[Change]
) -> None:
    said = store.say(somebody().id, "lobby", "hi", "1").get()
    assert told == [Posted("lobby", said)]


def test_a_folder_of_the_first_schema_is_brought_up_to_date_with_all_it_holds(
    tmp_path: Path,
) -> None:
    file = tmp_path / "old.sqlite3"
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as db:
        migrate.migrate(db, "0001")
        for statement in (
            "INSERT INTO people VALUES (1, x'01', 'Anna', 'anna', 'thumbs:a', 1)",
            "INSERT INTO people VALUES (2, x'02', 'Bert', 'bert', 'thumbs:b', 3)",
            "INSERT INTO rooms VALUES (1, 'lobby', 2)",
            "INSERT INTO entries VALUES (1, 1, 1, 1, 0, 1, 1000000, 'hello', NULL, 'n', x'00')",
            "INSERT INTO entries VALUES (2, 1, 2, 2, 1, 2, 2000000, 'Bert', 'Bart', NULL, NULL)",
            "INSERT INTO writers VALUES (1, 1, 0), (1, 2, 2)",
        ):
            db.exec_driver_sql(statement)
    engine.dispose()
    store = open_store(file, "FULL", list)
    page = store.newest("lobby", 10)
    assert [entry.seq for entry in page.entries] == [1, 2]
    assert [(room.slug, room.at.timestamp()) for room in store.rooms(5)] == [("lobby", 2.0)]
    carl = store.settle(Visitor.arrive())
    with pytest.raises(NameTaken):
        store.rename(carl.id, "Аnna")
    assert store.say(carl.id, "lobby", "hi", "n").get().seq == 3
    store.close()


def test_entries_know_what_came_before_them_however_they_are_read(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna, bert = somebody(), somebody()
    sends = [store.say(who.id, "lobby", str(n), str(n)) for n, who in enumerate((anna, anna, bert))]
    said = [send.get() for send in sends]
    store.rename(bert.id, "Bert")
    said.append(store.say(bert.id, "lobby", "3", "3").get())
    page = store.newest("lobby", 10)
    assert [getattr(entry, "continues", None) for entry in page.entries] == [
        False,
        True,
        False,
        None,  # the notice
        False,
    ]
    times = [entry.at for entry in page.entries]
    assert [entry.previous for entry in page.entries] == [None, *times[:-1]]
    assert [one.previous for one in said] == [None, times[0], times[1], times[3]]
    assert store.newest("lobby", 2).entries == page.entries[-2:]
    assert store.before("lobby", 3, 1).entries == page.entries[1:2]
    assert store.since("lobby", 2).entries == page.entries[2:]
    assert store.say(anna.id, "lobby", "1", "1").get().continues, "a retry is the same message"


def test_messages_of_one_person_long_apart_do_not_stand_together(
    store: SqliteStore, somebody: Callable[[], Person], monkeypatch
) -> None:
    anna, minutes = somebody(), 60 * 10**6
    for number, at in enumerate((0, 4 * minutes, 9 * minutes)):
        monkeypatch.setattr("chatterpy.store.sends.now", lambda at=at: at)
        store.say(anna.id, "lobby", str(number), str(number)).get()
    assert [entry.continues for entry in store.newest("lobby", 9).entries] == [False, True, False]


def test_the_rooms_that_were_active_last_come_first(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna = somebody()
    for room in ("a", "b", "c"):
        store.say(anna.id, room, "x", room).get()
    store.open_room("quiet")
    store.open_room("a")
    store.say(anna.id, "b", "y", "y").get()
    assert [room.slug for room in store.rooms(10)] == ["b", "quiet", "c", "a"]
    assert [room.slug for room in store.rooms(2)] == ["b", "quiet"]
    assert store.newest("quiet", 10).seq == 0
    assert store.say(anna.id, "quiet", "first", "z").get().seq == 1


def test_what_people_write_is_not_in_the_log(
    store: SqliteStore, somebody: Callable[[], Person], caplog: pytest.LogCaptureFixture
) -> None:
    anna = somebody()
    with store._writes.begin() as db:
        db.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    with pytest.raises(StoreUnavailable):
        store.say(anna.id, "lobby", "my secret", "n").get()
    assert "A write failed" in caplog.text
    assert "my secret" not in caplog.text


def test_a_room_whose_seq_was_set_back_loses_no_message_unnoticed(
    store: SqliteStore, somebody: Callable[[], Person], told: list[Change]
) -> None:
    anna = somebody()
    for number in range(3):
        store.say(anna.id, "lobby", f"{number}", f"{number}").get()
    with store._writes.begin() as db:  # a restore that went wrong
        db.execute(sa.text("UPDATE rooms SET seq = 2"))
    told.clear()
    with pytest.raises(StoreUnavailable):
        store.say(anna.id, "lobby", "lost", "lost").get()
    assert not told
    assert texts(store) == ["0", "1", "2"]
