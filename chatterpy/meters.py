"""Meters: what is counted while the chat runs, in plain numbers. `web/metrics.py` tells them.

Each number has one thread that writes it; who reads sees it a moment late at most.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

#: How long a commit takes: from one without a wait for the disk to one that people notice.
COMMIT_BOUNDS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
#: How many writes share a commit, up to the committer's BATCH_MAX.
WRITES_BOUNDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
#: How long a frame takes to render, while the loop serves nobody else.
RENDER_BOUNDS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1)


class Histogram:
    """How often a value came to at most each bound, and how much they are together."""

    __slots__ = ("_bounds", "_counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        """`bounds` rise, and are in the unit of what is observed."""
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[float, int]]:
        """Each bound, infinity last, with how many values were at most that."""
        counted, sums = 0, []
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            counted += count
            sums.append((bound, counted))
        return sums


@dataclass(slots=True)
class Meters:
    """All that one application counts, since its start."""

    messages: int = 0  # stored
    deliveries: int = 0  # batches of changes handed to readers
    closes: Counter[int] = field(default_factory=Counter)  # sockets that ended, by close code
    refusals: Counter[int] = field(default_factory=Counter)  # requests, by status
    turned_away: Counter[str] = field(default_factory=Counter)  # connections, by the bound met
    commit_s: Histogram = field(default_factory=lambda: Histogram(COMMIT_BOUNDS_S))
    commit_writes: Histogram = field(default_factory=lambda: Histogram(WRITES_BOUNDS))
    render_s: Histogram = field(default_factory=lambda: Histogram(RENDER_BOUNDS_S))
