"""What is pushed to open pages: each change once, as HTML that fits every viewer.

A frame holds at most one partial that moves the sentinel, and nothing in it aims at what it
inserts itself, because htmx finds all targets of a frame before it swaps any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup

from chatterpy.cache import Kept
from chatterpy.chat.changes import CatchUp, Change, Entry, Page, Posted, Renamed
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person
from chatterpy.chat.rooms import Room
from chatterpy.theme.contract import frames
from chatterpy.theme.contract.messages import MessageItem, RenamingItem
from chatterpy.theme.templates import Templates

#: A frame of a catch-up is not much larger, in characters.
FRAME_SIZE = 1 << 19
#: How many pages' entries are kept as one text.
PAGES_MAX = 100


class Fragments:
    """The frames and fragments of a room's page."""

    def __init__(self, templates: Templates, cache_size: int, people_shown: int) -> None:
        """How many rendered entries are kept, and how many of those in a room are listed."""
        self._show = templates.show
        self._told = templates.catalogue.sentence
        self._people_shown = people_shown
        # An entry holds all that its HTML depends on, the author's name and face included.
        self.entry = lru_cache(maxsize=cache_size)(self._entry)
        self._pages: Kept[int, tuple[tuple[Entry, ...], Markup]] = Kept(PAGES_MAX)
        templates.add_filter("entry", self.entry)
        templates.add_filter("entries", self._entries)

    def _entry(self, entry: Entry) -> Markup:
        """An entry of the log: one list item."""
        item = MessageItem(entry=entry) if isinstance(entry, Message) else RenamingItem(entry=entry)
        return Markup(self._show(item))

    def _entries(self, page: Page) -> Markup:
        """All entries of a page as one text, made once for as long as the store keeps the page."""
        # By what it is, not by what it holds; and held here, so that nothing else becomes it.
        kept = self._pages.find(id(page.entries))
        if kept is None:
            kept = page.entries, Markup("").join(map(self.entry, page.entries))
            self._pages.keep(id(page.entries), kept)
        return kept[1]

    def change(self, change: Change) -> str:
        """The frame that shows a change on pages which show the seq before it."""
        entry: Entry | None = None
        if isinstance(change, Posted):
            entry = change.message
        elif isinstance(change, Renamed):
            entry = change.notice
        person = None if isinstance(change, Posted) else change.person
        return self._show(
            frames.ChangesFrame(
                cursor=change.seq - 1,
                seq=change.seq,
                entries=(entry,) if entry else (),
                revised=(),
                people=(person,) if person else (),
            )
        )

    def catch_up(self, missed: CatchUp) -> list[str]:
        """The frames that bring a page from its cursor to the present.

        Mostly one. A long absence takes several, each from where the one before it ended, so that
        none is larger than a slow reader can take.
        """
        if missed.seq == missed.cursor:
            return []
        groups: list[list[Entry]] = [[]]
        size = 0
        for entry in missed.entries:
            if entry.seq <= missed.cursor:
                continue
            size += len(self.entry(entry))
            if groups[-1] and size > FRAME_SIZE:
                groups.append([])
                size = len(self.entry(entry))
            groups[-1].append(entry)
        ends = [group[-1].seq for group in groups[:-1]]
        revised = [entry for entry in missed.entries if entry.seq <= missed.cursor]
        return [
            self._show(
                frames.ChangesFrame(
                    cursor=start,
                    seq=end,
                    entries=group,
                    revised=() if number else revised,
                    people=() if number else missed.people,
                )
            )
            for number, (group, start, end) in enumerate(
                zip(groups, [missed.cursor, *ends], [*ends, missed.seq], strict=True)
            )
        ]

    def newest(self, page: Page) -> str:
        """The frame that replaces the list of a page that cannot be caught up."""
        return self._show(frames.NewestFrame(page=page))

    def older(self, page: Page, before: int) -> str:
        """The frame that puts older entries above those from `before` on."""
        return self._show(frames.OlderFrame(page=page, before=before))

    def trim(self, oldest: int) -> str:
        """The frame that drops what came before a message from pages that have grown long."""
        return self._show(frames.TrimFrame(oldest=oldest))

    def rearm(self, before: int) -> str:
        """The frame that lets the page ask for older entries once more."""
        return self._show(frames.RearmFrame(before=before))

    def resumed(self, room: str, seq: int) -> str:
        """The frame that ends a resume: the connection's state, and what it can be used for.

        A page that does not show `seq` by then has lost its chain, and asks for the newest page.
        """
        return self._show(frames.ResumedFrame(room=room, seq=seq))

    def own(self, person: Person) -> str:
        """The frame with the viewer's own things."""
        return self._show(frames.OwnFrame(person=person))

    def people(self, people: Sequence[Person]) -> str:
        """The frame with who is in a room: a count, and the first of them."""
        shown = people[: self._people_shown]
        return self._show(frames.PeopleFrame(people=shown, count=len(people)))

    def rooms(self, room: str, rooms: Sequence[Room], counts: Mapping[str, int]) -> str:
        """The frame with the list of rooms, as it stands in a page of `room`."""
        return self._show(frames.RoomsFrame(room=room, rooms=rooms, counts=counts))

    def comings(self, joined: Sequence[Person], left: Sequence[Person]) -> str:
        """The frame with one quiet line about who came and who left."""
        return self._show(frames.ComingsFrame(joined=joined, left=left))

    def typing(self, people: Sequence[Person]) -> str:
        """The frame with who types."""
        return self._show(frames.TypingFrame(people=people))

    def alive(self, room: str, seq: int) -> str:
        """The heartbeat: it reaches only pages that show `seq`."""
        return self._show(frames.AliveFrame(room=room, seq=seq))

    def why(self, sentence: str) -> str:
        """The frame that tells one viewer why something was not done."""
        return self._show(frames.WhyFrame(sentence=self._told(sentence)))
