"""What stands beside the messages: rooms, people, and the forms to open and to find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatterpy.chat.changes import Page
from chatterpy.chat.people import Person
from chatterpy.chat.rooms import Room
from chatterpy.theme.contract.context import Context, Hook, variable
from chatterpy.theme.contract.person import ROOM

PEOPLE = "The people to list."
ROOMS = "The rooms that were active last, the latest first."
COUNTS = "How many people are in each room now, by its name; empty rooms are left out."
HERE = "Everybody who is in the room, in the order in which they came."
PEOPLE_SHOWN = "How many of them are listed at most."
TYPED_SLUG = "The name of a room that was typed, where it was refused; else none."
SLUG_WHY = "Why it was refused, as a sentence; else none."
SOUGHT = "What was asked for; empty where nothing was."


@dataclass(frozen=True, slots=True, kw_only=True)
class Side(Context, template="side.html", within=("room.html",), optional=True):
    """Beside the messages: the rooms and who is here. A sheet on phones, which the browser itself
    opens.
    """

    page: Page = variable("The room that the page shows.")
    room: str = variable(ROOM)
    rooms: Sequence[Room] = variable(ROOMS)
    counts: Mapping[str, int] = variable(COUNTS)
    here: Sequence[Person] = variable(HERE)
    people_shown: int = variable(PEOPLE_SHOWN)
    typed_slug: str | None = variable(TYPED_SLUG)
    slug_why: str | None = variable(SLUG_WHY)

    hooks = (
        Hook("#side", "The sheet that a button opens on phones.", needed=False, once=True),
        Hook("#rooms", "The list of rooms; what is in it is put anew as it changes.", once=True),
        Hook(
            "#people:not([data-sought])",
            "The list of people; what is in it is put anew as they come and go.",
            once=True,
        ),
        Hook("noscript a[href]", "Leads to the people without a script.", needed=False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomList(
    Context, template="rooms.html", within=("side.html", "frames/rooms.html"), optional=True
):
    """What stands in the list of rooms."""

    rooms: Sequence[Room] = variable(ROOMS)
    counts: Mapping[str, int] = variable(COUNTS)
    room: str = variable("The name of the room that the page shows.")

    hooks = (
        Hook(
            'li > a[id="room-{rooms[0].slug}"][href]',
            "Leads to the room. By its id it keeps the focus while the list is put anew.",
            "rooms",
        ),
        Hook(
            "a[aria-current=page]",
            "Says in which room one is.",
            "room in rooms|map(attribute='slug')|list",
            needed=False,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Here(
    Context,
    template="here.html",
    within=("side.html", "found.html", "people.html", "frames/people.html"),
    optional=True,
):
    """What stands in the list of people: their faces and names."""

    people: Sequence[Person] = variable(PEOPLE)
    count: int = variable("How many there are; those that are not listed are only counted.")

    hooks = (
        Hook(
            'li [data-author-name="{people[0].id}"]',
            "Holds the name and nothing else: a rename puts the new name in its place.",
            "people",
        ),
        Hook(
            '[data-author-face="{people[0].id}"]',
            "The face, which a new face replaces as a whole.",
            "people",
            needed=False,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening(Context, template="opening.html", within=("side.html",), optional=True):
    """The form that opens a room, or goes to it where it is there."""

    room: str = variable("The name of the room that the page shows.")
    typed_slug: str | None = variable(TYPED_SLUG)
    slug_why: str | None = variable(SLUG_WHY)

    hooks = (
        Hook(
            "form#opening[method=post][action][hx-post][hx-swap=none]",
            "The form, with a script and without.",
            once=True,
        ),
        Hook(
            '#opening input[type=hidden][name=room][value="{room}"]',
            "Tells which room to show again where the name is refused.",
        ),
        Hook("#opening input[name=slug]", "The name of the room that is posted.", once=True),
        Hook("#slug-why[role=status]", "Says why it was refused; read out.", once=True),
        Hook("#slug-why .refusal", "The reason, told apart by its class.", "slug_why", False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Context, template="search.html", within=("side.html", "people.html"), optional=True):
    """The form that finds somebody in a room by name."""

    room: str = variable(ROOM)
    sought: str = variable(SOUGHT)

    hooks = (
        Hook(
            "form[method=get][action][hx-get][hx-swap=none]",
            "Asks while one types, and without a script when it is sent.",
        ),
        Hook("form input[name=q]", "The name that is sought.", once=True),
        Hook(
            "#found[role=status]",
            "Says how many were found, for those who do not see the list.",
            once=True,
        ),
    )
