"""Plots as SVG, drawn by pygal (the extra `benchmarks`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.section import Plot

#: Colours that people with any colour vision tell apart (Okabe and Ito).
COLOURS = ("#0072b2", "#000000", "#888888", "#e69f00", "#d55e00", "#009e73", "#cc79a7")


def can_draw() -> bool:
    return find_spec("pygal") is not None


def draw(plot: Plot, file: Path) -> None:
    """Writes a plot, a picture without a script; needs pygal (see `can_draw`)."""
    import pygal
    from pygal.style import Style

    style = Style(
        background="#ffffff",
        plot_background="#ffffff",
        colors=COLOURS,
        font_family="sans-serif",
        title_font_size=15,
        label_font_size=11,
        value_font_size=11,
        value_label_font_size=11,
        major_label_font_size=11,
        legend_font_size=12,
    )
    options = {
        "title": plot.title,
        # What bars measure lies along x.
        "x_title": plot.y if plot.bars else plot.x,
        "y_title": None if plot.bars else plot.y,
        "style": style,
        "js": [],
        "width": 800,
        "height": 400 if not plot.bars else 120 + 40 * len(plot.lines),
        "explicit_size": True,
        "truncate_legend": -1,
        "truncate_label": -1,
        "x_value_formatter": _whole,
        "value_formatter": _whole,
    }
    if plot.bars:
        chart = pygal.HorizontalBar(**options, print_values=True, show_x_labels=False)
        for name, ((_, value),) in plot.lines.items():
            chart.add(name, value)
    else:
        chart = pygal.XY(**options, logarithmic=plot.logarithmic, dots_size=2)
        if plot.logarithmic:
            points = [point for line in plot.lines.values() for point in line]
            chart.x_labels = _apart(x for x, _ in points)
            chart.y_labels = _round([y for _, y in points])
        for name, line in plot.lines.items():
            chart.add(name, list(line))
    chart.uuid = file.stem  # or every drawing would be another file
    tree = chart.render_tree()
    for parent in tree.iter():
        for script in parent.findall("script"):
            parent.remove(script)
    file.write_text(ElementTree.tostring(tree, encoding="unicode"))


def _apart(values: Iterable[float]) -> list[float]:
    """Of some values those that labels fit below, on a logarithmic axis."""
    kept: list[float] = []
    for value in sorted(set(values)):
        if not kept or value >= 1.3 * kept[-1]:
            kept.append(value)
    return kept


def _round(values: Sequence[float]) -> list[float]:
    """Round numbers around some values, for a logarithmic axis."""
    least, most = min(values, default=1), max(values, default=1)
    every = [digit * 10.0**power for power in range(-3, 9) for digit in (1, 2, 5)]
    below = max((one for one in every if one <= least), default=every[0])
    above = min((one for one in every if one >= most), default=every[-1])
    return [one for one in every if below <= one <= above]


def _whole(value: float) -> str:
    return f"{value:,.0f}"
