"""Figures: what is measured more than once, and what is said of many measurements."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Where the runs of a figure differ by more, in shares of the median, the machine was disturbed.
SPREAD_MAX = 0.25


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed (nearest rank); inf where none is."""
    if not values:
        return math.inf
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, and what each run gave for it."""

    runs: tuple[float, ...]

    @classmethod
    def of(cls, runs: Iterable[float]) -> Figure:
        return cls(tuple(runs))

    @property
    def median(self) -> float:
        """The figure itself; nan where no run gave one."""
        return statistics.median(self.runs) if self.runs else math.nan

    @property
    def spread(self) -> float:
        """How far the runs lie apart, in shares of the median."""
        if len(self.runs) < 2 or not self.median or not math.isfinite(self.median):
            return 0.0
        return (max(self.runs) - min(self.runs)) / self.median

    @property
    def disturbed(self) -> bool:
        return self.spread > SPREAD_MAX

    def over(self, other: Figure) -> float:
        """How many times the other it is."""
        return self.median / other.median if other.median else math.nan


def slope(points: Sequence[tuple[float, float]]) -> float:
    """How fast y grows with x, by least squares; 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    xs, ys = zip(*points, strict=True)
    return statistics.linear_regression(xs, ys).slope
