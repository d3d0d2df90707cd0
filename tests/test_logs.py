"""The log: one record is one line, whatever it is told."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
import pytest

from chatterpy import logs

#: What would end a line, drive a terminal, or turn the reading direction.
CONTROLS = "\n\r\t\x00\x1b\x7f\x85\x9b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS += "\u2028\u2029\x0b\x0c"
FORGED = "2026-01-01T00:00:00.000000Z [info     ] all is well"
HOSTILE = f"x{CONTROLS}\n{FORGED}"


class Hostile:
    """Shows itself as something else."""

    def __repr__(self) -> str:
        return HOSTILE


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Leaves the log of the tests as it was."""
    root, hub = logging.getLogger(), gevent.get_hub()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()  # `configure` closes those it replaces
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    vars(hub).pop("print_exception", None)


def written(form: str, level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(form, level, stream)
    return stream


def tell_everything_hostile() -> int:
    """Puts hostile text wherever a record can hold some; returns how many records there are."""
    log, library = logs.logger("chatterpy.test"), logging.getLogger("library")
    log.warning(HOSTILE, key=HOSTILE, thing=Hostile(), things=[HOSTILE], error=ValueError(HOSTILE))
    library.warning("%s", HOSTILE)
    library.warning(HOSTILE, stack_info=True)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        log.exception("It failed", key=HOSTILE)
        library.exception("It failed")
    log.warning("One word", key="x\x1b[2J", thing="x\u202e")
    return 6


def records(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("form", ["human", "json"])
def test_no_value_ends_a_line_or_drives_a_terminal(form: str) -> None:
    stream = written(form)
    tell_everything_hostile()
    text = stream.getvalue()
    found = {char for char in CONTROLS if char in text.replace("\n", "")}
    assert not found, f"not escaped: {found}"
    assert not [line for line in text.split("\n") if line.startswith(FORGED)], text


def test_for_people_only_records_begin_at_the_margin() -> None:
    stream = written("human")
    count = tell_everything_hostile()
    lines = stream.getvalue().removesuffix("\n").split("\n")
    assert len([line for line in lines if not line.startswith(logs.TRACEBACK_MARGIN)]) == count
    assert f"{logs.TRACEBACK_MARGIN}Traceback (most recent call last):" in lines


def test_for_programs_a_record_is_one_line_of_json_with_its_traceback() -> None:
    stream = written("json")
    count = tell_everything_hostile()
    told = records(stream)
    assert len(told) == count
    assert told[0]["event"] == told[0]["key"] == told[1]["event"] == HOSTILE, "nothing is lost"
    for record in told[3:5]:
        assert record["event"] == "It failed"
        assert record["level"] == "error"
        assert record["exception"].startswith("Traceback (most recent call last):")


def test_a_value_cannot_pass_as_two() -> None:
    stream = written("human")
    logs.logger("chatterpy.test").warning("Asked", room="a' admin=yes x='")
    assert """room="a' admin=yes x='\"""" in stream.getvalue()


def test_times_are_in_utc() -> None:
    stream = written("json")
    logs.logger("chatterpy.test").info("Now")
    told = records(stream)[0]["timestamp"]
    assert told.endswith("Z")
    assert abs(datetime.now(UTC) - datetime.fromisoformat(told)) < timedelta(minutes=1)


def test_what_is_less_grave_is_left_out() -> None:
    stream = written("json", level="WARNING")
    log = logs.logger("chatterpy.test")
    log.info("Less")
    logging.getLogger("library").info("Less")
    log.warning("More")
    assert [one["event"] for one in records(stream)] == ["More"]


def test_auto_is_human_on_a_terminal_and_json_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written("auto")
    logs.logger("chatterpy.test").warning("Said")
    assert records(stream)
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    logs.configure("auto", "INFO", terminal)
    logs.logger("chatterpy.test").warning("Said")
    assert "Said" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")


def test_a_host_with_a_log_of_its_own_gets_sentences(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        logs.logger("chatterpy.test").warning("A read failed", query="page", error="50% of it\n")
    assert caplog.messages == [r"A read failed query='page' error='50% of it\n'"]


def test_a_greenlet_that_fails_is_a_record_as_well() -> None:
    stream = written("json")
    gevent.spawn(lambda: [][0]).join()
    [record] = records(stream)
    assert record["event"] == "A greenlet failed"
    assert "IndexError" in record["exception"]


def test_what_anybody_can_bring_about_is_logged_once_a_second_with_how_often_it_was() -> None:
    stream, now = written("json"), 0.0
    log = logs.RateLimited(logs.logger("chatterpy.test"), lambda: now)
    for number in range(100):
        log.info("Refused", number=number)
    log.warning("Another thing")
    log.debug("Not asked for")
    now += logs.EVERY_S
    log.info("Refused", number=100)
    now += logs.EVERY_S
    log.info("Refused", number=101)
    told = [(one["event"], one.get("number"), one.get("suppressed")) for one in records(stream)]
    assert told == [
        ("Refused", 0, None),
        ("Another thing", None, None),
        ("Refused", 100, 99),
        ("Refused", 101, None),
    ]
