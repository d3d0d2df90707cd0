"""Notices: fragments that pages fetch in good time, and the two words for the connection."""

from __future__ import annotations

from dataclasses import dataclass

from chatterpy.theme.contract.answers import partial
from chatterpy.theme.contract.context import Context, Hook


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectingNotice(Context, template="notices/connecting.html", within=("room.html",)):
    """In #status until the page is connected."""

    hooks = (
        Hook(".waiting", "Our style sheet shows it by this class, after a second.", "", False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedNotice(
    Context,
    template="notices/connected.html",
    within=("frames/resumed.html", "frames/alive.html"),
):
    """In #status while all is well."""

    hooks = (Hook(".connected", "Our style sheet shows a dot by this class.", "", False),)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineNotice(Context, template="notices/offline.html"):
    """In #status when the connection is lost."""

    hooks = (
        Hook(
            ".lost:not(.lost .lost)",
            "Stands right in #status: by this class it is taken away again.",
            once=True,
        ),
        Hook(".waiting", "Our style sheet shows it as an alarm by this class.", needed=False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentNotice(Context, template="notices/unsent.html"):
    """In #why, below the field, when a message could not be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedNotice(Context, template="notices/unreached.html"):
    """Beside the field of a name, a room or a face when the server could not be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice(Context, template="notices/sent.html"):
    """After Send: empties a field of one line that still holds what was sent, and keeps one that
    was typed on in. Leave it as it is.
    """

    hooks = (
        Hook(
            partial("#text[pattern]:valid", "outerHTML", " > input#text"),
            "Empties the field.",
            once=True,
        ),
        Hook(
            partial("#text[pattern]:invalid", "outerMorph", " > input#text"),
            "Keeps what was typed on.",
            once=True,
        ),
        Hook(
            partial("#nonces > .spent", "delete"), "The next Send is the next message.", once=True
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLinesNotice(Context, template="notices/sent-lines.html"):
    """The same for a field of several lines. Leave it as it is."""

    hooks = (
        Hook(
            partial("#text[minlength]:valid", "outerHTML", " > textarea#text"),
            "Empties the field.",
            once=True,
        ),
        Hook(
            partial("#text[minlength]:invalid", "outerMorph", " > textarea#text"),
            "Keeps what was typed on.",
            once=True,
        ),
        Hook(
            partial("#nonces > .spent", "delete"), "The next Send is the next message.", once=True
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FarNotice(Context, template="notices/far.html"):
    """Puts the mark `#unread` at the end of the list, when one reads further up."""

    hooks = (
        Hook(
            'hx-partial[hx-target$="> [hidden]:last-child"][hx-swap=beforebegin] > li#unread',
            "What comes behind this mark is counted as new.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NearNotice(Context, template="notices/near.html"):
    """Takes the mark away again, when one has come to the end."""

    hooks = (Hook(partial("#unread", "delete"), "What was new has been seen.", once=True),)
