"""Turns, on a real event loop: what is done between two of them, not how long it takes."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial

import gevent
import pytest
from gevent.event import Event
from greenlet import greenlet

from chatterpy.turns import Turns

WORKERS, EACH = 100, 20


@pytest.fixture
def turns() -> Turns:
    """One piece of work in each turn of the loop."""
    return Turns(slice_s=0)


def workers(turns: Turns, done: list[int]) -> list[gevent.Greenlet]:
    def work(number: int) -> None:
        for _ in range(EACH):
            turns.wait()
            done.append(number)

    return [gevent.spawn(work, number) for number in range(WORKERS)]


def test_all_get_their_turns_one_after_the_other(turns: Turns) -> None:
    done: list[int] = []
    gevent.joinall(workers(turns, done))
    assert Counter(done) == dict.fromkeys(range(WORKERS), EACH)
    last: dict[int, int] = {}
    for at, number in enumerate(done):
        between = done[last.get(number, at) + 1 : at]
        assert len(between) == len(set(between)), "somebody was before others twice"
        last[number] = at


def test_who_is_called_by_the_loop_waits_for_none_of_them(turns: Turns) -> None:
    done: list[int] = []
    called, seen = gevent.get_hub().loop.async_(), list[int]()
    called.start(lambda: seen.append(len(done)))
    try:
        all_ = workers(turns, done)
        turns.wait()
        sent = len(done)
        called.send()
        gevent.joinall(all_)
    finally:
        called.stop()
        called.close()
    assert seen
    assert seen[0] - sent <= 2, "the loop was kept from its sockets"


def test_much_is_done_in_one_turn_where_it_is_short() -> None:
    turns, done, rounds = Turns(slice_s=60), list[int](), list[int]()
    check = gevent.get_hub().loop.check()
    check.start(lambda: rounds.append(len(done)))
    try:
        gevent.joinall(workers(turns, done))
    finally:
        check.stop()
        check.close()
    assert len(rounds) < EACH


def test_who_is_ended_while_they_wait_is_called_no_more(turns: Turns) -> None:
    woken, ended = list[str](), Event()

    def work() -> None:
        try:
            turns.wait()
        except gevent.Timeout:
            woken.append("by the timeout")
            ended.wait()
            woken.append("by its event")

    worker = gevent.spawn(work)
    gevent.sleep(0)  # it waits; the loop has not looked at its watchers since
    worker.kill(gevent.Timeout(), block=False)
    gevent.joinall([gevent.spawn(turns.wait)])
    assert woken == ["by the timeout"]
    ended.set()
    worker.join()
    assert woken == ["by the timeout", "by its event"]


def test_where_nobody_waits_nothing_keeps_the_loop(turns: Turns) -> None:
    for wait in (turns.wait, partial(turns.pause, 0.001)):
        gevent.joinall([gevent.spawn(wait)])
        gevent.sleep(0.001)
        assert not turns._next.active


def test_who_comes_while_others_wait_waits_behind_them(turns: Turns) -> None:
    order: list[str] = []

    def work(name: str) -> None:
        turns.wait()
        order.append(name)

    first = gevent.spawn(work, "first")
    gevent.sleep(0)  # it waits
    turns._end = math.inf  # there is time for more
    gevent.joinall([first, gevent.spawn(work, "second")])
    assert order == ["first", "second"]


def test_where_there_is_time_nobody_waits() -> None:
    done: list[int] = []
    gevent.spawn(workers, Turns(slice_s=60), done).join()
    gevent.sleep(0)
    assert len(done) == WORKERS * EACH


def test_one_whose_failure_reaches_the_loop_stops_nobody_else(turns: Turns) -> None:
    def fail() -> None:
        turns.wait()
        raise ZeroDivisionError

    hub = gevent.get_hub()
    hub.loop.run_callback(greenlet(fail, hub).switch)
    others = [gevent.spawn(turns.wait) for _ in range(3)]
    gevent.joinall(others, timeout=5)
    assert all(other.successful() for other in others)


def test_one_that_fails_fails_alone(turns: Turns) -> None:
    def fail() -> None:
        turns.wait()
        raise ZeroDivisionError

    failing, other = gevent.spawn(fail), gevent.spawn(turns.wait)
    gevent.joinall([failing, other], timeout=5)
    assert isinstance(failing.exception, ZeroDivisionError)
    assert other.successful()
