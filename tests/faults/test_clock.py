"""A wall clock that jumps: it is for show, and nothing else depends on it."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.faults.probed import Probed, settled
from tests.server.conftest import arrived
from tests.server.pages import Page
from tests.server.processes import eventually
from tests.server.raw import PING, PONG, dialled, masked, upgraded
from tests.server.visitors import OpenPage

#: All that time decides is far away, but for heartbeats and the rates at which tokens come back.
SETTINGS = {
    "heartbeat": 1,
    "presence_grace": 600,
    "header_timeout": 600,
    "resume_timeout": 600,
    "timezone": "UTC",
    "limits": "on",
    "act_burst": 20,
    "act_rate": 1,
    "look_burst": 2,
    "look_rate": 1,
}
HOUR_S = 3600
TRIES = 500

jumping = pytest.mark.parametrize("ahead", [5 * HOUR_S, -5 * HOUR_S], ids=["forwards", "backwards"])


def test_messages_keep_their_order_and_days_begin_where_it_goes_forwards(
    server: Probed, room: str
) -> None:
    anna, ben = arrived(server), arrived(server)
    with settled(server), anna.present(room) as page:
        for ahead in (0, 30, -30, 0):
            server.set_clock(ahead * HOUR_S)
            for who in (anna, ben):
                assert who.say(room, f"{ahead} hours ahead").status == 303
        page.until(lambda page: len(page.texts) == 8)
        fresh = Page(anna.open(room).html)
        assert page.page.seqs == fresh.seqs == list(range(1, 9))
        assert page.page.texts == fresh.texts
        days = [datetime.fromisoformat(one.the("time")["datetime"]).date() for one in fresh.entries]
        assert len(set(days)) > 2, "the clock did not jump"
        new = [place for place, one in enumerate(fresh.entries) if "newday" in one.classes]
        assert new == [0, 2, 6], "the days begin with the first, and where a later one follows"
        assert_beats(page)


@jumping
def test_nobody_leaves_and_nothing_is_cut_off(server: Probed, room: str, ahead: int) -> None:
    anna, ben = arrived(server), arrived(server)
    with anna.present(room) as page, dialled(server) as half, upgraded(server, room) as silent:
        half.send(b"GET /healthz HTTP/1.1\r\n")
        with ben.present(room) as typing:
            typing.line.act("typing")
            while "typing" not in (frame := page.show()) or ben.name() not in frame:
                pass  # raises where nothing more comes
        server.set_clock(ahead)
        assert_beats(page)
        assert ben.name() in anna.get(f"/rooms/{room}/people").html, "gone before the grace is over"
        half.send(b"\r\n")
        assert half.head()[0] == 200
        silent.send(masked(PING, b"here"))
        assert silent.frame().opcode == PONG


@jumping
def test_who_was_too_fast_is_neither_let_off_nor_shut_out(
    server: Probed, room: str, ahead: int
) -> None:
    anna = arrived(server)
    assert anna.rename(f"Anna {room}").status == 303
    assert anna.rename(f"Anne {room}").status == 303
    assert anna.rename(f"Ann {room}").status == 429
    assert any(anna.say(room, f"Number {number}").status == 429 for number in range(TRIES))
    server.set_clock(ahead)
    assert anna.rename(f"Ann {room}").status == 429, "let off: a token comes back in a minute"
    assert eventually(lambda: anna.say(room, "Slowly").status == 303), "shut out"


@jumping
def test_everybody_stays_who_they_are(server: Probed, room: str, ahead: int) -> None:
    anna = arrived(server)
    name = anna.name()
    server.set_clock(ahead)
    assert anna.name() == name
    ben = arrived(server)
    assert ben.say(room, "From another time").status == 303
    his = ben.name()
    server.set_clock(0)
    assert (anna.name(), ben.name()) == (name, his)
    assert ben.say(room, "Still me").status == 303
    assert Page(ben.open(room).html).names == [his, his]


def assert_beats(page: OpenPage) -> None:
    """Heartbeats go on as before."""
    beats = page.page.heartbeats
    page.until(lambda page: page.heartbeats > beats + 1)
