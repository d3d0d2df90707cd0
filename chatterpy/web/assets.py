"""Assets: files and notices that browsers keep for ever, and the viewer's own style."""

from __future__ import annotations

import gzip
from functools import lru_cache
from mimetypes import guess_type

from flask import Response, request
from werkzeug.exceptions import NotFound

from chatterpy.theme.templates import STATIC
from chatterpy.web.answers import FOR_EVER, FOR_EVER_MINE, html, me
from chatterpy.web.parts import blueprint

NOTICES = ("offline", "unsent", "sent")

#: Already small when they lie on the disk.
_PACKED = ("image/png", "image/webp", "font/woff2", "audio/mpeg")


@blueprint.get("/static/<name>", endpoint="static")
def static(name: str) -> Response:
    kind, plain, packed = _load(name)
    answer = Response(mimetype=kind)
    if packed and request.accept_encodings.quality("gzip") > 0:
        answer.set_data(packed)
        answer.headers["Content-Encoding"] = "gzip"
    else:
        answer.set_data(plain)
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


@blueprint.get("/notices/<name>", endpoint="notice")
def notice(name: str) -> Response:
    """A fragment that pages fetch in good time, to show it when the server cannot be reached."""
    if name not in NOTICES:
        raise NotFound
    return html(f"notices/{name}.html", cache=FOR_EVER)


@blueprint.get("/me.css", endpoint="mine")
def mine() -> Response:
    """What is the viewer's own, laid out apart; the address tells whose it is."""
    answer = html("me.css", cache=FOR_EVER_MINE, me=me())
    answer.mimetype = "text/css"
    return answer


@lru_cache(maxsize=64)
def _load(name: str) -> tuple[str, bytes, bytes | None]:
    """A file's type, its bytes, and the same packed; raises NotFound."""
    file = STATIC / name
    # `name` has no slash (the route), so nothing above the folder can be named but "..".
    if not file.is_file():
        raise NotFound
    kind = guess_type(name)[0] or "application/octet-stream"
    plain = file.read_bytes()
    return kind, plain, None if kind in _PACKED else gzip.compress(plain, mtime=0)
