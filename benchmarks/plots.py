"""Plots as SVG, drawn by pygal (the extra `benchmarks`)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from benchmarks.section import Plot

#: Colours that people with any colour vision tell apart (Okabe and Ito).
COLOURS = ("#0072b2", "#000000", "#888888", "#e69f00", "#d55e00", "#009e73", "#cc79a7")


def can_draw() -> bool:
    return find_spec("pygal") is not None


def draw(plot: Plot, file: Path) -> None:
    """Writes a plot; needs pygal (see `can_draw`)."""
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
        "x_title": plot.x or None,
        "y_title": plot.y,
        "style": style,
        "js": [],  # a picture: no script, and nothing from elsewhere
        "width": 800,
        "height": 400 if not plot.bars else 120 + 40 * len(plot.lines),
        "legend_at_bottom": not plot.bars,
        "legend_at_bottom_columns": 3,
        "x_value_formatter": _whole,
        "value_formatter": _whole,
        "disable_xml_declaration": True,
    }
    if plot.bars:
        chart = pygal.HorizontalBar(**options, print_values=True, show_y_labels=False)
        for name, ((_, value),) in plot.lines.items():
            chart.add(name, value)
    else:
        chart = pygal.XY(**options, logarithmic=plot.logarithmic, dots_size=2)
        for name, points in plot.lines.items():
            chart.add(name, list(points))
    file.write_text(chart.render())


def _whole(value: float) -> str:
    return f"{value:,.0f}"
