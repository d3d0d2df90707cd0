"""Styles and drawings: what is no page."""

from __future__ import annotations

from dataclasses import dataclass

from chatterpy.chat.people import Person, Visitor
from chatterpy.theme.contract.context import Context, Hook, variable
from chatterpy.theme.contract.person import ME


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleLinks(Context, template="styles.html", within=("layout.html", "stream.html")):
    """The links to the style sheets: ours, then the theme's, then what its settings set."""

    hooks = (
        Hook(
            "link[rel=stylesheet]",
            "Ours also keeps the newest message in view, shows what is new, and tells mine from "
            "theirs: so build on it, or take these parts over.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MineLink(
    Context,
    template="mine.html",
    within=("room.html", "past.html", "stream.html", "frames/own.html"),
):
    """The link to the viewer's own style (`me.css`)."""

    me: Person | Visitor = variable(ME)

    hooks = (
        Hook(
            'link.mine[rel=stylesheet][href*="v={me.id}-"]',
            "By its class and the end of its address it is replaced when somebody becomes "
            "another person.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MyStyle(Context, template="me.css"):
    """The viewer's own style sheet: it lays out their messages apart from those of the others, by
    `[data-author="{{ me.id }}"]`, and hides from them that they type, by `[data-typist]`. Who has
    not written yet has the id 0, and no messages.
    """

    me: Person | Visitor = variable(ME)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeStyle(Context, template="theme.css"):
    """The style sheet of the theme's settings: their tokens, with the values chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialsDrawing(Context, template="initials.svg"):
    """A face of the first letters of a name, where the setting `avatar_provider` says so."""

    text: str = variable("The letters, one or two.")
    ink: str = variable("Their colour, as six digits without #.")
    ground: str = variable("The colour behind them, as six digits without #.")

    hooks = (
        Hook('svg[xmlns="http://www.w3.org/2000/svg"]', "Is a drawing by this.", once=True),
        Hook("svg text", "Shows the letters."),
    )
