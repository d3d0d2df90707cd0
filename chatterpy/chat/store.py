"""What the domain asks of a store. SQLite fills it (`chatterpy.store`); PostgreSQL can.

Reads may block for as long as one page's query takes, and see only what is committed. Writes
return when they are durable (`say` hands out what is under way), and let other greenlets run
meanwhile; all raise StoreUnavailable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from chatterpy.chat.changes import CatchUp, Change, Page
from chatterpy.chat.drafts import Draft
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room

T_co = TypeVar("T_co", covariant=True)


class Pending(Protocol[T_co]):
    """A write that is under way. Many can be, for one greenlet."""

    @property
    def exception(self) -> BaseException | None:
        """Why it failed, where it has."""

    def get(self) -> T_co:
        """What was written, once it is durable; raises why it failed. Switches greenlets."""

    def wait(self) -> object:
        """Returns when it is over. Switches greenlets."""

    def rawlink(self, callback: Callable[[Any], object], /) -> object:
        """Has this handed to `callback` once it is over; it must neither wait nor raise."""


class Store(Protocol):
    """One committed log per room."""

    def seq(self, room: str) -> int:
        """The seq of the room's last change, 0 where there is none."""

    def newest(self, room: str, limit: int) -> Page:
        """The last `limit` entries."""

    def before(self, room: str, seq: int, limit: int) -> Page:
        """The last `limit` entries before `seq`."""

    def since(self, room: str, cursor: int) -> CatchUp:
        """What came after `cursor`."""

    def person(self, token: str) -> Person | None:
        """The person that a visitor became; None while they have not acted."""

    def settle(self, visitor: Visitor) -> Person:
        """Makes the visitor a person; the same one if it happened before.

        Where somebody else goes by their name, they get another one, or a number behind their own.
        """

    def say(self, person_id: int, room: str, text: str, nonce: str) -> Pending[Message]:
        """Begins to store a message. The same person, room, nonce and text are one message.

        They are stored in the order in which that is asked for.
        """

    def draft(self, person_id: int, room: str) -> Draft | None:
        """What a person has typed in a room, unless it was sent since."""

    def keep_draft(self, person_id: int, room: str, draft: Draft, limit: int) -> None:
        """Keeps a draft in place of the one before, and of a person the newest `limit`."""

    def rename(self, person_id: int, name: str) -> Person:
        """Gives a person another name, with a notice in each room they wrote in.

        Raises NameTaken.
        """

    def reface(self, person_id: int, face: Face) -> Person:
        """Gives a person another face."""

    def rooms(self, limit: int) -> tuple[Room, ...]:
        """The rooms that were active last, the latest first."""

    def open_room(self, room: str) -> None:
        """Makes a room where there is none."""

    def check(self) -> None:
        """Makes a durable write that changes nothing; raises StoreUnavailable."""

    def close(self) -> None:
        """Finishes what was begun, and lets go of the files."""


class Listener(Protocol):
    """Who is told of committed changes."""

    def __call__(self, changes: list[Change], /) -> None:
        """Takes what one commit made, in the order of each room's seq."""
