"""What is asked for again and again, the values that were used last.

Whoever keeps something knows when it is true no longer, and drops it then. Finding and dropping
happen in one thread, without a switch in between.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The values that were used last, at most so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()

    def find(self, key: K) -> V | None:
        """The value kept; None where there is none."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def keep(self, key: K, value: V) -> None:
        """Keeps a value until it is dropped, or so many others were used since."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forgets a value; it need not be kept."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Forgets all."""
        self._values.clear()
