"""What `chatterpy theme dev` adds to a chat: pages that load themselves again, and faults as pages.

No other application has these routes, nor anything of them in its pages.
"""

from __future__ import annotations

import os
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, request, url_for
from werkzeug.exceptions import NotFound

from chatterpy.chat.faces import STYLES, Face
from chatterpy.chat.people import Person
from chatterpy.theme.contract.styles import MyStyle
from chatterpy.theme.environment import DEV
from chatterpy.theme.folder import find_chosen
from chatterpy.theme.workshop import Workshop
from chatterpy.web.answers import HTMX_CONFIG, is_htmx
from chatterpy.web.parts import EXTENSION, Parts, blueprint, parts

WORKSHOP = "chatterpy.workshop"

#: How often an open page asks whether something changed.
ASKS_MS = 700

#: The style sheets of the gallery, and those that hold a page to be light or dark.
SHEETS = ("workshop", "frame", "light", "dark")

NO_STORE = "no-store"

PREFIX = "/theme"
dev = Blueprint("workshop", __name__, url_prefix=PREFIX)


def develop(app: Flask, *pages: Blueprint) -> None:
    """Makes an application of ours a workshop for its theme, with more pages of it."""
    chat: Parts = app.extensions[EXTENSION]
    settings, stored = chat.settings, chat.folder.theme_values

    def forget() -> None:
        chat.live.forget()
        chat.easel.forget()

    app.extensions[WORKSHOP] = Workshop(
        chat.templates, lambda: find_chosen(settings.theme, os.environ, stored), forget
    )
    app.before_request(lambda: workshop().look())
    app.after_request(live)
    for one in (dev, *pages):
        app.register_blueprint(one)


def workshop() -> Workshop:
    """The workshop of the application that serves this request."""
    return cast(Workshop, current_app.extensions[WORKSHOP])


def page(name: str, mimetype: str = "text/html", **values: Any) -> Response:
    """A template of the workshop as an answer."""
    answer = Response(render(name, **values), mimetype=mimetype)
    answer.headers["Cache-Control"] = NO_STORE
    return answer


def render(name: str, **values: Any) -> str:
    """The HTML of a template of the workshop."""
    known = {
        "url_for": url_for,
        "version": workshop().version,
        "asks_ms": ASKS_MS,
        "script": url_for("chatterpy.static", name="htmx.js"),
        "htmx_config": HTMX_CONFIG,
    }
    return workshop().render(f"{DEV}{name}", known | values)


def live(answer: Response) -> Response:
    """Puts what asks for changes into a whole page; in the place of the page, what is at fault."""
    if request.endpoint == f"{blueprint.name}.avatar":
        answer.headers["Cache-Control"] = NO_STORE  # its address stays as its template changes
    ours = request.blueprint in (blueprint.name, None)
    whole = answer.mimetype == "text/html" and not answer.is_streamed and answer.location is None
    if not (ours and whole) or is_htmx():
        return answer
    if workshop().faults:
        # With 200, since browsers report any other status as an error of the page.
        return page("fault.html", faults=workshop().faults.values())
    html = answer.get_data(as_text=True)
    end = html.rfind("</body>") if "</body>" in html else len(html)
    reload = render("reload.html", scripted="htmx.js" in html)
    answer.set_data(f"{html[:end]}{reload}{html[end:]}")
    return answer


@dev.get("/dev/changes")
def changes() -> Response:
    """Has a page loaded again whose version is not the present one."""
    answer = Response(status=204, headers={"Cache-Control": NO_STORE})
    if request.args.get("v") != workshop().version:
        answer.headers["HX-Refresh"] = "true"
    return answer


@dev.get("/dev/<name>.css")
def sheet(name: str) -> Response:
    """A style sheet of the workshop."""
    if name not in SHEETS:
        raise NotFound
    return page(f"{name}.css", "text/css")


@dev.get("/dev/mine/<int:id>.css")
def mine(id: int) -> Response:
    """The viewer's own style, where somebody of the gallery is the viewer."""
    somebody = Person(id, "", Face(STYLES[0], "0"), 1)
    css = parts().templates.show(MyStyle(me=somebody))
    return Response(css, mimetype="text/css", headers={"Cache-Control": NO_STORE})
