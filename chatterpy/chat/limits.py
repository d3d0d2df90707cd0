"""Limits: token buckets. Time comes from the caller, so that they can be tested without waiting."""

from __future__ import annotations

from collections import OrderedDict

#: Buckets kept; the longest unused is forgotten first, and is full again when it returns.
BUCKETS_MAX = 50_000


class Buckets:
    """A bucket of tokens for each key: `burst` at once, then `rate` a second."""

    def __init__(self, burst: float, rate: float) -> None:
        self.burst = burst
        self.rate = rate
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, key: object, now: float) -> bool:
        """Whether a token was left for this key; `now` is monotonic, in seconds."""
        tokens, then = self._buckets.pop(key, (self.burst, now))
        tokens = min(self.burst, tokens + (now - then) * self.rate)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > BUCKETS_MAX:
            self._buckets.popitem(last=False)
        return allowed
