"""Messages: what the composer posts."""

from __future__ import annotations

import time

from flask import request, url_for
from werkzeug.wrappers import Response

from chatterpy.chat.messages import new_nonce
from chatterpy.chat.rooms import check_slug
from chatterpy.errors import Refused, StoreUnavailable
from chatterpy.sentences import Sentence
from chatterpy.theme.contract.answers import LinedAnswer, SentAnswer
from chatterpy.web import identity
from chatterpy.web.answers import back, html, is_htmx, refused, room_page, see_other, told
from chatterpy.web.parts import blueprint, parts
from chatterpy.web.refusals import status_of


@blueprint.post("/rooms/<slug>/messages")
def messages(slug: str) -> Response:
    """Posts a message. With htmx the answer empties the field, if it still holds what was sent."""
    check_slug(slug)
    # The first nonce counts: a spent one stands before a fresh one until the field is settled.
    typed, nonce = request.form.get("text", ""), request.form.get("nonce")
    try:
        message = parts().chat.say(identity.actor(), slug, typed, nonce)
    except (Refused, StoreUnavailable) as error:
        status, sentence = status_of(error), told(error.sentence)
        if is_htmx():
            return refused("#why", sentence)
        page = parts().chat.open(slug)
        return room_page(page, status, typed_text=typed, text_why=sentence, nonce=nonce)
    parts().presence.stop_typing(slug, message.author.id, time.monotonic())
    if is_htmx():
        many = identity.many_lines() or "\n" in typed.strip()
        sent = SentAnswer(
            many=many,
            sent_pattern=None if many else exactly(typed),
            sent_length=length(typed) if many else None,
            spent=nonce or "",
            nonce=new_nonce(),
        )
        return html(sent)
    return see_other(url_for(".room", slug=slug))


@blueprint.post("/me/lines", endpoint="lines")
def lines() -> Response:
    """Swaps the field for one of several lines or of one, with what was typed in it."""
    typed = request.form.get("text", "")
    many = request.form.get("lines") == "many"
    why = None
    if not many and "\n" in typed.strip():
        # A field of one line would drop the breaks without a word.
        many = True
        why = told(Sentence("This text has several lines. Send it, or join them first."))
    identity.set_many_lines(many)
    if is_htmx():
        return refused("#why", why) if why else html(LinedAnswer(many=many, typed=typed))
    nonce = request.form.get("nonce")
    return room_page(parts().chat.open(back()), typed_text=typed, text_why=why, nonce=nonce)


def length(text: str) -> int:
    """The length of a text as browsers count it (HTML, 4.10.11): UTF-16 units, a break is one."""
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2


def exactly(text: str) -> str:
    """A pattern that matches this text and no other, for an input's `pattern` (HTML, 4.10.5.3.6).

    Browsers compile it with the flag v (ECMA-262): each character that is no letter or digit is
    written as its code point.
    """
    return "".join(
        char if char.isascii() and char.isalnum() else f"\\u{{{ord(char):x}}}" for char in text
    )
