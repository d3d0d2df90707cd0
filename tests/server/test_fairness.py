"""Who asks for much is answered in turns: what others say does not wait for all of it."""

from __future__ import annotations

from contextlib import ExitStack

from tests.server.conftest import Start, arrived
from tests.server.raw import Raw, dialled, request, upgraded
from tests.server.test_frames import RESUME

TEXT = "Does this take long?"
RESUMED = 'hx-target="#status"'


def test_who_resumes_again_and_again_keeps_nobody_waiting(start: Start, room: str) -> None:
    server = start()
    with arrived(server).present(room) as page, ExitStack() as stack:
        asking = [stack.enter_context(upgraded(server, room)) for _ in range(50)]
        for raw in asking:
            raw.send(RESUME * 90)  # as much as one connection may say at once
        page.line.say(TEXT)
        before = sum(resumed_before(raw) for raw in asking)
        assert before < 1500, f"{before} were answered first"
    server.assert_calm()


def test_who_asks_for_pages_again_and_again_keeps_nobody_waiting(start: Start, room: str) -> None:
    server = start()
    get = f"GET /rooms/{room} HTTP/1.1"
    pages = request(get, Host="x") * 4 + request(get, Host="x", Connection="close")
    with arrived(server).present(room) as page, ExitStack() as stack:
        asking = [stack.enter_context(dialled(server)) for _ in range(100)]
        for raw in asking:
            raw.send(pages)
        page.line.say(TEXT)
        answers = [raw.rest().decode() for raw in asking]
        before = sum(len(answer.split(TEXT)[0].split("HTTP/1.1 200")) - 2 for answer in answers)
        assert before < 100, f"{before} were answered first"
    server.assert_calm()


def resumed_before(raw: Raw) -> int:
    """How often somebody resumed before they were shown the text."""
    count = 0
    while TEXT not in (text := raw.frame().text):
        count += RESUMED in text
    return count
