"""A small client of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), for Firefox ESR.

One process, one session. Commands are answered in their turn; events that come in between are
handed to whoever listens to them.
"""

from __future__ import annotations

import json
import queue
import re
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from websockets.sync.client import connect

START_LIMIT_S = 60
ANSWER_LIMIT_S = 30

#: No network of its own, no first-run pages, no animation of the wheel.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.sessionstore.resume_from_crash": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "general.smoothScroll": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}

Listener = Callable[[dict[str, Any]], None]


class BidiError(Exception):
    """The browser refused a command; `code` is one of WebDriver's."""

    def __init__(self, message: str, code: str = "timeout") -> None:
        super().__init__(message)
        self.code = code


class BidiSession:
    """A running Firefox and the session with it; a context manager."""

    def __init__(self, program: str, profile: Path, **preferences: bool) -> None:
        """`preferences` are added to those above; `profile` is an empty folder."""
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in (PREFERENCES | preferences).items()
        )
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        self._command = [program, "--headless", "--no-remote", "--profile", str(profile)]
        self._command += ["--remote-debugging-port", "0"]
        self._listeners: dict[tuple[str, str], Listener] = {}
        self._last_id = 0
        self._open = ExitStack()

    def __enter__(self) -> BidiSession:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._open.callback(self._end)
        address = self._address()
        # The server answers no pings while it works, so the client sends none.
        self._socket = self._open.enter_context(
            connect(f"{address}/session", max_size=None, ping_interval=None)
        )
        self.command("session.new", capabilities={})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._open.close()

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Sends a command and returns its result; raises BidiError where it was refused."""
        self._last_id += 1
        self._socket.send(json.dumps({"id": self._last_id, "method": method, "params": params}))
        deadline = time.monotonic() + ANSWER_LIMIT_S
        while True:
            try:
                answer = json.loads(self._socket.recv(max(0.0, deadline - time.monotonic())))
            except TimeoutError:
                raise BidiError(f"{method} had no answer in {ANSWER_LIMIT_S} s") from None
            if answer["type"] == "event":
                self._hear(answer)
            elif answer["id"] == self._last_id:
                if answer["type"] == "error":
                    code = answer["error"]
                    raise BidiError(f"{method}: {code}: {answer['message']}", code)
                result: dict[str, Any] = answer["result"]
                return result

    def listen(self, event: str, context: str, listener: Listener) -> None:
        """Hands the parameters of a browsing context's events to `listener`."""
        self._listeners[event, context] = listener
        self.command("session.subscribe", events=[event], contexts=[context])

    def _hear(self, event: dict[str, Any]) -> None:
        params = event["params"]
        context = params.get("context") or params.get("source", {}).get("context")
        if listener := self._listeners.get((event["method"], context)):
            listener(params)

    def _address(self) -> str:
        """Where Firefox says that it listens. A thread reads on, so that its pipe never fills."""
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()

        def read() -> None:
            assert self._process.stderr is not None
            with self._process.stderr as stderr:
                for line in stderr:
                    lines.put(line)

        self._reader = threading.Thread(target=read, name="firefox-stderr", daemon=True)
        self._reader.start()
        said = ""
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            try:
                said += lines.get(timeout=0.5)
            except queue.Empty:
                continue
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", said):
                return found[1]
        raise BidiError(f"Firefox did not say where it listens; it said:\n{said}")

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._reader.join(5)
