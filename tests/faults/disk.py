"""Disks: a data folder on a small disk of its own, and how it becomes full."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from tests.server.history import DATABASE
from tests.server.processes import Server

SIZE = 8 << 20  # bytes
BLOCK = bytes(1 << 16)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """The folder is a disk of its own, wherever we may mount one."""
    folder.mkdir(parents=True)
    with ExitStack() as mounted:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "chatterpy-test", str(folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            # Lazily, for a server that a failed test has left: it ends by itself.
            mounted.callback(subprocess.run, ["umount", "--lazy", str(folder)], check=True)
        yield


@contextmanager
def full_disk(server: Server) -> Iterator[None]:
    """There is no room where the server's data is.

    Where that is no disk of its own, no file of the server may grow (EFBIG in place of ENOSPC).
    """
    with filled(server.data) if server.data.is_mount() else bounded_files(server):
        yield


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """A file takes all the room that is left."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            for size in (len(BLOCK), 1):  # the last bytes, too
                try:
                    while file.write(BLOCK[:size]):
                        pass
                except OSError:
                    continue
        yield
    finally:
        filler.unlink()


@contextmanager
def bounded_files(server: Server) -> Iterator[None]:
    """No file of the server may become longer than its write-ahead log is now."""
    process = psutil.Process(server.running.pid)
    unlimited = process.rlimit(psutil.RLIMIT_FSIZE)
    size = (server.data / f"{DATABASE}-wal").stat().st_size
    process.rlimit(psutil.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        with suppress(psutil.NoSuchProcess):  # the test has killed it
            process.rlimit(psutil.RLIMIT_FSIZE, unlimited)
