"""A listening socket that is handed over: while the chat restarts, nobody is refused."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path

from tests.server.processes import attempt, environment, eventually
from tests.server_process import ROOT

#: As systemd does it: the socket is descriptor 3, and the variable names the process itself.
HAND_OVER = 'exec 3<&{fd}; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" -m chatterpy.cli run --data "$1"'


def test_a_restart_under_a_socket_of_somebody_else_refuses_no_connection(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listener:
        port = listener.getsockname()[1]
        ending, served, failed = threading.Event(), [0], []

        def ask() -> None:
            while not ending.is_set():
                connection = HTTPConnection("127.0.0.1", port, timeout=30)
                try:
                    connection.request("GET", "/healthz")
                    assert connection.getresponse().read() == b"ok\n"
                    served[0] += 1
                except OSError as error:
                    failed.append(error)
                finally:
                    connection.close()

        asker = threading.Thread(target=ask)
        asker.start()
        try:
            for _ in range(3):
                before = served[0]
                process = run(listener, tmp_path)
                assert eventually(lambda before=before: served[0] > before + 20, 30)
                process.send_signal(signal.SIGTERM)
                assert process.wait(20) == 0
        finally:
            ending.set()
            process = run(listener, tmp_path)  # for the last one who waits
            asker.join(30)
            process.terminate()
            process.wait(20)
        assert not failed, failed


def test_another_number_of_sockets_is_refused_with_a_sentence(tmp_path: Path) -> None:
    # The variable has to name the process, whose number nobody knows before it runs.
    program = (
        "import os; os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2');"
        "from chatterpy.cli import main; main(['run', '--port', '0'])"
    )
    done = attempt("-c", program, data=tmp_path / "data")
    assert done.returncode == 2
    assert "Expected one listening socket" in done.stderr


def run(listener: socket.socket, folder: Path) -> subprocess.Popen[bytes]:
    command = HAND_OVER.format(fd=listener.fileno())
    return subprocess.Popen(
        ["bash", "-c", command, sys.executable, str(folder / "data")],
        cwd=ROOT,
        env=os.environ | environment(limits="off"),
        pass_fds=[listener.fileno()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
