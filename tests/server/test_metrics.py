"""Metrics: numbers of a real server, after real messages and real sockets."""

from __future__ import annotations

import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.server.conftest import Start, arrived
from tests.server.processes import Server, eventually
from tests.server.raw import masked, upgraded
from tests.server.test_stream import streaming
from tests.server.visitors import Visitor, fresh_room

LOOPBACK_ONLY = 403


def numbers(server: Server) -> dict[str, float]:
    """What a scrape tells: names with their labels, and values."""
    answer = Visitor(server).get("/metrics")
    assert answer.status == 200, answer.html
    assert answer.headers["Cache-Control"] == "no-store"
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sample.labels.items()): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.html)
        for sample in family.samples
    }


def test_what_happens_is_counted(start: Start) -> None:
    server, room = start(heartbeat=60), fresh_room()
    anna, ben, cleo = (arrived(server) for _ in range(3))
    with anna.present(room), ben.present(room) as page, cleo.present("attic"):
        for text in ("One", "Two", "Three"):
            anna.say(room, text)
        page.until(lambda page: page.texts == ["One", "Two", "Three"])
        told = numbers(server)
        assert told["chatterpy_connections"] == 3
        assert told["chatterpy_streams"] == 0
        assert told["chatterpy_rooms_read"] == 2
        assert told["chatterpy_people_here"] == 3
        assert told["chatterpy_messages_total"] == 3
        assert told["chatterpy_deliveries_total"] == 6, "three batches, two readers"
        assert told["chatterpy_render_seconds_count"] == 3
        assert told["chatterpy_commit_seconds_count"] == told["chatterpy_commit_writes_count"] > 3
        assert told["chatterpy_commit_writes_sum"] >= told["chatterpy_commit_writes_count"]
        assert 0 < told["chatterpy_commit_seconds_sum"] < 60
        assert (
            told["chatterpy_commit_seconds_bucket le=+Inf"]
            == (told["chatterpy_commit_seconds_count"])
        )
        assert told["process_open_fds"] > 3
    assert eventually(lambda: numbers(server)["chatterpy_connections"] == 0)
    assert numbers(server)["chatterpy_closes_total code=1000"] == 3


def test_a_stream_is_counted_apart_and_is_a_reader(start: Start) -> None:
    server, room = start(), fresh_room()
    with streaming(server, room) as stream:
        arrived(server).say(room, "Hi")
        stream.until("Hi")
        told = numbers(server)
        assert (told["chatterpy_connections"], told["chatterpy_streams"]) == (0, 1)
        assert told["chatterpy_deliveries_total"] == 1


def test_closes_are_counted_by_code_and_a_peer_invents_no_labels(start: Start) -> None:
    server, room = start(), fresh_room()
    anna = arrived(server)
    for code in (1001, 3456, 4999):
        with anna.connected(room) as line:
            line.socket.close(code)
    with anna.connected(room) as line:
        for _ in range(5):
            line.socket.send("no act")
        assert line.close_code() == 1008
    with upgraded(server, room):
        pass  # gone without a word

    def closes() -> dict[str, float]:
        name = "chatterpy_closes_total code="
        told = numbers(server).items()
        return {key.removeprefix(name): value for key, value in told if key.startswith(name)}

    expected = {"1001": 1.0, "1006": 1.0, "1008": 1.0, "other": 2.0}
    assert eventually(lambda: closes() == expected), closes()


def test_who_is_too_slow_is_seen_to_wait_and_then_to_be_closed(start: Start) -> None:
    server, room = start(outbox_max=1 << 16, heartbeat=60), fresh_room()
    anna = arrived(server)
    with upgraded(server, room, window=4096) as slow:
        slow.send(masked(1, '{"act":"resume","cursor":"0"}'))
        assert eventually(lambda: numbers(server)["chatterpy_rooms_read"] == 1)
        most, deadline = 0.0, time.monotonic() + 30
        while "chatterpy_closes_total code=1013" not in (told := numbers(server)):
            assert time.monotonic() < deadline, f"it was never closed; at most {most} bytes waited"
            most = max(most, told["chatterpy_outbox_bytes"])
            anna.say(room, "x" * 4000)
        assert 0 < most <= 1 << 16


def test_refused_requests_are_counted_by_status(start: Start) -> None:
    server = start()
    anna = arrived(server)
    anna.get("/nothing")
    anna.get("/rooms/Not-A-Room")
    anna.say("lobby", "")
    told = numbers(server)
    assert told["chatterpy_refused_requests_total status=404"] == 2
    assert told["chatterpy_refused_requests_total status=422"] == 1


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"],
)
def test_what_a_proxy_of_this_machine_brings_is_not_from_this_machine(
    server: Server, header: str
) -> None:
    answer = Visitor(server).get("/metrics", **{header: "127.0.0.1"})
    assert answer.status == LOOPBACK_ONLY
    assert answer.headers["Cache-Control"] == "no-store"
    assert "CHATTERPY_METRICS_TOKEN" in answer.html
    assert "chatterpy_" not in answer.html


def test_the_token_opens_them_from_anywhere(start: Start) -> None:
    server = start(metrics_token="sesame")
    anna, far = Visitor(server), {"X-Forwarded-For": "192.0.2.1"}
    assert anna.get("/metrics", Authorization="Bearer sesame", **far).status == 200
    for wrong in ("Bearer sesam", "Bearer ", "Bearer", "Basic c2VzYW1lOnNlc2FtZQ==", "Bearer é"):
        assert anna.get("/metrics", Authorization=wrong, **far).status == LOOPBACK_ONLY, wrong
    assert anna.get("/metrics").status == 200, "this machine needs none"


def test_without_a_token_none_opens_them(server: Server) -> None:
    for given in ("Bearer", "Bearer "):
        headers = {"Authorization": given, "X-Forwarded-For": "192.0.2.1"}
        assert Visitor(server).get("/metrics", **headers).status == LOOPBACK_ONLY


def test_behind_trusted_proxies_the_client_s_own_address_counts(start: Start) -> None:
    server = start(proxy_hops=2)
    anna = Visitor(server)

    def status(**headers: str) -> int:
        return anna.get("/metrics", **headers).status

    assert status() == 200, "no proxy has had a hand in it"
    assert status(X_Forwarded_For="127.0.0.1, 192.0.2.9") == 200, "a program of this machine"
    assert status(X_Forwarded_For="192.0.2.1, 127.0.0.1") == LOOPBACK_ONLY
    assert status(X_Forwarded_For="127.0.0.1, 192.0.2.1, 127.0.0.1") == LOOPBACK_ONLY, "forged"
    # Only one proxy has had a hand in it, so the address is still that proxy's.
    assert status(X_Forwarded_For="127.0.0.1") == LOOPBACK_ONLY
    assert status(X_Real_IP="127.0.0.1") == LOOPBACK_ONLY
