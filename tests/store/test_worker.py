"""The thread that works while the event loop goes on."""

from __future__ import annotations

import time
import weakref
from typing import Any

import gevent
import pytest
from gevent import monkey

from chatterpy.store.worker import Worker

# Of threads: where the tests run, `threading` may have been patched.
this_thread = monkey.get_original("_thread", "get_ident")


def test_the_work_is_done_in_one_other_thread() -> None:
    worker = Worker(lambda _: this_thread())
    threads = {worker.do(None) for _ in range(5)}
    worker.close()
    assert len(threads) == 1
    assert threads != {this_thread()}


def test_other_greenlets_go_on_meanwhile() -> None:
    gate = monkey.get_original("threading", "Event")()
    worker = Worker(lambda job: (gate.wait(10), job))
    asked = gevent.spawn(worker.do, "job")
    gevent.sleep(0.01)
    assert not asked.ready()
    gate.set()
    assert asked.get(timeout=10) == (True, "job")
    worker.close()


def test_what_the_work_raises_is_raised_and_the_next_one_is_done() -> None:
    worker = Worker(lambda job: 1 / job)
    with pytest.raises(ZeroDivisionError):
        worker.do(0)
    assert worker.do(2) == 0.5
    worker.close()


def test_who_is_woken_too_early_waits_on() -> None:
    gate = monkey.get_original("threading", "Event")()
    worker = Worker(lambda job: (gate.wait(10), job))
    asked = gevent.spawn(worker.do, "job")
    gevent.sleep(0.01)
    gevent.get_hub().loop.run_callback(asked.switch)
    gevent.sleep(0.01)
    assert not asked.ready()
    gate.set()
    assert asked.get(timeout=10) == (True, "job")
    worker.close()


class Job:
    """Can be watched by a weak reference."""


def goes(watched: weakref.ReferenceType[Any]) -> bool:
    """Whether nobody holds it any more, soon: the thread ends its turn after we are told."""
    until = time.monotonic() + 10
    while watched() is not None and time.monotonic() < until:
        time.sleep(0.001)
    return watched() is None


def test_a_job_that_is_done_is_let_go() -> None:
    worker = Worker(lambda job: None)
    job = Job()
    watched = weakref.ref(job)
    worker.do(job)
    del job
    assert goes(watched)
    worker.close()


def test_its_end_ends_the_thread_which_holds_it() -> None:
    worker = Worker(lambda job: job)
    worker.do(1)
    worker.close()
    worker.close()
    watched = weakref.ref(worker)
    del worker
    assert goes(watched)
