"""The command as tests of faults start it: it can be asked what it holds, and be deceived.

`python -m tests.faults.launcher run …`, with these in its environment:

- `FAULTS_CENSUS`: a file; at each SIGUSR1 the greenlets are counted into it, by what they do.
- `FAULTS_CLOCK`: a file with a double; so many seconds is the wall clock ahead. Deceived is all
  that asks Python for the time; the event loop's own timers are in C, and of monotonic time.
- `FAULTS_GONE_AFTER`: the seconds after which a silent peer is gone, in place of a minute.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import re
import signal
import struct
import time
from collections import Counter
from pathlib import Path

import gevent
from greenlet import getcurrent, greenlet

from chatterpy.cli import main
from chatterpy.live import socket as live_socket


def count_greenlets(file: Path) -> None:
    """Writes how many greenlets there are, by their names, but for the one that counts."""
    alive = [one for one in gc.get_objects() if isinstance(one, greenlet) and one]
    names = Counter(name_of(one) for one in alive if one is not getcurrent())
    fresh = file.with_suffix(".fresh")
    fresh.write_text(json.dumps(names))
    fresh.rename(file)


def name_of(one: greenlet) -> str:
    """What a greenlet does, without what differs from one to the next."""
    return re.sub(r"(0x)?[0-9a-f]{6,}|\d+", "…", repr(one))


def shift_clock(file: Path) -> None:
    """From now on the file says how far the wall clock is ahead; monotonic time stays as it is."""
    with file.open("rb") as opened:
        ahead = mmap.mmap(opened.fileno(), struct.calcsize("d"), access=mmap.ACCESS_READ)
    true_time, true_time_ns = time.time, time.time_ns

    def seconds() -> float:
        return float(struct.unpack("d", ahead)[0])

    time.time = lambda: true_time() + seconds()
    time.time_ns = lambda: true_time_ns() + int(seconds() * 1e9)


if __name__ == "__main__":
    gevent.signal_handler(signal.SIGUSR1, count_greenlets, Path(os.environ["FAULTS_CENSUS"]))
    shift_clock(Path(os.environ["FAULTS_CLOCK"]))
    if gone_after := os.environ.get("FAULTS_GONE_AFTER"):
        live_socket.GONE_AFTER_S = int(gone_after)
    main()
