"""Refusals: which status says what, and what people see where no form is there to say it."""

from __future__ import annotations

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, default_exceptions

from chatterpy.chat.rooms import likely_slug
from chatterpy.errors import BadSlug, Refused, StoreUnavailable, Told, TooFast, TooMany
from chatterpy.sentences import Sentence
from chatterpy.web.answers import error_page, is_htmx, refused, told
from chatterpy.web.parts import blueprint, parts
from chatterpy.web.security import FOREIGN

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
    if answer := _of_host(default_exceptions[status](sentence)):
        return answer
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
    elif theirs := _of_host(error):
        return theirs
    else:
        answer = error_page(status, told(error.name), sentence)
    # Allow, Upgrade, Retry-After and the like belong to the status.
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


# Flask asks an application's handler of one status before a blueprint's of all.
for _status in default_exceptions:
    blueprint.register_error_handler(_status, http_error)


def _of_host(error: HTTPException) -> Response | None:
    """What the host application's own handler answers, where errors are left to it and it has one.

    A fragment for a page that is open, and a form's refusal with what was typed, stay ours.
    """
    if parts().error_pages:
        return None
    for status in (error.code, None):
        handlers = current_app.error_handler_spec[None][status]
        for kind in type(error).__mro__:
            if kind in handlers:
                request.environ[FOREIGN] = True
                return current_app.make_response(handlers[kind](error))  # type: ignore[arg-type]
    return None
