"""The tools that read the code find nothing to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_code_is_formatted() -> None:
    passes("ruff", "format", "--check", ".")


def test_the_linter_finds_nothing() -> None:
    passes("ruff", "check", ".")


def test_the_types_fit() -> None:
    passes("mypy", "--strict", "chatterpy", "benchmarks")


def passes(tool: str, *arguments: str) -> None:
    """Fails with what the tool says, unless it ends well."""
    command = [sys.executable, "-m", tool, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{tool} {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
