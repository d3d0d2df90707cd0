"""The other hosts that the README names, as processes: gunicorn, and gevent's own server."""

from __future__ import annotations

import re
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil

from tests.server.processes import POLL_S, Server
from tests.server_process import START_LIMIT_S, ServerProcess

#: `wsgi:app` on gevent's own server, which says where it listens as `chatterpy run` does.
ON_PYWSGI = """
from gevent import monkey
monkey.patch_all()
import sys
from gevent.pywsgi import WSGIServer
from wsgi import app
server = WSGIServer(("127.0.0.1", int(sys.argv[1])), app)
server.start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
"""


class Pywsgi(Server):
    """gevent's own server, as in the README's application."""

    def __init__(self, folder: Path, **settings: object) -> None:
        super().__init__(folder, data=folder / "data", **settings)

    def _command(self) -> list[str]:
        return ["-c", ON_PYWSGI, str(self.port)]

    def assert_calm(self) -> None:
        """Fails where it has ended, or wrote a traceback."""
        assert "Traceback" not in self.log, self.log
        assert self.running.poll() is None, f"the server has ended:\n{self.log}"


class Gunicorn(Server):
    """gunicorn with one worker on gevent, which says where it listens in its log."""

    def __init__(self, folder: Path, app: str = "wsgi:app", **settings: object) -> None:
        super().__init__(folder, data=folder / "data", **settings)
        self._app = app
        self._starts = 0

    def start(self) -> ServerProcess:
        self._starts += 1
        super().start()
        deadline = time.monotonic() + START_LIMIT_S
        while not self._answers():
            assert time.monotonic() < deadline, f"no answer in {START_LIMIT_S} s:\n{self.log}"
            time.sleep(POLL_S)
        return self

    @property
    def serving(self) -> psutil.Process:
        """Its one worker."""
        [worker] = psutil.Process(self.running.pid).children()
        return worker

    def assert_calm(self) -> None:
        """Fails where it has ended, or complained of anything but what clients sent."""
        wrong = re.findall(r"^.*(?:\[(?:ERROR|CRITICAL)\]|Traceback).*$", self.log, re.M)
        assert not wrong, self.log
        assert self.running.poll() is None, f"the server has ended:\n{self.log}"

    def _command(self) -> list[str]:
        at = f"127.0.0.1:{self.port}"
        # The control socket lies in the home of whoever runs the tests.
        options = ["--no-control-socket", "-k", "gevent", "-w", "1", "-b", at]
        return ["-m", "gunicorn", *options, self._app]

    def _first_line(self) -> str:
        """The line of its log that says where it listens, of this start."""
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline and self.running.poll() is None:
            said = [line for line in self.log.splitlines() if "Listening at: " in line]
            if len(said) == self._starts:
                return said[-1]
            time.sleep(POLL_S)
        return ""

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_LIMIT_S)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


EVERY_HOST = [Server, Gunicorn, Pywsgi]
