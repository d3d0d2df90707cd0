"""Free memory goes back to the system."""

from pathlib import Path

import pytest

from chatterpy import memory

MB = 1 << 20


def resident() -> int:
    """Bytes of this process that are in memory (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_holes_between_what_is_kept_are_given_back() -> None:
    trim = memory.trimmer()
    trim()
    objects = [bytearray(3000) for _ in range(20_000)]
    full = resident()
    objects = objects[::40]
    trim()
    assert full - resident() > 40 * MB


def test_it_is_looked_for_only_where_connections_came_or_went(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trims = []
    monkeypatch.setattr(memory, "LOOK_S", 0)
    monkeypatch.setattr(memory, "trimmer", lambda: lambda: trims.append(1))
    counts = iter([0, 5, 5, 4, 4])
    with pytest.raises(StopIteration):
        memory.keep_small(lambda: next(counts))
    assert len(trims) == 2


def test_a_system_without_it_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    memory.trimmer()()
