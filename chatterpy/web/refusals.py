"""Refusals: which status says what, and what people see where no form is there to say it."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import HTTPException

from chatterpy.chat.rooms import likely_slug
from chatterpy.errors import BadSlug, Refused, StoreUnavailable, Told, TooFast, TooMany
from chatterpy.sentences import Sentence
from chatterpy.web.answers import error_page, is_htmx, refused, told
from chatterpy.web.parts import blueprint

_SENTENCES = {
    400: Sentence("The request could not be understood."),
    403: Sentence("This was sent from another site, so it was not done."),
    404: Sentence("There is nothing here."),
    405: Sentence("That cannot be done here."),
    413: Sentence("That is too long to be accepted."),
}
_WRONG = Sentence("Something went wrong on the server.")


def status_of(error: Told) -> int:
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
def refusal(error: Told) -> Response:
    status, sentence = status_of(error), told(error.sentence)
    if isinstance(error, BadSlug):
        slug = (request.view_args or {}).get("slug", "")
        title = told(Sentence("There is no such room"))
        return error_page(status, title, sentence, meant=likely_slug(slug))
    return error_page(status, told(Sentence("That did not work")), sentence)


@blueprint.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    status = error.code or 500
    # What libraries say where nobody gave a reason is not for people.
    given = "description" in vars(error) or isinstance(error.description, Sentence)
    own = error.description if given and status in (400, 426, 503) else None
    sentence = told(own or _SENTENCES.get(status, _WRONG))
    if is_htmx() and request.method == "POST":
        answer = refused("#why", sentence)
    else:
        answer = error_page(status, told(error.name), sentence)
    # Allow, Upgrade, Retry-After and the like belong to the status.
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer
