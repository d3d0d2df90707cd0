"""Token buckets, without waiting."""

from chatterpy.chat import limits
from chatterpy.chat.limits import Buckets


def test_a_burst_passes_then_the_rate_does() -> None:
    buckets = Buckets(burst=3, rate=2)
    assert [buckets.take("anna", 10.0) for _ in range(4)] == [True, True, True, False]
    assert buckets.take("anna", 10.5)
    assert not buckets.take("anna", 10.6)


def test_a_bucket_never_holds_more_than_the_burst() -> None:
    buckets = Buckets(burst=2, rate=100)
    assert [buckets.take("anna", 0.0), buckets.take("anna", 1000.0)] == [True, True]
    assert [buckets.take("anna", 1000.0) for _ in range(2)] == [True, False]


def test_one_does_not_pay_for_another() -> None:
    buckets = Buckets(burst=1, rate=1)
    assert buckets.take("anna", 0.0)
    assert buckets.take("bert", 0.0)


def test_memory_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(limits, "BUCKETS_MAX", 10)
    buckets = Buckets(burst=1, rate=1)
    for key in range(1000):
        buckets.take(key, 0.0)
    assert len(buckets._buckets) == 10
