"""What we lean on in other libraries although they do not promise it: each name once, and why.

An upgrade may change any of them; tests/live/test_borrowed.py tells which one did.
"""

from __future__ import annotations

from typing import Any

from simple_websocket import Server

#: simple-websocket's name for a host that is gunicorn.
_GUNICORN = "gunicorn"


class InertThread:
    """Takes the place of simple-websocket's reading thread: we read ourselves."""

    name = ""

    def start(self) -> None:
        """Starts nothing."""


class InertEvent:
    """Takes the place of simple-websocket's event, which nobody waits for."""

    def set(self) -> None:
        """Wakes nobody."""


def quieten(server: Server) -> None:
    """Keeps flask-sock from closing a second time, past the outbox, when the view returns."""
    server.connected = False


def duplicate(server: Server) -> Any:
    """A socket of our own for the connection of a host that keeps its own."""
    # On gevent's server simple-websocket has made one; of gunicorn it has the very socket.
    return server.sock.dup() if server.mode == _GUNICORN else server.sock


def read_ahead(server: Server, environ: dict[str, Any]) -> bytes:
    """What a host that keeps its socket has read behind the handshake already."""
    body = environ["wsgi.input"]
    if server.mode == _GUNICORN:
        ahead: bytes = body.reader.unreader.buf.getvalue()
        return ahead
    return buffered(body, body.raw._sock)


def buffered(rfile: Any, sock: Any) -> bytes:
    """Takes what a reader holds of a socket, without waiting for more.

    Takes and not only looks at it: pywsgi would go on with it as the next request.
    """
    sock.settimeout(0)
    try:
        held: bytes = rfile.read1()
    except OSError:
        return b""
    return held


def give_away(handler: Any) -> tuple[Any, bytes]:
    """The socket of a pywsgi handler, which forgets it, and what was read from it."""
    sock = handler.socket
    held = buffered(handler.rfile, sock)
    handler.socket = None  # as pywsgi itself leaves a connection alone
    return sock, held


def end_with_connection(handler: Any) -> None:
    """Has pywsgi write an answer without chunks: its end is that of the connection."""
    handler.response_use_chunked = False
    handler.response_headers = [
        (name, value)
        for name, value in handler.response_headers
        if name.lower() != b"transfer-encoding"
    ]
