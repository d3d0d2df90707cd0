"""The data folder: who may read and write it, its secret key, and who uses it now."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from chatterpy.doctor.findings import Finding, advice, error, ok, warning
from chatterpy.folder import LOCK, SECRET_KEY, SECRET_KEY_SIZE
from chatterpy.settings import Settings


def permissions(settings: Settings) -> Iterator[Finding]:
    path = settings.data
    if not there(path):
        parent = nearest(path)
        if parent.is_dir() and os.access(parent, os.W_OK | os.X_OK):
            yield advice(f"The data folder {path} is not there yet; the first start makes it.")
        else:
            yield error(
                f"The data folder {path} is not there, or not to be seen by this user, and cannot "
                f"be made in {parent}.",
                "Run this as the user of the chat, or choose another with --data or "
                "CHATTERPY_DATA.",
            )
    elif not path.is_dir():
        yield error(
            f"The data folder {path} is a file.", "Choose another with --data or CHATTERPY_DATA."
        )
    elif not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield error(
            f"The data folder {path} cannot be written by this user.",
            "Run this as the user of the chat, or give that user the folder with chown.",
        )
    elif path.stat().st_mode & stat.S_IRWXO:
        yield warning(
            f"The data folder {path} is open to every user of this machine, and so is what people "
            "wrote.",
            f"Close it: chmod 700 {path}",
        )
    else:
        yield ok(f"The data folder {path} can be written, by its owner.")


def secret_key(settings: Settings) -> Iterator[Finding]:
    file = settings.data / SECRET_KEY
    try:
        if settings.secret_key or not file.exists():
            return
        mode, content = file.stat().st_mode, file.read_bytes().strip()
    except OSError as wrong:
        yield error(
            f"The secret key {file} cannot be read ({wrong.strerror}).",
            "Run this as the user of the chat, or give that user the file with chown.",
        )
        return
    if len(content) < SECRET_KEY_SIZE or not content.isascii():
        yield error(
            f"The secret key {file} is damaged.",
            "Delete it to have a new one made; everybody then arrives anew.",
        )
    elif mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield warning(
            f"The secret key {file} is open to other users, who could sign anybody's cookie.",
            f"Close it: chmod 600 {file}",
        )
    else:
        yield ok("The secret key is its owner's alone.")


def in_use(settings: Settings) -> Iterator[Finding]:
    if used(settings.data):
        yield ok("A ChatterPy runs on the data folder.")


def used(path: Path) -> bool:
    """Whether a process has the data folder's lock.

    The lock is tried for as long as two system calls take. A server that starts within them would
    find its folder in use; the kernel has no other question that a container may ask.
    """
    try:
        lock = os.open(path / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False  # never started here, or not ours to read: `permissions` tells
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)


def there(file: Path) -> bool:
    """Whether it is there; what may not be looked at is not, and `permissions` tells."""
    try:
        return file.exists()
    except OSError:
        return False


def nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    path = path.absolute()
    return next(one for one in (path, *path.parents) if there(one))
