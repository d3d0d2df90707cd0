"""Tables in Markdown, with numbers as people read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figures import Figure

#: Stands behind a figure whose runs lie far apart.
DISTURBED = " ~"

Cell = str | float | Figure | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below column heads; the first column is text, the others are numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def markdown(self) -> str:
        """The table with columns as wide as what is in them, so that it reads well as it is."""
        lines = [self.columns, *(tuple(map(shown, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:])) + "\n"


def shown(cell: Cell) -> str:
    """A cell as it is read: a figure by its median, marked where it was disturbed."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case Figure():
            return number(cell.median) + (DISTURBED if cell.disturbed else "")
        case _:
            return number(cell)


def number(value: float) -> str:
    """A number with about three digits that count."""
    if not math.isfinite(value):
        return "-"
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{round(value):,}"
    return f"{value:.{1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3}f}"


def times(value: float) -> str:
    """A ratio."""
    return f"{number(value)} ×" if math.isfinite(value) else ""


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = cells
    aligned = [first.ljust(widths[0])]
    aligned += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
    return f"| {' | '.join(aligned)} |"
