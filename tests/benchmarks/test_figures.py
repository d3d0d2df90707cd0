"""Figures: medians, percentiles, and what counts as disturbed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Figure, percentile, slope

numbers = st.floats(min_value=0, max_value=1e9)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([4, 1, 3, 2], 50) == 2
    assert percentile([4, 1, 3, 2], 99) == 4
    assert percentile([4, 1, 3, 2], 0) == 1
    assert percentile(range(1, 101), 99) == 99


def test_nothing_that_came_is_later_than_anything() -> None:
    assert percentile([], 50) == math.inf


@given(st.lists(numbers, min_size=1), st.floats(min_value=0, max_value=100))
def test_so_many_percent_do_not_exceed_a_percentile(values: list[float], percent: float) -> None:
    most = percentile(values, percent)
    assert most in values
    assert sum(value <= most for value in values) >= len(values) * percent / 100 - 1e-6


def test_a_figure_is_the_median_of_its_runs() -> None:
    assert Figure.of([3, 1, 2]).median == 2
    assert math.isnan(Figure.of([]).median)


def test_runs_that_lie_far_apart_are_disturbed() -> None:
    assert not Figure.of([100, 101, 110]).disturbed
    assert Figure.of([100, 101, 140]).disturbed
    assert not Figure.of([100]).disturbed, "one run says nothing about it"
    assert not Figure.of([math.inf, math.inf]).disturbed


def test_a_figure_over_another_is_a_ratio_of_medians() -> None:
    assert Figure.of([4, 6, 8]).over(Figure.of([3])) == 2
    assert math.isnan(Figure.of([1]).over(Figure.of([0])))


def test_a_slope_is_the_growth_by_x() -> None:
    assert slope([(0, 10), (1, 12), (2, 14)]) == pytest.approx(2)
    assert slope([(0, 10)]) == 0
