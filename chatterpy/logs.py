"""The log: an event with what belongs to it, as a line for people or as JSON for programs.

`logger` is for every module, whoever hosts it: the record is a sentence that any handler can print.
`configure` is for our own host alone, since an embedding application has a log of its own.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, TextIO, cast

import gevent
import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import EventDict, WrappedLogger

#: Under this name a record of ours carries its event, apart from the sentence made of it.
EVENT = "chatterpy_event"

#: Before each line of a traceback for people: no line that a message brings can pass as a record.
TRACEBACK_MARGIN = "    | "

#: Of what anybody can bring about, each event is logged at most so often.
EVERY_S = 1.0

#: Tracebacks, which have lines of their own.
_OF_LINES = ("exception", "stack")


def logger(name: str) -> BoundLogger:
    """A logger whose events take what belongs to them by name: `log.error("…", error=…)`."""
    # Wrapped here and not by structlog's own configuration, which is global and the host's.
    made = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[structlog.stdlib.filter_by_level, _as_record],
        wrapper_class=BoundLogger,
    )
    return cast(BoundLogger, made)


class RateLimited:
    """A logger for what anybody can bring about as often as they like.

    Of each event there is at most one record in EVERY_S; it says how many were suppressed since
    the one before. Events are sentences of ours, so there are few.
    """

    def __init__(
        self,
        log: BoundLogger,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """`later` calls what it is given, soon: for those who must not let others run meanwhile, as
        a handler of a host application may when it takes a record.
        """
        self._later = later
        self._log = log
        self._clock = clock
        self._told: dict[str, float] = {}
        self._suppressed: Counter[str] = Counter()

    def debug(self, event: str, **values: object) -> None:
        self._tell(logging.DEBUG, event, values)

    def info(self, event: str, **values: object) -> None:
        self._tell(logging.INFO, event, values)

    def warning(self, event: str, **values: object) -> None:
        self._tell(logging.WARNING, event, values)

    def error(self, event: str, **values: object) -> None:
        self._tell(logging.ERROR, event, values)

    def _tell(self, level: int, event: str, values: dict[str, object]) -> None:
        now = self._clock()
        if now - self._told.get(event, float("-inf")) < EVERY_S:
            self._suppressed[event] += 1
            return
        self._told[event] = now
        if suppressed := self._suppressed.pop(event, 0):
            values["suppressed"] = suppressed
        write = partial(self._log.log, level, event, **values)
        if self._later:
            self._later(write)
        else:
            write()


def configure(form: str, level: str, stream: TextIO | None = None) -> None:
    """Sends all records of the process to `stream`, which is stderr unless it is given.

    `form` is "human", "json", or "auto": human where the stream is a terminal. `level` is the name
    of the least level that is logged.
    """
    stream = stream or sys.stderr
    terminal = stream.isatty()
    if form == "auto":
        form = "human" if terminal else "json"
    last: list[Any]
    if form == "human":
        console = structlog.dev.ConsoleRenderer(
            colors=terminal,
            repr_native_str=True,  # `a=1 b=2` as one value is no two values
            exception_formatter=structlog.dev.plain_traceback,
        )
        last = [_escape, console]
    else:
        last = [structlog.processors.JSONRenderer(ensure_ascii=True)]
    formatter = ProcessorFormatter(
        foreign_pre_chain=[
            _from_record,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
        ],
        processors=[ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # Each start would tell of each migration.
    logging.getLogger("alembic").setLevel(max(logging.WARNING, logging.getLogger().level))
    # gevent would print what ends a greenlet line by line, past the log.
    gevent.get_hub().print_exception = _greenlet_failed  # type: ignore[method-assign]


def escaped(text: str) -> str:
    """A text in which nothing drives a terminal, ends a line, or turns the reading direction."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _as_record(_: WrappedLogger, __: str, event: EventDict) -> tuple[tuple[str], dict[str, Any]]:
    """The arguments of the logging call: a sentence for any handler, the event for ours."""
    passed = {key: event.pop(key) for key in ("exc_info", "stack_info") if key in event}
    sentence, *told = event["event"], *(f"{k}={v!r}" for k, v in event.items() if k != "event")
    # A value is no format: logging leaves a message without arguments as it is.
    return (" ".join((sentence, *told)),), {**passed, "extra": {EVENT: event}}


def _from_record(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event that a record of ours carries; a library's sentence is its event."""
    event.update(getattr(event["_record"], EVENT, {}))
    return event


def _escape(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """What the console renderer prints as it stands; texts among the values it quotes itself."""
    for key, value in event.items():
        if key in _OF_LINES:
            lines = str(value).split("\n")
            event[key] = "\n".join(TRACEBACK_MARGIN + escaped(line) for line in lines)
        elif key == "event":
            event[key] = escaped(str(value))
        elif not isinstance(value, str | int | float | None):
            event[key] = escaped(repr(value))
    return event


def _greenlet_failed(context: object, t: Any, v: Any, tb: TracebackType | None) -> None:
    """Leaves out the context: that of a request has its cookies."""
    logging.getLogger("gevent").error("A greenlet failed", exc_info=(t, v, tb))
