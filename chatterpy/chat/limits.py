"""Limits: token buckets. Time comes from the caller, so that they can be tested without waiting."""

from __future__ import annotations

from collections import OrderedDict

#: Buckets kept; the longest unused is forgotten first, and is full again when it returns.
BUCKETS_MAX = 50_000


class Bucket:
    """A bucket of tokens: `burst` at once, then `rate` a second; `now` is monotonic, in seconds."""

    __slots__ = ("_burst", "_rate", "_then", "_tokens")

    def __init__(self, burst: float, rate: float, now: float) -> None:
        self._burst = self._tokens = burst
        self._rate = rate
        self._then = now

    def take(self, now: float) -> bool:
        """Whether a token was left."""
        self._tokens = min(self._burst, self._tokens + (now - self._then) * self._rate)
        self._then = now
        allowed = self._tokens >= 1
        if allowed:
            self._tokens -= 1
        return allowed


class Buckets:
    """A bucket for each key."""

    def __init__(self, burst: float, rate: float) -> None:
        """`burst` tokens at once, then `rate` a second."""
        self._burst = burst
        self._rate = rate
        self._buckets: OrderedDict[object, Bucket] = OrderedDict()

    def take(self, key: object, now: float) -> bool:
        """Whether a token was left for this key."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._burst, self._rate, now)
            if len(self._buckets) > BUCKETS_MAX:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket.take(now)
