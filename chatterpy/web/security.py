"""Security: the headers of every answer, and who may post or open a socket."""

from __future__ import annotations

from functools import cache

from flask import Response, request
from werkzeug.exceptions import Forbidden

from chatterpy.web.parts import blueprint, parts


@cache
def policy(images: str) -> str:
    """The Content-Security-Policy; `images` is an origin that images may come from, besides ours.

    A name that is not ours stands in it only where the avatars come from there.
    """
    kinds = ("script", "style", "img", "media", "font", "manifest", "connect", "frame")
    sources = dict.fromkeys(kinds, "'self'")
    if images:
        sources["img"] += f" {images}"
    return "; ".join(
        (
            "default-src 'none'",
            *(f"{kind}-src {source}" for kind, source in sources.items()),
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

#: Set in the WSGI environ where the answer is a page of the host application.
FOREIGN = "chatterpy.foreign"

_EVERYWHERE = tuple(HEADERS.items())
_SAFE = {"GET", "HEAD", "OPTIONS"}


@blueprint.before_request
def check_origin() -> None:
    """Refuses posts and sockets from other sites: no token that goes stale in a page open for days.

    The algorithm of Go's CrossOriginProtection (https://pkg.go.dev/net/http): Sec-Fetch-Site says
    it; where a browser sends none, Origin and Host do; who sends neither is no browser, and so
    carries nobody's cookies.
    """
    if request.method in _SAFE and not request.headers.get("Upgrade"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    else:
        origin = request.headers.get("Origin")
        if origin is None or origin.partition("://")[2] == request.host:
            return
    raise Forbidden


@blueprint.after_request
def add_headers(answer: Response) -> Response:
    if FOREIGN in request.environ:
        return answer
    there = {name.lower() for name, _ in answer.headers}
    wanted = (("Content-Security-Policy", policy(parts().templates.provider.origin)), *_EVERYWHERE)
    # Werkzeug's setdefault looks through all headers for each one.
    answer.headers.extend([one for one in wanted if one[0].lower() not in there])
    return answer


def add_headers_elsewhere(answer: Response) -> Response:
    """The same for what no route of ours has answered, in an application that is all ours."""
    return answer if request.blueprint == blueprint.name else add_headers(answer)
