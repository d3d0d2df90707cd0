"""Avatars: the drawings, the gallery to choose one from, and the form that does."""

from __future__ import annotations

from flask import Response, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from chatterpy.chat.faces import Face
from chatterpy.errors import Refused, StoreUnavailable
from chatterpy.theme.contract.answers import OfferedAnswer, RefacedAnswer
from chatterpy.theme.contract.pages import FacesPage
from chatterpy.theme.contract.person import Offer
from chatterpy.web import identity
from chatterpy.web.answers import FOR_EVER, Kept, back, html, is_htmx, me, refused, see_other, told
from chatterpy.web.names import tell
from chatterpy.web.parts import blueprint, parts

#: An SVG is a document: opened by itself it must not run or load anything.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

#: What each style is shown by: the same for everybody, so that it is drawn once.
EXAMPLE = "otter"

#: Who wants more dozens than this sees the first one again.
DOZENS = 100


@blueprint.get("/avatars/<style>/<seed>.svg", endpoint="avatar")
def avatar(style: str, seed: str) -> Response:
    face, text = Face.parse(f"{style}:{seed}"), request.args.get("of", "")
    if face is None or not parts().templates.provider.can_draw(face, text):
        raise NotFound
    answer = Kept(parts().easel.drawing(face, text), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


@blueprint.get("/me/faces", endpoint="faces")
def faces() -> Response:
    """A dozen faces of a style, and the styles there are: in the card, or as a page."""
    who, wardrobe = me(), parts().chat.wardrobe
    mine = wardrobe.fit(who.face)
    style = request.args.get("style", mine.style)
    if style not in wardrobe.styles:
        raise NotFound
    number = request.args.get("more", 0, type=int) % DOZENS
    offered = wardrobe.dozen(style, identity.visitor().token, number)
    kind: type[Offer] = OfferedAnswer if is_htmx() else FacesPage
    offer = kind(
        me=who,
        styles=[Face(one, EXAMPLE) for one in wardrobe.styles],
        style=style,
        faces=offered,
        worn=[face for face in offered if wardrobe.look(face) == wardrobe.look(mine)],
        number=number,
        following=(number + 1) % DOZENS if wardrobe.endless else None,
        room=back(),
    )
    return html(offer)


@blueprint.post("/me/avatar")
def reface() -> BaseResponse:
    """Gives the person the face they chose, or another one, and shows it wherever they are seen."""
    chosen = request.form.get("face")
    try:
        person = parts().chat.reface(identity.actor(), chosen)
    except (Refused, StoreUnavailable) as error:
        if is_htmx():
            return refused("#face-why", told(error.sentence))
        raise
    tell(person)
    if is_htmx():
        return html(RefacedAnswer(me=person, chosen=chosen is not None, room=back()))
    return see_other(url_for(".room", slug=back()))
