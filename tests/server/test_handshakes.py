"""Handshakes: a good one opens, a bad one gets 4xx, and nothing of HTTP follows, on every host."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from itertools import islice

import pytest

from tests.server.hosts import EVERY_HOST
from tests.server.processes import Server
from tests.server.raw import TEXT, Raw, closing, dialled, handshake, masked, request, upgraded
from tests.server.visitors import BLINK_S, Visitor

PATH = "/rooms/lobby/socket"
KEY = base64.b64encode(b"sixteen bytes...").decode()


@pytest.fixture(scope="module", params=EVERY_HOST)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with request.param(tmp_path_factory.mktemp("server"), heartbeat=1) as server:
        yield server
        server.assert_calm()


class TestGood:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Connection": "keep-alive, Upgrade"},
            {"Upgrade": "WebSocket"},
            {"Sec_WebSocket_Protocol": "chat, superchat"},
            {"Sec_WebSocket_Extensions": "permessage-deflate"},
            {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits=abc"},
            {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits=99"},
            {"Sec_WebSocket_Extensions": "permessage-deflate; server_max_window_bits"},
            {"Sec_WebSocket_Extensions": 'x-unknown; a="b'},
            {"Sec_WebSocket_Extensions": ";;,,="},
            {"X_Odd": "\xff\xfe", "Accept_Language": "\x80"},
        ],
        ids=str,
    )
    def test_it_is_accepted_without_any_extension(
        self, server: Server, room: str, headers: dict[str, str]
    ) -> None:
        with dialled(server) as raw:
            raw.send(handshake(f"/rooms/{room}/socket", **headers))
            status, answer = raw.head()
            assert status == 101
            assert answer["sec-websocket-accept"] == accept_of(KEY)
            assert answer["upgrade"].lower() == "websocket"
            assert "sec-websocket-extensions" not in answer
            assert "sec-websocket-protocol" not in answer
            raw.send(masked(TEXT, '{"act":"resume","cursor":"0"}'))
            assert "Connected" in raw.frame().text

    def test_bytes_right_behind_the_handshake_are_understood(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        anna.say(room, "Before")
        with dialled(server) as raw:
            raw.send(
                handshake(f"/rooms/{room}/socket", Cookie=anna.cookie),
                masked(TEXT, '{"act":"resume","cursor":"0"}'),
                masked(TEXT, '{"act":"say","text":"Right behind"}'),
            )
            frames = (frame.text for frame in raw.upgraded().frames())
            assert "Before" in next(frames)
            assert "Connected" in next(frames)
            # On a busy machine who is here may be told first.
            assert any("Right behind" in text for text in islice(frames, 5))

    def test_bytes_may_come_one_by_one(self, server: Server, room: str) -> None:
        with dialled(server) as raw:
            for byte in handshake(f"/rooms/{room}/socket") + masked(TEXT, '{"act":"resume"}'):
                raw.send(bytes([byte]))
            assert "messages" in raw.upgraded().frame().text

    def test_a_socket_without_a_cookie_reads_as_everybody_does(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        anna.say(room, "For all")
        with Visitor(server).connected(room) as line:
            line.resume(0)
            assert "For all" in line.hear()


class TestBad:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Sec_WebSocket_Key": None}, 400),
            ({"Sec_WebSocket_Key": ""}, 400),
            ({"Sec_WebSocket_Key": "not base64!"}, 400),
            ({"Sec_WebSocket_Key": base64.b64encode(b"short").decode()}, 400),
            ({"Sec_WebSocket_Key": base64.b64encode(b"x" * 64).decode()}, 400),
            ({"Sec_WebSocket_Key": "\xe9\xff"}, 400),
            ({"Sec_WebSocket_Version": None}, 426),
            ({"Sec_WebSocket_Version": "8"}, 426),
            ({"Sec_WebSocket_Version": "x"}, 426),
            ({"Sec_WebSocket_Version": ""}, 426),
            ({"Upgrade": None}, 400),
            ({"Upgrade": "h2c"}, 400),
            ({"Connection": None}, 400),
            ({"Connection": "close"}, 400),
            ({"Content_Length": "5"}, 400),
            ({"Transfer_Encoding": "chunked"}, 400),
        ],
        ids=str,
    )
    def test_it_gets_4xx(self, server: Server, headers: dict[str, str | None], status: int) -> None:
        with dialled(server) as raw:
            raw.send(handshake(PATH, **headers))
            got, answer = raw.head()
        assert got == status
        if status == 426:
            assert answer["sec-websocket-version"] == "13"
            assert answer["upgrade"] == "websocket"

    @pytest.mark.parametrize(
        "line",
        [
            f"GET {PATH} HTTP/1.0",
            f"POST {PATH} HTTP/1.1",
            f"PUT {PATH} HTTP/1.1",
            f"HEAD {PATH} HTTP/1.1",
            f"OPTIONS {PATH} HTTP/1.1",
            "GET /rooms/No!/socket HTTP/1.1",
            "GET /rooms//socket HTTP/1.1",
        ],
    )
    def test_another_method_version_or_room_gets_4xx(self, server: Server, line: str) -> None:
        with dialled(server) as raw:
            raw.send(handshake(PATH).replace(f"GET {PATH} HTTP/1.1".encode(), line.encode()))
            assert 400 <= raw.head()[0] < 500

    @pytest.mark.parametrize("path", ["/rooms/lobby", "/", "/healthz", "/rooms/lobby/stream"])
    def test_an_upgrade_of_what_is_no_socket_is_not_an_error_of_the_server(
        self, server: Server, path: str
    ) -> None:
        with dialled(server) as raw:
            raw.send(handshake(path))
            assert raw.head()[0] < 500

    def test_a_handshake_with_a_body_is_no_way_to_smuggle(self, server: Server) -> None:
        """The body is neither a frame nor a second request."""
        with dialled(server) as raw:
            smuggled = request("GET /healthz HTTP/1.1", Host="127.0.0.1")
            raw.send(handshake(PATH, Content_Length=str(len(smuggled))), smuggled)
            raw.sock.shutdown(1)
            assert b"ok\n" not in raw.rest()


class TestNothingOfHttpFollows:
    def test_no_request_is_served_after_the_peer_s_close(self, server: Server, room: str) -> None:
        with upgraded(server, room) as raw:
            raw.send(closing(1000), request("GET /healthz HTTP/1.1", Host="127.0.0.1"))
            assert_only_closed(raw, 1000)

    def test_no_request_is_served_after_the_server_s_close(self, server: Server, room: str) -> None:
        with upgraded(server, room) as raw:
            raw.send(masked(2, b"binary"), request("GET /healthz HTTP/1.1", Host="127.0.0.1"))
            assert_only_closed(raw, 1003)

    def test_no_request_is_served_after_both(self, server: Server, room: str) -> None:
        with upgraded(server, room) as raw:
            raw.send(masked(2, b"binary"))
            assert raw.frame().code == 1003
            raw.send(closing(1003), request("GET /healthz HTTP/1.1", Host="127.0.0.1"))
            assert raw.rest(seconds=2) == b""

    def test_no_request_right_behind_the_handshake_is_carried_out(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        """A host may not go on with what it has read already, not even without an answer."""
        form = "text=smuggled"
        headers = {
            "Content_Type": "application/x-www-form-urlencoded",
            "Content_Length": str(len(form)),
        }
        post = request(f"POST /rooms/{room}/messages HTTP/1.1", Host="127.0.0.1", **headers)
        with dialled(server) as raw:
            raw.send(handshake(f"/rooms/{room}/socket"), post, form.encode())
            assert_only_closed(raw.upgraded(), 1002)
        anna.say(room, "the first")
        assert "smuggled" not in anna.open(room).html

    def test_no_request_is_served_instead_of_a_frame(self, server: Server, room: str) -> None:
        with upgraded(server, room) as raw:
            raw.send(request("GET /healthz HTTP/1.1", Host="127.0.0.1"))
            # "G" has reserved bits set, and is no frame.
            assert raw.frame().code == 1002
            assert raw.rest(seconds=2) == b""

    def test_the_server_ends_the_stream_although_the_peer_stays_silent(
        self, server: Server, room: str
    ) -> None:
        with upgraded(server, room) as raw:
            raw.send(masked(2, b"binary"))
            assert_only_closed(raw, 1003)

    def test_an_empty_close_is_answered_and_ends_the_stream(
        self, server: Server, room: str
    ) -> None:
        with upgraded(server, room) as raw:
            raw.send(masked(8))
            assert_only_closed(raw, 1000)

    def test_nothing_is_sent_after_a_close_although_the_room_goes_on(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        with upgraded(server, room) as raw:
            raw.send(masked(TEXT, '{"act":"resume","cursor":"0"}'))
            assert "Connected" in raw.frame().text
            raw.send(closing(1000))
            anna.say(room, "Nobody listens")
            frames = list(raw.frames())
            assert frames[-1].code == 1000
            anna.say(room, "Nobody at all")
            assert raw.rest(seconds=2 + BLINK_S) == b""


def assert_only_closed(raw: Raw, code: int) -> None:
    """All that comes is a close frame, and the end of the stream right after it."""
    assert raw.frame().code == code
    rest = raw.rest(seconds=2)
    assert rest == b"", f"after the close came {rest[:200]!r}"


def accept_of(key: str) -> str:
    """What a server answers to a key (RFC 6455, 4.2.2)."""
    magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return base64.b64encode(hashlib.sha1((key + magic).encode()).digest()).decode()
