"""The viewer's own: the card with name and face, and the gallery of faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatterpy.chat.changes import Page
from chatterpy.chat.faces import Face
from chatterpy.chat.people import Person, Visitor
from chatterpy.theme.contract.context import Context, Hook, variable

ME = "Who looks at the page."
ROOM = "The name of the room, as in its address."
TYPED_NAME = "The name that was typed, where it was refused; else none."
NAME_WHY = "Why a name was refused, as a sentence; else none."

_BACK = "Tells which room to lead back to without a script."


@dataclass(frozen=True, slots=True, kw_only=True)
class Me(Context, template="me.html", within=("room.html",), optional=True):
    """Who the viewer is, and the card in which they change it. The browser itself opens and closes
    the card; where a name was refused without a script, the card is a part of the page.
    """

    me: Person | Visitor = variable(ME)
    page: Page = variable("The room that the page shows.")
    room: str = variable(ROOM)
    typed_name: str | None = variable(TYPED_NAME)
    name_why: str | None = variable(NAME_WHY)

    hooks = (
        Hook(
            '[data-me="name"]',
            "Holds the viewer's own name and nothing else: a rename on any of their pages puts the "
            "new name here.",
        ),
        Hook("button[popovertarget=card]", "Opens the card.", "not name_why", needed=False),
        Hook("#card[popover]", "The card opens and closes by itself.", "not name_why", False),
        Hook(
            "#card:not([popover])",
            "A card that was refused something stands open: no markup can open a popover.",
            "name_why",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MyFace(
    Context,
    template="myface.html",
    within=("me.html", "frames/own.html", "refaced.html", "renamed.html"),
):
    """The viewer's own face."""

    me: Person | Visitor = variable(ME)

    hooks = (
        Hook('img[data-me="face"][alt]', "A new face replaces this picture."),
        Hook(
            "img[referrerpolicy=no-referrer]",
            "Where faces come from another site, it is not told which page shows them.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming(Context, template="naming.html", within=("me.html",), optional=True):
    """The form in which the viewer changes their name."""

    me: Person | Visitor = variable(ME)
    page: Page = variable("The room that the page shows.")
    typed_name: str | None = variable(TYPED_NAME)
    name_why: str | None = variable(NAME_WHY)

    hooks = (
        Hook(
            "form#naming[method=post][action][hx-post][hx-swap=none]",
            "The form, with a script and without. Its answer finds its places by itself.",
            once=True,
        ),
        Hook('#naming input[type=hidden][name=room][value="{page.room}"]', _BACK),
        Hook("#naming input[name=name]", "The name that is posted.", once=True),
        Hook(
            "#name-why[role=status]",
            "Says that the name was changed, or why not; a screen reader reads it out.",
            once=True,
        ),
        Hook("#name-why .refusal", "The reason, told apart by its class.", "name_why", False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facing(Context, template="facing.html", within=("me.html",), optional=True):
    """In the card: another face, or one from the gallery."""

    room: str = variable(ROOM)

    hooks = (
        Hook(
            "#facing form[method=post][action][hx-post][hx-swap=none]",
            "Posts for another face. The page says so when the server cannot be reached from here.",
        ),
        Hook('#facing form input[type=hidden][name=room][value="{room}"]', _BACK),
        Hook("#face-why[role=status]", "Says what became of it; read out.", once=True),
        Hook("#gallery", "The gallery is put here, and taken away again.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseLink(
    Context, template="choose.html", within=("facing.html", "refaced.html"), optional=True
):
    """The link that opens the gallery of faces: in the card, or as a page without a script."""

    room: str = variable(ROOM)
    focused: bool = variable("Whether it has the focus: after a face was chosen.")

    hooks = (
        Hook(
            "a#choose[href][hx-get][hx-swap=none]",
            "Asks for the gallery; it is put anew, with the focus, after a face was chosen.",
            once=True,
        ),
        Hook("#choose[autofocus]", "Gives the focus back.", "focused", needed=False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Context):
    """A dozen faces of one style, out of those that there are."""

    me: Person | Visitor = variable(ME)
    styles: Sequence[Face] = variable("A face of each style, the same for everybody.")
    style: str = variable("The style whose faces are shown.")
    faces: Sequence[Face] = variable("The faces to choose from.")
    worn: Sequence[Face] = variable("Those of them that look like the viewer's own.")
    number: int = variable("Which dozen of the style it is; the first is 0.")
    following: int | None = variable("The number of the next dozen; none where there are no more.")
    room: str = variable(ROOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery(Offer, template="gallery.html", within=("faces.html", "offered.html")):
    """The gallery: the styles there are, each with an example, and a dozen faces of one."""

    hooks = (
        Hook("form[method=post][action][hx-post][hx-swap=none]", "Posts the face that is chosen."),
        Hook('form > input[type=hidden][name=room][value="{room}"]', _BACK),
        Hook('form button[name=face][value="{faces[0]}"]', "Chooses this face."),
        Hook(
            "button[aria-current=true]",
            "Says which face is the viewer's own.",
            "worn",
            needed=False,
        ),
        Hook("[href][hx-get][hx-swap=none] > img", "Shows another style.", "styles|length > 1"),
        Hook(
            "a[href][hx-get][hx-swap=none]:not(:has(img))",
            "Shows more faces.",
            "following is not none",
        ),
    )
