"""Work is done by greenlets that are used again."""

from __future__ import annotations

import time
import weakref

import gevent
import pytest
from gevent import get_hub, getcurrent
from gevent.event import Event

from chatterpy.crew import Crew


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> list[type]:
    told: list[type] = []
    monkeypatch.setattr(get_hub(), "handle_error", lambda _, kind, *rest: told.append(kind))
    return told


def done(crew: Crew, count: int) -> set[int]:
    """Which greenlets did so many works, one after the other."""
    greenlets = []
    for _ in range(count):
        crew.do(lambda: greenlets.append(getcurrent()))
        gevent.sleep(0.001)
    assert len(greenlets) == count
    return {id(one) for one in greenlets}


def test_one_after_the_other_is_done_by_one_greenlet() -> None:
    assert len(done(Crew(), 5)) == 1


def test_work_that_waits_keeps_nobody_waiting() -> None:
    crew, gate, order = Crew(), Event(), []

    def wait() -> None:
        gate.wait()
        order.append("waited")

    crew.do(wait)
    crew.do(lambda: order.append("went on"))
    gevent.sleep(0.001)
    assert order == ["went on"]
    gate.set()
    gevent.sleep(0.001)
    assert order == ["went on", "waited"]


def test_between_two_works_the_loop_looks_after_the_others() -> None:
    crew, order = Crew(), []

    def work() -> None:
        time.sleep(0.0002)
        order.append("work")

    gevent.get_hub().loop.timer(0.001).start(lambda: order.append("timer"))
    for _ in range(200):
        crew.do(work)
    gevent.sleep(0.3)
    assert order.count("work") == 200
    assert order.index("timer") < 199


def test_an_error_is_told_and_ends_nothing(errors: list[type]) -> None:
    crew = Crew()
    before = done(crew, 1)
    crew.do(lambda: [][0])
    gevent.sleep(0.001)
    assert errors == [IndexError]
    assert done(crew, 2) == before


def test_one_waits_for_work_however_many_were_needed() -> None:
    crew, gate = Crew(), Event()
    workers = []

    def wait() -> None:
        workers.append(weakref.ref(getcurrent()))
        gate.wait()

    for _ in range(6):
        crew.do(wait)
    gevent.sleep(0.001)
    assert len({id(one()) for one in workers}) == 6
    gate.set()
    gevent.sleep(0.001)
    assert [one() for one in workers if one()] == [crew._idle]


def test_what_was_worked_with_is_let_go_of() -> None:
    class Thing:
        def work(self) -> None:
            """Does nothing."""

    thing = Thing()
    gone = weakref.ref(thing)
    crew = Crew()
    crew.do(thing.work)
    gevent.sleep(0.001)
    del thing
    assert gone() is None
