"""Assets: files and notices that browsers keep for ever, and the viewer's own style."""

from __future__ import annotations

import gzip
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from flask import Response, request
from werkzeug.exceptions import NotFound

from chatterpy.chat.faces import STYLES, Face
from chatterpy.chat.people import Visitor
from chatterpy.theme.contract.notices import FETCHED
from chatterpy.theme.contract.styles import MyStyle, ThemeStyle
from chatterpy.web import identity
from chatterpy.web.answers import FOR_EVER, FOR_EVER_MINE, PRIVATE, PUBLIC, Kept, kept, me
from chatterpy.web.parts import blueprint, parts

#: Has written nothing and never will.
NOBODY = Visitor("", "", Face(STYLES[0], "0"))


#: Already small when they lie on the disk.
_PACKED = ("image/png", "image/webp", "font/woff2", "audio/mpeg")


@blueprint.get("/static/<path:name>", endpoint="static")
def static(name: str) -> Response:
    version = parts().templates.hashes.get(name)
    if version is None:
        raise NotFound
    kind, plain, packed = _load(parts().templates.files[name], version)
    answer = Kept(mimetype=kind)
    if packed and request.accept_encodings.quality("gzip") > 0:
        answer.set_data(packed)
        answer.headers["Content-Encoding"] = "gzip"
    else:
        answer.set_data(plain)
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = FOR_EVER if _is(version) else PUBLIC
    return answer


@blueprint.get("/theme.css", endpoint="tokens")
def tokens() -> Response:
    """The custom properties that the theme's options set; the address changes with them."""
    cache = FOR_EVER if _is(parts().templates.version) else PUBLIC
    return kept(ThemeStyle(), cache, "text/css")


@blueprint.get("/notices/<name>", endpoint="notice")
def notice(name: str) -> Response:
    """A fragment that pages fetch in good time, to show it when the server cannot be reached."""
    if name not in FETCHED:
        raise NotFound
    cache = FOR_EVER if _is(parts().templates.version) else PUBLIC
    return kept(FETCHED[name](), cache)


@blueprint.get("/me.css", endpoint="mine")
def mine() -> Response:
    """What is the viewer's own, laid out apart; the address tells whose it is."""
    # Without a cookie there is nobody yet whose own anything could be.
    who = me() if identity.known() else NOBODY
    version = parts().templates.mine_version(who)
    return kept(MyStyle(me=who), FOR_EVER_MINE if _is(version) else PRIVATE, "text/css")


def _is(version: str) -> bool:
    """Whether the address names the present content: only then it may be kept for ever."""
    return request.args.get("v") == version


@lru_cache(maxsize=64)
def _load(file: Path, _: str) -> tuple[str, bytes, bytes | None]:
    """A file's type, its bytes, and the same packed; other versions of it are others."""
    kind = guess_type(file.name)[0] or "application/octet-stream"
    plain = file.read_bytes()
    return kind, plain, None if kind in _PACKED else gzip.compress(plain, mtime=0)
