"""Refusals: which status says what, and what people see where no form is there to say it."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import HTTPException

from chatterpy.chat.rooms import likely_slug
from chatterpy.errors import BadSlug, ChatterPyError, Refused, StoreUnavailable, TooFast, TooMany
from chatterpy.web.answers import error_page, is_htmx, refused
from chatterpy.web.parts import blueprint

_SENTENCES = {
    400: "The request could not be understood.",
    403: "This was sent from another site, so it was not done.",
    404: "There is nothing here.",
    405: "That cannot be done here.",
    413: "That is too long to be accepted.",
}


def status_of(error: ChatterPyError) -> int:
    """The HTTP status of a refusal."""
    match error:
        case BadSlug():
            return 404
        case TooFast() | TooMany():
            return 429
        case StoreUnavailable():
            return 503
    return 422


@blueprint.errorhandler(Refused)
@blueprint.errorhandler(StoreUnavailable)
def refusal(error: ChatterPyError) -> Response:
    status = status_of(error)
    if isinstance(error, BadSlug):
        slug = (request.view_args or {}).get("slug", "")
        return error_page(status, "There is no such room", str(error), meant=likely_slug(slug))
    return error_page(status, "That did not work", str(error))


@blueprint.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    status = error.code or 500
    own = error.description if status in (400, 426, 503) else None
    sentence = own or _SENTENCES.get(status, "Something went wrong on the server.")
    if is_htmx() and request.method == "POST":
        answer = refused("#why", sentence)
    else:
        answer = error_page(status, error.name, sentence)
    # Allow, Upgrade, Retry-After and the like belong to the status.
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer
