"""Rooms: the page, its older pages, the fresh connection, and the room without a script."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from chatterpy.chat.changes import Page
from chatterpy.chat.people import Person
from chatterpy.chat.rooms import check_slug
from chatterpy.live.acts import SEQ_MAX
from chatterpy.live.hub import Hub
from chatterpy.live.stream import RETRY_S, Stream
from chatterpy.web import identity
from chatterpy.web.answers import PRIVATE, html, me, room_page
from chatterpy.web.parts import blueprint, parts

#: Tells our own host that the answer ends with its connection, without chunks (RFC 9112, 6.3).
CLOSE_DELIMITED = "chatterpy.close_delimited"


@blueprint.get("/")
def home() -> BaseResponse:
    return redirect(url_for(".room", slug=parts().settings.home))


@blueprint.get("/rooms/<slug>")
def room(slug: str) -> Response:
    if "before" in request.args:
        older = parts().chat.older(slug, _before())
        return html("past.html", page=older, me=me())
    page = parts().chat.open(slug)
    answer = room_page(page)
    identity.keep()
    return answer


@blueprint.get("/rooms/<slug>/link")
def link(slug: str) -> Response:
    """A fresh connection for a page that hears nothing any more."""
    page = Page(check_slug(slug), 0, (), _before() or None if "before" in request.args else None)
    return html("link.html", page=page)


@blueprint.get("/rooms/<slug>/stream")
def stream(slug: str) -> Response:
    """The room as an answer that does not end; it is loaded again when it does."""
    settings = parts().settings
    who = me()
    reader = Stream(
        who.id if isinstance(who, Person) else None, settings.stream_max, settings.outbox_max
    )
    check_slug(slug)
    hub = parts().hub
    # Joined first: a change between the two comes twice, and the reader knows what it has.
    hub.join(slug, reader, 0)
    try:
        page = parts().chat.open(slug)
        reader.cursor = page.seq
        hub.join(slug, reader, page.seq)
        head = parts().templates.render("stream.html", page=page, me=who, retry=RETRY_S)
    except BaseException:
        hub.part(slug, reader)
        raise
    request.environ[CLOSE_DELIMITED] = True
    answer = Response(_Body(head, reader, hub, slug), mimetype="text/html")
    answer.headers["Cache-Control"] = PRIVATE
    answer.headers["Connection"] = "close"
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that waits for the end waits for ever
    return answer


class _Body:
    """The body of a stream. `close` is called however the answer ends, even unread (PEP 3333)."""

    def __init__(self, head: str, reader: Stream, hub: Hub, slug: str) -> None:
        self._head, self._reader, self._hub, self._slug = head, reader, hub, slug
        hub.readers.add(reader)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head.encode()
        for fragment in self._reader.fragments():
            yield fragment.encode()

    def close(self) -> None:
        self._hub.readers.discard(self._reader)
        self._hub.part(self._slug, self._reader)


def _before() -> int:
    typed = request.args["before"]
    if not (typed.isascii() and typed.isdigit() and int(typed[:17]) <= SEQ_MAX):
        raise BadRequest(f"Expected before= to be the number of a message, not {typed[:40]!r}.")
    return int(typed)
