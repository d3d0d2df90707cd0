"""A herd: a thousand people who come within a moment cost as few frames as one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from chatterpy.chat.people import Visitor as Arrived
from chatterpy.live.states import TICK_S
from chatterpy.web.identity import COOKIE, KEY
from tests.server.conftest import Start
from tests.server.pages import partials
from tests.server.processes import Server
from tests.server.raw import TEXT, Raw, dialled, handshake, masked
from tests.server.visitors import Visitor

HERD = 1000
WAIT_S = 60
PEOPLE = "#people:not([data-sought])"


def test_a_thousand_who_join_at_once_are_told_in_one_fragment_a_tick(start: Start) -> None:
    server = start(limits="off", presence_grace=1)
    time.sleep(3.5)  # while everybody finds back after a start, nobody joins
    anna = Visitor(server)
    anna.open("lobby")
    with anna.present("lobby") as page, ExitStack() as herd:
        began = time.monotonic()
        resume = masked(TEXT, json.dumps({"act": "resume"}))
        for cookie in cookies(server, HERD):
            raw: Raw = herd.enter_context(dialled(server))
            raw.send(handshake("/rooms/lobby/socket", Cookie=cookie), resume)
        told, joined = [], []
        while not told or told[-1] != HERD + 1:
            frame = page.line.hear(WAIT_S)
            parts = {part.target: part.content for part in partials(frame)}
            if PEOPLE in parts:
                told.append(int(parts["#count"].text.split()[0]))
                assert len(parts[PEOPLE].all("li", cls="guest")) <= 30, "all are listed"
            if "#comings" in parts:
                joined.append(parts["#comings"].text)
        took = time.monotonic() - began

        assert len(told) <= took / TICK_S + 2, f"{len(told)} fragments in {took:.1f} s: {told}"
        assert told == sorted(set(told)), "somebody was told twice, or left"
        assert len(joined) <= len(told)
        assert all("joined" in line and "left" not in line for line in joined), joined


def cookies(server: Server, count: int) -> Iterator[str]:
    """Cookies as the server gives them to newcomers: a thousand pages would take too long."""
    app = Flask(__name__)
    app.secret_key = (server.data / "secret_key").read_text().strip()
    name = (server.data / "name").read_text().strip()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    for _ in range(count):
        who = Arrived.arrive()
        stored = signer.dumps({KEY: [who.token, who.name, str(who.face)]})
        yield f"{COOKIE}-{name}={stored}"
