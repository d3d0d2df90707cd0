"""ChatterPy: a chat for your own server, made of HTML.

    app = chatterpy.create_app()          # a Flask app of its own
    ChatterPy(app, url_prefix="/chat")    # or a chat inside yours; docs/mounting.md

The names are loaded on first use, so that a program can patch the standard library for gevent
before anything else is imported (gevent's documentation, "Monkey Patching").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatterpy.app import ChatterPy, create_app
    from chatterpy.chat.people import Identity

__version__ = "0.1.0"
__all__ = ["ChatterPy", "Identity", "__version__", "create_app"]


def __getattr__(name: str) -> Any:
    if name in ("ChatterPy", "create_app"):
        from chatterpy import app

        return getattr(app, name)
    if name == "Identity":
        from chatterpy.chat.people import Identity

        return Identity
    raise AttributeError(f"module 'chatterpy' has no attribute {name!r}")
