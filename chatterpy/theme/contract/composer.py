"""The composer: the form in which messages are written, and its parts."""

from __future__ import annotations

from dataclasses import dataclass

from chatterpy.chat.changes import Page
from chatterpy.theme.contract.context import Context, Hook, variable

MANY = "Whether the field has several lines."
SENT_PATTERN = (
    "A pattern that matches exactly what is being sent, for a field of one line; else none."
)
SENT_LENGTH = "The length of what is being sent, for a field of several lines; else none."


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer(Context, template="composer.html", within=("room.html",)):
    """The form in which messages are written: the field, Send, and why something was not sent."""

    page: Page = variable("The room that it writes to.")
    nonce: str = variable("Stands for this message: sent twice with it, it is still one.")
    draft_text: str = variable("What was typed here before and not sent; empty where nothing was.")
    typed_text: str | None = variable("What was typed, where it was refused; else none.")
    text_why: str | None = variable("Why it was refused, as a sentence; else none.")
    name_why: str | None = variable("Why a name was refused: its field has the focus then.")
    many: bool = variable(MANY)

    hooks = (
        Hook(
            "form#composer[method=post][action][hx-post][hx-swap=none]",
            "The form that sends, with a script and without. Its answer finds its places by "
            "itself, so it is swapped nowhere.",
            once=True,
        ),
        Hook(
            '#composer #nonces > input[type=hidden][name=nonce][value="{nonce}"]',
            "Makes a message that is sent twice one message; the answer puts a fresh one here.",
            once=True,
        ),
        Hook(
            '#composer input[type=hidden][name=room][value="{page.room}"]',
            "Tells where to lead back to when the field is swapped without a script.",
        ),
        Hook("#composer #text[name=text]", "The field is a part of the form.", once=True),
        Hook(
            "#composer button:not(button ~ button):not([name])",
            "Sends, without a script as well. Enter presses the first button: so it comes first.",
        ),
        Hook(
            "#why[role=alert]",
            "Says why a message was not sent; read out at once. Without it the reason is lost.",
            once=True,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(
    Context,
    template="text.html",
    within=(
        "composer.html",
        "sent.html",
        "lined.html",
        "notices/sent.html",
        "notices/sent-lines.html",
    ),
):
    """The field, of one line or of several. While a message is on its way, the browser compares
    what is in the field with what was sent, by `pattern` or by `minlength` and `maxlength`.
    """

    value: str = variable("What is in the field.")
    many: bool = variable(MANY)
    sent_pattern: str | None = variable(SENT_PATTERN)
    sent_length: int | None = variable(SENT_LENGTH)
    first: bool = variable("Whether it has the focus.")

    hooks = (
        Hook("#text[name=text]", "The field of the message, by its id and name.", once=True),
        Hook("input#text[type=text]", "One line: Enter sends.", "not many"),
        Hook("textarea#text", "Several lines: Enter starts a new one.", "many"),
        Hook(
            "#text[placeholder]",
            "An empty field is told from one with a text by its placeholder being shown.",
        ),
        Hook('input#text[value="{value}"]', "What was typed stays.", "value and not many"),
        Hook(
            '#text[pattern="{sent_pattern}"]',
            "Tells whether the field still holds what was sent.",
            "not many and sent_pattern is not none",
        ),
        Hook(
            "#text:not([pattern])",
            "A field at rest has no pattern, or it would be emptied by mistake.",
            "many or sent_pattern is none",
        ),
        Hook(
            'textarea#text[minlength="{sent_length}"][maxlength="{sent_length}"]',
            "Tells whether the field still holds what was sent.",
            "many and sent_length is not none",
        ),
        Hook(
            "#text:not([minlength])",
            "A field at rest has no length, or it would be emptied by mistake.",
            "not many or sent_length is none",
        ),
        Hook("#text[autofocus]", "Puts the cursor into the field.", "first", needed=False),
        Hook(
            '#text[aria-describedby~="why"]',
            "A screen reader reads why a message was not sent with the field.",
            needed=False,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesButton(
    Context, template="lines.html", within=("composer.html", "lined.html"), optional=True
):
    """The button that swaps the field for one of several lines, and back."""

    many: bool = variable(MANY)

    hooks = (
        Hook(
            "button#lines[name=lines][formaction][hx-post][hx-swap=none]",
            "Posts what is typed, and gets the other field with it.",
            once=True,
        ),
        Hook('button#lines[value="one"]', "Asks for a field of one line.", "many"),
        Hook('button#lines[value="many"]', "Asks for a field of several lines.", "not many"),
    )
