"""What many tests need: a store in a real file, and the fragments without a web around them."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from coverage import Coverage
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from chatterpy.chat.changes import Change
from chatterpy.chat.chat import Bounds, Chat
from chatterpy.chat.people import Person, Visitor
from chatterpy.store import open_store
from chatterpy.store.sqlite import SqliteStore
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import Templates

# A machine that tests on may stall at any time: speed is for benchmarks.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

#: Where the tests in real browsers are, and which of them look at pages and time nothing.
BROWSERS = "tests/browser/"
LOOKING = tuple(
    f"{BROWSERS}test_{name}.py" for name in ("barriers", "dev", "faces", "layout", "themes")
)

#: Where modules have servers that all their tests use.
SHARING = ("tests/faults/", "tests/server/")

#: Where coverage is not measured, since others run the same lines: it makes a program two to four
#: times as slow.
UNMEASURED = (
    BROWSERS,
    "tests/faults/",
    "tests/live/test_catch_up.py",
    "tests/server/test_conformance.py",
    "tests/server/test_herd.py",
    "tests/server/test_readme.py",
    "tests/theme/check/test_rules.py::test_nothing_is_said_of_what_is_right",
)
#: Tests that start servers of their own are not measured either, but for these.
STARTS = "start"
MEASURED = ("tests/server/test_program.py", "tests/server/test_gunicorn.py")

BOUNDS = Bounds(
    message_max=4000, name_max=40, page_size=10, catch_up_max=30, rooms_shown=9, acts=None
)


def plain_url(endpoint: str, /, **values: object) -> str:
    """An address that no route has, but that names all it is made of."""
    return f"/{endpoint}?{urlencode(values)}"


def make_templates() -> Templates:
    return Templates(plain_url, zone=None, silence_ms=30_000)


class BrowsersInTurn(LoadScopeScheduling):
    """Browsers are heavy, and what they show is timed: one at a time, beside the other tests.

    Those that look at pages and time nothing run beside the others, one at a time as well. The
    tests of a module that has a server for all of them run in one process, or there would be three.
    (xdist's own groups are lost on pytest 9.2, which makes a test's id anew.)
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(LOOKING):
            return "looking"
        if nodeid.startswith(SHARING):
            return nodeid.partition("::")[0]
        return BROWSERS if nodeid.startswith(BROWSERS) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowsersInTurn:
    return BrowsersInTurn(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """What waits for other processes gets one second chance.

    A machine may stall for longer than any wait, and a defect fails again. Every repetition is
    named in the summary (R).
    """
    if item.nodeid.startswith((BROWSERS, "tests/faults/", "tests/server/")):
        item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measures no coverage where others do, nor in the processes that are started there."""
    own = STARTS in getattr(item, "fixturenames", ()) and not item.nodeid.startswith(MEASURED)
    measuring = Coverage.current() if own or item.nodeid.startswith(UNMEASURED) else None
    if measuring is None:
        return (yield)
    # Where coverage.py finds, in a process that starts, that it is to measure it.
    config = os.environ.pop("COVERAGE_PROCESS_CONFIG")
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
        os.environ["COVERAGE_PROCESS_CONFIG"] = config


@pytest.fixture(scope="session")
def templates() -> Templates:
    return make_templates()


@pytest.fixture(scope="session")
def fragments(templates: Templates) -> Fragments:
    return Fragments(templates, cache_size=100, people_shown=3)


@pytest.fixture
def told() -> list[Change]:
    """All changes that the store has told of."""
    return []


@pytest.fixture
def open_file(tmp_path: Path, told: list[Change]) -> Iterator[Callable[[], SqliteStore]]:
    """Opens the store in one file, again and again; closes what is still open."""
    opened: list[SqliteStore] = []

    def open_again() -> SqliteStore:
        if opened:
            opened.pop().close()
        opened.append(open_store(tmp_path / "chat.sqlite3", "FULL", told.extend))
        return opened[0]

    yield open_again
    for store in opened:
        store.close()


@pytest.fixture
def store(open_file: Callable[[], SqliteStore]) -> SqliteStore:
    return open_file()


@pytest.fixture
def chat(store: SqliteStore) -> Chat:
    return Chat(store, BOUNDS)


@pytest.fixture
def somebody(store: SqliteStore) -> Callable[[], Person]:
    """Makes a new person."""
    return lambda: store.settle(Visitor.arrive())
