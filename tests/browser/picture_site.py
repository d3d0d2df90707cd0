"""Another site: a small stand-in for the avatar service, which remembers what it was asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path with the query, and what it gave away."""

    path: str
    referrer: str | None
    cookie: str | None


class PictureSite:
    """Answers every request with the same picture, on a port of its own."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = self.headers
                asked.append(Asked(self.path, headers.get("Referer"), headers.get("Cookie")))
                self.send_response(200)
                self.send_header("Content-Type", "image/svg+xml")
                self.send_header("Content-Length", str(len(PICTURE)))
                self.end_headers()
                self.wfile.write(PICTURE)

            def log_message(self, *_: object) -> None:
                pass  # what it was asked is kept above

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="pictures")

    @property
    def url(self) -> str:
        # Another name than the chat's: cookies know hosts, but no ports.
        return f"http://localhost:{self._server.server_port}"

    def __enter__(self) -> PictureSite:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
