"""Frames: what open pages are sent as it happens. Each part of one finds its place by itself.

The looks are in other templates (`message.html`, `rooms.html`, …); so frames are best left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatterpy.chat.changes import Entry, Page
from chatterpy.chat.people import Person
from chatterpy.chat.rooms import Room
from chatterpy.theme.contract.answers import partial
from chatterpy.theme.contract.beside import COUNTS, PEOPLE, ROOMS
from chatterpy.theme.contract.context import Context, Hook, variable
from chatterpy.theme.contract.person import ROOM

BEFORE = "The number that older entries were asked for with."
SEQ = "The number of the last change in the room."

_MARK = "hx-partial[hx-target*="


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesFrame(Context, template="frames/changes.html"):
    """What is new in the list: messages, notices, names and faces."""

    cursor: int = variable("The number of the last change that the page shows before it.")
    seq: int = variable("The number of the last change that it shows afterwards.")
    entries: Sequence[Entry] = variable("Messages and renames that are new, the oldest first.")
    revised: Sequence[Entry] = variable("Entries that the page shows, and that look different now.")
    people: Sequence[Person] = variable("People who have another name or face now.")

    hooks = (
        Hook(
            partial(
                "#c{cursor}",
                "outerHTML",
                ' > [id="c{seq}"][hidden]:last-child > [name=cursor][value="{seq}"]',
            ),
            "Takes the place of the list's end, and ends in a new one: nothing is shown twice.",
            once=True,
        ),
        Hook(
            partial("#c{cursor}", "outerHTML", ' > [id$="{entries[0].seq}"]'),
            "The new entries come before the end.",
            "entries",
        ),
        Hook(partial("#m{revised[0].seq}", "outerHTML"), "Takes the entry's place.", "revised"),
        Hook(
            partial("[data-author-name='{people[0].id}']", "textContent"),
            "Puts a name wherever the old one stands.",
            "people",
        ),
        Hook(
            partial("[data-author-face='{people[0].id}']", "outerHTML", " > [data-author-face]"),
            "Puts a face wherever the old one stands.",
            "people",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestFrame(Context, template="frames/newest.html"):
    """The newest messages in place of all that are shown, after a long absence."""

    page: Page = variable("The room and its newest messages.")

    hooks = (
        Hook(
            partial("#messages", "innerHTML", ' > [id="c{page.seq}"][hidden]:last-child'),
            "The whole list, with its end.",
            once=True,
        ),
        Hook(partial("#older", "outerHTML", " > #older"), "Asks for what is older.", once=True),
        Hook(
            partial(".watch", "outerHTML", " > .watch"), "Looks anew at what is in view.", once=True
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderFrame(Context, template="frames/older.html"):
    """Older messages, above those that are shown."""

    page: Page = variable("The room and a stretch of its older messages.")
    before: int = variable(BEFORE)

    hooks = (
        Hook(
            partial("#more[data-before='{before}']", "outerHTML", " > #more + li.older"),
            "Takes the place of the way to them, and begins with the next way. The class tells "
            "that the page has loaded older ones: it is not shortened then.",
            once=True,
        ),
        Hook("li.older[aria-live=off] > ol", "Is not read out: it is old.", once=True),
        Hook(
            f'{_MARK}"#more[data-before=\'{{before}}\']"][hx-target$=" #older"] > #older',
            "Asks for what is still older.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RearmFrame(Context, template="frames/rearm.html"):
    """Lets the page ask for older messages once more, where they could not be had."""

    before: int = variable(BEFORE)

    hooks = (Hook(partial("#older", "outerHTML", " > #older"), "Asks again.", once=True),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimFrame(Context, template="frames/trim.html"):
    """Drops the oldest messages of a page that has grown long; they load again while scrolling."""

    oldest: int = variable("The number of the oldest message that stays.")

    hooks = (
        Hook(
            'hx-partial[hx-target$=":has(~ #m{oldest})"][hx-swap=delete]',
            "Drops what stands before that message.",
            once=True,
        ),
        Hook(f'{_MARK}":has(> #m{{oldest}})"] > #more', "The way to what was dropped.", once=True),
        Hook(f'{_MARK}":has(#m{{oldest}})"] > #older', "Asks for what was dropped.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumedFrame(Context, template="frames/resumed.html"):
    """The page is connected and shows all that it missed: the end of the answer to a connection."""

    room: str = variable(ROOM)
    seq: int = variable(SEQ)

    hooks = (
        Hook(partial("#status", "innerHTML"), "Says that the page is connected.", once=True),
        Hook(partial("#typist", "outerHTML", " > #typist"), "From now on tells who types."),
        Hook(f'{_MARK}"#drafter"] > #drafter', "From now on keeps what is typed and not sent."),
        Hook(
            'hx-partial[hx-target="#chat:not(:has(#c{seq})) #link"] > #link',
            "A page that does not show the end has lost its place, and connects anew.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFrame(Context, template="frames/own.html"):
    """The viewer's own name, face and style as they are now, on all their pages."""

    person: Person = variable("The viewer.")

    hooks = (
        Hook(
            f'{_MARK}"link.mine:not("][hx-swap=afterend] > link.mine',
            "The style of one's own, where it is another one now.",
            once=True,
        ),
        Hook(partial("[data-me=name]", "textContent"), "One's own name.", once=True),
        Hook(
            partial("[data-me=face]", "outerHTML", " > [data-me=face]"),
            "One's own face.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFrame(Context, template="frames/people.html"):
    """Who is in the room."""

    people: Sequence[Person] = variable(PEOPLE)
    count: int = variable("How many are in the room; not all need to be listed.")

    hooks = (
        Hook(
            partial("#people:not([data-sought])", "innerHTML"),
            "The list of people, but for one that was sought.",
            once=True,
        ),
        Hook(partial("#count", "innerHTML"), "How many are here.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsFrame(Context, template="frames/rooms.html"):
    """The list of rooms."""

    room: str = variable("The name of the room whose page it is for.")
    rooms: Sequence[Room] = variable(ROOMS)
    counts: Mapping[str, int] = variable(COUNTS)

    hooks = (Hook(partial("#rooms", "innerHTML"), "The list of rooms.", once=True),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingsFrame(Context, template="frames/comings.html"):
    """One quiet line: who came and who left."""

    joined: Sequence[Person] = variable("Who came.")
    left: Sequence[Person] = variable("Who left.")

    hooks = (
        Hook(
            partial("#comings", "innerHTML", " > span"),
            "The line; the style sheet fades what is in it.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingFrame(Context, template="frames/typing.html"):
    """Who types. Everybody gets the same; who types does not see themselves, by `me.css`."""

    people: Sequence[Person] = variable("Who types; nobody where all have stopped.")

    hooks = (
        Hook(partial("#typing", "innerHTML"), "The line; empty where nobody types.", once=True),
        Hook(
            'hx-partial > span [data-typist="{people[0].id}"]',
            "Tells who it is, so that one does not see oneself type.",
            "people",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AliveFrame(Context, template="frames/alive.html"):
    """The sign of life, which reaches only pages that show all."""

    room: str = variable(ROOM)
    seq: int = variable(SEQ)

    hooks = (
        Hook(
            partial("#chat:has(#c{seq}) #alive", "outerHTML", " > #alive"),
            "A fresh watchdog: the page asks for nothing as long as these come.",
            once=True,
        ),
        Hook(
            partial("#chat:has(#c{seq}) #status:has(> .lost)", "innerHTML"),
            "Says that the page is connected, where it said otherwise.",
        ),
        Hook(
            partial("link.mine:has(~ link.mine)", "delete"),
            "Drops a style of one's own that was replaced.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyFrame(Context, template="frames/why.html"):
    """Why something was not done, for one viewer."""

    sentence: str = variable("The reason, as a sentence.")

    hooks = (Hook(partial("#why", "innerHTML"), "Says it below the field.", once=True),)
