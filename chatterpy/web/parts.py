"""The parts of the application, as the views find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Blueprint, current_app

from chatterpy.chat.chat import Chat
from chatterpy.chat.limits import Buckets
from chatterpy.chat.store import Store
from chatterpy.live.backlog import Backlog
from chatterpy.live.hub import Hub
from chatterpy.live.page import Live
from chatterpy.live.presence import Presence
from chatterpy.meters import Meters
from chatterpy.settings import Settings
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import Templates
from chatterpy.web.easel import Easel

if TYPE_CHECKING:
    from chatterpy.folder import DataFolder
    from chatterpy.web.users import Users

EXTENSION = "chatterpy"

#: All routes are on it, so that a host application can mount them under a prefix.
blueprint = Blueprint("chatterpy", __name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What `chatterpy.app` built and wired."""

    settings: Settings
    folder: DataFolder
    store: Store
    chat: Chat
    newcomers: Buckets | None
    hub: Hub
    backlog: Backlog
    presence: Presence
    live: Live
    templates: Templates
    fragments: Fragments
    meters: Meters
    easel: Easel
    #: Those of the application that it is mounted in, where that has told of them.
    users: Users | None
    #: Whether errors in our routes are told by our own pages.
    error_pages: bool


def parts() -> Parts:
    """The parts of the application that serves this request."""
    return cast(Parts, current_app.extensions[EXTENSION])
