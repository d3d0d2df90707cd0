"""The program: what it runs on and is made of, and what is set."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chatterpy.doctor.findings import Finding, advice, error, ok, warning
from chatterpy.settings import Settings
from chatterpy.theme.templates import SCRIPT

PYTHON = (3, 11)  # the oldest that is supported, as in pyproject.toml

A_ZONE = "Europe/Berlin"


def python(version: tuple[int, ...] = tuple(sys.version_info[:2])) -> Iterator[Finding]:
    if version < PYTHON:
        oldest, this = (".".join(map(str, one)) for one in (PYTHON, version))
        yield error(
            f"ChatterPy needs Python {oldest} or newer; this is {this}.",
            "Install a newer Python, and ChatterPy with it.",
        )
    else:
        yield ok(f"Python {platform.python_version()} on {platform.system()}.")


def script() -> Iterator[Finding]:
    if SCRIPT.exists():
        yield ok(f"The script {SCRIPT.name} is built.")
    else:
        yield error(
            f"The script {SCRIPT.name} is missing in {SCRIPT.parent}: it is made by the build.",
            "Install the package with pip, or run: python hatch_build.py",
        )


def time_zones(some: str = A_ZONE) -> Iterator[Finding]:
    try:
        ZoneInfo(some)
    except ZoneInfoNotFoundError:
        yield advice(
            "There is no time zone data: times are shown in the server's own zone only.",
            "For CHATTERPY_TIMEZONE install the system's tzdata, or: pip install tzdata",
        )
    else:
        yield ok("Time zone data is there.")


def proxies(settings: Settings) -> Iterator[Finding]:
    if settings.proxy_hops and not settings.trusted_hosts:
        yield warning(
            "CHATTERPY_PROXY_HOPS is set, but CHATTERPY_TRUSTED_HOSTS is not: whatever host name "
            "a client tells the proxy is believed.",
            "Set CHATTERPY_TRUSTED_HOSTS to the names of the chat.",
        )
