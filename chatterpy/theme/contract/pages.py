"""The pages: a room, its older messages, the room without a script, and the smaller ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatterpy.chat.changes import Page
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room
from chatterpy.theme.contract.beside import (
    COUNTS,
    HERE,
    PEOPLE,
    PEOPLE_SHOWN,
    ROOMS,
    SLUG_WHY,
    SOUGHT,
    TYPED_SLUG,
)
from chatterpy.theme.contract.composer import MANY
from chatterpy.theme.contract.context import Context, Hook, variable
from chatterpy.theme.contract.person import ME, NAME_WHY, ROOM, TYPED_NAME, Offer


def _notice(name: str, place: str, reason: str, needed: bool = True) -> Hook:
    """What shows a notice that was fetched before, in its place."""
    return Hook(f'[hx-get*="{name}"][hx-trigger][hx-target="{place}"]', reason, needed=needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(
    Context,
    template="layout.html",
    within=("room.html", "past.html", "people.html", "faces.html", "error.html"),
):
    """The frame of all pages but the stream: title, style sheets, icon, body. What stands here
    stands on every page.
    """

    hooks = (
        Hook("html[lang]", "Says in which language the page is, for screen readers."),
        Hook("meta[charset=utf-8]", "All that people write is UTF-8."),
        Hook(
            'meta[name=viewport][content*="width=device-width"]',
            "On phones the page is as wide as the screen.",
        ),
        Hook("title", "The name of the page, in tabs and for screen readers.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPage(Context, template="room.html"):
    """The page of a room: the messages, the composer, who is here, the rooms. What has an id here
    is a place that news aim at: without it, they find no place and nothing is seen of them.
    """

    page: Page = variable("The room and its newest messages.")
    room: str = variable(ROOM)
    me: Person | Visitor = variable(ME)
    nonce: str = variable("Stands for the next message: sent twice with it, it is still one.")
    draft_text: str = variable("What was typed here before and not sent; empty where nothing was.")
    htmx_config: str = variable("How htmx behaves, as JSON. Put it into the page as it is.")
    many: bool = variable(MANY)
    rooms: Sequence[Room] = variable(ROOMS)
    counts: Mapping[str, int] = variable(COUNTS)
    here: Sequence[Person] = variable(HERE)
    people_shown: int = variable(PEOPLE_SHOWN)
    typed_text: str | None = variable(
        "The message that was typed, where it was refused; else none.", default=None
    )
    text_why: str | None = variable(
        "Why a message was refused, as a sentence; else none.", default=None
    )
    typed_name: str | None = variable(TYPED_NAME, default=None)
    name_why: str | None = variable(NAME_WHY, default=None)
    typed_slug: str | None = variable(TYPED_SLUG, default=None)
    slug_why: str | None = variable(SLUG_WHY, default=None)

    hooks = (
        Hook(
            'head > meta[name="htmx-config"][content]',
            "How the page connects again, and what it does with the answers; put in as it is.",
            once=True,
        ),
        Hook('script[src*="htmx.js"]', "The one script: without it nothing is live.", once=True),
        Hook(
            "#chat #scroller #messages",
            "All that is live stands within #chat; news look for the list in it.",
            once=True,
        ),
        *(
            Hook(f"#chat {place}", f"Within #chat, where news look for it: {reason}.")
            for place, reason in (
                ("#text", "what is typed is kept by what it tells"),
                ("#link", "a page that lost its place gets a fresh one"),
                ("#alive", "the sign of life goes there"),
                ("#older", "it is told where older messages begin"),
                ("#far", "it tells that one reads further up"),
            )
        ),
        Hook(
            "#chat #status[role=status]",
            "Says whether the page is connected; what is in it is replaced, and read out.",
            once=True,
        ),
        Hook(
            "#scroller[role=log][tabindex]",
            "The part that scrolls. Its role has new messages read out, and with the keyboard one "
            "can scroll it. What comes into view is measured by it.",
            once=True,
        ),
        Hook(
            "#scroller > #log > ol#messages",
            "The list of messages: in this order, as the style sheet keeps its end in view.",
            once=True,
        ),
        Hook(
            "#messages > #more:first-child",
            "The way to older messages comes first: the first message shown has its day and name.",
        ),
        Hook(
            '#messages > [id="c{page.seq}"][hidden]:last-child > input[name="cursor"]',
            "The end of the list comes last, as an item of it: what is new goes there.",
            once=True,
        ),
        Hook("#log > .watch", "Lies over the list, to tell what is in view.", once=True),
        Hook(
            ".stage > #scroller",
            "The part of the page that is as high as is left, so that the list scrolls in it.",
            needed=False,
        ),
        Hook("#scroller > #end", "Where the view comes to rest, in Safari.", needed=False),
        Hook(
            "#scroller ~ #newest",
            "The way to the newest, shown by the style sheet while there is something new below; "
            "so it comes after the list, beside it.",
            needed=False,
            once=True,
        ),
        Hook(
            '#newest[href="#near"] b', "Leads to the end; how much is new is shown in b.", "", False
        ),
        Hook(
            "noscript iframe#stream[name=stream][src]",
            "Without a script this is the room.",
            once=True,
        ),
        Hook("noscript a[target=stream]", "Loads it again after a long outage.", needed=False),
        Hook("#count", "How many are here.", needed=False, once=True),
        Hook("#comings[role=status]", "Who came and who left; read out.", needed=False, once=True),
        Hook("#typing", "Who types.", needed=False, once=True),
        Hook("#settle", "What loads here empties the field after Send.", once=True),
        *(
            Hook(
                f'[hx-get*="{name}"][hx-trigger="load"][hx-swap=none]',
                "Fetched while the server can be reached, to be shown when it cannot.",
            )
            for name in ("offline", "unsent", "unreached")
        ),
        Hook(
            '[hx-get*="name=sent"], [hx-get*="notices/sent"]',
            "Fetched in good time: it empties the field after Send.",
        ),
        _notice("offline", "#status", "Says that the connection is lost."),
        _notice("unsent", "#why", "Says that a message was not sent, as the server is away."),
        _notice("unreached", "#name-why", "Says that the name was not changed.", False),
        _notice("unreached", "#slug-why", "Says that the room was not opened.", False),
        _notice("unreached", "#face-why", "Says that the face was not changed.", False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPage(Context, template="past.html"):
    """A page of older messages: not live, with links to the ones before and to the newest."""

    page: Page = variable("The room and a stretch of its older messages.")
    me: Person | Visitor = variable(ME)

    hooks = (
        Hook(
            "#chat.past #messages",
            "The class says that the page is not live: its list is shown without a script, too.",
            once=True,
        ),
        Hook("#messages > #more", "The way to still older messages.", "page.before"),
        Hook("a[href]:not(#more a)", "A way back to the room."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPage(Context, template="stream.html"):
    """The room without a script, in a frame of the room's page: an answer that never ends. The
    template stops within the open list, and new messages follow behind its last line.
    """

    page: Page = variable("The room and its newest messages.")
    me: Person | Visitor = variable(ME)
    retry: int = variable("After how many seconds the page loads itself again, once it has ended.")

    hooks = (
        Hook(
            "#messages > li.probe",
            "The list is open at the end: nothing closes it, and what comes is an item of it.",
            behind='<li class="probe"></li>',
        ),
        Hook(
            'meta[http-equiv=refresh][content="{retry}"]',
            "Brings the page back when its connection ends.",
            once=True,
        ),
        Hook(
            "body.stream #scroller[role=log][tabindex] > #log > ol#messages",
            "The list, as in the room's page; the frame is filled by it.",
            once=True,
        ),
        Hook("html[lang]", "Says in which language the page is, for screen readers."),
        Hook("title", "The name of the frame's page.", once=True),
        Hook(
            "#more a[target=_top]",
            "Leads to older messages in the whole window, not in the frame.",
            "page.before",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage(Context, template="people.html"):
    """Who is in a room, as a page of its own: for browsers without a script."""

    room: str = variable(ROOM)
    people: Sequence[Person] = variable(PEOPLE)
    found: int = variable("How many were found; not all need to be listed.")
    sought: str = variable(SOUGHT)

    hooks = (Hook("a[href]", "A way back to the room."),)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacesPage(Offer, template="faces.html"):
    """The gallery of faces as a page of its own: for browsers without a script."""

    hooks = (
        Hook("#gallery", "What asks for other faces is named by it.", once=True),
        Hook("a[href]:not(#gallery a)", "A way back to the room."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Context, template="error.html"):
    """What is shown where something is not there, not allowed, or went wrong."""

    title: str = variable("What is wrong, in a few words.")
    sentence: str = variable("What is wrong and what to do, as a sentence.")
    meant: str | None = variable("The room that was probably meant; else none.")
    again: str | None = variable("The address to try again, where that may help; else none.")
    home: str = variable("The name of the room that everything starts with.")

    hooks = (
        Hook("h1", "Says what is wrong.", once=True),
        Hook("a[href]", "A way on."),
        Hook('a[href="{again}"]', "Tries again.", "again"),
    )
