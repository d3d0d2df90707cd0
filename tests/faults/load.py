"""Load: writers and a reader who carry on, whatever happens to their server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.server.conftest import arrived
from tests.server.pages import Page
from tests.server.processes import Server
from tests.server.visitors import OpenPage, Visitor, fresh_nonce

WRITERS = 3  # of each kind
PAUSE_S = 0.02
STOP_S = 30

#: What a client meets when its server is gone, and comes back from.
GONE = (OSError, HTTPException, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError)


class Load:
    """Some post, some speak over sockets, one reads; all come back until they are told to stop.

    What was not acknowledged is sent again, with the same nonce.
    """

    def __init__(self, server: Server, room: str) -> None:
        self.server = server
        self.room = room
        self.acknowledged: list[str] = []
        self.page = Page(Visitor(server).open(room).html)
        self.returns = 0
        self.errors: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._watched, args=(act,), daemon=True)
            for act in [self._post] * WRITERS + [self._talk] * WRITERS + [self._read]
        ]
        self._visitors = {thread: arrived(server) for thread in self._threads}
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns when all writers have had their last message acknowledged."""
        self._stop.set()
        for thread in self._threads:
            thread.join(STOP_S)
            assert not thread.is_alive(), "somebody still waits for an acknowledgement"
        assert not self.errors, f"a client failed: {self.errors}"

    def _watched(self, act: Callable[[Visitor], None]) -> None:
        try:
            act(self._visitors[threading.current_thread()])
        except BaseException as error:
            self.errors.append(error)

    def _post(self, visitor: Visitor) -> None:
        """Posts, and posts again with the same nonce until it is acknowledged."""
        number = 0
        while not self._stop.is_set():
            number += 1
            text, nonce = f"post {threading.get_ident()} {number}", fresh_nonce()
            while True:
                try:
                    status = visitor.say(self.room, text, nonce).status
                except GONE:
                    time.sleep(PAUSE_S)
                    continue
                assert status in (303, 503), f"a post was answered with {status}"
                if status == 303:
                    break
            self.acknowledged.append(text)
            time.sleep(PAUSE_S)

    def _talk(self, visitor: Visitor) -> None:
        """Says over a socket, and says again until it is heard in the room."""
        number, text, nonce = 0, "", ""
        while not self._stop.is_set() or text:
            with suppress(*GONE), visitor.connected(self.room) as line:
                # Only the newest page: what is said next comes after it.
                page = OpenPage(Page(visitor.open(self.room).html), line)
                page.resume()
                while not self._stop.is_set() or text:
                    if not text:
                        number += 1
                        text, nonce = f"talk {threading.get_ident()} {number}", fresh_nonce()
                    if text not in page.page.texts:
                        page.line.say(text, nonce)
                        page.until(lambda page, text=text: text in page.texts, seconds=5)
                    self.acknowledged.append(text)
                    text = ""
                    time.sleep(PAUSE_S)
            time.sleep(PAUSE_S)

    def _read(self, visitor: Visitor) -> None:
        """One page that stays, and comes back by its cursor."""
        while not self._stop.is_set():
            with suppress(*GONE), visitor.connected(self.room) as line:
                page = OpenPage(self.page, line)
                page.resume()
                self.returns += 1
                while not self._stop.is_set():
                    with suppress(TimeoutError):
                        page.show(0.2)
            time.sleep(PAUSE_S)
