"""Avatars: drawn once, kept for ever by browsers, and harmless when opened by themselves."""

from __future__ import annotations

from collections import OrderedDict

import gevent
from flask import Response, redirect, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from chatterpy.chat.drawing import draw
from chatterpy.chat.faces import Face
from chatterpy.errors import Refused, StoreUnavailable
from chatterpy.web import identity
from chatterpy.web.answers import FOR_EVER, back, html, is_htmx, refused
from chatterpy.web.names import tell
from chatterpy.web.parts import blueprint, parts

#: An SVG is a document: opened by itself it must not run or load anything.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

_drawn: OrderedDict[Face, bytes] = OrderedDict()


@blueprint.get("/avatars/<style>/<seed>.svg", endpoint="avatar")
def avatar(style: str, seed: str) -> Response:
    face = Face.parse(f"{style}:{seed}")
    if face is None:
        raise NotFound
    answer = Response(_draw(face), mimetype="image/svg+xml")
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


def _draw(face: Face) -> bytes:
    """The drawing, from memory or from a thread: a style's first takes up to a second."""
    if face in _drawn:
        _drawn.move_to_end(face)
        return _drawn[face]
    svg: bytes = gevent.get_hub().threadpool.apply(draw, (face,))
    _drawn[face] = svg
    while len(_drawn) > parts().settings.faces_cache:
        _drawn.popitem(last=False)
    return svg
