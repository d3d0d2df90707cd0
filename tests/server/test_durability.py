"""Durability: what was acknowledged is stored once, in order, whoever else writes at the time."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.server.conftest import arrived
from tests.server.history import log_of, read_all
from tests.server.processes import Server
from tests.server.visitors import Visitor, fresh_nonce


def test_two_hundred_posts_at_once_are_all_stored(server: Server, room: str) -> None:
    visitors = [arrived(server) for _ in range(20)]
    texts = [f"Number {number}" for number in range(200)]
    with ThreadPoolExecutor(len(texts)) as pool:
        posted = pool.map(
            lambda number: visitors[number % 20].say(room, texts[number]).status, range(len(texts))
        )
        assert Counter(posted) == {303: len(texts)}
    page = read_all(server, room)
    assert sorted(page.texts) == sorted(texts)
    assert page.seqs == list(range(1, len(texts) + 1))


def test_the_same_post_many_times_at_once_is_one_message(
    server: Server, anna: Visitor, room: str
) -> None:
    nonce = fresh_nonce()
    with ThreadPoolExecutor(20) as pool:
        posted = pool.map(lambda _: anna.say(room, "Impatient", nonce).status, range(40))
        assert set(posted) == {303}
    assert read_all(server, room).texts == ["Impatient"]


def test_one_name_wanted_by_many_at_once_is_given_to_one(server: Server, room: str) -> None:
    people = [arrived(server) for _ in range(10)]
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda one: one.rename(f"Only {room}").status, people))
    assert Counter(answers) == {303: 1, 422: 9}
    assert [one.name() for one in people].count(f"Only {room}") == 1


def test_the_first_acts_of_somebody_at_once_are_one_person_s(
    server: Server, anna: Visitor, room: str
) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: anna.say(room, f"Number {number}"), range(10)))
    assert len({entry["data-author"] for entry in read_all(server, room).entries}) == 1


def test_an_acknowledged_message_is_on_the_disk_already(server: Server, room: str) -> None:
    anna = arrived(server)
    for number in range(20):
        assert anna.say(room, f"Number {number}").status == 303
        assert log_of(server.data, room)[-1] == (number + 1, f"Number {number}")


def test_health_tells_of_the_process_and_of_the_store(server: Server, anna: Visitor) -> None:
    for path in ("/healthz", "/readyz"):
        answer = anna.get(path)
        assert (answer.status, answer.html) == (200, "ok\n")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in Visitor(server).get(path).headers
