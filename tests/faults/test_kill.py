"""Killed: whatever ends the process, what was acknowledged is there once, in order."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

from tests.faults.conftest import Start
from tests.faults.load import Load
from tests.server.history import DATABASE, assert_sound, log_of, read_all
from tests.server.processes import eventually
from tests.server.visitors import OpenPage, Visitor, fresh_room

KILLS = 10
LIFE_S = 0.3  # of load, between the reader's return and the next kill


def test_what_was_acknowledged_is_there_once_after_ten_kills_under_load(
    start: Start, tmp_path: Path
) -> None:
    server, room = start(window=100_000, catch_up_max=100_000), fresh_room()
    load = Load(server, room)
    for kills in range(KILLS):
        assert eventually(lambda kills=kills: load.returns > kills, 30), "the reader stays away"
        time.sleep(LIFE_S)
        server.kill()
        acknowledged = tuple(load.acknowledged)
        left = copied(server.data, tmp_path / f"after-{kills}")
        assert_sound(left)
        assert_stored(left, room, acknowledged)
        server.start()
    load.stop()
    assert len(load.acknowledged) > KILLS, "too little was said for this test to mean anything"

    assert_stored(server.data, room, load.acknowledged)
    stored = log_of(server.data, room)
    assert len(stored) == len(load.acknowledged), "there is something nobody said to the end"
    fresh = read_all(server, room)
    assert fresh.texts == [text for _, text in stored]
    assert fresh.seqs == list(range(1, len(stored) + 1)), "a seq is missing, or out of order"
    with Visitor(server).connected(room) as line:
        OpenPage(load.page, line).resume()
    assert load.page.texts == fresh.texts, "the page that stayed shows another room"
    assert server.terminate() == 0
    assert_sound(server.data)
    assert "Traceback" not in server.log, server.log


def copied(data: Path, folder: Path) -> Path:
    """The database as the kill left it: reading the original would mend it before the server."""
    folder.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(data / f"{DATABASE}{suffix}", folder)
    return folder


def assert_stored(data: Path, room: str, acknowledged: tuple[str, ...] | list[str]) -> None:
    """Each acknowledged message is there, and nothing is there twice."""
    stored = Counter(text for _, text in log_of(data, room))
    lost = [text for text in acknowledged if not stored[text]]
    assert not lost, f"{len(lost)} acknowledged messages are lost: {lost[:5]}"
    twice = [text for text, count in stored.items() if count > 1]
    assert not twice, f"{len(twice)} messages are there twice: {twice[:5]}"
