"""The chat on gunicorn, as the README has it: the same laws as on our own host."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.server.conftest import arrived
from tests.server.hosts import Gunicorn
from tests.server.pages import Page, texts_in
from tests.server.processes import Server, eventually
from tests.server.raw import TEXT, closing, dialled, masked, request, upgraded
from tests.server.visitors import WAIT_S, OpenPage, Visitor, fresh_nonce, fresh_room

RESTART = 1012
RESUME = masked(TEXT, '{"act":"resume","cursor":"0"}')


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Gunicorn(tmp_path_factory.mktemp("gunicorn"), heartbeat=1) as server:
        yield server
        server.assert_calm()


class TestTalking:
    def test_what_one_says_another_gets_once_and_in_order(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        with anna.present(room) as hers, ben.present(room) as his:
            for number in range(20):
                (hers if number % 2 else his).line.say(f"Number {number}")
            for page in (hers, his):
                page.until(lambda page: len(page.texts) == 20)
                assert page.page.seqs == list(range(1, 21))
            assert hers.page.texts == his.page.texts

    def test_a_post_by_form_is_stored_once_and_shown(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        with ben.present(room) as page:
            nonce = fresh_nonce()
            for _ in range(2):
                assert anna.say(room, "By form", nonce).status == 303
            anna.say(room, "And another")
            page.until(lambda page: len(page.texts) == 2)
            assert page.page.texts == ["By form", "And another"]
        assert texts_in(anna.open(room).html) == ["By form", "And another"]

    def test_who_was_away_gets_what_was_missed(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        with ben.present(room) as page:
            anna.say(room, "Seen")
            page.until(lambda page: page.texts == ["Seen"])
        anna.say(room, "Missed")
        with ben.connected(room) as line:
            again = OpenPage(page.page, line)
            again.resume()
            assert again.page.texts == ["Seen", "Missed"]

    def test_the_stream_without_a_script_comes_in_chunks_as_it_is_said(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        """gunicorn frames answers itself: browsers show a chunk as it comes."""
        anna.say(room, "Already there")
        connection = HTTPConnection("127.0.0.1", server.port, timeout=WAIT_S)
        connection.request("GET", f"/rooms/{room}/stream")
        answer = connection.getresponse()
        assert answer.headers["Transfer-Encoding"] == "chunked"
        got = answer.read1().decode()
        for number in range(3):
            anna.say(room, f"Number {number}")
            while f"Number {number}" not in got:
                got += answer.read1().decode()
        anna.rename(f"Anna of {room}")
        while part := answer.read1():  # raises where the end is none
            got += part.decode()
        assert "Already there" in got
        connection.close()


class TestLeavingNothing:
    def test_connections_leave_nothing_behind(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        come_and_go(server, room)  # the first ones open what is kept for all
        time.sleep(0.5)
        before = server.descriptors
        come_and_go(server, room)
        assert eventually(lambda: server.descriptors <= before), (
            f"{server.descriptors} files are open, {before} were before"
        )


class TestEnding:
    def test_sigterm_closes_sockets_with_1012_ends_streams_and_exits_with_0(
        self, tmp_path: Path
    ) -> None:
        with Gunicorn(tmp_path) as server, dialled(server) as stream:
            room, anna = fresh_room(), arrived(server)
            stream.send(request(f"GET /rooms/{room}/stream HTTP/1.1", Host="127.0.0.1"))
            assert stream.head()[0] == 200
            with anna.present(room) as page, anna.connected(room) as unresumed:
                process, began = server.running, time.monotonic()
                process.send_signal(signal.SIGTERM)
                assert page.line.close_code() == RESTART
                assert unresumed.close_code() == RESTART
                assert stream.rest().endswith(b"0\r\n\r\n"), "the answer was cut"
                assert process.wait(20) == 0
            assert time.monotonic() - began < 15, "it waited to the end of its patience"
            assert "Traceback" not in server.log, server.log

    def test_after_a_restart_the_reader_has_missed_nothing(self, tmp_path: Path) -> None:
        with Gunicorn(tmp_path) as server:
            room, anna, ben = fresh_room(), arrived(server), arrived(server)
            with ben.present(room) as page:
                anna.say(room, "Before")
                page.until(lambda page: page.texts == ["Before"])
                server.restart()
            anna.say(room, "After")
            with ben.connected(room) as line:
                again = OpenPage(page.page, line)
                again.resume()
                assert again.page.texts == ["Before", "After"]
            assert Page(ben.open(room).html).seqs == [1, 2]
            server.assert_calm()

    def test_who_answers_no_close_does_not_keep_it(self, tmp_path: Path) -> None:
        with Gunicorn(tmp_path) as server, upgraded(server, fresh_room()) as deaf:
            deaf.send(RESUME)
            assert "Connected" in deaf.frame().text
            began = time.monotonic()
            assert server.terminate() == 0
            assert time.monotonic() - began < 15


def come_and_go(server: Server, room: str, count: int = 50) -> None:
    """Connections that end in every way there is."""
    for number in range(count):
        with upgraded(server, room) as raw:
            raw.send(RESUME)
            assert "Connected" in raw.frame().text
            match number % 3:
                case 0:
                    raw.send(closing())
                    *_, last = raw.frames()
                    assert last.code == 1000
                case 1:
                    raw.reset()
