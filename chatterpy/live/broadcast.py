"""The broadcast: a committed change becomes a frame once, whoever and however many read it."""

from __future__ import annotations

import time
from itertools import groupby
from operator import attrgetter

from chatterpy.chat.changes import Change, Posted
from chatterpy.live.batch import Batch, Part
from chatterpy.live.frames import text_frame
from chatterpy.live.hub import Hub
from chatterpy.meters import Meters
from chatterpy.theme.fragments import Fragments


class Broadcast:
    """Listens to the store's commits (`chatterpy.chat.store.Listener`)."""

    def __init__(self, hub: Hub, fragments: Fragments, meters: Meters | None = None) -> None:
        self._hub = hub
        self._fragments = fragments
        self._meters = meters or Meters()

    def __call__(self, changes: list[Change]) -> None:
        self._meters.messages += sum(isinstance(change, Posted) for change in changes)
        # Sorting is stable: within a room the order of the seqs stays.
        by_room = attrgetter("room")
        for room, made in groupby(sorted(changes, key=by_room), by_room):
            if self._hub.has_readers(room):
                self._hub.publish(Batch(room, tuple(self._timed(change) for change in made)))

    def _timed(self, change: Change) -> Part:
        began = time.perf_counter()
        part = self._part(change)
        self._meters.render_s.observe(time.perf_counter() - began)
        return part

    def _part(self, change: Change) -> Part:
        frame = text_frame(self._fragments.change(change))
        if not isinstance(change, Posted):
            return Part(change.seq, frame, None)
        if oldest := self._hub.grow(change.room, change.seq):
            frame += text_frame(self._fragments.trim(oldest))
        return Part(change.seq, frame, self._fragments.entry(change.message).encode())
