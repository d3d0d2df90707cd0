"""The web: pages, forms and sockets, one module for each noun.

Importing it puts all routes on `blueprint`.
"""

from chatterpy.web import (
    assets,
    avatars,
    drafts,
    health,
    host,
    identity,
    messages,
    metrics,
    names,
    refusals,
    rooms,
    security,
    socket,
    users,
)
from chatterpy.web.parts import EXTENSION, Parts, blueprint

__all__ = [
    "EXTENSION",
    "Parts",
    "assets",
    "avatars",
    "blueprint",
    "drafts",
    "health",
    "host",
    "identity",
    "messages",
    "metrics",
    "names",
    "refusals",
    "rooms",
    "security",
    "socket",
    "users",
]
