"""Names: the form in which a person renames themselves."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from chatterpy.chat.people import Person
from chatterpy.errors import Refused, StoreUnavailable
from chatterpy.live.frames import text_frame
from chatterpy.theme.contract.answers import RenamedAnswer
from chatterpy.web import identity
from chatterpy.web.answers import back, html, is_htmx, refused, room_page, see_other, told
from chatterpy.web.parts import blueprint, parts
from chatterpy.web.refusals import status_of


@blueprint.post("/me/name")
def rename() -> Response:
    """Renames the person, on every page where they are seen."""
    typed = request.form.get("name", "")
    try:
        person = parts().chat.rename(identity.actor(), typed)
    except (Refused, StoreUnavailable) as error:
        status, sentence = status_of(error), told(error.sentence)
        if is_htmx():
            return refused("#name-why", sentence)
        page = parts().chat.open(back())
        return room_page(page, status, typed_name=typed, name_why=sentence)
    tell(person)
    if is_htmx():
        return html(RenamedAnswer(me=person))
    return see_other(url_for(".room", slug=back()))


def tell(person: Person) -> None:
    """Shows a person's own name and face on all their pages, in whichever room they are."""
    parts().presence.update(person)
    parts().hub.tell(person.id, text_frame(parts().fragments.own(person)))
