"""The door of our own host: how many connections there may be, in all and from one address."""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from typing import Any, Literal

from chatterpy.addresses import Crowd
from chatterpy.logs import RateLimited, logger
from chatterpy.meters import Meters

#: Descriptors that are kept for files, the store, and handshakes, which need a second one.
RESERVE = 64

#: What is said to those who are turned away. It must fit any socket's buffer as it stands.
_ANSWER = (
    "HTTP/1.1 {status}\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Retry-After: 5\r\n"
    "Connection: close\r\n"
    "Content-Length: {length}\r\n"
    "\r\n"
    "{sentence}"
)

#: The bound that a connection has met.
Why = Literal["total", "address"]

_SAID: dict[Why, tuple[str, str]] = {
    "total": ("503 Service Unavailable", "Everything is taken; please come back soon.\n"),
    "address": ("429 Too Many Requests", "Too many connections from your network.\n"),
}

log = RateLimited(logger(__name__))


class Door:
    """Counts who is in, from the accepting of a connection to its end, wherever that is."""

    def __init__(self, most: int, most_near: int, meters: Meters) -> None:
        """`most` in all, `most_near` from one neighbourhood; 0 is no bound."""
        self._most = most
        self._most_near = most_near
        self._meters = meters
        self._crowd = Crowd()

    def enter(self, address: str | None) -> Why | None:
        """Lets a connection in; or counts, logs and says why it has to be turned away."""
        why: Why
        if self._most and self._crowd.size >= self._most:
            why = "total"
            log.warning("Turned away: all connections are taken", most=self._most)
        elif self._most_near and self._crowd.near(address) >= self._most_near:
            why = "address"
            log.info("Turned away: too many connections from an address", address=address)
        else:
            self._crowd.arrive(address)
            return None
        self._meters.turned_away[why] += 1
        return why

    def leave(self, address: str | None) -> None:
        """A connection that was let in has ended."""
        self._crowd.depart(address)


def turn_away(sock: Any, why: Why) -> None:
    """Says why, and closes a fresh socket that does not block."""
    with sock, suppress(OSError):  # it may be gone, or have no patience
        status, sentence = _SAID[why]
        sock.send(_ANSWER.format(status=status, length=len(sentence), sentence=sentence).encode())
        # Closing while something is unread would reset the connection, and the answer with it.
        sock.recv(1 << 14)


def raise_descriptors() -> int:
    """Raises this process' soft limit of open files to the hard one; returns what it is then.

    The soft limit is low for the sake of programs that use select(2); the loop does not.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems call the hard limit infinite and refuse it all the same.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


def capacity(asked: int, descriptors: int) -> int:
    """How many connections there may be; `asked` 0 is as many as there are descriptors for."""
    possible = max(1, descriptors - RESERVE)
    return min(asked, possible) if asked else possible
