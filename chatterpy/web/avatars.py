"""Avatars: drawn once, kept for ever by browsers, and harmless when opened by themselves."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from chatterpy.chat.faces import Face
from chatterpy.errors import Refused, StoreUnavailable
from chatterpy.web import identity
from chatterpy.web.answers import FOR_EVER, back, html, is_htmx, refused
from chatterpy.web.names import tell
from chatterpy.web.parts import blueprint, parts

#: An SVG is a document: opened by itself it must not run or load anything.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.get("/avatars/<style>/<seed>.svg", endpoint="avatar")
def avatar(style: str, seed: str) -> Response:
    face, text = Face.parse(f"{style}:{seed}"), request.args.get("of", "")
    if face is None or not parts().templates.provider.can_draw(face, text):
        raise NotFound
    answer = Response(parts().easel.drawing(face, text), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


@blueprint.post("/me/avatar")
def reface() -> BaseResponse:
    """Draws another face for the person, and shows it wherever they are seen."""
    try:
        person = parts().chat.reface(identity.actor())
    except (Refused, StoreUnavailable) as error:
        if is_htmx():
            return refused("#name-why", str(error))
        raise
    tell(person)
    if is_htmx():
        return html("refaced.html", me=person)
    return redirect(url_for(".room", slug=back()), 303)
