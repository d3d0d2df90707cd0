"""What the tests of the benchmarks are given: the load generator, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compiler import compiled
from benchmarks.errors import NoCompiler


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The load generator; tests that need it are skipped where there is no compiler."""
    try:
        return compiled("client", tmp_path_factory.mktemp("programs"))
    except NoCompiler as error:
        pytest.skip(str(error))
