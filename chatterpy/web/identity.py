"""Who asks: a visitor in a signed cookie, a person from the first act or socket on.

Where the chat is mounted in an application that knows its users, they are who the application says.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Request, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

from chatterpy.addresses import neighbourhood
from chatterpy.cache import Kept
from chatterpy.chat.faces import Face
from chatterpy.chat.people import Visitor
from chatterpy.errors import TooFast, TooMany
from chatterpy.logs import RateLimited, logger
from chatterpy.web.parts import parts

log = RateLimited(logger(__name__))

KEY = "visitor"
LINES = "lines"
COOKIE = "chatterpy"
#: How old a cookie gets before it is signed anew.
RENEWED_AFTER = timedelta(days=1)
#: So many cookies are known by their signature.
COOKIES_MAX = 2_000


class Session(SecureCookieSession):
    """A session that knows when its cookie was signed; None: it has none yet."""

    signed: datetime | None = None


class Sessions(SecureCookieSessionInterface):
    """Cookies that are Secure, and bound to this host, wherever the request came over TLS.

    The prefix is a promise that browsers keep: no other host of the domain can set this cookie
    (RFC 6265bis, 4.1.3.2).

    A cookie whose signature was found right is known the next time, with all that it says.
    """

    session_class = Session

    def __init__(self, name: str) -> None:
        """`name` tells this chat's cookie from another one's: cookies do not know ports."""
        self._name = f"{COOKIE}-{name}"
        self._opened: Kept[str, tuple[dict[str, Any], datetime]] = Kept(COOKIES_MAX)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return Session()
        opened = self._opened.find(cookie)
        if opened is None:
            serializer = self.get_signing_serializer(app)
            assert serializer  # the factory gives every application a key
            try:
                # Its age is looked at below. What is signed in the future was signed before the
                # clock was set back: it is ours all the same.
                opened = serializer.loads(cookie, return_timestamp=True)
            except BadSignature:
                return Session()
            if "Upgrade" not in request.headers:  # a socket comes once, pages and posts again
                self._opened.keep(cookie, opened)
        said, signed = opened
        if datetime.now(UTC) - signed > app.permanent_session_lifetime:
            return Session()
        session = Session(said)
        session.signed = signed
        return session

    def get_cookie_name(self, app: Flask) -> str:
        return f"__Host-{self._name}" if request.is_secure else self._name

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_cookie_path(self, app: Flask) -> str:
        return "/"  # as the prefix demands


def known() -> bool:
    """Whether who asks is a user of the host, or came with a visitor in their cookie."""
    return _user() is not None or _stored() is not None


def visitor() -> Visitor:
    """The visitor of this request; a new one arrives where none is known."""
    if already := _user() or _stored():
        return already
    arrived = Visitor.arrive(parts().chat.wardrobe)
    _remember()
    session[KEY] = [arrived.token, arrived.name, str(arrived.face)]
    return arrived


def actor() -> Visitor:
    """The visitor who acts; raises TooFast where an address brings too many newcomers."""
    who = visitor()
    if not may_settle(who):
        raise TooFast("Many people arrived from your network just now. Please try again later.")
    return who


def may_settle(who: Visitor) -> bool:
    """Whether the visitor is a person already, or their address may bring one more.

    Having looked at a page counts for nothing: everybody gets a cookie with it.
    """
    newcomers = parts().newcomers
    if newcomers is None or parts().chat.who(who).id:
        return True
    return newcomers.take(neighbourhood(request.remote_addr), time.monotonic())


def make_room() -> None:
    """Raises TooMany where the client's address has as many pages open as it may have."""
    most, near = parts().settings.connections_per_address, parts().hub.near(request.remote_addr)
    if parts().settings.limits and 0 < most <= near:
        parts().meters.turned_away["address"] += 1
        log.info("Too many pages from an address", address=request.remote_addr)
        raise TooMany("Too many pages are open in your network. Please close some, or come later.")


def keep() -> None:
    """Sends the cookie again once a day: it does not expire while its owner keeps coming."""
    if _user():
        return  # their sessions are the host's
    signed = getattr(session, "signed", None)  # a host's session may not know
    if signed is None or datetime.now(UTC) - signed > RENEWED_AFTER:
        session.modified = True


def many_lines() -> bool:
    """Whether this person writes in a field of several lines."""
    return session.get(LINES) is True


def set_many_lines(many: bool) -> None:
    """Remembers the choice with the person."""
    _remember()
    session[LINES] = many


def _remember() -> None:
    """Lets our own cookie outlive the browser; how long a host's session lives is the host's."""
    if isinstance(current_app.session_interface, Sessions):
        session.permanent = True


def _user() -> Visitor | None:
    users = parts().users
    return users.asking() if users else None


def _stored() -> Visitor | None:
    value: Any = session.get(KEY)
    match value:
        case [str(token), str(name), str(style_and_seed)]:
            face = Face.parse(style_and_seed)
            # A face that no version of ours wrote: the person, if there is one, has another.
            return Visitor(token, name, face or Face.random())
    return None
