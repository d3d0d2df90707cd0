"""The stream: the room without a script, an answer that does not end until it has to."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chatterpy.live.stream import RETRY_S
from tests.server.conftest import Start, arrived
from tests.server.documents import parse
from tests.server.pages import texts_in
from tests.server.processes import Server, eventually
from tests.server.raw import Raw, dialled, request
from tests.server.visitors import BLINK_S, WAIT_S, Visitor, fresh_room


class Streamed:
    """A stream as it is read: its head, and its document so far."""

    def __init__(self, raw: Raw, head: bytes) -> None:
        self.raw = raw
        self.head = head.decode()
        self.body = b""
        self.ended = False

    @property
    def headers(self) -> dict[str, str]:
        _, *lines = self.head.lower().split("\r\n")
        return dict(line.split(": ", 1) for line in lines)

    @property
    def texts(self) -> list[str]:
        """The texts that are shown so far."""
        return texts_in(self.body.decode()[: self.body.decode().rfind("</li>") + 5])

    def read(self, seconds: float = BLINK_S) -> None:
        """Takes the next bytes, if any come in time."""
        self.raw.sock.settimeout(seconds)
        try:
            data = self.raw.sock.recv(65536)
        except TimeoutError:
            return
        self.body += data
        self.ended = not data

    def until(self, *texts: str) -> None:
        """Reads until the document has begun, and exactly these texts are shown."""
        deadline = time.monotonic() + WAIT_S
        while self.texts != list(texts) or b'<ol id="messages"' not in self.body:
            assert not self.ended, f"the stream ended, and showed {self.texts}"
            assert time.monotonic() < deadline, f"shows {self.texts}, not {texts}"
            self.read()

    def to_the_end(self, seconds: float = WAIT_S) -> None:
        """Reads until the server ends the answer."""
        deadline = time.monotonic() + seconds
        while not self.ended:
            assert time.monotonic() < deadline, f"no end in {seconds} s"
            self.read()


@contextmanager
def streaming(
    server: Server, room: str, version: str = "1.1", window: int | None = None
) -> Iterator[Streamed]:
    with dialled(server, window) as raw:
        path = f"/rooms/{room}/stream"
        raw.send(request(f"GET {path} HTTP/{version}", Host="127.0.0.1", Connection="keep-alive"))
        got = b""
        while b"\r\n\r\n" not in got:
            data = raw.sock.recv(65536)
            assert data, f"the answer ended within its head: {got!r}"
            got += data
        head, _, body = got.partition(b"\r\n\r\n")
        stream = Streamed(raw, head)
        stream.body = body
        yield stream


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_it_ends_with_its_connection_without_length_or_chunks(
    server: Server, anna: Visitor, room: str, version: str
) -> None:
    anna.say(room, "Already there")
    with streaming(server, room, version) as stream:
        assert re.match(r"HTTP/1\.[01] 200 ", stream.head)
        assert stream.headers["connection"] == "close"
        assert "content-length" not in stream.headers
        assert "transfer-encoding" not in stream.headers
        assert stream.headers["content-type"] == "text/html; charset=utf-8"
        assert "no-cache" in stream.headers["cache-control"]
        stream.until("Already there")
        assert stream.body.lstrip().startswith(b"<!doctype html>"), "chunked, or quirky"


def test_it_loads_itself_again_after_its_end(server: Server, anna: Visitor, room: str) -> None:
    with streaming(server, room) as stream:
        stream.until()
        refresh = next(one for one in parse(stream.body.decode()).all("meta", has="http-equiv"))
        assert (refresh["http-equiv"], refresh["content"]) == ("refresh", str(RETRY_S))


def test_messages_appear_as_they_come(
    server: Server, anna: Visitor, ben: Visitor, room: str
) -> None:
    with streaming(server, room) as stream:
        stream.until()
        for number in range(1, 4):
            (anna if number % 2 else ben).say(room, f"Number {number}")
            stream.until(*(f"Number {one}" for one in range(1, number + 1)))


def test_a_message_is_the_same_fragment_as_on_a_page(
    server: Server, anna: Visitor, room: str
) -> None:
    with streaming(server, room) as stream, anna.present(room) as page:
        anna.say(room, "The same <everywhere>")
        while '<li class="message' not in (frame := page.show()):
            pass  # a state
        stream.until("The same <everywhere>")
        fragment = frame[frame.index('<li class="message') : frame.index('<li id="c1"')]
        assert fragment.strip() in stream.body.decode()


def test_older_messages_are_a_link_out_of_the_frame(
    server: Server, anna: Visitor, room: str
) -> None:
    with anna.connected(room) as line:
        line.resume(0)
        for number in range(52):
            line.say(f"Number {number}")
        while "Number 51" not in line.hear():
            pass
    with streaming(server, room) as stream:
        stream.until(*(f"Number {number}" for number in range(2, 52)))
        link = parse(stream.body.decode()).the(id="more").the("a")
        assert link["target"] == "_top"
        assert "Number 1" in anna.get(link["href"]).html


def test_a_silent_stream_stays_open(server: Server, anna: Visitor, room: str) -> None:
    with streaming(server, room) as stream:
        deadline = time.monotonic() + 2.5  # two heartbeats
        while time.monotonic() < deadline:
            stream.read()
        assert not stream.ended
        anna.say(room, "At last")
        stream.until("At last")


@pytest.mark.parametrize("change", ["a new name", "a new face"])
def test_it_ends_when_something_earlier_changes_and_then_shows_it(
    server: Server, anna: Visitor, room: str, change: str
) -> None:
    anna.say(room, "It's me")
    with streaming(server, room) as stream:
        stream.until("It's me")
        if change == "a new name":
            anna.rename(f"Anna of {room}")
        else:
            anna.post("/me/avatar", {"room": room})
        anna.say(room, "Not on the old one")
        stream.to_the_end(seconds=6)
        assert stream.texts == ["It's me"], "what follows a change must not come before it"
    with streaming(server, room) as stream:
        stream.until("It's me", "Not on the old one")
        if change == "a new name":
            assert f"Anna of {room}</bdi>" in stream.body.decode()


def test_changes_in_a_row_make_nobody_load_faster_than_once_in_five_seconds(
    server: Server, anna: Visitor, room: str
) -> None:
    """The refresh counts from the end of the answer."""
    anna.say(room, "It's me")
    began = time.monotonic()
    with streaming(server, room) as stream:
        stream.until("It's me")
        anna.rename(f"Anna of {room}")
        stream.to_the_end(seconds=6)
    assert time.monotonic() - began + RETRY_S >= 4.9


def test_it_ends_after_so_many_messages_and_the_next_one_shows_the_rest(start: Start) -> None:
    server, room = start(stream_max=10), fresh_room()
    anna = arrived(server)
    with streaming(server, room) as stream:
        for number in range(15):
            anna.say(room, f"Number {number}")
        stream.to_the_end(seconds=6)
        assert stream.texts == [f"Number {number}" for number in range(10)]
    with streaming(server, room) as stream:
        stream.until(*(f"Number {number}" for number in range(15)))


def test_it_ends_at_once_when_the_server_stops(start: Start) -> None:
    server, room = start(), fresh_room()
    with streaming(server, room) as stream:
        stream.until()
        began = time.monotonic()
        assert server.terminate() == 0
        stream.to_the_end()
        assert time.monotonic() - began < 4


def test_who_does_not_read_it_delays_nobody_and_is_ended(start: Start) -> None:
    server, room = start(outbox_max=65536, heartbeat=60), fresh_room()
    anna = arrived(server)
    long = "🦦" * 3990
    with anna.present(room) as page, streaming(server, room, window=4096) as stream:
        slowest = 0.0
        for seq in range(1, 421):
            began = time.monotonic()
            page.line.say(f"{seq} {long}")
            page.until(lambda page, seq=seq: page.cursor == seq)
            slowest = max(slowest, time.monotonic() - began)
        assert slowest < 2, f"a message took {slowest:.1f} s while somebody did not read"
        stream.to_the_end(seconds=20)
        assert len(stream.texts) < 420
    server.assert_calm()


def test_readers_who_leave_leave_nothing_behind(server: Server, anna: Visitor, room: str) -> None:
    def look(count: int) -> None:
        for number in range(count):
            with streaming(server, room) as stream:
                stream.until()
                if number % 2:
                    stream.raw.reset()

    look(4)
    time.sleep(1.5)  # who is gone is noticed with the next heartbeat
    before = server.descriptors
    look(30)
    assert eventually(lambda: server.descriptors <= before), (
        f"{server.descriptors} files are open, {before} were before"
    )
