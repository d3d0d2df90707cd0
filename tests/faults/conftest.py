"""What the tests of faults are given: servers that tell what they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.probed import Probed
from tests.server.conftest import room, starting

__all__ = ["room"]

Start = Callable[..., Probed]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server of the test's own, with settings."""
    with starting(tmp_path, Probed) as start:
        yield start


@pytest.fixture(scope="module")
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Probed]:
    """One server for the tests of a module, with the module's SETTINGS."""
    with Probed(tmp_path_factory.mktemp("server"), **request.module.SETTINGS) as server:
        yield server


@pytest.fixture
def server(running: Probed) -> Iterator[Probed]:
    """The module's server, on time; it must be calm after each test."""
    running.set_clock(0)
    yield running
    running.assert_calm()
