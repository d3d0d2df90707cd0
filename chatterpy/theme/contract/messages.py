"""The list of messages: its entries, the way to older ones, and its end."""

from __future__ import annotations

from dataclasses import dataclass

from chatterpy.chat.changes import Entry, Page, Renaming
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person
from chatterpy.theme.contract.context import Context, Hook, variable

#: The seq to ask older entries with, where there are any.
BEFORE = "The number to ask for older entries with; none or 0 where there are no older ones."


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageItem(Context, template="message.html"):
    """One message. It is rendered once, and everybody gets the same: what is mine is told apart
    by `me.css` alone. Blocks replace its parts: face, by, text, extra.
    """

    entry: Message = variable("The message.")

    hooks = (
        Hook(
            'li.message[id="m{entry.seq}"][data-author="{entry.author.id}"]',
            "An item of the list that says which message it is and whose: it is replaced by its "
            "number, counted as new by its class, and laid out as the viewer's own by its author.",
            once=True,
        ),
        Hook(
            ".message .text[hx-ignore]",
            "What was typed, once, and nothing else in it. `hx-ignore` keeps the page from obeying "
            "what somebody typed.",
            once=True,
        ),
        Hook(
            '[data-author-name="{entry.author.id}"]',
            "Holds the author's name and nothing else: a rename puts the new name in its place.",
        ),
        Hook(
            '[data-author-face="{entry.author.id}"]',
            "The author's face, which a new face replaces as a whole.",
            needed=False,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamingItem(Context, template="renaming.html"):
    """The line in the list that says that somebody has another name from now on."""

    entry: Renaming = variable("The rename: the name before and the name now.")

    hooks = (
        Hook(
            'li[id="n{entry.seq}"]',
            "An item of the list that says which entry it is, so that none is shown twice.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Context, template="day.html", within=("message.html", "renaming.html")):
    """The line with the date. Every message has one; the style sheet shows it where a day begins
    and at the top of what is shown.
    """

    entry: Entry = variable("The message or rename that it stands above.")

    hooks = (
        Hook(
            ".day",
            "Our style sheet hides it by this class but for the first entry of a day.",
            needed=False,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePicture(
    Context, template="face.html", within=("message.html", "here.html", "frames/changes.html")
):
    """The face of somebody else, in messages and in the list of people."""

    person: Person = variable("Whose face it is.")

    hooks = (
        Hook(
            'img[data-author-face="{person.id}"][alt]',
            "A new face replaces this picture wherever it stands. The name beside it says who it "
            'is, so `alt` is empty: `alt=""`.',
            once=True,
        ),
        Hook(
            "img[referrerpolicy=no-referrer]",
            "Where faces come from another site, it is not told which page shows them.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageList(Context, template="list.html", within=("room.html", "frames/newest.html")):
    """All that stands in `#messages`: the way to older entries, the entries, the end."""

    page: Page = variable("The newest messages of the room.")

    hooks = (
        Hook(
            'li[id="c{page.seq}"][hidden] > input[name="cursor"]',
            "The end of the list. Each new message aims at it and takes its place.",
            once=True,
        ),
        Hook("li#more", "The way to older messages; it is replaced when they come.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class More(
    Context,
    template="more.html",
    within=("list.html", "past.html", "frames/older.html", "frames/trim.html"),
):
    """The way to older entries: the first item of the list. When `#sight` comes near the view, the
    page asks for them; without a script it is a link.
    """

    before: int | None = variable(BEFORE)

    hooks = (
        Hook(
            'li#more[data-before="{before or 0}"]',
            "Older messages take its place, if it still asks for these.",
            once=True,
        ),
        Hook("#more > #sight", "Coming into view, it has older messages loaded.", "before"),
        Hook(
            '#more > a[href="?before={before}"]',
            "Leads to the older messages without a script.",
            "before",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentinel(Context, template="sentinel.html", within=("list.html", "frames/changes.html")):
    """The hidden end of the list, which says what the page shows. Leave it as it is."""

    seq: int = variable("The number of the last change that the list shows.")

    hooks = (
        Hook(
            'li[id="c{seq}"][hidden]',
            "What comes next aims at this number, so nothing is shown twice or in another order.",
            once=True,
        ),
        Hook(
            'li > input[name="cursor"][value="{seq}"]',
            "The page says this number when it connects again, and gets what it missed.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyRoom(Context, template="empty.html", within=("list.html", "stream.html"), optional=True):
    """What a room says where nobody has spoken yet."""

    page: Page = variable("The room, which has no entries.")

    hooks = (
        Hook(
            "li.empty",
            "Our style sheet hides it by this class as soon as a message follows.",
            needed=False,
        ),
    )
