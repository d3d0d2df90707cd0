"""Tables: numbers as people read them, in Markdown that reads well as it is."""

from __future__ import annotations

import math

import pytest

from benchmarks.contenders import LIMIT, OURS
from benchmarks.figures import Figure
from benchmarks.section import against
from benchmarks.tables import Table, number, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0123, "0.012"), (0.5, "0.50"), (1.234, "1.23"), (56.78, "56.8"), (1e6, "1e6")],
)
def test_a_number_has_about_three_digits(value: float, text: str) -> None:
    assert number(value) == text.replace("1e6", "1,000,000")


def test_what_is_no_number_is_a_dash() -> None:
    assert number(math.inf) == number(math.nan) == "-"


def test_a_disturbed_figure_is_marked() -> None:
    assert shown(Figure.of([1, 2, 3])) == "2.00 ~"
    assert shown(Figure.of([2])) == "2.00"
    assert shown(None) == ""


def test_a_table_is_markdown_with_numbers_to_the_right() -> None:
    table = Table(("", "posts/s"), (("FULL", 1234.0), ("NORMAL", 5.0)))
    assert table.markdown().splitlines() == [
        "|        | posts/s |",
        "| ------ | ------: |",
        "| FULL   |   1,234 |",
        "| NORMAL |    5.00 |",
    ]


def test_ratios_say_how_far_the_limit_is_and_how_much_better_ours_is() -> None:
    cost = {OURS: Figure.of([2]), LIMIT: Figure.of([1]), "other": Figure.of([10])}
    assert against(cost, OURS, less_is_better=True) == ("2.00 ×", "")
    assert against(cost, "other", less_is_better=True) == ("10.0 ×", "5.00 ×")
    speed = {OURS: Figure.of([5]), LIMIT: Figure.of([10]), "other": Figure.of([1])}
    assert against(speed, "other", less_is_better=False) == ("0.10 ×", "5.00 ×")
    assert against({"other": Figure.of([1])}, "other", less_is_better=True) == ("", "")
