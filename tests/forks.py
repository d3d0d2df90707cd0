"""Processes of ours that start at once: forks of one that has imported everything already.

    process = popen("-m", "chatterpy.cli", "run", stdout=subprocess.PIPE)

Importing is most of what a start costs, and the tests start hundreds of servers. A fork runs the
module's `__main__` as Python would: its own process, with its own arguments, environment and files.
That a start from nothing works is tested in `tests/server/test_program.py`.

    python -m tests.forks <descriptor>

is the process that is forked, one for each worker of pytest that has asked for one.
"""

from __future__ import annotations

import ctypes
import functools
import json
import os
import runpy
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent

#: Orphans of ours become our children (prctl(2)).
_SET_CHILD_SUBREAPER = 36
_LENGTH = struct.Struct("!I")
_PID = struct.Struct("!i")


#: The modules that are run as forks.
FORKED = ("chatterpy.cli", "tests.faults.launcher")


def popen(*command: str, **options: Any) -> subprocess.Popen[str]:
    """Runs Python with these arguments, as subprocess.Popen does; a module of ours as a fork."""
    if sys.platform == "linux" and command[0] == "-m" and command[1] in FORKED:
        return Forked(list(command), **options)
    return subprocess.Popen([sys.executable, *command], **options)


class Forked(subprocess.Popen[str]):
    """A child of ours, as any other, that began as a fork of another one."""

    def _execute_child(  # type: ignore[override]
        self,
        args: list[str],
        executable: None,
        preexec_fn: None,
        close_fds: bool,
        pass_fds: tuple[int, ...],
        cwd: Path | None,
        env: Mapping[str, str] | None,
        startupinfo: None,
        creationflags: int,
        shell: bool,
        p2cread: int,
        p2cwrite: int,
        c2pread: int,
        c2pwrite: int,
        errread: int,
        errwrite: int,
        *others: object,
    ) -> None:
        assert not any((preexec_fn, pass_fds, shell, executable)), "a fork is started plainly"
        environ = dict(os.environ if env is None else env)
        files = [
            own if given == -1 else given
            for given, own in ((p2cread, 0), (c2pwrite, 1), (errwrite, 2))
        ]
        said = json.dumps({"arguments": args, "cwd": str(cwd or os.getcwd()), "environ": environ})
        measured = environ.get("COVERAGE_PROCESS_CONFIG", "")
        self.pid = _nursery(measured).ask(said.encode(), files)
        self._child_created = True
        self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)


class Nursery:
    """Our end of the process that is forked."""

    def __init__(self, measured: str) -> None:
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._ours, theirs = socket.socketpair()
        environ = dict(os.environ)
        environ.pop("COVERAGE_PROCESS_CONFIG", None)
        if measured:
            environ["COVERAGE_PROCESS_CONFIG"] = measured
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def ask(self, said: bytes, files: list[int]) -> int:
        """Starts a process with these as its first three files; returns its id."""
        socket.send_fds(self._ours, [_LENGTH.pack(len(said))], files)
        self._ours.sendall(said)
        answer = self._ours.recv(_PID.size, socket.MSG_WAITALL)
        assert len(answer) == _PID.size, f"{self._process.args} has ended; look at its stderr"
        return int(_PID.unpack(answer)[0])


@functools.cache
def _nursery(measured: str) -> Nursery:
    """The one that measures coverage so, or not at all."""
    return Nursery(measured)


def serve(asked: socket.socket, fork: Callable[[], int], wait: Callable[..., object]) -> None:
    """Forks whenever it is asked to, until nobody can ask any more; returns in each fork."""
    while True:
        head, files, _, _ = socket.recv_fds(asked, _LENGTH.size, 3)
        if not head:
            sys.exit()
        said = json.loads(asked.recv(_LENGTH.unpack(head)[0], socket.MSG_WAITALL))
        reader, writer = os.pipe()
        between = fork()
        if not between:
            # Its child is an orphan as soon as this one ends, and so a child of who asked.
            child = fork()
            if child:
                os.write(writer, _PID.pack(child))
                os._exit(0)
            asked.close()
            become(said["arguments"], said["cwd"], said["environ"], files)
            for descriptor in (reader, writer, *files):
                os.close(descriptor)
            return
        pid = os.read(reader, _PID.size)
        wait(between, 0)
        for descriptor in (reader, writer, *files):
            os.close(descriptor)
        asked.sendall(pid)


def become(arguments: list[str], cwd: str, environ: dict[str, str], files: list[int]) -> None:
    """Makes this process what Python is when it is started so."""
    for descriptor, file in enumerate(files):
        os.dup2(file, descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.argv = arguments[1:]
    signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    from gevent import monkey

    # As they were: gevent's would start an event loop here, and a fork needs one of its own.
    [plain] = monkey.get_original("socket", ["socket"])
    fork, wait = monkey.get_original("os", ["fork", "waitpid"])
    monkey.patch_all()

    import chatterpy.app
    import chatterpy.doctor
    import chatterpy.reload
    import chatterpy.serve
    import chatterpy.theme_cli  # noqa: F401

    serve(plain(fileno=int(sys.argv[1])), fork, wait)
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
