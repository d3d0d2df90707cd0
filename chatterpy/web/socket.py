"""The socket of a room: how a request becomes a connection of `chatterpy.live.socket`.

On other hosts flask-sock opens the door. It has the whole request parsed a second time, a sixth of
what a connection costs: on our own host, which gives the connection away, the answer is our own.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Response, has_request_context, request
from flask_sock import Sock
from simple_websocket import Server
from werkzeug.exceptions import BadRequest, HTTPException

from chatterpy.chat.limits import Bucket
from chatterpy.chat.people import Visitor
from chatterpy.chat.rooms import check_slug
from chatterpy.live import socket as live_socket
from chatterpy.live.borrowed import InertEvent, InertThread
from chatterpy.live.connection import PeerBounds
from chatterpy.live.page import OpenPage
from chatterpy.sentences import Sentence
from chatterpy.web import identity, security
from chatterpy.web.parts import blueprint, parts

sock = Sock()

#: All that a handshake needs; whatever else a client sends stays with us.
_HANDSHAKE = {"HTTP_HOST", "HTTP_SEC_WEBSOCKET_KEY", "HTTP_SEC_WEBSOCKET_VERSION"}


class UpgradeRequired(HTTPException):
    """The client speaks another version of the protocol (RFC 6455, 4.4)."""

    code = 426
    name = "Upgrade Required"
    description = Sentence("This is a WebSocket, version 13.")

    def get_headers(self, *_: object) -> list[tuple[str, str]]:
        return [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]


@sock.route("/rooms/<slug>/socket", bp=blueprint, endpoint="socket")
def socket(ws: Server, slug: str) -> None:
    """Holds the connection until its end, as hosts expect that are not ours."""
    with _page(slug) as page:
        live_socket.serve(
            ws, request.environ, page, _bounds(), parts().settings.resume_timeout, parts().meters
        )


def _take_over(slug: str) -> Response:
    """Takes the connection from our own host; it outlives the request."""
    environ = request.environ
    with _page(slug) as page:
        live_socket.take_over(
            environ, page, _bounds(), parts().settings.resume_timeout, parts().meters
        )
    return Response()  # which our host does not write any more


@contextmanager
def _page(slug: str) -> Iterator[OpenPage]:
    """The page that asks, which ends where it cannot be served."""
    known = identity.known()
    visitor = identity.visitor() if known else Visitor.arrive()
    # Who is one too many from one address reads as somebody without a name.
    known = known and identity.may_settle(visitor)
    page = OpenPage(parts().live, slug, visitor, known, request.remote_addr)
    parts().hub.arrive(page)
    try:
        yield page
    except BaseException:
        page.end()
        raise


def _bounds() -> PeerBounds:
    settings = parts().settings
    pace = None
    if settings.limits:
        pace = Bucket(settings.frame_burst, settings.frame_rate, time.monotonic())
    return PeerBounds(
        settings.frame_max, settings.fragments_max, settings.outbox_max, parts().backlog, pace
    )


@blueprint.errorhandler(ConnectionError)
def gone(error: ConnectionError) -> Response:
    """A client that is gone before its handshake is answered: nobody is there to be told.

    As an error it would be logged with all that it holds, and simple-websocket's duplicate of the
    connection with it, which would stay open until the garbage is collected.
    """
    if not _ours():
        raise error
    request.environ[live_socket.TAKEN] = True  # a part of the answer may have been sent
    return Response()


def server_options(others: Mapping[str, Any]) -> dict[str, Any]:
    """flask-sock's SOCK_SERVER_OPTIONS, which serve all sockets of an application.

    Ours read for themselves: they get no thread and no event. A host application's keep theirs.
    """

    def thread(target: Callable[[], None]) -> Any:
        if _ours():
            return InertThread()
        return others.get("thread_class", threading.Thread)(target=target)

    def event() -> Any:
        return InertEvent() if _ours() else others.get("event_class", threading.Event)()

    return {**others, "thread_class": thread, "event_class": event}


def _ours() -> bool:
    return has_request_context() and request.endpoint == f"{blueprint.name}.socket"


@blueprint.before_request
def check_handshake() -> Response | None:
    """Refuses with 4xx what is no handshake (RFC 6455, 4.2.1), or one too many; answers the others
    where the host is ours.
    """
    if request.endpoint != f"{blueprint.name}.socket":
        return None
    security.check_origin()  # before its headers go, below
    check_slug((request.view_args or {})["slug"])
    environ = request.environ
    named = environ.get("HTTP_HOST") and environ.get("SERVER_PROTOCOL") == "HTTP/1.1"
    if request.method != "GET" or not named:
        raise BadRequest(Sentence("A WebSocket handshake is a GET of HTTP/1.1 with a Host."))
    if request.content_length or environ.get("HTTP_TRANSFER_ENCODING"):
        # Hosts differ in where frames begin behind a body.
        raise BadRequest(Sentence("A WebSocket handshake has no body."))
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION", "").strip() != "13":
        raise UpgradeRequired
    try:
        key = base64.b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""), validate=True)
    except ValueError:
        key = b""
    if len(key) != 16:
        raise BadRequest(Sentence("Sec-WebSocket-Key is 16 bytes in base64."))
    identity.make_room()
    if live_socket.GIVE_AWAY in environ:
        return _take_over((request.view_args or {})["slug"])
    # The session was read before this. Extensions go with the rest: deflate costs 100 kB for
    # each connection, and a bomb in it costs more.
    for name in [name for name in environ if name.startswith("HTTP_")]:
        if name not in _HANDSHAKE:
            del environ[name]
    environ["HTTP_UPGRADE"], environ["HTTP_CONNECTION"] = "websocket", "Upgrade"
    return None
