"""Bounds: how many connections, how many from one address, how much for all who do not read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.server.conftest import Start, arrived
from tests.server.processes import POLL_S, Server, eventually
from tests.server.raw import TEXT, Raw, closing, dialled, handshake, masked, request, upgraded
from tests.server.test_frames import LONG, OVERLOAD, RESUME, WINDOW, say_long_ones
from tests.server.test_metrics import numbers
from tests.server.visitors import WAIT_S, OpenPage, fresh_room

HEALTH = request("GET /healthz HTTP/1.1", Host="127.0.0.1")
SOCKET = handshake("/rooms/lobby/socket")
STREAM = request("GET /rooms/lobby/stream HTTP/1.1", Host="127.0.0.1")

ONE, OTHER = "127.0.0.2", "127.0.0.3"
MANY, UNAVAILABLE = 429, 503


@contextmanager
def asked(server: Server, said: bytes, source: str = ONE) -> Iterator[tuple[int, Raw]]:
    """A connection from an address, with the status of the answer to what is said first."""
    with dialled(server, source=source) as raw:
        raw.send(said)
        yield raw.head()[0], raw


def status(server: Server, said: bytes, source: str = ONE) -> int:
    """The status of an answer; who is turned away may not even be able to read it."""
    try:
        with asked(server, said, source) as (answered, _):
            return answered
    except (ConnectionError, AssertionError):
        return 0


def is_let_in(server: Server, source: str = ONE) -> bool:
    """Whether there is room, by and by: the server may not have noticed an end yet."""
    return eventually(lambda: status(server, HEALTH, source) == 200)


@contextmanager
def let_in(server: Server, said: bytes) -> Iterator[tuple[int, Raw]]:
    """A connection for which there is room, by and by, with the status of its first answer."""
    deadline = time.monotonic() + WAIT_S
    while True:
        with ExitStack() as stack:
            try:
                answered, raw = stack.enter_context(asked(server, said))
            except ConnectionError:
                answered = MANY  # turned away before it could read why
            if answered != MANY:
                yield answered, raw
                return
        assert time.monotonic() < deadline, "somebody who has left still counts"
        time.sleep(POLL_S)


def answers(raw: Raw) -> bool:
    """Whether a connection that is kept alive still gets what it asks for."""
    raw.send(HEALTH)
    answered, headers = raw.head()
    return (answered, raw._take(int(headers["content-length"]))) == (200, b"ok\n")


def events(server: Server, beginning: str) -> list[dict[str, object]]:
    return [one for one in server.records if one["event"].startswith(beginning)]


class TestTotal:
    def test_who_is_one_too_many_is_told_so_and_the_others_go_on(self, start: Start) -> None:
        server = start(connections_max=3)
        with ExitStack() as stack:
            held = [stack.enter_context(dialled(server)) for _ in range(3)]
            assert all(map(answers, held))
            with dialled(server) as turned_away:
                answered, headers = turned_away.head()
                assert (answered, headers["retry-after"]) == (UNAVAILABLE, "5")
                assert turned_away.rest().endswith(b".\n")
            assert all(map(answers, held))
        assert is_let_in(server)
        assert numbers(server)["chatterpy_refused_connections_total why=total"] >= 1
        server.assert_calm()

    def test_a_burst_of_them_is_no_burst_of_records(self, start: Start) -> None:
        server = start(connections_max=1)
        with dialled(server) as raw:
            assert answers(raw)
            began = time.monotonic()
            for _ in range(100):
                with dialled(server) as turned_away:
                    assert turned_away.head()[0] == UNAVAILABLE
            took = time.monotonic() - began
        told = events(server, "Turned away")
        assert 1 <= len(told) <= took + 2
        assert {one["level"] for one in told} == {"warning"}

    def test_where_descriptors_run_out_those_who_are_in_are_served(self, start: Start) -> None:
        server = start(descriptors=100)
        with ExitStack() as stack:
            outcomes = []
            for _ in range(150):
                raw = stack.enter_context(dialled(server))
                raw.send(HEALTH)
                try:
                    outcomes.append((raw.head()[0], raw))
                except (ConnectionError, AssertionError):
                    outcomes.append((0, raw))  # turned away before it had said anything
            held = [raw for answered, raw in outcomes if answered == 200]
            assert 10 < len(held) < 100, f"{len(held)} of {len(outcomes)} were let in"
            assert {answered for answered, _ in outcomes} <= {0, 200, UNAVAILABLE}
            for raw in held:
                assert raw._take(3) == b"ok\n"
            assert all(map(answers, held))
            held[0].send(request("GET /rooms/lobby HTTP/1.1", Host="127.0.0.1"))
            assert held[0].head()[0] == 200, "a page needs files, which are kept free"
            with held[1].sock:
                held[1].send(SOCKET)
                held[1].upgraded()
                before = server.worked_s
                time.sleep(1)
                assert server.worked_s - before < 0.5, "it spins"
            assert is_let_in(server), "nobody comes in although somebody has left"
        server.assert_calm()


def by_reset(raw: Raw) -> None:
    raw.reset()


def by_fin(raw: Raw) -> None:
    """What leaving does by itself."""


def by_close(raw: Raw) -> None:
    raw.send(closing())
    *_, last = raw.frames()
    assert last.code == 1000


def by_fault(raw: Raw) -> None:
    raw.send(masked(TEXT, "no act") * 5)
    *_, last = raw.frames()
    assert last.code == 1008


CLOSE_REQUEST = request("GET /healthz HTTP/1.1", Host="127.0.0.1", Connection="close")
OLD = handshake("/rooms/lobby/socket", Sec_WebSocket_Version="8")


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all that ask it: what a test leaves behind may not count in the next."""
    with Server(
        tmp_path_factory.mktemp("strict"), limits="on", connections_per_address=2, heartbeat=1
    ) as server:
        yield server


class TestAddress:
    @pytest.fixture
    def strict(self, one: Server) -> Iterator[Server]:
        assert eventually(lambda: numbers(one)["chatterpy_connections"] == 0)
        assert is_let_in(one)
        yield one
        one.assert_calm()

    def test_one_has_no_more_than_its_share_and_others_have_theirs(self, strict: Server) -> None:
        with asked(strict, SOCKET) as (first, _), asked(strict, HEALTH) as (second, kept):
            assert (first, second) == (101, 200)
            with dialled(strict, source=ONE) as turned_away:
                answered, headers = turned_away.head()
                assert (answered, headers["retry-after"]) == (MANY, "5")
                assert turned_away.rest().endswith(b".\n")
            assert status(strict, SOCKET, OTHER) == 101
            assert kept._take(3) == b"ok\n"
            assert answers(kept)
        assert is_let_in(strict)
        assert numbers(strict)["chatterpy_refused_connections_total why=address"] >= 1
        assert events(strict, "Turned away")[0]["address"] == ONE

    @pytest.mark.parametrize(
        ("said", "answered", "ends"),
        [
            (SOCKET, 101, by_reset),
            (SOCKET, 101, by_fin),
            (SOCKET, 101, by_close),
            (SOCKET, 101, by_fault),
            (SOCKET + RESUME, 101, by_reset),
            (STREAM, 200, by_reset),
            (STREAM, 200, by_fin),
            (STREAM.replace(b"GET", b"HEAD"), 200, by_fin),
            (HEALTH, 200, by_reset),
            (HEALTH, 200, by_fin),
            (HEALTH + b"GET /rooms", 200, by_reset),
            (CLOSE_REQUEST, 200, by_fin),
            (OLD, 426, by_reset),
            (OLD, 426, by_fin),
            (b"NONSENSE\r\n\r\n", 400, by_fin),
        ],
        ids=[
            "socket, reset",
            "socket, FIN",
            "socket, close frame",
            "socket, closed by the server",
            "page, reset",
            "stream, reset",
            "stream, FIN",
            "stream, only its head",
            "kept alive, reset",
            "kept alive, FIN",
            "in the middle of a request",
            "connection: close",
            "refused handshake, reset",
            "refused handshake, FIN",
            "no request",
        ],
    )
    def test_who_has_left_counts_no_more_however_it_was(
        self, strict: Server, said: bytes, answered: int, ends: Callable[[Raw], None]
    ) -> None:
        for _ in range(5):
            with let_in(strict, said) as (came, raw):
                assert came == answered
                ends(raw)

        def has_room_for_two() -> bool:
            with dialled(strict, source=ONE) as raw:
                raw.send(HEALTH)
                try:
                    return raw.head()[0] == 200 and status(strict, HEALTH) == 200
                except (ConnectionError, AssertionError):
                    return False

        assert eventually(has_room_for_two)
        assert eventually(lambda: numbers(strict)["chatterpy_connections"] == 0)
        assert eventually(lambda: numbers(strict)["chatterpy_streams"] == 0)

    def test_without_limits_an_address_may_have_any_number(self, start: Start) -> None:
        server = start(connections_per_address=1)
        with ExitStack() as stack:
            for _ in range(5):
                assert stack.enter_context(asked(server, SOCKET))[0] == 101


class TestBehindAProxy:
    """Where all connections are the proxy's, the open pages of a client are counted."""

    @pytest.fixture
    def proxied(self, start: Start) -> Iterator[Server]:
        server = start(limits="on", proxy_hops=1, connections_per_address=2, heartbeat=1)
        yield server
        server.assert_calm()

    @pytest.mark.parametrize(
        ("near", "far"),
        [
            (["192.0.2.1"] * 4, "192.0.2.2"),
            (["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"], "2001:db8:0:1::1"),
        ],
        ids=["IPv4", "IPv6"],
    )
    def test_sockets_and_streams_count_together(
        self, proxied: Server, near: list[str], far: str
    ) -> None:
        socket = [handshake("/rooms/lobby/socket", X_Forwarded_For=one) for one in near]
        streams = [
            request("GET /rooms/lobby/stream HTTP/1.1", Host="a", X_Forwarded_For=one)
            for one in near
        ]
        page = request("GET /rooms/lobby HTTP/1.1", Host="a", X_Forwarded_For=near[3])
        with asked(proxied, socket[0]) as (first, _):
            with asked(proxied, streams[1]) as (second, _):
                assert (first, second) == (101, 200)
                for said in (socket[2], streams[3]):
                    with dialled(proxied) as raw:
                        raw.send(said)
                        answered, headers = raw.head()
                        assert answered == MANY
                        body = raw._take(int(headers["content-length"]))
                        assert b"Too many pages are open in your network." in body
                assert status(proxied, page) == 200, "a page that is no live one is no connection"
                elsewhere = handshake("/rooms/lobby/socket", X_Forwarded_For=far)
                assert status(proxied, elsewhere) == 101
            assert eventually(lambda: status(proxied, socket[2]) == 101)
        assert numbers(proxied)["chatterpy_refused_connections_total why=address"] >= 2
        assert events(proxied, "Too many pages")[0]["address"] == near[2]

    def test_the_connections_of_the_proxy_are_not_counted(self, proxied: Server) -> None:
        with ExitStack() as stack:
            assert all(answers(stack.enter_context(dialled(proxied))) for _ in range(10))


class TestMemory:
    def test_of_those_who_do_not_read_the_furthest_behind_is_closed_and_who_reads_is_not(
        self, start: Start
    ) -> None:
        server, room = start(outboxes_max=1 << 20, heartbeat=60), fresh_room()
        with ExitStack() as stack:
            page = stack.enter_context(arrived(server).present(room))
            furthest = stack.enter_context(upgraded(server, room, window=WINDOW))
            furthest.send(RESUME)
            say_until(page, lambda: waiting(server) > 400_000)
            slow = [stack.enter_context(upgraded(server, room, window=WINDOW)) for _ in range(2)]
            for raw in slow:
                raw.send(masked(TEXT, f'{{"act":"resume","cursor":"{page.page.cursor}"}}'))
            say_until(page, lambda: "chatterpy_closes_total code=1013" in numbers(server))
            told = numbers(server)
            assert told["chatterpy_closes_total code=1013"] == 1
            assert told["chatterpy_outbox_bytes"] <= 1 << 20
            *_, last = furthest.frames()
            assert last.code == OVERLOAD
            for raw in slow:
                raw.send(closing())
                *frames, last = raw.frames()
                assert last.code == 1000
                assert LONG in frames[-1].text, "who was not let go has everything"
            assert page.page.texts[-1].endswith(LONG)
        assert eventually(lambda: numbers(server)["chatterpy_outbox_bytes"] == 0)
        [told_of] = events(server, "Closed with 1013")
        assert (told_of["address"], told_of["reason"]) == ("127.0.0.1", "too slow; come back")
        server.assert_calm()


def waiting(server: Server) -> float:
    return numbers(server)["chatterpy_outbox_bytes"]


def say_until(page: OpenPage, holds: Callable[[], bool]) -> None:
    """Says long messages until something holds, but not for ever."""
    for _ in range(150):
        if holds():
            return
        say_long_ones(page, 2)
    raise AssertionError("it never came to hold")
