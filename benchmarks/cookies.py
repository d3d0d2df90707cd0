"""Cookies of people, as the server gives them to newcomers: thousands of pages would take long."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from chatterpy.chat.people import Visitor
from chatterpy.web.identity import COOKIE, KEY


def write_cookies(data: Path, file: Path, count: int) -> Path:
    """Writes a header a line, each of another person, for the server of a data folder."""
    app = Flask(__name__)
    app.secret_key = (data / "secret_key").read_text().strip()
    name = (data / "name").read_text().strip()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    with file.open("w") as lines:
        for _ in range(count):
            who = Visitor.arrive()
            stored = signer.dumps({KEY: [who.token, who.name, str(who.face)]})
            lines.write(f"{COOKIE}-{name}={stored}\n")
    return file
