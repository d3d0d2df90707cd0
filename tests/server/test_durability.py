"""Durability: what was acknowledged is there once, in order, whatever ended the server."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import psutil
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.server.conftest import Start, arrived
from tests.server.pages import Page
from tests.server.processes import Server, eventually
from tests.server.visitors import OpenPage, Visitor, fresh_nonce, fresh_room

KILLS = 10
LIFE_S = 0.7  # of load, between a start and the next kill
WRITERS = 3  # of each kind
PAUSE_S = 0.02

#: What a client meets when its server is gone, and comes back from.
GONE = (OSError, HTTPException, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError)


class Load:
    """Writers and a reader who carry on, whatever happens to the server, until told to stop."""

    def __init__(self, server: Server, room: str) -> None:
        self.server = server
        self.room = room
        self.acknowledged: list[str] = []
        self.page = Page(Visitor(server).open(room).html)
        self.returns = 0
        self.errors: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._watched, args=(act,), daemon=True)
            for act in [self._post] * WRITERS + [self._talk] * WRITERS + [self._read]
        ]
        self._visitors = {thread: arrived(server) for thread in self._threads}
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns when all writers have had their last message acknowledged."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive(), "somebody still waits for an acknowledgement"
        assert not self.errors, f"a client failed: {self.errors}"

    def _watched(self, act: Callable[[Visitor], None]) -> None:
        try:
            act(self._visitors[threading.current_thread()])
        except BaseException as error:
            self.errors.append(error)

    def _post(self, visitor: Visitor) -> None:
        """Posts, and posts again with the same nonce until it is acknowledged."""
        number = 0
        while not self._stop.is_set():
            number += 1
            text, nonce = f"post {threading.get_ident()} {number}", fresh_nonce()
            while True:
                try:
                    status = visitor.say(self.room, text, nonce).status
                except GONE:
                    time.sleep(PAUSE_S)
                    continue
                assert status in (303, 503), f"a post was answered with {status}"
                if status == 303:
                    break
            self.acknowledged.append(text)

    def _talk(self, visitor: Visitor) -> None:
        """Says over a socket, and says again until it is heard in the room."""
        number, text, nonce = 0, "", ""
        while not self._stop.is_set() or text:
            with suppress(*GONE), visitor.present(self.room) as page:
                while not self._stop.is_set() or text:
                    if not text:
                        number += 1
                        text, nonce = f"talk {threading.get_ident()} {number}", fresh_nonce()
                    if text not in page.page.texts:
                        page.line.say(text, nonce)
                        page.until(lambda page, text=text: text in page.texts[-500:], seconds=5)
                    self.acknowledged.append(text)
                    text = ""
            time.sleep(PAUSE_S)

    def _read(self, visitor: Visitor) -> None:
        """One page that stays, and comes back by its cursor."""
        while not self._stop.is_set():
            with suppress(*GONE), visitor.connected(self.room) as line:
                page = OpenPage(self.page, line)
                page.resume()
                self.returns += 1
                while not self._stop.is_set():
                    with suppress(TimeoutError):
                        page.show(0.2)
            time.sleep(PAUSE_S)


def test_what_was_acknowledged_is_there_once_after_ten_kills_under_load(start: Start) -> None:
    server, room = start(window=100_000, catch_up_max=100_000), fresh_room()
    load = Load(server, room)
    for kills in range(KILLS):
        time.sleep(LIFE_S)
        assert eventually(lambda kills=kills: load.returns > kills, 30), "the reader stays away"
        server.kill()
        server.start()
    load.stop()
    assert len(load.acknowledged) > KILLS, "too little was said for this test to mean anything"

    stored = Counter(text for _, text in log_of(server.data, room))
    lost = [text for text in load.acknowledged if stored[text] == 0]
    assert not lost, f"{len(lost)} acknowledged messages are lost: {lost[:5]}"
    twice = [text for text, count in stored.items() if count > 1]
    assert not twice, f"{len(twice)} messages are there twice: {twice[:5]}"
    assert sorted(stored) == sorted(load.acknowledged), "something nobody said to the end"

    fresh = read_all(server, room)
    assert fresh.texts == [text for _, text in log_of(server.data, room)]
    assert fresh.seqs == list(range(1, len(stored) + 1)), "a seq is missing, or out of order"
    with Visitor(server).connected(room) as line:
        OpenPage(load.page, line).resume()
    assert load.page.texts == fresh.texts, "the page that stayed shows another room"

    assert server.terminate() == 0
    with closing(sqlite3.connect(server.data / "chatterpy.sqlite3")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        [(seq,)] = db.execute("SELECT seq FROM rooms WHERE slug = ?", (room,)).fetchall()
        assert seq == len(stored)
    assert "Traceback" not in server.log, server.log
    print(f"{len(load.acknowledged)} messages acknowledged over {KILLS} kills")


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


def test_when_the_disk_is_full_nothing_is_acknowledged_and_reading_goes_on(start: Start) -> None:
    server, room = start(), fresh_room()
    anna = arrived(server)
    anna.say(room, "Before")
    with anna.present(room) as page, full_disk(server):
        answer = anna.say(room, "During", "n1")
        assert answer.status == 503
        assert answer.document.the(id="text")["value"] == "During"
        assert answer.document.the(id="why").text
        page.line.say("Also during", "n2")
        page.until(lambda page: page.why != "")
        assert page.page.texts == ["Before"]
        assert Page(anna.open(room).html).texts == ["Before"]
        assert anna.get("/readyz").status == 503
        assert anna.get("/healthz").status == 200
    assert anna.say(room, "During", "n1").status == 303
    assert read_all(server, room).texts == ["Before", "During"]
    assert eventually(lambda: anna.get("/readyz").status == 200, seconds=3)


def test_who_is_told_to_try_again_is_told_when(start: Start) -> None:
    server = start()
    anna = arrived(server)
    anna.say("lobby", "Before")
    with full_disk(server):
        answer = anna.say("lobby", "During")
    assert answer.status == 503
    assert int(answer.headers.get("Retry-After", "0")) > 0


@contextmanager
def full_disk(server: Server) -> Iterator[None]:
    """No file of the server may grow any more, as if the disk had no room left."""
    process = psutil.Process(server.running.pid)
    unlimited = process.rlimit(psutil.RLIMIT_FSIZE)
    size = (server.data / "chatterpy.sqlite3-wal").stat().st_size
    process.rlimit(psutil.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        process.rlimit(psutil.RLIMIT_FSIZE, unlimited)


def log_of(data: Path, room: str) -> list[tuple[int, str]]:
    """The seqs and texts in the database, read by somebody else."""
    with closing(sqlite3.connect(f"file:{data / 'chatterpy.sqlite3'}?mode=ro", uri=True)) as db:
        return db.execute(
            "SELECT entries.seq, text FROM entries JOIN rooms ON rooms.id = room_id"
            " WHERE slug = ? ORDER BY entries.seq",
            (room,),
        ).fetchall()


def read_all(server: Server, room: str) -> Page:
    """A fresh page that has scrolled up to the first message."""
    with arrived(server).present(room) as page:
        while before := page.page.before:
            page.line.act("older", before=str(before))
            page.until(lambda page, before=before: page.before != before)
        return page.page
