"""Answers to forms: fragments that find their places in the page by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatterpy.chat.people import Person, Visitor
from chatterpy.theme.contract.beside import PEOPLE, SOUGHT
from chatterpy.theme.contract.composer import MANY, SENT_LENGTH, SENT_PATTERN
from chatterpy.theme.contract.connection import LOST
from chatterpy.theme.contract.context import Context, Hook, variable
from chatterpy.theme.contract.messages import BEFORE
from chatterpy.theme.contract.person import ME, ROOM, Offer


def partial(target: str, swap: str, inside: str = "") -> str:
    """The selector of a part of an answer, by where it goes and how; and of something in it."""
    return f'hx-partial[hx-target="{target}"][hx-swap^="{swap}"]{inside}'


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAnswer(Context, template="sent.html"):
    """A message was stored: the field gets what tells whether it still holds that message, and what
    loads behind it empties the field or keeps what was typed on. Leave it as it is.
    """

    many: bool = variable(MANY)
    sent_pattern: str | None = variable(SENT_PATTERN)
    sent_length: int | None = variable(SENT_LENGTH)
    spent: str = variable("The nonce of the message that was stored.")
    nonce: str = variable("The nonce of the next message.")

    hooks = (
        Hook(
            partial("#text", "outerMorph", " > #text"),
            "The field in place of the field, keeping what is in it.",
            once=True,
        ),
        Hook(
            partial(
                "#nonces",
                "innerHTML",
                ' > input.spent[name=nonce][value="{spent}"] + input[name=nonce][value="{nonce}"]',
            ),
            "The spent nonce first: Send pressed again at once is the same message.",
            once=True,
        ),
        Hook(partial("#why", "innerHTML"), "Takes an old reason away.", once=True),
        Hook(
            partial("#settle", "innerHTML", ' > [hx-get*="sent"][hx-trigger=load]'),
            "Loads what empties the field.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinedAnswer(Context, template="lined.html"):
    """The other field, of several lines or of one, with what was typed in it."""

    many: bool = variable(MANY)
    typed: str = variable("What was typed.")

    hooks = (
        Hook(partial("#text", "outerHTML", " > #text"), "The other field.", once=True),
        Hook(partial("#lines", "outerHTML", " > #lines"), "The button that swaps back.", once=True),
        Hook(partial("#why", "innerHTML"), "Takes an old reason away.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAnswer(Context, template="refused.html"):
    """A form was refused: the reason goes beside its field, what was typed stays."""

    target: str = variable("Where the reason goes: the id of a place, with #.")
    sentence: str = variable("The reason, as a sentence.")

    hooks = (Hook(partial("{target}", "innerHTML"), "Puts the reason in its place.", once=True),)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamedAnswer(Context, template="renamed.html"):
    """The viewer has another name."""

    me: Person | Visitor = variable(ME)

    hooks = (
        Hook(partial("[data-me=name]", "textContent"), "The new name.", once=True),
        Hook(
            partial("[data-me=face]", "outerHTML", " > [data-me=face]"),
            "The face, which may show letters of the name.",
            once=True,
        ),
        Hook(partial("#name-why", "innerHTML"), "Says that it was done.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefacedAnswer(Context, template="refaced.html"):
    """The viewer has another face; one that was chosen closes the gallery."""

    me: Person | Visitor = variable(ME)
    chosen: bool = variable("Whether it was chosen from the gallery.")
    room: str = variable(ROOM)

    hooks = (
        Hook(
            partial("[data-me=face]", "outerHTML", " > [data-me=face]"), "The new face.", once=True
        ),
        Hook(partial("#face-why", "innerHTML"), "Says that it was done.", once=True),
        Hook(partial("#gallery", "innerHTML"), "Closes the gallery.", "chosen", once=True),
        Hook(
            partial("#choose", "outerHTML", " > #choose"), "Gives the focus back.", "chosen", False
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedAnswer(Offer, template="offered.html"):
    """The gallery of faces, in the card."""

    hooks = (
        Hook(partial("#gallery", "innerHTML"), "Opens the gallery, or another part.", once=True),
        Hook(partial("#face-why", "innerHTML"), "Takes an old sentence away.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAnswer(Context, template="found.html"):
    """Whom a search found, in place of the list of people for as long as something is sought."""

    people: Sequence[Person] = variable(PEOPLE)
    found: int = variable("How many were found; not all need to be listed.")
    sought: str = variable(SOUGHT)

    hooks = (
        Hook(partial("#people", "outerHTML", " > #people"), "The list of those found.", once=True),
        Hook(
            "#people[data-sought]",
            "Who comes and goes leaves a list alone that was sought.",
            "sought",
        ),
        Hook(
            "#people:not([data-sought])",
            "The list of all is live again.",
            "not sought",
        ),
        Hook(partial("#found", "textContent"), "Says how many, for screen readers.", once=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RelinkAnswer(Context, template="relink.html"):
    """A fresh connection for a page that heard nothing for too long. Leave it as it is."""

    room: str = variable(ROOM)
    before: int | None = variable(BEFORE)
    lost: bool = variable(LOST)

    hooks = (Hook(partial("#link", "outerHTML", " > #link"), "Connects the page anew.", once=True),)
