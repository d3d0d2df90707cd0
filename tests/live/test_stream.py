"""The stream without JavaScript."""

from __future__ import annotations

from chatterpy.live.batch import Batch, Part
from chatterpy.live.stream import KEEP_ALIVE, Stream


def batch(*parts: tuple[int, str | None]) -> Batch:
    return Batch("a", tuple(Part(seq, b"", html) for seq, html in parts))


def test_fragments_come_in_order_and_what_was_seen_is_skipped() -> None:
    reader = Stream(None, limit=10, bound=1000)
    reader.cursor = 5
    reader.deliver(batch((5, "seen"), (6, "six")))
    reader.push(b"heartbeat")
    reader.deliver(batch((7, "seven")))
    reader.leave(1012)
    assert list(reader.fragments()) == ["six", KEEP_ALIVE, "seven"]


def test_it_ends_when_something_earlier_changes() -> None:
    reader = Stream(None, limit=10, bound=1000)
    reader.deliver(batch((1, "one"), (2, None), (3, "three")))
    reader.deliver(batch((4, "four")))
    assert list(reader.fragments()) == ["one"]


def test_it_ends_after_its_fill() -> None:
    reader = Stream(None, limit=2, bound=1000)
    reader.deliver(batch((1, "1"), (2, "2"), (3, "3")))
    assert list(reader.fragments()) == ["1", "2"]


def test_a_slow_reader_holds_no_more_than_its_bound() -> None:
    reader = Stream(None, limit=10_000, bound=100)
    for seq in range(1, 1000):
        reader.deliver(batch((seq, "x" * 10)))
        reader.push(b"")
    assert reader._waiting.qsize() < 30
    assert len("".join(reader.fragments())) <= 100
