"""A room of a running ChatterPy, as a page has it: filled with messages, and asked where it is."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlencode

from benchmarks.contenders import ROOM, Running
from benchmarks.errors import Failed
from benchmarks.load import Load

WAIT_S = 10


def cursor(server: Running) -> int:
    """The seq that the room's page shows."""
    html = _ask(server, "GET", f"/rooms/{ROOM}", 200)
    found = re.search(r'name="cursor" value="(\d+)"', html)
    if found is None:
        raise Failed(f"Expected a page with a cursor, came {html[:300]!r}.")
    return int(found[1])


def say_many(server: Running, count: int) -> None:
    """Posts messages, one after the other."""
    for number in range(count):
        form = urlencode({"text": f"sent {number} while you were away", "nonce": f"away-{number}"})
        _ask(server, "POST", f"/rooms/{ROOM}/messages", 303, form)


def fill(load: Load, count: int) -> None:
    """Says at least so many messages over sockets, as fast as they are taken."""
    there = 0
    while there < count:
        there += load.closed(128, 0.5, 0).seen


def _ask(server: Running, method: str, path: str, expected: int, body: str = "") -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.process.port, timeout=WAIT_S)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    if server.cookies:
        with server.cookies.open() as lines:
            headers["Cookie"] = lines.readline().strip()
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        html = answer.read().decode()
    finally:
        connection.close()
    if answer.status != expected:
        raise Failed(f"{method} {path} was answered with {answer.status}, expected {expected}.")
    return html
