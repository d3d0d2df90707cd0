"""Who asks: a visitor in a signed cookie, a person from the first act or socket on."""

from __future__ import annotations

import time
from ipaddress import ip_address
from typing import Any

from flask import Flask, current_app, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from chatterpy.chat.faces import Face
from chatterpy.chat.people import Visitor
from chatterpy.errors import TooFast
from chatterpy.web.parts import parts

KEY = "visitor"
LINES = "lines"
COOKIE = "chatterpy"


class PatientSigner(TimestampSigner):
    """Accepts a signature of the future: the clock was set back since, and it is ours all the same.

    Otherwise everybody who came in the last second would be somebody else after a correction of a
    second.
    """

    def unsign(self, signed_value: Any, max_age: int | None = None, *args: Any, **more: Any) -> Any:
        try:
            return super().unsign(signed_value, max_age, *args, **more)
        except SignatureExpired as expired:
            signed = expired.date_signed
            if signed is None or signed <= self.timestamp_to_datetime(self.get_timestamp()):
                raise
        return super().unsign(signed_value, None, *args, **more)


class Sessions(SecureCookieSessionInterface):
    """Cookies that are Secure, and bound to this host, wherever the request came over TLS.

    The prefix is a promise that browsers keep: no other host of the domain can set this cookie
    (RFC 6265bis, 4.1.3.2).
    """

    def __init__(self, name: str) -> None:
        """`name` tells this chat's cookie from another one's: cookies do not know ports."""
        self._name = f"{COOKIE}-{name}"

    def get_cookie_name(self, app: Flask) -> str:
        return f"__Host-{self._name}" if request.is_secure else self._name

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = PatientSigner
        return serializer

    def get_cookie_path(self, app: Flask) -> str:
        return "/"  # as the prefix demands


def known() -> bool:
    """Whether the request came with a visitor in its cookie."""
    return _stored() is not None


def visitor() -> Visitor:
    """The visitor of this request; a new one arrives where none is known."""
    if stored := _stored():
        return stored
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
    return newcomers.take(_neighbourhood(), time.monotonic())


def _neighbourhood() -> object:
    """The client's address; of IPv6 the /64, which is what one household has (RFC 6177)."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr
    return address if address.version == 4 else int(address) >> 64


def keep() -> None:
    """Sends the cookie again, so that it does not expire while its owner keeps coming."""
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


def _stored() -> Visitor | None:
    value: Any = session.get(KEY)
    match value:
        case [str(token), str(name), str(style_and_seed)]:
            face = Face.parse(style_and_seed)
            # A face that no version of ours wrote: the person, if there is one, has another.
            return Visitor(token, name, face or Face.random())
    return None
