"""The door: who is let in, who is turned away, and how many descriptors there are for them."""

from __future__ import annotations

import resource
import socket
import sys

import pytest

from chatterpy.door import RESERVE, Door, capacity, raise_descriptors, turn_away
from chatterpy.meters import Meters

HERE, THERE = "192.0.2.1", "192.0.2.2"


def test_no_more_are_in_than_may_be_in_all() -> None:
    meters = Meters()
    door = Door(2, 0, meters)
    assert [door.enter(HERE), door.enter(None), door.enter(THERE)] == [None, None, "total"]
    door.leave(None)
    assert [door.enter(THERE), door.enter(THERE)] == [None, "total"]
    assert meters.turned_away == {"total": 2}


def test_no_more_are_in_from_one_address_than_may_be() -> None:
    meters = Meters()
    door = Door(100, 2, meters)
    assert [door.enter(HERE) for _ in range(4)] == [None, None, "address", "address"]
    assert door.enter(THERE) is None
    door.leave(HERE)
    assert [door.enter(HERE), door.enter(HERE)] == [None, "address"]
    assert meters.turned_away == {"address": 3}


def test_those_without_an_address_are_not_held_to_be_one() -> None:
    door = Door(100, 2, Meters())
    assert [door.enter(None) for _ in range(10)] == [None] * 10


@pytest.mark.parametrize(("why", "status"), [("total", 503), ("address", 429)])
def test_who_is_turned_away_is_told_why(why: str, status: int) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setblocking(False)
        theirs.sendall(b"GET / HTTP/1.1\r\n\r\n")
        turn_away(ours, why)
        head, _, sentence = theirs.makefile("rb").read().decode().partition("\r\n\r\n")
    first, *headers = head.split("\r\n")
    assert first.startswith(f"HTTP/1.1 {status} ")
    assert "Retry-After: 5" in headers
    assert f"Content-Length: {len(sentence)}" in headers
    assert sentence.endswith(".\n")


def test_turning_away_who_is_gone_already_is_no_error() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    ours.setblocking(False)
    turn_away(ours, "total")
    assert ours.fileno() == -1, "a descriptor is left"


def test_there_are_as_many_as_descriptors_leave_room_for() -> None:
    assert capacity(0, 1024) == 1024 - RESERVE
    assert capacity(100, 1024) == 100
    assert capacity(5000, 1024) == 1024 - RESERVE
    assert capacity(0, 10) == 1
    assert capacity(0, sys.maxsize) > 1 << 40


@pytest.mark.parametrize("refuses", [False, True])
def test_the_soft_limit_of_open_files_is_raised_where_that_may_be(
    monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    limits = [(256, 4096)]

    def change(_: int, asked: tuple[int, int]) -> None:
        if refuses:
            raise ValueError
        limits[0] = asked

    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[0])
    monkeypatch.setattr(resource, "setrlimit", change)
    assert raise_descriptors() == (256 if refuses else 4096)
    assert limits == [(256, 4096) if refuses else (4096, 4096)]
