"""Checks: what a setting's value must be besides of its kind."""

from __future__ import annotations

import re

from chatterpy.chat.rooms import check_slug
from chatterpy.errors import BadSlug, SettingError

_HOST = re.compile(r"\.?[\w-]+(\.[\w-]+)*(:\d+)?|\[[0-9a-f:]+\](:\d+)?", re.ASCII | re.IGNORECASE)
_ADDRESS = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:\d+)?(/[\w./~-]*)?", re.ASCII)


def check_address(typed: str) -> None:
    """Raises SettingError where an avatar service has no possible address.

    Its host stands in a header, where a space or semicolon would say something else.
    """
    if not _ADDRESS.fullmatch(typed):
        raise SettingError(
            f"CHATTERPY_LIARA_URL is an address such as https://avatars.example, not {typed!r}."
        )


def check_trusted(host: str) -> None:
    """Raises SettingError where a host name cannot be one: every page would be refused."""
    if not _HOST.fullmatch(host):
        raise SettingError(
            f"CHATTERPY_TRUSTED_HOSTS are host names such as chat.example.org, not {host!r}."
        )


def check_home(slug: str) -> None:
    """Raises SettingError where / would lead to a room that cannot be."""
    try:
        check_slug(slug)
    except BadSlug as bad:
        raise SettingError(f"CHATTERPY_HOME is a room, not {slug!r}. {bad}") from None
