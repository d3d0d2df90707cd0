"""Addresses: which endpoints a template can name in `url()`, and the values that each needs."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

#: As the routes of `chatterpy.web` are, which knows this package, not the other way round; a test
#: compares the two.
ENDPOINTS = {
    "avatar": "/avatars/{style}/{seed}.svg",
    "draft": "/rooms/{slug}/draft",
    "faces": "/me/faces",
    "home": "/",
    "lines": "/me/lines",
    "link": "/rooms/{slug}/link",
    "messages": "/rooms/{slug}/messages",
    "mine": "/me.css",
    "notice": "/notices/{name}",
    "open_room": "/rooms",
    "people": "/rooms/{slug}/people",
    "reface": "/me/avatar",
    "rename": "/me/name",
    "room": "/rooms/{slug}",
    "socket": "/rooms/{slug}/socket",
    "static": "/static/{name}",
    "stream": "/rooms/{slug}/stream",
    "tokens": "/theme.css",
}


def leads_somewhere(path: str) -> bool:
    """Whether the chat has an address, where it is at the root of a site."""
    plain = re.split(r"[?#]", path)[0]
    return any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), plain) for one in ENDPOINTS.values())


@cache
def needed(endpoint: str) -> frozenset[str]:
    """The values without which an endpoint has no address."""
    return frozenset(part.partition("}")[0] for part in ENDPOINTS[endpoint].split("{")[1:])


def address(endpoint: str, /, **values: Any) -> str:
    """The path of an endpoint, as the chat makes it; raises KeyError where a value is missing."""
    path = ENDPOINTS[endpoint]
    names = needed(endpoint)
    query = {name: value for name, value in values.items() if name not in names}
    path = path.format(**{name: quote(str(values[name])) for name in names})
    return f"{path}?{urlencode(query)}" if query else path
