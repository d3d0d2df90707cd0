"""Who asks for much is answered in turns: what others say does not wait for all of it."""

from __future__ import annotations

from contextlib import ExitStack

from tests.server.conftest import Start, arrived
from tests.server.raw import TEXT, Raw, dialled, masked, request, upgraded
from tests.server.test_frames import RESUME

SAID = "Does this take long?"
OLDER = masked(TEXT, '{"act":"older","before":"1000"}')


def test_who_asks_for_older_ones_again_and_again_keeps_nobody_waiting(
    start: Start, room: str
) -> None:
    server = start(limits="off")
    with arrived(server).present(room) as page, ExitStack() as stack:
        for number in range(50):
            page.line.say(f"message {number}")
        page.until(lambda page: page.cursor == 50)
        asking = [stack.enter_context(upgraded(server, room)) for _ in range(30)]
        for raw in asking:
            raw.send(RESUME)
            raw.frame()
        for raw in asking:
            raw.send(OLDER * 50)
        page.line.say(SAID)
        before = sum(answered_before(raw) for raw in asking)
        assert before < 400, f"{before} were answered first"
    server.assert_calm()


def test_who_asks_for_pages_again_and_again_keeps_nobody_waiting(start: Start, room: str) -> None:
    server = start()
    get = f"GET /rooms/{room} HTTP/1.1"
    pages = request(get, Host="x") * 4 + request(get, Host="x", Connection="close")
    with arrived(server).present(room) as page, ExitStack() as stack:
        asking = [stack.enter_context(dialled(server)) for _ in range(100)]
        for raw in asking:
            raw.send(pages)
        page.line.say(SAID)
        answers = [raw.rest().decode() for raw in asking]
        before = sum(len(answer.split(SAID)[0].split("HTTP/1.1 200")) - 2 for answer in answers)
        assert before < 200, f"{before} were answered first"
    server.assert_calm()


def answered_before(raw: Raw) -> int:
    """How often somebody was answered before they were shown what was said."""
    count = 0
    while SAID not in raw.frame().text:
        count += 1
    return count
