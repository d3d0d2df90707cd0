"""The log of a real server: whatever a peer sends, a record is one line."""

from __future__ import annotations

import socket

import pytest

from tests.server.conftest import Start
from tests.server.processes import eventually
from tests.server.raw import BINARY, PING, TEXT, dialled, masked, upgraded
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


def test_what_is_no_request_is_logged_once_in_a_while_with_its_address(start: Start) -> None:
    server = start()
    for said in [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a"] * 20:
        with dialled(server) as raw:
            raw.send(said)
            raw.sock.shutdown(socket.SHUT_WR)
            raw.rest()
    told = [one for one in server.records if one["event"] == "Expected a request"]
    assert told
    assert len(server.records) < 20
    assert (told[0]["level"], told[0]["address"]) == ("warning", "127.0.0.1")


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        ([], 1008, "expected the act 'resume'"),
        ([masked(TEXT, "no act")] * 5, 1008, "too much that is no act"),
        ([masked(PING)] * 200, 1008, "too much at once"),
        ([masked(TEXT, " " * 2000)], 1009, "at most 1024 bytes"),
        ([masked(BINARY, "x")], 1003, "only text is understood"),
    ],
    ids=["too late", "no acts", "too much", "too large", "not text"],
)
def test_a_close_that_is_the_peer_s_fault_is_logged_with_its_address(
    start: Start, said: list[bytes], code: int, reason: str
) -> None:
    server = start(limits="on", frame_burst=20, frame_max=1024, resume_timeout=1)
    with upgraded(server, "lobby") as raw:
        raw.send(*said)
        assert list(raw.frames())[-1].code == code
    assert eventually(lambda: "Closed with" in server.log), "it was not logged"
    [told] = [one for one in server.records if one["event"].startswith("Closed with")]
    assert told["event"] == f"Closed with {code}"
    assert (told["level"], told["reason"], told["address"]) == ("info", reason, "127.0.0.1")


@pytest.mark.parametrize(
    ("said", "event"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n", "Expected headers earlier"),
        (
            b"POST /me/name HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n",
            "Expected a body earlier",
        ),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "Expected another request earlier"),
    ],
    ids=["headers", "body", "silence"],
)
def test_who_is_waited_for_in_vain_is_told_to_who_wants_to_know(
    start: Start, said: bytes, event: str
) -> None:
    server = start(log_level="debug", header_timeout=1, body_timeout=1, keep_alive=1)
    with dialled(server) as raw:
        raw.send(said)
        raw.rest()
    [told] = [one for one in server.records if one["event"].endswith("earlier")]
    assert (told["event"], told["level"], told["address"]) == (event, "debug", "127.0.0.1")


def test_less_is_logged_when_less_is_asked_for(start: Start) -> None:
    server = start(log_level="error", no_such_thing=1)
    assert Visitor(server).get("/healthz").status == 200
    assert server.log == ""
