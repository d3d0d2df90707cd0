"""The thread that works while the event loop goes on."""

from __future__ import annotations

import gc
import sys
import time
import weakref
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import gevent
import pytest
from gevent import monkey

from chatterpy.store.worker import Worker

# Of threads: where the tests run, `threading` may have been patched.
this_thread = monkey.get_original("_thread", "get_ident")


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def gate() -> Any:
    return monkey.get_original("threading", "Event")()


def test_the_work_is_done_in_one_other_thread(worker: Worker) -> None:
    threads = {worker.do(this_thread) for _ in range(5)}
    assert len(threads) == 1
    assert threads != {this_thread()}
    assert not worker._done.active, "the event loop waits for it, and would not end"


def test_other_greenlets_go_on_meanwhile(worker: Worker, gate: Any) -> None:
    asked = gevent.spawn(worker.do, lambda: gate.wait(10))
    gevent.sleep(0.01)
    assert not asked.ready()
    gate.set()
    assert asked.get(timeout=10) is True


def test_what_the_work_raises_is_raised_and_the_next_one_is_done(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        worker.do(lambda: 1 // 0)
    with pytest.raises(SystemExit):
        worker.do(sys.exit)
    assert worker.do(lambda: 2) == 2


def test_who_is_woken_too_early_waits_on(worker: Worker, gate: Any) -> None:
    asked = gevent.spawn(worker.do, lambda: gate.wait(10))
    gevent.sleep(0.01)
    gevent.get_hub().loop.run_callback(asked.switch)
    gevent.sleep(0.01)
    assert not asked.ready()
    gate.set()
    assert asked.get(timeout=10) is True


def test_the_answer_for_one_who_gave_up_is_nobody_elses(worker: Worker, gate: Any) -> None:
    asked = gevent.spawn(worker.do, lambda: gate.wait(10))
    gevent.sleep(0.01)
    asked.kill()
    gevent.get_hub().loop.run_callback(gate.set)
    assert worker.do(lambda: "mine") == "mine"


class Job:
    """Can be watched by a weak reference."""

    def __call__(self) -> None:
        """Done at once."""

    def fail(self) -> None:
        raise ValueError


def goes(watched: weakref.ReferenceType[Any]) -> bool:
    """Whether nobody holds it any more, soon: the thread ends its turn after we are told."""
    until = time.monotonic() + 10
    while watched() is not None and time.monotonic() < until:
        time.sleep(0.001)
    return watched() is None


def test_work_that_is_done_is_let_go(worker: Worker) -> None:
    job = Job()
    watched = weakref.ref(job)
    worker.do(job)
    del job
    assert goes(watched)


def test_work_that_failed_is_let_go(worker: Worker) -> None:
    job = Job()
    watched = weakref.ref(job)
    gc.disable()
    try:
        with suppress(ValueError):
            worker.do(job.fail)
        del job
        assert goes(watched)
    finally:
        gc.enable()


@pytest.mark.parametrize("closed", [True, False])
def test_its_end_is_that_of_the_thread(closed: bool) -> None:
    worker = Worker()
    worker.do(Job())
    jobs = weakref.ref(worker._jobs)
    if closed:
        worker.close()
        worker.close()
    del worker
    assert goes(jobs)
