"""The connection: the parts of a room's page that nobody sees, and that keep it live."""

from __future__ import annotations

from dataclasses import dataclass

from chatterpy.theme.contract.context import Context, Hook, variable
from chatterpy.theme.contract.messages import BEFORE
from chatterpy.theme.contract.person import ROOM

ARMED = "Whether the connection is there, so that it may ask."
LOST = "Whether the page no longer knows what it shows, and needs the newest messages."


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Context, template="link.html"):
    """The connection to the server. Leave it as it is."""

    room: str = variable(ROOM)
    before: int | None = variable(BEFORE)
    lost: bool = variable(LOST)

    hooks = (
        Hook(
            "#link[hx-ws\\:connect]",
            "Connects to the server; one that is put in its place connects anew.",
            once=True,
        ),
        Hook(
            "#link > form[hx-ws\\:send][hx-trigger] > input[name=act][value=resume]",
            "The first that the page says on every connection: without it nothing ever comes.",
            once=True,
        ),
        Hook(
            '#link > form[hx-include*="#messages > [hidden] > [name=cursor]"]',
            "Says what the page shows, so that it gets what it missed.",
            "not lost",
        ),
        Hook("#link #older", "Asks for older messages; see older.html.", once=True),
        Hook("#link #typist", "Tells who types; see typist.html.", needed=False),
        Hook("#link #drafter", "Keeps what is typed; see drafter.html.", needed=False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive(Context, template="alive.html", within=("room.html", "frames/alive.html")):
    """The watchdog: each sign of life puts a new one here; after a long silence it asks for a fresh
    connection. Leave it as it is.
    """

    room: str = variable(ROOM)

    hooks = (
        Hook(
            '#alive[hx-get][hx-trigger^="every"][hx-swap=none]',
            "Without it a page whose connection died unseen stays silent for good.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Older(
    Context,
    template="older.html",
    within=(
        "link.html",
        "frames/newest.html",
        "frames/older.html",
        "frames/rearm.html",
        "frames/trim.html",
    ),
):
    """Asks for older entries when `#sight` comes near the view. Leave it as it is."""

    before: int | None = variable(BEFORE)
    armed: bool = variable(ARMED)

    hooks = (
        Hook("#older > input[name=act][value=older]", "What is asked for.", once=True),
        Hook(
            '#older > input[name=before][value="{before or 0}"]',
            "From where on; the page says it as well when it connects again.",
            once=True,
        ),
        Hook(
            '#older[hx-ws\\:send][hx-trigger*="#sight"]',
            "Asks when the way to older messages comes near the view.",
            "before and armed",
        ),
        Hook(
            "#older:not([hx-ws\\:send])",
            "Asks for nothing that cannot come.",
            "not before or not armed",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Typist(
    Context, template="typist.html", within=("link.html", "frames/resumed.html"), optional=True
):
    """Tells the others that the viewer types, while there is a connection."""

    armed: bool = variable(ARMED)

    hooks = (
        Hook("#typist", "Is put anew when the connection is there.", once=True),
        Hook("#typist[hx-ws\\:send][hx-trigger][hx-vals]", "Tells who types.", "armed"),
        Hook("#typist:not([hx-ws\\:send])", "Says nothing without a connection.", "not armed"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter(
    Context, template="drafter.html", within=("link.html", "frames/resumed.html"), optional=True
):
    """Keeps what is typed and not sent yet, so that a reload does not lose it."""

    room: str = variable(ROOM)
    armed: bool = variable(ARMED)
    late: bool = variable("Whether something was typed without a connection, to keep it now.")

    hooks = (
        Hook("#drafter", "Is put anew when the connection is there.", once=True),
        Hook(
            '#drafter > [hx-post][hx-trigger*="input delay"][hx-include*="#nonces > input"]',
            "Keeps the text when its writer pauses, with the nonce that it would be sent with.",
            "armed",
        ),
        Hook(
            '#drafter > [hx-post][hx-trigger^="change"][hx-include*="#nonces > input"]',
            "Keeps the text when its writer leaves the field.",
            "armed",
        ),
        Hook('#drafter > [hx-trigger^="load"]', "Keeps the text at once.", "armed and late"),
        Hook("#drafter:not(:has([hx-post]))", "Posts nothing without a connection.", "not armed"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch(Context, template="watch.html", within=("room.html", "frames/newest.html")):
    """Which part of the list is in view: the last lines, or nothing of the last screenful."""

    hooks = (
        Hook(
            '.watch > #far[hx-get*="far"][hx-trigger*="intersect"][hx-swap=none]',
            "In view when one reads further up: from then on what comes is marked as new.",
            once=True,
        ),
        Hook(
            '.watch > #near[hx-get*="near"][hx-trigger*="intersect"][hx-swap=none]',
            "In view at the end: what was new has been seen. The way to the newest leads here.",
            once=True,
        ),
    )
