"""What the server tests are given: real servers, visitors, rooms nobody has spoken in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.server.processes import Server
from tests.server.visitors import Visitor, fresh_room

Start = Callable[..., Server]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests of a module, with a heartbeat each second."""
    with Server(tmp_path_factory.mktemp("server"), heartbeat=1) as server:
        yield server
        server.assert_calm()


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """The module's server; it must be calm after each test."""
    yield running
    running.assert_calm()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server of the test's own, with settings."""
    with starting(tmp_path, Server) as start:
        yield start


@pytest.fixture
def room() -> str:
    return fresh_room()


@pytest.fixture
def anna(server: Server) -> Visitor:
    return arrived(server)


@pytest.fixture
def ben(server: Server) -> Visitor:
    return arrived(server)


@contextmanager
def starting(folder: Path, kind: type[Server]) -> Iterator[Start]:
    """Gives a function that starts servers of a kind, with settings; they end with the block."""
    with ExitStack() as servers:
        count = 0

        def start(**settings: object) -> Server:
            nonlocal count
            count += 1
            return servers.enter_context(kind(folder / f"server-{count}", **settings))

        yield start


def arrived(server: Server) -> Visitor:
    """A visitor who has looked at a page, and so has a cookie."""
    visitor = Visitor(server)
    visitor.open("lobby")
    return visitor
