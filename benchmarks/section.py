"""Sections: what a scenario found, as a table with a few words and perhaps a plot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.contenders import LIMIT, OURS
from benchmarks.figures import Figure
from benchmarks.tables import Table, times


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines of points, or bars of one point each where `bars` is set; `logarithmic`: both axes."""

    title: str
    x: str
    y: str
    lines: Mapping[str, tuple[tuple[float, float], ...]]
    bars: bool = False
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What is shown of a scenario; `about` says what was done."""

    title: str
    about: str
    table: Table
    plot: Plot | None = None


def against(found: Mapping[str, Figure], name: str, less_is_better: bool) -> tuple[str, str]:
    """A contender's figure as a multiple of the limit's, and how many times better ours is."""
    figure, limit, our = found[name], found.get(LIMIT), found.get(OURS)
    better = ""
    if our and name != OURS:
        better = times(figure.over(our) if less_is_better else our.over(figure))
    return (times(figure.over(limit)) if limit else ""), better
