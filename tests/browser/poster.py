"""Somebody without a browser: posts the same forms as the page, over HTTP."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TIMEOUT_S = 5


class Poster:
    """One person, with a cookie of their own. What they post was acknowledged on return."""

    def __init__(self, url: str) -> None:
        """`url` is the server's; the person arrives with the first request."""
        self._address = urlsplit(url).netloc
        self._cookie = ""

    def say(self, room: str, *texts: str) -> None:
        """Posts messages, one after the other."""
        for text in texts:
            self._post(f"/rooms/{room}/messages", text=text, nonce=secrets.token_urlsafe(9))

    def say_until_acknowledged(self, room: str, text: str) -> None:
        """Posts a message again and again with the same nonce, until the server takes it."""
        nonce = secrets.token_urlsafe(9)
        while True:
            with suppress(OSError, HTTPException):
                return self._post(f"/rooms/{room}/messages", text=text, nonce=nonce)
            time.sleep(0.05)

    def rename(self, name: str) -> None:
        self._post("/me/name", name=name)

    def take_another_face(self) -> None:
        self._post("/me/avatar")

    def _post(self, path: str, **form: str) -> None:
        if not self._cookie:
            self._arrive()
        status = self._request("POST", path, urlencode(form))
        assert status == 303, f"expected 303 for {path} with {form}, but got {status}"

    def _arrive(self) -> None:
        status = self._request("GET", "/rooms/lobby")
        assert status == 200, f"expected a page, but got {status}; look at the server's log"
        assert self._cookie, "expected a cookie with the page, but none came"

    def _request(self, method: str, path: str, body: str | None = None) -> int:
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection(self._address, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        for name, morsel in SimpleCookie(answer.getheader("Set-Cookie", "")).items():
            self._cookie = f"{name}={morsel.value}"
        return answer.status


class Flow:
    """Messages that come one after the other, from a thread, whatever happens to the server."""

    def __init__(self, poster: Poster, room: str, per_second: float) -> None:
        self.acknowledged: list[str] = []
        self._poster = poster
        self._room = room
        self._pause_s = 1 / per_second
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flow", daemon=True)

    def wait_for(self, count: int, within_s: float = 30) -> None:
        """Returns when so many messages were acknowledged from now on."""
        goal = len(self.acknowledged) + count
        deadline = time.monotonic() + within_s
        while len(self.acknowledged) < goal:
            assert time.monotonic() < deadline, (
                f"expected {count} more messages within {within_s} s, but only "
                f"{len(self.acknowledged)} of {goal} were acknowledged; look at the server's log"
            )
            time.sleep(0.02)

    def _run(self) -> None:
        for text in self._texts():
            self._poster.say_until_acknowledged(self._room, text)
            self.acknowledged.append(text)

    def _texts(self) -> Iterator[str]:
        while not self._ending.wait(self._pause_s):
            yield f"flow {len(self.acknowledged) + 1}"


@contextmanager
def flowing(poster: Poster, room: str, per_second: float = 20) -> Iterator[Flow]:
    """Messages flow while the block runs; at its end all of them were acknowledged."""
    flow = Flow(poster, room, per_second)
    flow._thread.start()
    try:
        yield flow
    finally:
        flow._ending.set()
        flow._thread.join(20)
    assert not flow._thread.is_alive(), "the flow did not end; look at the server's log"


def numbered(word: str, numbers: Iterable[int]) -> list[str]:
    """Texts that tell their place: "word 1", "word 2"."""
    return [f"{word} {number}" for number in numbers]
