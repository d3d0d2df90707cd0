"""Visitors: programs that do what browsers do, over real sockets."""

from __future__ import annotations

import http.client
import itertools
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.server.documents import Element, parse
from tests.server.pages import Page
from tests.server.processes import Server

WAIT_S = 30
BLINK_S = 0.3  # long enough for what must not come to have come

_counter = itertools.count(1)


def fresh_room() -> str:
    """A room where nobody has spoken."""
    return f"room-{next(_counter)}-{uuid.uuid4().hex[:8]}"


def fresh_nonce() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; `headers` keeps names in their order and is case-insensitive."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def document(self) -> Element:
        return parse(self.html)

    @property
    def cookies(self) -> SimpleCookie:
        cookies = SimpleCookie()
        for line in self.headers.get_all("Set-Cookie") or ():
            cookies.load(line)
        return cookies


class Visitor:
    """Somebody with a cookie of their own, on one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """Posts a form; a header Sec_Fetch_Site is written Sec-Fetch-Site."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(form).encode(), headers | kind)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=WAIT_S)
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.cookies:
            sent["Cookie"] = self.cookie
        try:
            connection.request(method, path, body, sent)
            reply = connection.getresponse()
            answer = Answer(reply.status, reply.headers, reply.read())
        finally:
            connection.close()
        self.cookies.update({name: one.value for name, one in answer.cookies.items()})
        return answer

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def say(self, room: str, text: str, nonce: str | None = None) -> Answer:
        """Sends a message as the page without a script does."""
        return self.post(f"/rooms/{room}/messages", {"text": text, "nonce": nonce or fresh_nonce()})

    def rename(self, name: str, room: str = "lobby") -> Answer:
        return self.post("/me/name", {"name": name, "room": room})

    def name(self) -> str:
        """The name that the page shows its visitor."""
        return self.open("lobby").document.the(has="data-me", tag="bdi").text

    def open(self, room: str) -> Answer:
        """The room's page."""
        answer = self.get(f"/rooms/{room}")
        assert answer.status == 200, f"the page of {room} came with {answer.status}"
        return answer

    @contextmanager
    def connected(self, room: str, **headers: str) -> Iterator[Line]:
        """A socket that has not said anything yet."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = self.cookie
        with connect(
            f"ws://127.0.0.1:{self.server.port}/rooms/{room}/socket",
            additional_headers=sent,
            open_timeout=WAIT_S,
            close_timeout=WAIT_S,
            ping_interval=None,
            max_size=None,
            proxy=None,
        ) as socket:
            yield Line(socket)

    @contextmanager
    def present(self, room: str) -> Iterator[OpenPage]:
        """A page as a browser has it open: loaded, then connected and resumed."""
        page = Page(self.open(room).html)
        with self.connected(room) as line:
            open_page = OpenPage(page, line)
            open_page.resume()
            yield open_page


class Line:
    """A socket, and the acts that can be said on it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def act(self, act: str, **more: Any) -> None:
        self.socket.send(json.dumps({"act": act, **more}))

    def resume(self, cursor: int | str | None = None, **more: Any) -> None:
        self.act("resume", **({} if cursor is None else {"cursor": str(cursor)}), **more)

    def say(self, text: str, nonce: str | None = None) -> None:
        self.act("say", text=text, nonce=nonce or fresh_nonce())

    def hear(self, seconds: float = WAIT_S) -> str:
        """The next frame, which must be text."""
        frame = self.socket.recv(timeout=seconds)
        assert isinstance(frame, str), f"expected a text frame, came {frame!r}"
        return frame

    def hears_nothing(self, seconds: float = BLINK_S) -> bool:
        """Whether nothing comes for a while."""
        try:
            frame = self.socket.recv(timeout=seconds)
        except TimeoutError:
            return True
        raise AssertionError(f"expected silence, came {frame!r}")

    def close_code(self, seconds: float = WAIT_S) -> int:
        """The code that the server closes with, after whatever else it sends."""
        deadline = time.monotonic() + seconds
        with pytest.raises(ConnectionClosed) as closed:  # noqa: PT012 (what comes before is left)
            while True:
                self.socket.recv(timeout=max(0, deadline - time.monotonic()))
        assert closed.value.rcvd, "the connection ended without a close frame"
        return closed.value.rcvd.code


class OpenPage:
    """A page and its socket: what comes is shown at once."""

    def __init__(self, page: Page, line: Line) -> None:
        self.page = page
        self.line = line

    def resume(self) -> None:
        """Says what the page shows, and shows what it missed."""
        self.page.status = ""
        self.line.act("resume", cursor=str(self.page.cursor), before=str(self.page.before or 0))
        self.until(lambda page: page.status == "Connected")

    def show(self, seconds: float = WAIT_S) -> str:
        """Shows the next frame, and returns it."""
        frame = self.line.hear(seconds)
        self.page.apply(frame)
        return frame

    def until(self, holds: Any, seconds: float = WAIT_S) -> Page:
        """Shows what comes until the page is as expected."""
        deadline = time.monotonic() + seconds
        while not holds(self.page):
            left = deadline - time.monotonic()
            assert left > 0, f"not what was expected in {seconds} s: {self.page}"
            try:
                self.show(left)
            except TimeoutError:
                raise AssertionError(f"not what was expected in {seconds} s: {self.page}") from None
        return self.page
