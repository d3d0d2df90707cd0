"""A full disk: nothing is acknowledged, all can be read, and writing goes on when there is room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disk import full_disk, small_disk
from tests.faults.probed import Probed, settled
from tests.server.conftest import arrived
from tests.server.history import assert_sound, log_of, read_all
from tests.server.pages import Page
from tests.server.processes import eventually
from tests.server.test_stream import streaming
from tests.server.visitors import OpenPage, Visitor

HTMX = {"HX_Request": "true"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Probed]:
    """A server whose data is on a small disk."""
    with small_disk(tmp_path / "data"), Probed(tmp_path, heartbeat=1) as server:
        yield server


def test_nothing_is_acknowledged_and_everything_goes_on_when_there_is_room(
    server: Probed, room: str
) -> None:
    anna, ben = arrived(server), arrived(server)
    ben.say(room, "Before")
    with settled(server):
        with anna.present(room) as page, streaming(server, room) as stream:
            stream.until("Before")
            with full_disk(server):
                assert_refused(anna, room, page)
                assert_goes_on(anna, room, page)
            assert eventually(lambda: anna.get("/readyz").status == 200)
            # What was refused is sent again with its nonce, as a page does, and once more.
            for text, nonce in (("Posted", "n1"), ("Fetched", "n2"), ("Posted", "n1")):
                assert anna.say(room, text, nonce).status == 303
            for _ in range(2):
                page.line.say("Said", "n3")
            page.until(lambda page: page.texts[-1] == "Said")
            ben.say(room, "After")
            all_of_it = ["Before", "Posted", "Fetched", "Said", "After"]
            page.until(lambda page: page.texts[-1] == "After")
            assert page.page.texts == all_of_it
            stream.until(*all_of_it)
        assert read_all(server, room).texts == all_of_it
    assert [text for _, text in log_of(server.data, room)] == all_of_it
    assert {one["event"] for one in server.errors} == {"A write failed"}
    assert server.terminate() == 0
    assert_sound(server.data)


def test_a_server_that_is_killed_while_the_disk_is_full_comes_back(
    server: Probed, room: str
) -> None:
    anna = arrived(server)
    assert anna.say(room, "Before").status == 303
    with full_disk(server):
        assert anna.say(room, "During", "n1").status == 503
        server.kill()
        # Where the disk cannot be filled, the limit is one of the process that is gone.
        server.start()
    assert anna.say(room, "During", "n1").status == 303
    assert read_all(server, room).texts == ["Before", "During"]
    assert_sound(server.data)


def assert_refused(anna: Visitor, room: str, page: OpenPage) -> None:
    """Each way to send something is told why it was not stored, and keeps its text."""
    answer = anna.say(room, "Posted", "n1")
    assert answer.status == 503
    assert int(answer.headers.get("Retry-After", "0")) > 0
    assert answer.document.the(id="text")["value"] == "Posted"
    assert answer.document.the(id="why").text
    form = {"text": "Fetched", "nonce": "n2"}
    fragment = anna.post(f"/rooms/{room}/messages", form, **HTMX)
    assert fragment.status == 200
    assert "#why" in fragment.html
    assert "#text" not in fragment.html, "the field is touched, and what is in it may be lost"
    page.line.say("Said", "n3")
    page.until(lambda page: page.why != "")


def assert_goes_on(anna: Visitor, room: str, page: OpenPage) -> None:
    """Who reads is not disturbed, and who watches the server is told."""
    assert page.page.texts == Page(anna.open(room).html).texts == ["Before"]
    assert (anna.get("/readyz").status, anna.get("/healthz").status) == (503, 200)
    beats = page.page.heartbeats
    page.until(lambda page: page.heartbeats > beats)
    with arrived(anna.server).present(room) as fresh:
        assert fresh.page.texts == ["Before"]
