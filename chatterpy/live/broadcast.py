"""The broadcast: a committed change becomes a frame once, whoever and however many read it."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from chatterpy.chat.changes import Change, Posted
from chatterpy.live.batch import Batch, Part
from chatterpy.live.frames import text_frame
from chatterpy.live.hub import Hub
from chatterpy.theme.fragments import Fragments


class Broadcast:
    """Listens to the store's commits (`chatterpy.chat.store.Listener`)."""

    def __init__(self, hub: Hub, fragments: Fragments) -> None:
        self._hub = hub
        self._fragments = fragments

    def __call__(self, changes: list[Change]) -> None:
        # Sorting is stable: within a room the order of the seqs stays.
        by_room = attrgetter("room")
        for room, made in groupby(sorted(changes, key=by_room), by_room):
            if self._hub.has_readers(room):
                self._hub.publish(Batch(room, tuple(self._part(change) for change in made)))

    def _part(self, change: Change) -> Part:
        frame = text_frame(self._fragments.change(change))
        if not isinstance(change, Posted):
            return Part(change.seq, frame, None)
        if oldest := self._hub.grow(change.room, change.seq):
            frame += text_frame(self._fragments.trim(oldest))
        return Part(change.seq, frame, self._fragments.entry(change.message))
