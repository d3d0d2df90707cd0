"""The stream without JavaScript."""

from __future__ import annotations

from chatterpy.live.backlog import Backlog
from chatterpy.live.batch import Batch, Part
from chatterpy.live.stream import KEEP_ALIVE, Stream

PLENTY = Backlog(1 << 30)


def stream(limit: int, bound: int, backlog: Backlog = PLENTY) -> Stream:
    return Stream(None, limit, bound, backlog, "192.0.2.1")


def batch(*parts: tuple[int, bytes | None]) -> Batch:
    return Batch("a", tuple(Part(seq, b"", html) for seq, html in parts))


def test_fragments_come_in_order_and_what_was_seen_is_skipped() -> None:
    reader = stream(limit=10, bound=1000)
    reader.cursor = 5
    reader.deliver(batch((5, b"seen"), (6, b"six")))
    reader.push(b"heartbeat")
    reader.deliver(batch((7, b"seven")))
    reader.leave(1012)
    assert list(reader.fragments()) == [b"six", KEEP_ALIVE, b"seven"]


def test_it_ends_when_something_earlier_changes() -> None:
    reader = stream(limit=10, bound=1000)
    reader.deliver(batch((1, b"one"), (2, None), (3, b"three")))
    reader.deliver(batch((4, b"four")))
    assert list(reader.fragments()) == [b"one"]


def test_it_ends_after_its_fill() -> None:
    reader = stream(limit=2, bound=1000)
    reader.deliver(batch((1, b"1"), (2, b"2"), (3, b"3")))
    assert list(reader.fragments()) == [b"1", b"2"]


def test_a_slow_reader_holds_no_more_than_its_bound() -> None:
    reader = stream(limit=10_000, bound=100)
    for seq in range(1, 1000):
        reader.deliver(batch((seq, b"x" * 10)))
        reader.push(b"")
    assert reader._waiting.qsize() < 30
    assert len(b"".join(reader.fragments())) <= 100


def test_what_waits_counts_until_it_was_taken() -> None:
    backlog = Backlog(1000)
    reader = stream(limit=10, bound=1000, backlog=backlog)
    reader.deliver(batch((1, b"one"), (2, b"two")))
    assert backlog.size == reader.size == 6
    fragments = reader.fragments()
    assert next(fragments) == b"one"
    assert backlog.size == reader.size == 3
    fragments.close()
    reader.abandon()
    assert backlog.size == reader.size == 0
    reader.deliver(batch((3, b"three")))
    assert backlog.size == 0, "what has ended takes nothing any more"


def test_the_furthest_behind_of_two_is_let_go_where_both_are_too_much() -> None:
    backlog = Backlog(100)
    behind, reader = (stream(limit=1000, bound=1000, backlog=backlog) for _ in range(2))
    behind.deliver(batch((1, b"x" * 60)))
    reader.deliver(batch((1, b"x" * 41)))
    assert list(behind.fragments()) == []
    reader.leave(1012)
    assert list(reader.fragments()) == [b"x" * 41]
    assert backlog.size == 0
