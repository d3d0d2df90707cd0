"""The program: how it starts, how it refuses to, and how it ends."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.server.conftest import Start, arrived
from tests.server.pages import Page
from tests.server.processes import RUN, Server, attempt, eventually, program
from tests.server.raw import masked, upgraded
from tests.server.visitors import Visitor, fresh_room

EXIT_SETUP = 2
RESTART = 1012


class FromNothing(Server):
    """A server whose process imports everything, as it does for everybody."""

    forks = False


class TestStarting:
    def test_it_says_in_one_line_where_it_is(self, tmp_path: Path) -> None:
        with program(*RUN, "--port", "0", "--data", str(tmp_path / "data")) as (_, line):
            assert re.search(r"http://127\.0\.0\.1:\d+\b", line)
            assert str(tmp_path / "data") in line

    def test_it_answers_as_soon_as_it_has_said_where_it_is(self, tmp_path: Path) -> None:
        with FromNothing(tmp_path) as server:
            assert Visitor(server).get("/rooms/lobby").status == 200

    def test_every_option_is_also_in_the_environment(self, tmp_path: Path) -> None:
        data = tmp_path / "by" / "environment"
        with program(*RUN, port=0, host="localhost", data=data) as (_, line):
            assert re.search(r"http://localhost:\d+\b", line)
            assert (data / "chatterpy.sqlite3").exists()

    def test_an_option_goes_above_the_environment(self, tmp_path: Path) -> None:
        arguments = ("--host", "127.0.0.1", "--port", "0", "--data", str(tmp_path / "option"))
        with program(*RUN, *arguments, host="nowhere", port=1, data=tmp_path / "env") as (_, line):
            assert "127.0.0.1" in line
            assert not (tmp_path / "env").exists()

    def test_wsgi_py_does_the_same_by_the_environment(self, tmp_path: Path) -> None:
        with program("wsgi.py", port=0, data=tmp_path) as (process, line):
            port = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            assert port
            with socket.create_connection(("127.0.0.1", int(port[1])), timeout=10) as sock:
                sock.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                assert sock.makefile("rb").read().endswith(b"\r\n\r\nok\n")
            process.terminate()
            assert process.wait(20) == 0

    def test_it_makes_its_folder_and_a_secret_key_for_the_owner_only(self, tmp_path: Path) -> None:
        with Server(tmp_path / "a" / "b") as server:
            assert mode(server.data) == 0o700
            key = server.data / "secret_key"
            assert mode(key) == 0o600
            first = key.read_text()
            assert len(first.strip()) >= 32
            server.restart()
            assert key.read_text() == first, "a new key: everybody would be somebody else"
            assert mode(key) == 0o600

    def test_two_servers_do_not_share_a_secret_key(self, tmp_path: Path) -> None:
        keys = set()
        for name in "ab":
            with Server(tmp_path / name) as server:
                keys.add((server.data / "secret_key").read_text())
        assert len(keys) == 2

    def test_help_names_every_option(self) -> None:
        done = attempt(*RUN, "--help")
        assert done.returncode == 0
        for option in ("--host", "--port", "--data", "CHATTERPY_"):
            assert option in done.stdout


class TestRefusingToStart:
    """One clear sentence on stderr, exit code 2, and no traceback."""

    def test_when_the_port_is_taken(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            assert_refused(tmp_path, str(port), "--port", port=port)

    @pytest.mark.parametrize(
        "host",
        ["192.0.2.1", "not a host", "é" * 70],
        ids=["elsewhere", "no host", "no name"],
    )
    def test_when_the_host_is_not_here(self, tmp_path: Path, host: str) -> None:
        assert_refused(tmp_path, host, "--host", host=host)

    def test_when_there_is_no_such_port(self, tmp_path: Path) -> None:
        assert_refused(tmp_path, "65536", port=65536)

    def test_when_the_folder_is_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.touch()
        assert_refused(tmp_path, str(file), "--data", data=file)

    def test_when_the_folder_would_be_below_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert_refused(tmp_path, "--data", data=tmp_path / "file" / "data")

    def test_when_the_folder_cannot_be_written(self, tmp_path: Path) -> None:
        folder = Path("/proc/chatterpy")  # not even root can
        assert_refused(tmp_path, str(folder), "--data", data=folder)

    def test_when_the_database_or_the_key_is_a_folder(self, tmp_path: Path) -> None:
        for name in ("chatterpy.sqlite3", "secret_key", "lock"):
            (tmp_path / name / name).mkdir(parents=True)
            assert_refused(tmp_path, name, data=tmp_path / name)

    def test_when_the_secret_key_is_damaged(self, tmp_path: Path) -> None:
        (tmp_path / "secret_key").write_text("short\n")
        assert_refused(tmp_path, "secret_key", "64")

    def test_when_the_secret_key_is_not_even_text(self, tmp_path: Path) -> None:
        (tmp_path / "secret_key").write_bytes(b"\xff" * 64)
        assert_refused(tmp_path, "secret_key")

    def test_when_another_process_has_the_folder(self, tmp_path: Path) -> None:
        with Server(tmp_path) as server:
            assert_refused(tmp_path, "in use", str(server.data), data=server.data)
            assert Visitor(server).get("/readyz").status == 200
            server.kill()
            server.start()  # a lock does not outlive its process

    def test_when_the_database_is_of_a_newer_version(self, tmp_path: Path) -> None:
        with Server(tmp_path) as server:
            arrived(server).say("lobby", "From the future")
            data = server.data
        database = data / "chatterpy.sqlite3"
        with closing(sqlite3.connect(database)) as db, db:
            db.execute("UPDATE alembic_version SET version_num = '9999'")
        assert_refused(tmp_path, "newer version", "9999", data=data)
        with closing(sqlite3.connect(database)) as db:
            assert db.execute("SELECT text FROM entries").fetchall() == [("From the future",)]

    @pytest.mark.parametrize(
        "content", [b"no database " * 1000, b"SQLite format 3\0" + b"\xff" * 99]
    )
    def test_when_the_database_is_no_database(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "chatterpy.sqlite3").write_bytes(content)
        assert_refused(tmp_path, "chatterpy.sqlite3", "database")
        assert (tmp_path / "chatterpy.sqlite3").read_bytes() == content

    def test_when_the_database_is_of_another_program(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "chatterpy.sqlite3")) as db, db:
            db.execute("CREATE TABLE people (of, another, program)")
        assert_refused(tmp_path, "chatterpy.sqlite3")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("port", "eighty"),
            ("port", ""),
            ("limits", "perhaps"),
            ("heartbeat", "1.5"),
            ("outbox_max", "10"),
            ("synchronous", "SOMETIMES"),
            ("home", "Not A Room"),
        ],
    )
    def test_when_a_setting_has_a_bad_value(self, tmp_path: Path, name: str, value: str) -> None:
        assert_refused(tmp_path, f"CHATTERPY_{name.upper()}", value, **{name: value})

    def test_when_an_option_has_a_bad_value(self, tmp_path: Path) -> None:
        done = attempt(*RUN, "--port", "eighty", data=tmp_path)
        assert done.returncode == EXIT_SETUP
        assert "eighty" in done.stderr
        assert "Traceback" not in done.stderr

    def test_an_unknown_setting_is_named_and_does_not_stop_it(self, start: Start) -> None:
        server = start(no_such_thing=1)
        assert "CHATTERPY_NO_SUCH_THING" in server.log
        server.assert_calm()

    def test_wsgi_py_refuses_as_well(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        done = attempt("wsgi.py", port=0, data=tmp_path / "file")
        assert done.returncode == EXIT_SETUP
        assert_one_sentence(done.stderr, str(tmp_path / "file"))

    @pytest.mark.parametrize("app", ["wsgi", "wsgi:app", "chatterpy", "chatterpy:create_app"])
    def test_a_host_without_gevent_is_told_so(self, tmp_path: Path, app: str) -> None:
        done = attempt("-m", "flask", "--app", app, "run", "--port", "0", data=tmp_path / "data")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr, done.stderr
        assert "chatterpy run" in done.stderr
        assert "gevent" in done.stderr


class TestEnding:
    def test_sigterm_closes_sockets_with_1012_and_exits_with_0(self, start: Start) -> None:
        server, room = start(), fresh_room()
        anna = arrived(server)
        with anna.present(room) as page, anna.connected(room) as unresumed:
            process = server.running
            process.terminate()
            assert page.line.close_code() == RESTART
            assert unresumed.close_code() == RESTART
            assert process.wait(20) == 0
        assert "Traceback" not in server.log, server.log

    def test_sigint_does_the_same(self, start: Start) -> None:
        server = start()
        with arrived(server).present("lobby") as page:
            process = server.running
            process.send_signal(signal.SIGINT)
            assert page.line.close_code() == RESTART
            assert process.wait(20) == 0
        assert "Traceback" not in server.log, server.log

    def test_who_does_not_answer_or_read_does_not_keep_it(self, start: Start) -> None:
        server, room = start(), fresh_room()
        with upgraded(server, room) as deaf, upgraded(server, room, window=4096) as full:
            deaf.send(masked(1, '{"act":"resume","cursor":"0"}'))
            for _ in range(50):
                full.send(masked(1, '{"act":"resume"}'))
            began = time.monotonic()
            assert server.terminate() == 0
            assert time.monotonic() - began < 10
        assert "Traceback" not in server.log, server.log

    def test_a_post_under_way_is_finished(self, start: Start) -> None:
        server, room = start(), fresh_room()
        anna = arrived(server)
        texts = [f"Number {number}" for number in range(30)]
        with anna.present(room) as page:
            for text in texts:
                page.line.say(text)
            page.until(lambda page: len(page.texts) > 3)
            shown = list(page.page.texts)
            assert server.terminate() == 0
        server.start()
        stored = Page(anna.open(room).html).texts
        assert stored[: len(shown)] == shown
        assert stored == texts[: len(stored)]

    def test_history_and_identity_survive_a_restart(self, start: Start) -> None:
        server, room = start(), fresh_room()
        anna, ben = arrived(server), arrived(server)
        anna.rename("Anna Stays")
        anna.say(room, "Remember me")
        ben.say(room, "And me")
        generated, before = ben.name(), Page(ben.open(room).html)
        for end in (server.terminate, server.kill):
            end()
            server.start()
            after = Page(ben.open(room).html)
            assert after.texts == before.texts
            assert after.names == before.names == ["Anna Stays", generated]
            assert after.faces == before.faces
            assert (anna.name(), ben.name()) == ("Anna Stays", generated)
        anna.say(room, "Still me")
        authors = [one["data-author"] for one in Page(anna.open(room).html).entries]
        assert authors[0] == authors[2] != authors[1]

    def test_a_newcomer_keeps_the_generated_name_and_face(self, start: Start) -> None:
        server = start()
        looker = arrived(server)
        name, face = looker.name(), looker.open("lobby").document.the("img", has="data-me")["src"]
        server.restart()
        assert looker.name() == name
        assert looker.open("lobby").document.the("img", has="data-me")["src"] == face
        looker.say("lobby", "Now I act")
        assert Page(looker.open("lobby").html).names == [name]

    def test_it_leaves_no_process_behind(self, start: Start) -> None:
        server = start()
        arrived(server).say("lobby", "Hi")
        process = psutil.Process(server.running.pid)
        children = process.children(recursive=True)
        server.terminate()
        assert not [child for child in children if child.is_running()]
        assert eventually(lambda: not process.is_running())


def assert_refused(folder: Path, *words: str, **settings: object) -> None:
    """`chatterpy run` ends with exit code 2 and one sentence that has these words."""
    done = attempt(*RUN, seconds=15, **{"port": 0, "data": folder, "limits": "on"} | settings)
    assert done.returncode == EXIT_SETUP, f"ended with {done.returncode}:\n{done.stderr}"
    assert done.stdout == ""
    assert_one_sentence(done.stderr, *words)


def assert_one_sentence(stderr: str, *words: str) -> None:
    assert "Traceback" not in stderr, stderr
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, f"expected one line:\n{stderr}"
    assert lines[0].endswith("."), lines[0]
    for word in words:
        assert word in lines[0], f"expected {word!r} in: {lines[0]}"


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)
