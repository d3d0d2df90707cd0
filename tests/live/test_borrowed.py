"""What other libraries do not promise is still there; a failure names the upgrade at fault."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_sock import Sock
from gevent import socket
from gevent.pywsgi import WSGIHandler, WSGIServer
from gunicorn.config import Config
from gunicorn.http import get_parser
from simple_websocket import ConnectionClosed, Server

from chatterpy.live import borrowed
from chatterpy.live.borrowed import InertEvent, InertThread
from tests import upgrades

#: Who extends pywsgi.
HANDLER = "Handler", "chatterpy/serve.py"

AHEAD = b"frames right behind the handshake"
HANDSHAKE = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
HEADERS = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/",
    "SERVER_NAME": "a",
    "SERVER_PORT": "80",
    "wsgi.url_scheme": "http",
    "HTTP_HOST": "a",
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": base64.b64encode(b"sixteen bytes...").decode(),
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}
INERT = {"thread_class": lambda target: InertThread(), "event_class": InertEvent}


def changed(library: str, what: str, user: str, file: str = "chatterpy/live/borrowed.py") -> str:
    return upgrades.changed(library, what, f"{user} in {file}")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The server's and the client's end of a connection."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(5)
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def on_gunicorn(ends: tuple[socket.socket, socket.socket]) -> Server:
    return Server({**HEADERS, "gunicorn.socket": ends[0]}, **INERT)


@pytest.fixture
def pywsgi_environ(ends: tuple[socket.socket, socket.socket]) -> dict[str, Any]:
    """As gevent's own server has it when frames came right behind the handshake."""
    ours, theirs = ends
    rfile = ours.makefile("rb", -1)
    theirs.sendall(HANDSHAKE + AHEAD)
    while rfile.readline() != b"\r\n":
        pass
    return {**HEADERS, "SERVER_SOFTWARE": "gevent/1 Python/3", "wsgi.input": rfile}


class TestSimpleWebsocket:
    def test_who_is_not_connected_writes_no_close(
        self, on_gunicorn: Server, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        why = changed("simple-websocket", "Server.connected", "quieten")
        assert on_gunicorn.connected is True, why
        assert ends[1].recv(4096).startswith(b"HTTP/1.1 101"), why
        borrowed.quieten(on_gunicorn)
        with pytest.raises(ConnectionClosed):
            on_gunicorn.close()
        ends[0].close()
        assert ends[1].recv(4096) == b"", why

    def test_it_has_the_very_socket_of_gunicorn(
        self, on_gunicorn: Server, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        why = changed("simple-websocket", "Server.sock or Server.mode on gunicorn", "duplicate")
        assert (on_gunicorn.mode, on_gunicorn.sock) == ("gunicorn", ends[0]), why
        with borrowed.duplicate(on_gunicorn) as own:
            assert own.fileno() != ends[0].fileno(), why

    def test_it_has_a_duplicate_of_the_socket_of_gevent_s_server(
        self, pywsgi_environ: dict[str, Any], ends: tuple[socket.socket, socket.socket]
    ) -> None:
        server = Server(pywsgi_environ, **INERT)
        with borrowed.duplicate(server) as own:
            why = changed("simple-websocket", "Server.sock or Server.mode on gevent", "duplicate")
            assert own is server.sock, why
            assert own.fileno() not in (-1, ends[0].fileno()), why
            assert server.mode == "gevent", why

    def test_it_starts_one_thread_and_sets_one_event(self) -> None:
        source = inspect.getsource(inspect.getmodule(Server))
        why = changed("simple-websocket", "how it uses thread_class and event_class", "InertThread")
        assert source.count("thread_class(target=self._thread)") == 1, why
        assert source.count("self.thread.") == 3, why  # its name, twice, and its start
        assert source.count("event_class()") == 1, why


class TestFlaskSock:
    def test_a_view_that_is_quiet_on_gunicorn_writes_nothing_and_stops(
        self, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        app = Flask(__name__)
        app.config["SOCK_SERVER_OPTIONS"] = INERT
        Sock(app).route("/")(borrowed.quieten)
        why = changed("flask-sock", "how a view ends", "quieten")
        answered: list[Any] = []
        with pytest.raises(StopIteration):
            app({**HEADERS, "gunicorn.socket": ends[0]}, lambda *answer: answered.append(answer))
        ends[0].close()
        assert not answered, why
        assert ends[1].recv(4096).endswith(b"\r\n\r\n"), why
        assert ends[1].recv(4096) == b"", why


class TestGunicorn:
    def test_what_it_has_read_behind_a_handshake_can_be_had(
        self, on_gunicorn: Server, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        ours, theirs = ends
        theirs.sendall(HANDSHAKE + AHEAD)
        request = next(get_parser(Config(), ours, ("127.0.0.1", 1)))
        try:
            ahead = borrowed.read_ahead(on_gunicorn, {"wsgi.input": request.body})
        except AttributeError as error:
            pytest.fail(changed("gunicorn", f"the body of a request ({error})", "read_ahead"))
        assert ahead == AHEAD, changed("gunicorn", "Unreader.buf", "read_ahead")


class TestPywsgi:
    def test_what_it_has_read_behind_a_handshake_is_taken_and_not_only_looked_at(
        self, pywsgi_environ: dict[str, Any]
    ) -> None:
        server = Server(pywsgi_environ, **INERT)
        why = changed("gevent", "the reader of a socket", "read_ahead")
        with server.sock:
            assert borrowed.read_ahead(server, pywsgi_environ) == AHEAD, why
            assert borrowed.read_ahead(server, pywsgi_environ) == b"", why

    def test_a_handler_without_a_socket_leaves_the_connection_alone(
        self, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        ours, theirs = ends
        handler = WSGIHandler(ours, ("127.0.0.1", 1), WSGIServer(("127.0.0.1", 0)))
        theirs.sendall(AHEAD)
        handler.rfile.peek()
        assert borrowed.give_away(handler) == (ours, AHEAD)
        handler.handle()
        theirs.sendall(b"still here")
        ours.settimeout(5)
        why = changed("gevent", "WSGIHandler.handle", "give_away")
        assert ours.recv(100) == b"still here", why

    def test_an_answer_can_be_made_to_end_with_its_connection(self) -> None:
        handler = WSGIHandler.__new__(WSGIHandler)
        handler.code, handler.result, handler.request_version = 200, iter(()), "HTTP/1.1"
        handler.response_headers = [(b"Connection", b"close")]
        handler.finalize_headers()
        why = changed("gevent", "WSGIHandler.finalize_headers", "end_with_connection")
        assert handler.response_use_chunked is True, why
        assert (b"Transfer-Encoding", b"chunked") in handler.response_headers, why
        borrowed.end_with_connection(handler)
        assert handler.response_use_chunked is False
        assert [name for name, _ in handler.response_headers] == [b"Connection", b"Date"], why

    @pytest.mark.parametrize(
        ("name", "parameters"),
        [
            ("handle", []),
            ("read_requestline", []),
            ("read_request", ["raw_requestline"]),
            ("get_environ", []),
            ("handle_one_response", []),
            ("write", ["data"]),
            ("finalize_headers", []),
            ("log_request", []),
        ],
    )
    def test_the_methods_that_our_host_extends_are_there(
        self, name: str, parameters: list[str]
    ) -> None:
        why = changed("gevent", f"WSGIHandler.{name}", *HANDLER)
        method = getattr(WSGIHandler, name, None)
        assert method is not None, why
        assert [*inspect.signature(method).parameters] == ["self", *parameters], why

    @pytest.mark.parametrize("name", ["socket", "client_address", "server", "rfile"])
    def test_the_attributes_that_our_host_reads_are_there(
        self, name: str, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        handler = WSGIHandler(ends[0], ("127.0.0.1", 1), WSGIServer(("127.0.0.1", 0)))
        why = changed("gevent", f"WSGIHandler.{name}", *HANDLER)
        assert name in vars(handler), why

    @pytest.mark.parametrize("name", ["environ", "close_connection", "MessageClass"])
    def test_the_attributes_of_a_request_that_our_host_uses_are_there(self, name: str) -> None:
        why = changed("gevent", f"WSGIHandler.{name}", *HANDLER)
        assert name in vars(WSGIHandler), why
