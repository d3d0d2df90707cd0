"""Answers: pages for browsers, fragments for htmx, from the same templates."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request, url_for
from htmx_flask import make_response
from werkzeug.datastructures import HeaderSet

from chatterpy.chat.changes import Page
from chatterpy.chat.messages import new_nonce
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import check_slug
from chatterpy.errors import BadSlug
from chatterpy.theme.contract.answers import RefusedAnswer
from chatterpy.theme.contract.context import Context
from chatterpy.theme.contract.pages import ErrorPage, RoomPage
from chatterpy.web import identity
from chatterpy.web.parts import parts

#: When to try again what was refused for now.
RETRY_AFTER_S = 2

#: Answers that hold something of one person are never kept by a proxy.
PRIVATE = "private, no-cache"
PUBLIC = "public, no-cache"
#: The address changes with the content.
FOR_EVER = "public, max-age=31536000, immutable"
FOR_EVER_MINE = "private, max-age=31536000, immutable"

#: Why each value is as it is: docs/design.md, "The page".
HTMX_CONFIG = json.dumps(
    {
        "extensions": "ws",
        "prefix": "",
        "history": False,
        "includeIndicatorCSS": False,
        "defaultSettleDelay": 0,
        "noSwap": [204, 304, "5xx"],
        "ws": {
            "pauseOnBackground": False,
            "maxOutgoingMessagesQueueSize": 0,
            "reconnectDelay": 500,
            "reconnectMaxDelay": "5s",
            "reconnectCodes": [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014],
        },
    }
)


class Kept(Response):
    """An answer that is kept, and so can bring no cookie and depend on none.

    A host application may renew its session's cookie with every answer; a browser would then not
    find again what it has kept, just when the server cannot be reached.
    """

    def set_cookie(self, *_: Any, **__: Any) -> None:
        """Sets nothing."""

    @property
    def vary(self) -> HeaderSet:
        """What others add to it is lost; ours is in the headers."""
        return HeaderSet()

    @vary.setter
    def vary(self, _: object) -> None:
        """Changes nothing."""


def kept(context: Context, cache: str, mimetype: str = "text/html") -> Kept:
    """A template as an answer that is kept for as long as `cache` says."""
    answer = Kept(parts().templates.show(context), mimetype=mimetype)
    answer.headers["Cache-Control"] = cache
    return answer


def told(sentence: str) -> str:
    """A sentence for people, in the words of the theme."""
    return parts().templates.catalogue.sentence(sentence)


def is_htmx() -> bool:
    """Whether htmx asks, and wants a fragment."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def html(context: Context, status: int = 200) -> Response:
    """A template as an answer."""
    answer: Response = make_response(parts().templates.show(context), status)
    answer.headers["Cache-Control"] = PRIVATE
    if status in (429, 503):
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def see_other(there: str) -> Response:
    """Leads on after a post. Browsers show nothing of it, so it has no page (RFC 9110, 15.4.4)."""
    return Response(status=303, headers={"Location": there})


def me() -> Person | Visitor:
    """Who asks, for the templates."""
    return parts().chat.who(identity.visitor())


def back() -> str:
    """The room that a form was sent from."""
    try:
        return check_slug(request.values.get("room", ""))
    except BadSlug:
        return parts().settings.home


def room_page(
    page: Page,
    status: int = 200,
    *,
    typed_text: str | None = None,
    text_why: str | None = None,
    typed_name: str | None = None,
    name_why: str | None = None,
    typed_slug: str | None = None,
    slug_why: str | None = None,
    nonce: str | None = None,
) -> Response:
    """A room's page, with what was typed and why it was refused where something was."""
    who = me()
    draft = parts().chat.draft(who, page.room) if typed_text is None else None
    shown = RoomPage(
        page=page,
        me=who,
        nonce=nonce or (draft.nonce if draft else new_nonce()),
        draft_text=draft.text if draft else "",
        htmx_config=HTMX_CONFIG,
        typed_text=typed_text,
        text_why=text_why,
        typed_name=typed_name,
        name_why=name_why,
        typed_slug=typed_slug,
        slug_why=slug_why,
        room=page.room,
        rooms=parts().chat.rooms(),
        counts=parts().presence.counts(),
        # A field of one line would drop the breaks.
        many=identity.many_lines() or "\n" in (typed_text or (draft.text if draft else "")).strip(),
        here=parts().presence.here(page.room),
        people_shown=parts().settings.people_shown,
    )
    return html(shown, status)


def error_page(status: int, title: str, sentence: str, meant: str | None = None) -> Response:
    """A page that says what is wrong and leads on; `meant` is a room that was probably meant."""
    shown = ErrorPage(
        title=title,
        sentence=sentence,
        meant=meant,
        again=_here() if status in (429, 503) and request.method == "GET" else None,
        home=parts().settings.home,
    )
    return html(shown, status)


def _here() -> str | None:
    """This request's address, made from the route that it matched: never one of another host."""
    if request.endpoint is None:
        return None
    query = request.query_string.decode("ascii", "replace")
    return url_for(request.endpoint, **(request.view_args or {})) + (f"?{query}" if query else "")


def refused(target: str, sentence: str) -> Response:
    """The reason why a form was refused, beside its field, for htmx.

    With status 200: browsers report any other as an error in the console, and nothing is in
    error there. Programs, and browsers without a script, get the status.
    """
    return html(RefusedAnswer(target=target, sentence=sentence))
