"""The doctor: what each check finds, in folders made for it."""

from __future__ import annotations

import os
import resource
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chatterpy import doctor
from chatterpy.doctor import database, folder, machine, program
from chatterpy.doctor.findings import Finding, Level
from chatterpy.folder import DATABASE, SECRET_KEY
from chatterpy.settings import Settings
from chatterpy.store import open_store

Check = Callable[[Settings], Iterator[Finding]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as a server leaves it."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    open_store(data / DATABASE, "FULL", lambda _: None).close()
    key = data / SECRET_KEY
    key.write_text("ab" * 32 + "\n")
    key.chmod(0o600)
    return data


def the(check: Check, data: Path = Path("nowhere"), **given: object) -> Finding:
    """The one finding of a check."""
    found = list(check(Settings.load({}, data=data, **given)))
    assert len(found) == 1, f"expected one finding, came {found}"
    return found[0]


def assert_found(finding: Finding, level: Level, *words: str) -> None:
    assert finding.level is level, finding
    for word in words:
        assert word in f"{finding.sentence} {finding.remedy}", finding
    if level in (Level.WARNING, Level.ERROR):
        assert finding.remedy, f"what is to be done? {finding}"


def change(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        db.execute("PRAGMA foreign_keys=OFF")
        db.execute(statement)
        db.commit()


class TestAWhole:
    def test_what_is_well_is_said_to_be(self, data: Path) -> None:
        found = list(doctor.examine({"CHATTERPY_PORT": "0"}, data))
        assert {one.level for one in found} <= {Level.OK, Level.ADVICE}, found
        assert doctor.exit_code(found) == 0

    def test_nothing_is_changed_not_even_by_opening_the_database(self, data: Path) -> None:
        def state() -> list[tuple[str, bytes, int]]:
            files = sorted(data.iterdir())
            return [(one.name, one.read_bytes(), one.stat().st_mtime_ns) for one in files]

        before = state()
        list(doctor.examine({"CHATTERPY_PORT": "0"}, data))
        assert state() == before

    def test_settings_that_are_not_understood_are_an_error(self) -> None:
        found = list(doctor.examine({"CHATTERPY_PORT": "eighty"}, None))
        assert_found(found[-1], Level.ERROR, "CHATTERPY_PORT is a whole number, not 'eighty'.")
        assert doctor.exit_code(found) == 1

    def test_a_setting_that_does_not_exist_is_a_warning(self, data: Path) -> None:
        environ = {"CHATTERPY_PORT": "0", "CHATTERPY_PROXY_HOP": "1"}
        found = list(doctor.examine(environ, data))
        [warned] = [one for one in found if one.level is Level.WARNING]
        assert_found(warned, Level.WARNING, "did you mean CHATTERPY_PROXY_HOPS?")
        assert doctor.exit_code(found) == 0

    def test_the_report_fits_a_terminal_and_counts_what_is_wrong(self) -> None:
        found = [Finding(level, "x " * 99, "Do this. " * 20) for level in Level]
        text = doctor.report(found)
        assert max(map(len, text.splitlines())) <= doctor.WIDTH
        assert text.endswith("ok: 1, advice: 1, warning: 1, error: 1\n")


class TestTheProgram:
    def test_an_old_python_is_an_error(self) -> None:
        assert_found(next(program.python((3, 10))), Level.ERROR, "3.11", "3.10")

    def test_a_script_that_was_not_built_is_an_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(program, "SCRIPT", tmp_path / "htmx.js")
        assert_found(next(program.script()), Level.ERROR, "htmx.js", "hatch_build.py")

    def test_a_machine_without_time_zones_gets_advice(self) -> None:
        assert_found(next(program.time_zones("No/Where")), Level.ADVICE, "tzdata")

    def test_hops_without_trusted_hosts_are_a_warning(self) -> None:
        assert_found(the(program.proxies, proxy_hops=1), Level.WARNING, "CHATTERPY_TRUSTED_HOSTS")
        settings = Settings.load({}, proxy_hops=1, trusted_hosts="chat.example")
        assert not list(program.proxies(settings))


class TestTheFolder:
    def test_one_that_is_not_there_yet_is_made_at_the_start(self, tmp_path: Path) -> None:
        assert_found(the(folder.permissions, tmp_path / "a" / "b"), Level.ADVICE, "first start")

    def test_one_that_cannot_be_made_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for path in (tmp_path / "file" / "data", tmp_path / "file"):
            assert_found(the(folder.permissions, path), Level.ERROR, "--data")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
    def test_one_that_cannot_be_seen_is_an_error(self, data: Path) -> None:
        data.parent.chmod(0)
        try:
            assert_found(the(folder.permissions, data), Level.ERROR, "not to be seen")
            assert not list(database.schema(Settings.load({}, data=data)))
        finally:
            data.parent.chmod(0o700)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_one_that_cannot_be_written_is_an_error(self, data: Path) -> None:
        data.chmod(0o500)
        assert_found(the(folder.permissions, data), Level.ERROR, "chown")

    def test_one_that_all_may_read_is_a_warning(self, data: Path) -> None:
        data.chmod(0o755)
        assert_found(the(folder.permissions, data), Level.WARNING, f"chmod 700 {data}")

    def test_a_key_that_others_may_read_is_a_warning(self, data: Path) -> None:
        assert_found(the(folder.secret_key, data), Level.OK)
        (data / SECRET_KEY).chmod(0o640)
        assert_found(the(folder.secret_key, data), Level.WARNING, "chmod 600")

    @pytest.mark.parametrize("content", [b"short\n", b"\xff" * 64])
    def test_a_damaged_key_is_an_error(self, data: Path, content: bytes) -> None:
        (data / SECRET_KEY).write_bytes(content)
        assert_found(the(folder.secret_key, data), Level.ERROR, "Delete it")

    def test_a_key_that_is_set_needs_no_file(self, data: Path) -> None:
        (data / SECRET_KEY).write_text("short")
        assert not list(folder.secret_key(Settings.load({}, data=data, secret_key="x" * 32)))


class TestTheDatabase:
    def test_one_that_is_not_there_yet_is_no_matter(self, tmp_path: Path) -> None:
        settings = Settings.load({}, data=tmp_path)
        assert not [*database.schema(settings), *database.content(settings)]

    def test_an_older_one_is_brought_up_to_date_at_the_start(self, data: Path) -> None:
        change(data, "UPDATE alembic_version SET version_num = '0001'")
        assert_found(the(database.schema, data), Level.ADVICE, "0001", "up to date")

    def test_a_newer_one_is_an_error(self, data: Path) -> None:
        change(data, "UPDATE alembic_version SET version_num = '9999'")
        assert_found(the(database.schema, data), Level.ERROR, "9999", "newer version", "Install")

    def test_another_program_s_is_an_error(self, data: Path) -> None:
        change(data, "DROP TABLE alembic_version")
        assert_found(the(database.schema, data), Level.ERROR, "another program")

    @pytest.mark.parametrize(
        "content", [b"no database " * 1000, b"SQLite format 3\0" + b"\xff" * 99]
    )
    def test_what_is_no_database_is_an_error_once(self, data: Path, content: bytes) -> None:
        (data / DATABASE).write_bytes(content)
        settings = Settings.load({}, data=data)
        [finding] = [*database.schema(settings), *database.content(settings)]
        assert_found(finding, Level.ERROR, "cannot be read", "backup")

    def test_a_damaged_one_is_an_error(self, data: Path) -> None:
        assert_found(the(database.content, data), Level.OK)
        file = data / DATABASE
        whole = file.read_bytes()
        # The first page holds the schema; what is wrong is in the others.
        file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
        assert_found(the(database.content, data), Level.ERROR, "damaged", "backup")

    def test_rows_that_belong_to_nothing_are_an_error(self, data: Path) -> None:
        change(data, "INSERT INTO writers (room_id, person_id, changed) VALUES (7, 7, 0)")
        assert_found(the(database.content, data), Level.ERROR, "belong to nothing", "writers")

    def test_what_waits_in_the_log_is_read_as_well(self, data: Path) -> None:
        with closing(sqlite3.connect(data / DATABASE)) as db:
            db.execute("UPDATE alembic_version SET version_num = '9999'")
            db.commit()
            assert (data / f"{DATABASE}-wal").exists(), "nothing waits in the log"
            assert_found(the(database.schema, data), Level.ERROR, "9999")


class TestTheMachine:
    def test_a_disk_that_is_nearly_full_is_a_warning(self, data: Path) -> None:
        settings = Settings.load({}, data=data)
        assert_found(next(machine.space(settings, least=0)), Level.OK, "MiB")
        assert_found(next(machine.space(settings, least=1 << 60)), Level.WARNING, "Make room")

    @pytest.mark.parametrize(
        ("mounted", "level"),
        [
            ("/dev/sda1 / ext4 rw 0 0\nserver:/x {at} nfs4 rw 0 0", Level.ERROR),
            ("/dev/sda1 / ext4 rw 0 0\n//server/x {at} cifs rw 0 0", Level.ERROR),
            ("server:/ / nfs rw 0 0\n/dev/sda1 {at} ext4 rw 0 0", Level.OK),
            ("server:/ {at} nfs rw 0 0\n/dev/sda1 {at} ext4 rw 0 0", Level.OK),
            ("/dev/sda1 / ext4 rw 0 0\nserver:/x {at}-not nfs rw 0 0", Level.OK),
        ],
        ids=["nfs", "cifs", "root only", "hidden", "beside it"],
    )
    def test_a_file_system_of_another_machine_is_an_error(
        self, tmp_path: Path, mounted: str, level: Level
    ) -> None:
        mounts, at = tmp_path / "mounts", tmp_path / "größe und mehr"
        at.mkdir()
        mounts.write_text(mounted.format(at=str(at).replace(" ", "\\040")))
        settings = Settings.load({}, data=at / "data")
        assert_found(next(machine.network_file_system(settings, mounts)), level)

    def test_where_nothing_is_said_of_mounts_nothing_is_found(self, tmp_path: Path) -> None:
        assert not list(machine.network_file_system(Settings(), tmp_path / "nowhere"))

    @pytest.mark.parametrize(("soft", "level"), [(256, Level.ADVICE), (4096, Level.OK)])
    def test_few_open_files_are_few_open_pages(
        self, monkeypatch: pytest.MonkeyPatch, soft: int, level: Level
    ) -> None:
        monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, soft))
        assert_found(the(machine.descriptors), level)

    def test_a_port_that_another_program_has_is_an_error(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            assert_found(the(machine.port, data, port=port), Level.ERROR, str(port))
        assert_found(the(machine.port, data, port=port), Level.OK, str(port))

    @pytest.mark.parametrize("host", ["192.0.2.1", "not a host", "é" * 70])
    def test_a_host_that_is_not_here_is_an_error(self, host: str) -> None:
        assert_found(the(machine.port, host=host), Level.ERROR, host)
