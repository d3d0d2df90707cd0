"""Rooms: the page, its older pages, the fresh connection, and the room without a script."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from chatterpy.chat.changes import Page
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import check_slug
from chatterpy.errors import BadSlug, Refused, StoreUnavailable
from chatterpy.live.acts import SEQ_MAX
from chatterpy.live.stream import RETRY_S, Stream
from chatterpy.sentences import Sentence
from chatterpy.theme.contract.answers import FoundAnswer, RelinkAnswer
from chatterpy.theme.contract.connection import Link
from chatterpy.theme.contract.pages import PastPage, PeoplePage, StreamPage
from chatterpy.web import identity
from chatterpy.web.answers import (
    PRIVATE,
    back,
    html,
    is_htmx,
    me,
    refused,
    room_page,
    see_other,
    told,
)
from chatterpy.web.parts import Parts, blueprint, parts
from chatterpy.web.refusals import status_of

#: Tells our own host that the answer ends with its connection, without chunks (RFC 9112, 6.3).
CLOSE_DELIMITED = "chatterpy.close_delimited"


@blueprint.get("/")
def home() -> BaseResponse:
    return redirect(url_for(".room", slug=parts().settings.home))


@blueprint.get("/rooms")
def rooms() -> BaseResponse:
    """The list of rooms is beside every room."""
    return redirect(url_for(".home"))


@blueprint.post("/rooms")
def open_room() -> BaseResponse:
    """Opens a room, and leads there."""
    typed = request.form.get("slug", "")
    try:
        slug = parts().chat.open_room(identity.actor(), typed)
    except (Refused, StoreUnavailable) as error:
        if is_htmx():
            return refused("#slug-why", told(error.sentence))
        status = 422 if isinstance(error, BadSlug) else status_of(error)
        page = parts().chat.open(back())
        return room_page(page, status, typed_slug=typed, slug_why=told(error.sentence))
    there = url_for(".room", slug=slug)
    if is_htmx():
        # The page of another room has another socket: a navigation, not a swap.
        return Response(headers={"HX-Redirect": there})
    return see_other(there)


@blueprint.get("/rooms/<slug>")
def room(slug: str) -> Response:
    if "before" in request.args:
        older = parts().chat.older(slug, _before())
        return html(PastPage(page=older, me=me()))
    page = parts().chat.open(slug)
    answer = room_page(page)
    identity.keep()
    return answer


@blueprint.get("/rooms/<slug>/people")
def people(slug: str) -> Response:
    """Those in a room whose name holds what is asked for."""
    sought = request.args.get("q", "")[: parts().settings.name_max]
    here = parts().presence.here(check_slug(slug))
    found = [one for one in here if sought.casefold() in one.name.casefold()]
    shown, number = found[: parts().settings.people_shown], len(found)
    if is_htmx():
        return html(FoundAnswer(people=shown, found=number, sought=sought))
    return html(PeoplePage(room=slug, people=shown, found=number, sought=sought))


@blueprint.get("/rooms/<slug>/link")
def link(slug: str) -> Response:
    """A fresh connection for a page that hears nothing any more."""
    before = _before() if "before" in request.args else 0
    kind: type[RelinkAnswer | Link] = RelinkAnswer if is_htmx() else Link
    return html(kind(room=check_slug(slug), before=before, lost=False))


@blueprint.get("/rooms/<slug>/stream")
def stream(slug: str) -> Response:
    """The room as an answer that does not end; it is loaded again when it does."""
    identity.make_room()
    body = _stream(slug, parts().chat.open(slug), me(), parts(), request.remote_addr)
    request.environ[CLOSE_DELIMITED] = True
    answer = Response(body, mimetype="text/html")
    answer.headers["Cache-Control"] = PRIVATE
    answer.headers["Connection"] = "close"
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that waits for the end waits for ever
    return answer


def _stream(
    slug: str, page: Page, who: Person | Visitor, parts: Parts, address: str | None
) -> Iterator[bytes]:
    """The body of a stream; needs no request any more once it runs."""
    settings, hub = parts.settings, parts.hub
    bounds = settings.stream_max, settings.outbox_max
    reader = Stream(who.id or None, *bounds, parts.backlog, address)
    hub.arrive(reader)
    hub.join(slug, reader, page.seq)
    if isinstance(who, Person):
        parts.presence.arrive(slug, who, time.monotonic())
    try:
        if parts.store.seq(slug) != page.seq:
            # Something came between the page and the joining.
            page = parts.chat.open(slug)
        reader.cursor = page.seq
        head = parts.templates.show(StreamPage(page=page, me=who, retry=RETRY_S))
        yield head.encode()
        yield from reader.fragments()
    finally:
        hub.depart(reader)
        hub.part(slug, reader)
        reader.abandon()
        if isinstance(who, Person):
            parts.presence.depart(slug, who.id, time.monotonic())


def _before() -> int:
    typed = request.args["before"]
    digits = typed.isascii() and typed.isdigit() and len(typed) <= len(str(SEQ_MAX))
    if not digits or int(typed) > SEQ_MAX:
        raise BadRequest(
            Sentence(
                "Expected before= to be the number of a message, not {typed}.",
                typed=repr(typed[:40]),
            )
        )
    return int(typed)
