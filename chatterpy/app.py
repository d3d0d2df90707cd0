"""The factory: reads the settings, builds the parts, wires them. The only place that knows all."""

from __future__ import annotations

import logging
import os
import re
import time
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import gevent
from flask import Flask
from htmx_flask import Htmx
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from chatterpy.chat import names
from chatterpy.chat.chat import Bounds, Chat
from chatterpy.chat.limits import Buckets
from chatterpy.chat.rooms import check_slug
from chatterpy.errors import BadSlug, HostError, SettingError
from chatterpy.folder import DataFolder
from chatterpy.live import heartbeat
from chatterpy.live.broadcast import Broadcast
from chatterpy.live.hub import Hub
from chatterpy.live.page import Live
from chatterpy.live.presence import Presence
from chatterpy.live.states import States
from chatterpy.settings import Settings
from chatterpy.store import open_store
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import Templates
from chatterpy.web import EXTENSION, Parts, blueprint, identity, refusals, security, socket
from chatterpy.web.easel import Easel
from chatterpy.web.host import NEEDS_GEVENT

log = logging.getLogger(__name__)

#: Browsers keep no cookie longer (RFC 6265bis, 5.5).
COOKIE_DAYS = 400
#: How often a silent page asks, in heartbeats.
SILENCE = 1.5

_ADDRESS = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:\d+)?(/[\w./~-]*)?", re.ASCII)


def create_app(**settings: Any) -> Flask:
    """A Flask application that is a chat.

    The settings are those of `chatterpy.settings`, in lower case, above the environment's.
    Raises SetupError with a sentence that says what to do.
    """
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        raise HostError(NEEDS_GEVENT)
    app = Flask(__name__, static_folder=None)
    chat = ChatterPy(app, **settings)
    # What a mounted chat leaves to its host.
    app.config.update(
        SECRET_KEY_FALLBACKS=list(chat.parts.settings.secret_key_fallbacks) or None,
        PERMANENT_SESSION_LIFETIME=timedelta(days=COOKIE_DAYS),
        SESSION_COOKIE_SAMESITE="Lax",
        # Only a page renews it (identity.keep); other answers stay free of it.
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=list(chat.parts.settings.trusted_hosts) or None,
    )
    app.session_interface = identity.Sessions(chat.parts.folder.name())
    app.register_error_handler(HTTPException, refusals.http_error)
    app.after_request(security.add_headers)
    if hops := chat.parts.settings.proxy_hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


class ChatterPy:
    """The Flask extension: a chat in an application, under a prefix of its own."""

    def __init__(self, app: Flask, url_prefix: str = "", **settings: Any) -> None:
        """Builds the chat into `app`; raises SetupError."""
        chosen = Settings.load(os.environ, **settings)
        _check_home(chosen.home)
        folder = DataFolder(chosen.data)
        try:
            self.parts = self._build(app, url_prefix, chosen, folder)
        except BaseException:
            folder.close()
            raise
        app.extensions[EXTENSION] = self.parts
        app.extensions[f"{EXTENSION}.extension"] = self
        self._greenlets: list[gevent.Greenlet[..., None]] = [
            gevent.spawn(heartbeat.run, self.parts.hub, self.parts.fragments, chosen.heartbeat),
            gevent.spawn(self.parts.live.states.run),
        ]
        if not chosen.limits:
            log.warning("All limits are off (CHATTERPY_LIMITS): for load tests only.")

    @classmethod
    def of(cls, app: Flask) -> ChatterPy:
        """The chat in an application."""
        found = app.extensions[f"{EXTENSION}.extension"]
        assert isinstance(found, cls)
        return found

    def close(self) -> None:
        """Lets go of the data folder, after what was begun is stored."""
        gevent.killall(self._greenlets)
        self.parts.easel.close()
        self.parts.store.close()
        self.parts.folder.close()

    def _build(self, app: Flask, prefix: str, settings: Settings, folder: DataFolder) -> Parts:
        app.secret_key = app.secret_key or settings.secret_key or folder.secret_key()
        app.config["SOCK_SERVER_OPTIONS"] = socket.server_options(
            app.config.get("SOCK_SERVER_OPTIONS", {})
        )
        Htmx(app)
        app.register_blueprint(blueprint, url_prefix=prefix or None)
        adapter = app.url_map.bind("", script_name=app.config["APPLICATION_ROOT"])

        def url(endpoint: str, /, **values: Any) -> str:
            # A path, which is right for every viewer. Werkzeug makes ws:// addresses of sockets,
            # but no host is known here, and htmx finds the scheme of a path itself.
            return adapter.build(f"{blueprint.name}.{endpoint}", values).removeprefix("ws://")

        templates = Templates(
            url,
            zone=_zone(settings.timezone),
            avatar_provider=settings.avatar_provider,
            liara_url=_address(settings.liara_url),
            silence_ms=int(settings.heartbeat * SILENCE * 1000),
        )
        fragments = Fragments(templates, settings.cache_size, settings.people_shown)
        hub = Hub(settings.window)
        broadcast = Broadcast(hub, fragments)
        store = open_store(folder.database, settings.synchronous, broadcast)
        acts = looks = newcomers = None
        if settings.limits:
            acts = Buckets(settings.act_burst, settings.act_rate)
            looks = Buckets(settings.look_burst, settings.look_rate / 60)
            newcomers = Buckets(settings.newcomer_burst, settings.newcomer_rate / 60)
        bounds = Bounds(
            settings.message_max,
            settings.name_max,
            settings.page_size,
            settings.catch_up_max,
            settings.rooms_shown,
            acts,
            looks,
            frozenset(names.skeleton(name) for name in settings.reserved_names),
        )
        provider = templates.provider
        chat = Chat(store, bounds, provider.wardrobe)
        presence = Presence(settings.presence_grace, time.monotonic())
        live = Live(chat, hub, presence, States(hub, presence, fragments, chat), fragments)
        easel = Easel(provider.draw, settings.faces_cache)
        return Parts(
            settings,
            folder,
            store,
            chat,
            newcomers,
            hub,
            presence,
            live,
            templates,
            fragments,
            easel,
        )


def _check_home(slug: str) -> None:
    """Raises SettingError where / would lead to a room that cannot be."""
    try:
        check_slug(slug)
    except BadSlug as bad:
        raise SettingError(f"CHATTERPY_HOME is a room, not {slug!r}. {bad}") from None


def _address(typed: str) -> str:
    """The address of a service, without a slash at the end; raises SettingError.

    Its host stands in a header, where a space or semicolon would say something else.
    """
    if not _ADDRESS.fullmatch(typed):
        raise SettingError(
            f"CHATTERPY_LIARA_URL is an address such as https://avatars.example, not {typed!r}."
        )
    return typed.rstrip("/")


def _zone(name: str) -> ZoneInfo | None:
    """The time zone of the times shown; raises SettingError. None is the server's own."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingError(
            f"CHATTERPY_TIMEZONE is a time zone such as Europe/Berlin, not {name!r}."
        ) from None
