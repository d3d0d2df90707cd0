"""Meters: what a histogram makes of its values."""

from math import inf

from chatterpy.meters import Histogram


def test_a_bucket_counts_all_that_is_at_most_its_bound() -> None:
    meter = Histogram((1, 10))
    for value in (0.5, 1, 2, 10, 11):
        meter.observe(value)
    assert meter.buckets() == [(1, 2), (10, 4), (inf, 5)]
    assert meter.total == 24.5
