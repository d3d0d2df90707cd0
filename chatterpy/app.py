"""The factory: reads the settings, builds the parts, wires them. The only place that knows all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any

import gevent
from flask import Flask
from htmx_flask import Htmx
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from chatterpy.chat import names
from chatterpy.chat.chat import Bounds, Chat
from chatterpy.chat.limits import Buckets
from chatterpy.errors import HostError
from chatterpy.folder import DataFolder
from chatterpy.inventory import unknown
from chatterpy.live import heartbeat
from chatterpy.live.backlog import Backlog
from chatterpy.live.broadcast import Broadcast
from chatterpy.live.hub import Hub
from chatterpy.live.page import Live
from chatterpy.live.presence import Presence
from chatterpy.live.replays import Replays
from chatterpy.live.states import States
from chatterpy.logs import logger
from chatterpy.meters import Meters
from chatterpy.settings import Settings, zone
from chatterpy.store import open_store
from chatterpy.theme.contract.versions import CONTRACT, outdated
from chatterpy.theme.environment import Beneath
from chatterpy.theme.folder import find_chosen, find_theme
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import Templates
from chatterpy.web import EXTENSION, Parts, blueprint, identity, refusals, security, socket
from chatterpy.web.easel import Easel
from chatterpy.web.host import NEEDS_GEVENT
from chatterpy.web.users import Identify, Users

log = logger(__name__)

#: Browsers keep no cookie longer (RFC 6265bis, 5.5).
COOKIE_DAYS = 400
#: A page has dozens of addresses, and mostly the same as the page before.
ADDRESSES_MAX = 10_000
#: Where a host application keeps its templates for the chat, in the folder of its own.
HOSTED = "chatterpy"
#: How often a silent page asks, in heartbeats.
SILENCE = 1.5


class Site(Flask):
    """An application that is a chat and nothing else."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The view as it is: none of ours is a coroutine, which Flask looks for at each call."""
        return func


def create_app(**settings: Any) -> Flask:
    """A Flask application that is a chat.

    The settings are those of `chatterpy.settings`, in lower case, above the environment's.
    Raises SetupError with a sentence that says what to do.
    """
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        raise HostError(NEEDS_GEVENT)
    app = Site(__name__, static_folder=None, template_folder=None)
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
    app.after_request(security.add_headers_elsewhere)
    if hops := chat.parts.settings.proxy_hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


class ChatterPy:
    """The Flask extension: a chat in an application, under a prefix of its own."""

    def __init__(
        self,
        app: Flask,
        url_prefix: str = "",
        *,
        identity: Identify | None = None,
        error_pages: bool = True,
        check_theme: bool = True,
        **settings: Any,
    ) -> None:
        """Builds the chat into `app`; raises SetupError.

        `identity` says in each request which user of the application asks, or None. Without
        `error_pages` the application's own handlers answer for errors in the chat's routes;
        without `check_theme` the theme is taken as it is.
        """
        chosen = Settings.load(os.environ, **settings)
        theme = find_theme(chosen.theme)
        if theme.folder and check_theme:
            # Only here: a chat without a theme needs no parsers of HTML and CSS in memory.
            from chatterpy.theme.check.start import check_at_start

            check_at_start(theme.folder)
        folder = DataFolder(chosen.data)
        try:
            self.parts = self._build(app, url_prefix, chosen, folder, identity, error_pages)
        except BaseException:
            folder.close()
            raise
        app.extensions[EXTENSION] = self.parts
        app.extensions[f"{EXTENSION}.extension"] = self
        self._greenlets: list[gevent.Greenlet[..., None]] = [
            gevent.spawn(heartbeat.run, self.parts.hub, self.parts.fragments, chosen.heartbeat),
            gevent.spawn(self.parts.live.states.run),
            gevent.spawn(_load, self.parts.templates),
        ]
        theme = self.parts.templates.theme
        if changes := outdated(theme.contract):
            log.warning(
                f"The theme {theme.name} was made for contract {theme.contract}; this release "
                f"keeps {CONTRACT} (docs/templates.md). Changed since: {' '.join(changes)}"
            )
        for refused in self.parts.templates.catalogue.refused:
            log.warning(f"{refused} Ours stands for it.")
        for stranger in unknown(os.environ):
            log.warning(str(stranger))
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

    def _build(
        self,
        app: Flask,
        prefix: str,
        settings: Settings,
        folder: DataFolder,
        identity: Identify | None,
        error_pages: bool,
    ) -> Parts:
        app.secret_key = app.secret_key or settings.secret_key or folder.secret_key()
        app.config["SOCK_SERVER_OPTIONS"] = socket.server_options(
            app.config.get("SOCK_SERVER_OPTIONS", {})
        )
        Htmx(app)
        app.register_blueprint(blueprint, url_prefix=prefix or None)
        adapter = app.url_map.bind("", script_name=app.config["APPLICATION_ROOT"])

        @lru_cache(maxsize=ADDRESSES_MAX)
        def url(endpoint: str, /, **values: Any) -> str:
            # A path, which is right for every viewer. Werkzeug makes ws:// addresses of sockets,
            # but no host is known here, and htmx finds the scheme of a path itself.
            return adapter.build(f"{blueprint.name}.{endpoint}", values).removeprefix("ws://")

        theme, options = find_chosen(settings.theme, os.environ, folder.theme_values)
        templates = Templates(
            url,
            zone=zone(settings.timezone),
            theme=theme,
            options=options,
            host=Beneath(app.jinja_loader, HOSTED) if app.jinja_loader else None,
            avatar_provider=settings.avatar_provider,
            liara_url=settings.liara_url.rstrip("/"),
            silence_ms=int(settings.heartbeat * SILENCE * 1000),
        )
        fragments = Fragments(templates, settings.cache_size, settings.people_shown)
        meters = Meters()
        hub = Hub(settings.window, meters, pause=lambda: gevent.sleep(0))
        broadcast = Broadcast(hub, fragments, meters)
        store = open_store(folder.database, settings.synchronous, broadcast, meters)
        acts = looks = newcomers = drafts = None
        if settings.limits:
            acts = Buckets(settings.act_burst, settings.act_rate)
            looks = Buckets(settings.look_burst, settings.look_rate / 60)
            drafts = Buckets(settings.draft_burst, settings.draft_rate)
            newcomers = Buckets(settings.newcomer_burst, settings.newcomer_rate / 60)
        bounds = Bounds(
            settings.message_max,
            settings.name_max,
            settings.page_size,
            settings.catch_up_max,
            settings.rooms_shown,
            acts,
            looks,
            drafts,
            settings.draft_max,
            settings.drafts_max,
            frozenset(names.skeleton(name) for name in settings.reserved_names),
        )
        provider = templates.provider
        chat = Chat(store, bounds, provider.wardrobe)
        presence = Presence(settings.presence_grace, time.monotonic())
        states = States(hub, presence, fragments, chat)
        live = Live(chat, hub, presence, states, fragments, Replays(fragments))
        # The provider is another one as soon as the templates are read anew.
        easel = Easel(lambda *motif: templates.provider.draw(*motif), settings.faces_cache)
        users = None
        if identity:
            secret = folder.users_secret()
            users = Users(identity, secret, settings.name_max, provider.wardrobe)
        return Parts(
            settings,
            folder,
            store,
            chat,
            newcomers,
            hub,
            Backlog(settings.outboxes_max),
            presence,
            live,
            templates,
            fragments,
            meters,
            easel,
            users,
            error_pages,
        )


def _load(templates: Templates) -> None:
    """Has all templates compiled while the first pages are asked for already."""
    for _ in templates.load():
        gevent.sleep(0)
