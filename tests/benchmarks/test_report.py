"""The report holds what was found, where, and how to run it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import plots, report
from benchmarks.section import Plot, Section
from benchmarks.tables import Table

LINES = Plot("Latency", "messages a second", "ms", {"one": ((1, 10), (2, 200))}, logarithmic=True)
BARS = Plot("Cost", "", "µs", {"one": ((0, 10),), "two": ((0, 20),)}, bars=True)
SECTION = Section("A room", "What was done.", Table(("", "s"), (("one", 1.0),)), LINES)


def test_the_page_has_machine_notes_tables_and_the_command() -> None:
    page = report.markdown([SECTION], [("Cores", "2")], ["Disturbed."], runs=3, pictures=True)
    for part in (
        "- Cores: 2",
        "- Disturbed.",
        "median of 3 runs",
        "## A room\n\nWhat was done.",
        "| one | 1.00 |",
        "![Latency](performance/a-room.svg)",
        "python -m benchmarks",
    ):
        assert part in page, f"{part!r} is missing in:\n{page}"


def test_one_run_is_said_and_pictures_may_be_missing() -> None:
    page = report.markdown([SECTION], [], [], runs=1, pictures=False)
    assert "One run of each" in page
    assert "svg" not in page


@pytest.mark.parametrize("plot", [LINES, BARS], ids=["lines", "bars"])
def test_a_plot_is_a_picture_without_a_script(plot: Plot, tmp_path: Path) -> None:
    pytest.importorskip("pygal", reason="needs the extra `benchmarks`")
    plots.draw(plot, tmp_path / "plot.svg")
    svg = (tmp_path / "plot.svg").read_text()
    assert plot.title in svg
    assert "<script" not in svg
