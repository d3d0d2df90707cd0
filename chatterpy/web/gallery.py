"""The gallery of `chatterpy theme dev`: an index, a page for each template, and what it shows."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import NotFound

from chatterpy.theme import gallery as rooms
from chatterpy.theme.contract.styles import StyleLinks
from chatterpy.theme.gallery import Exhibit
from chatterpy.theme.workshop import Fault
from chatterpy.web.avatars import SANDBOX
from chatterpy.web.dev import NO_STORE, PREFIX, page, render, workshop
from chatterpy.web.parts import parts

#: The width and height of what pages are shown in, in CSS pixels.
SIZES = {"phone": (390, 760), "desktop": (1180, 760)}
SCHEMES = ("light", "dark")


#: Apart from that of the chat: only a workshop has it.
gallery = Blueprint("gallery", __name__, url_prefix=PREFIX)


@gallery.get("/gallery")
def index() -> Response:
    """All templates, or those in which something that is sought stands."""
    sought = request.args.get("q", "")
    groups = list(rooms.exhibits(parts().templates, sought))
    found = () if sought else workshop().findings
    theme = parts().templates.theme
    return page("gallery.html", groups=groups, sought=sought, theme=theme, findings=found)


@gallery.get("/gallery/<path:template>")
def exhibit(template: str) -> Response:
    """A template in all its states, with what it is given and what the page needs of it."""
    shown = _find(template)
    found = [one for one in workshop().findings if shown.concerns(one)]
    return page("exhibit.html", exhibit=shown, sizes=SIZES, schemes=SCHEMES, findings=found)


@gallery.get("/frame/<path:template>")
def frame(template: str) -> Response:
    """One state, light or dark, as a document of its own."""
    shown = _find(template)
    state = shown.state(request.args.get("state", ""))
    scheme = request.args.get("scheme", SCHEMES[0])
    if state is None or scheme not in SCHEMES:
        raise NotFound
    html = shown.html(state, workshop().fault)
    if isinstance(html, Fault):
        return page("frame.html", fault=html, scheme=scheme)
    if template.endswith(".svg"):
        headers = {"Cache-Control": NO_STORE, "Content-Security-Policy": SANDBOX}
        return Response(html, mimetype="image/svg+xml", headers=headers)
    me = rooms.viewer(state.context)
    mine = url_for("workshop.mine", id=me.id)
    if not shown.is_page:
        return page(
            "frame.html",
            fault=None,
            html=html,
            is_code=template.endswith(".css"),
            within=rooms.LISTS.get(template),
            styles=parts().templates.show(StyleLinks()),
            mine=mine,
            scheme=scheme,
        )
    # The page itself, held to the scheme, with the style of the one whose page it shows.
    theirs = url_for("chatterpy.mine", v=parts().templates.mine_version(me))
    before, end, after = html.replace(theirs, mine).partition("</head>")
    head = render("framed.html", scheme=scheme)
    answer = Response(f"{before}{head}{end}{after}", mimetype="text/html")
    answer.headers["Cache-Control"] = NO_STORE
    return answer


def _find(template: str) -> Exhibit:
    found = rooms.find(parts().templates, template)
    if found is None:
        raise NotFound
    return found
