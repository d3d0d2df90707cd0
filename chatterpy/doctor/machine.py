"""The machine: room on the disk, the kind of file system, files and sockets, the port."""

from __future__ import annotations

import errno
import re
import resource
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from chatterpy.doctor import folder
from chatterpy.doctor.findings import Finding, advice, error, ok, warning
from chatterpy.settings import Settings

#: With less than this free it is time to make room.
SPACE_MIN = 512 << 20  # bytes

MOUNTS = Path("/proc/self/mounts")  # Linux
#: SQLite's write-ahead log needs memory that is shared by all who use the file, and locks that hold
#: (https://sqlite.org/wal.html): what lies on another machine has neither.
NETWORK = {
    "9p",
    "afs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.sshfs",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
}

#: So many open pages are thought of.
PAGES = 1000
#: What the process has open besides: the database, libraries, pages that load.
BESIDES = 100


def space(settings: Settings, least: int = SPACE_MIN) -> Iterator[Finding]:
    """`least` is in bytes."""
    free = shutil.disk_usage(folder.nearest(settings.data)).free
    sentence = f"{free >> 20} MiB are free where the data folder is"
    if free < least:
        yield warning(
            f"Only {sentence}; {least >> 20} MiB are advised.",
            "Make room: on a full disk nothing can be said.",
        )
    else:
        yield ok(f"{sentence}.")


def network_file_system(settings: Settings, mounts: Path = MOUNTS) -> Iterator[Finding]:
    if not mounts.exists():
        return  # not Linux
    kind = _file_system(folder.nearest(settings.data).resolve(), mounts.read_text())
    if kind in NETWORK:
        yield error(
            f"The data folder is on another machine ({kind}), where SQLite's log does not work.",
            "Choose a folder on a disk of this machine with --data or CHATTERPY_DATA.",
        )
    else:
        yield ok(f"The data folder is on this machine ({kind}).")


def descriptors(settings: Settings) -> Iterator[Finding]:
    # The server raises the soft limit to this one.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    pages = max(0, hard - BESIDES)
    if hard == resource.RLIM_INFINITY or pages >= PAGES:
        yield ok(f"There may be {PAGES} open pages and more.")
    else:
        yield advice(
            f"There may be about {pages} open pages at a time: a program that is started "
            f"from here may open {hard} files.",
            f"For {PAGES}, start it after `ulimit -n {PAGES + BESIDES}`, or with "
            "LimitNOFILE= in a unit of systemd.",
        )


def port(settings: Settings) -> Iterator[Finding]:
    """Tries the port without listening: a server that starts meanwhile still gets it."""
    host, number = settings.host, settings.port
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(address)
    except (OSError, UnicodeError) as wrong:
        why = getattr(wrong, "strerror", None) or str(wrong)
        if getattr(wrong, "errno", None) == errno.EADDRINUSE and folder.used(settings.data):
            yield ok(f"Port {number} of {host} is taken, as it seems by the chat that runs.")
        else:
            yield error(
                f"Cannot listen on {host} port {number} ({why}).",
                "Choose another with CHATTERPY_HOST and CHATTERPY_PORT, or stop who listens there.",
            )
    else:
        yield ok(f"Port {number} of {host} is free." if number else "The start takes a free port.")


def _file_system(path: Path, mounts: str) -> str:
    """The kind of the file system that a path is on, by what the kernel says is mounted."""
    kind, nearest = "unknown", -1
    for line in mounts.splitlines():
        # Blanks in a name are written in octal (fstab(5)).
        _, where, mounted, *_ = line.split(" ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), where))
        # Of two at one place the later one is seen.
        if path.is_relative_to(point) and len(point.parts) >= nearest:
            kind, nearest = mounted, len(point.parts)
    return kind
