"""The log of a real server: whatever a peer sends, a record is one line."""

from __future__ import annotations

import pytest

from tests.server.conftest import Start
from tests.server.processes import eventually
from tests.server.raw import dialled
from tests.server.visitors import Visitor

FORGED = b"\x1b[2J\x9b\xe2\x80\xa8\r2026-01-01T00:00:00Z [critical ] all is lost"


@pytest.mark.parametrize("form", ["auto", "human"])
def test_a_request_that_is_none_neither_forges_a_record_nor_drives_a_terminal(
    start: Start, form: str
) -> None:
    server = start(log_format=form)
    with dialled(server) as raw:
        raw.send(b"GET /" + FORGED + b" HTTP/1.1 no such version\r\n\r\n")
        assert eventually(lambda: "all is lost" in server.log), "it was not logged"
    assert "\x1b" not in server.log
    assert "\x9b" not in server.log
    assert "\u2028" not in server.log
    if form == "auto":
        # The log is a file, so JSON: each line is, and none is the peer's.
        assert {one["level"] for one in server.records} <= {"warning", "error"}
    else:
        assert not [line for line in server.log.split("\n") if line.startswith("2026-01-01")]


def test_less_is_logged_when_less_is_asked_for(start: Start) -> None:
    server = start(log_level="error", no_such_thing=1)
    assert Visitor(server).get("/healthz").status == 200
    assert server.log == ""
