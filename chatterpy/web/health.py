"""Health: whether the process runs, and whether it can store."""

from __future__ import annotations

import time
from weakref import WeakKeyDictionary

from flask import Response

from chatterpy.chat.store import Store
from chatterpy.errors import StoreUnavailable
from chatterpy.web.parts import blueprint, parts

#: However often it is asked, the store is tried at most so often.
FRESH_S = 1.0

_tried: WeakKeyDictionary[Store, tuple[float, bool]] = WeakKeyDictionary()


@blueprint.get("/healthz")
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 where a durable write succeeds, 503 where it does not."""
    store = parts().store
    then, writable = _tried.get(store, (0.0, False))
    if time.monotonic() - then > FRESH_S:
        try:
            store.check()
            writable = True
        except StoreUnavailable:
            writable = False
        _tried[store] = (time.monotonic(), writable)
    text, status = ("ok\n", 200) if writable else ("the store takes no writes\n", 503)
    return Response(
        text, status=status, mimetype="text/plain", headers={"Cache-Control": "no-store"}
    )
