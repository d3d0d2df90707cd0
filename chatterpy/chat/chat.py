"""The chat: everything that a person can do, in the words they would use."""

from __future__ import annotations

import time
from dataclasses import dataclass

from chatterpy.chat import messages, names
from chatterpy.chat.changes import CatchUp, Page
from chatterpy.chat.drafts import Draft, clean_draft
from chatterpy.chat.faces import DICEBEAR, Wardrobe
from chatterpy.chat.limits import Buckets
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room, check_slug, to_slug
from chatterpy.chat.store import Pending, Store
from chatterpy.errors import NameTaken, TooFast

#: The list of rooms changes with every message anywhere; so long it may lag behind.
ROOMS_FRESH_S = 1.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of the domain, from the settings; buckets are None where rates are unlimited."""

    message_max: int  # characters
    name_max: int  # characters
    page_size: int  # entries
    catch_up_max: int  # changes
    rooms_shown: int  # rooms
    acts: Buckets | None
    looks: Buckets | None = None  # of names and faces: each is told in every room
    drafts: Buckets | None = None  # of drafts kept
    draft_max: int = 20_000  # characters
    drafts_max: int = 100  # drafts of one person
    reserved: frozenset[str] = frozenset()  # skeletons of names that nobody may have


class Chat:
    """Decides, stores, and returns what came of it. Who sees it is not its business.

    The methods that act may switch greenlets while the store commits; they raise Refused with a
    sentence for the person, or StoreUnavailable.
    """

    def __init__(self, store: Store, bounds: Bounds, wardrobe: Wardrobe = DICEBEAR) -> None:
        """`wardrobe` holds the faces that people can have."""
        self.store = store
        self._rooms: tuple[Room, ...] = ()
        self._rooms_at = float("-inf")
        self.bounds = bounds
        self.wardrobe = wardrobe

    def open(self, room: str) -> Page:
        """The newest page of a room; an empty one where nobody has spoken."""
        return self.store.newest(check_slug(room), self.bounds.page_size)

    def older(self, room: str, before: int) -> Page:
        """The page before a seq."""
        return self.store.before(check_slug(room), before, self.bounds.page_size)

    def catch_up(self, room: str, cursor: int) -> CatchUp | Page:
        """What a page that shows `cursor` misses.

        The newest page instead, where it is too far behind, or ahead of the room: then the
        database was restored from a backup, and what the page shows may never have been.
        """
        seq = self.store.seq(room)
        if seq == cursor:
            return CatchUp(room, cursor, seq, (), ())
        if 0 <= seq - cursor <= self.bounds.catch_up_max:
            return self.store.since(room, cursor)
        return self.store.newest(room, self.bounds.page_size)

    def rooms(self) -> tuple[Room, ...]:
        """The rooms that were active last, the latest first; as they were a second ago at most."""
        now = time.monotonic()
        if now - self._rooms_at > ROOMS_FRESH_S:
            self._rooms, self._rooms_at = self.store.rooms(self.bounds.rooms_shown), now
        return self._rooms

    def open_room(self, visitor: Visitor, typed: str) -> str:
        """Opens a room by the name that somebody typed; returns its slug."""
        slug = to_slug(typed)
        self._actor(visitor, self.bounds.acts)
        self.store.open_room(slug)
        self._rooms_at = float("-inf")  # who has opened it sees it
        return slug

    def who(self, visitor: Visitor) -> Person | Visitor:
        """The person behind a cookie, or the visitor they still are. Writes nothing."""
        return self.store.person(visitor.token) or visitor

    def settle(self, visitor: Visitor) -> Person:
        """The person behind a cookie; becomes one with the first act or socket."""
        return self.store.person(visitor.token) or self.store.settle(visitor)

    def say(self, visitor: Visitor, room: str, typed: str, nonce: str | None) -> Message:
        """Posts a message. Sent again with the same nonce and text, it is the same message."""
        return self.say_soon(visitor, room, typed, nonce).get()

    def say_soon(
        self, visitor: Visitor, room: str, typed: str, nonce: str | None
    ) -> Pending[Message]:
        """Begins to do so; raises at once what can be refused at once."""
        check_slug(room)
        text = messages.clean_text(typed, self.bounds.message_max)
        nonce = messages.clean_nonce(nonce)
        person = self._actor(visitor, self.bounds.acts)
        return self.store.say(person.id, room, text, nonce)

    def draft(self, who: Person | Visitor, room: str) -> Draft | None:
        """What the person has typed in the room and not sent."""
        return self.store.draft(who.id, room) if who.id else None

    def keep_draft(self, visitor: Visitor, room: str, typed: str, nonce: str | None) -> None:
        """Keeps what is typed but not sent; an empty text is forgotten.

        Those that come too fast are dropped without a word: the next one holds them.
        """
        if not self.bounds.draft_max:
            return  # none are kept
        draft = clean_draft(typed, nonce, self.bounds.draft_max)
        check_slug(room)
        who = self.who(visitor)
        if (self.draft(who, room) or Draft("", draft.nonce)) == draft:
            return
        person, buckets = self.settle(visitor), self.bounds.drafts
        if buckets is None or buckets.take(person.id, time.monotonic()):
            self.store.keep_draft(person.id, room, draft, self.bounds.drafts_max)

    def rename(self, visitor: Visitor, typed: str) -> Person:
        """Gives the person another name, everywhere."""
        name = names.clean(typed, self.bounds.name_max)
        if names.skeleton(name) in self.bounds.reserved:
            raise NameTaken(
                "{name} is a name that is kept free. Please choose another name.", name=name
            )
        person = self._actor(visitor, self.bounds.looks)
        return person if person.name == name else self.store.rename(person.id, name)

    def reface(self, visitor: Visitor, chosen: str | None = None) -> Person:
        """Gives the person the face they chose, everywhere; without a choice another random one."""
        face = None if chosen is None else self.wardrobe.choose(chosen)
        person = self._actor(visitor, self.bounds.looks)
        face = face or self.wardrobe.random(unlike=person.face)
        return person if person.face == face else self.store.reface(person.id, face)

    def _actor(self, visitor: Visitor, buckets: Buckets | None) -> Person:
        """The person who acts now; raises TooFast where they act too much."""
        person = self.settle(visitor)
        if buckets and not buckets.take(person.id, time.monotonic()):
            raise TooFast("That was a lot at once. Please wait a moment and try again.")
        return person
