"""The chat with an echo in the place of its pages, for the Autobahn cases.

Door, connection and outbox are the chat's own. Only tests start it: by itself on our own host, and
as `tests.server.echo:app` on another.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

from typing import Any

from wsproto.events import BytesMessage

from chatterpy import create_app, serve
from chatterpy.live import socket as live_socket
from chatterpy.live.connection import Connection
from chatterpy.live.frames import text_frame
from chatterpy.live.page import OpenPage
from chatterpy.web import socket as web_socket
from tests.server.raw import BINARY, unmasked


class EchoPage(OpenPage):
    """Sends back what it hears, and need not resume."""

    __slots__ = ()

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.asked = True

    def hear(self, data: str) -> None:
        self._write(text_frame(data))


class EchoConnection(Connection):
    """Sends back binary messages as well, which the chat refuses."""

    __slots__ = ("_binary_so_far",)

    def __init__(self, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self._binary_so_far = bytearray()

    def _binary(self, event: BytesMessage) -> None:
        self._binary_so_far += event.data
        if event.message_finished:
            self.write(unmasked(BINARY, bytes(self._binary_so_far)))
            self._binary_so_far.clear()


# In this process and no other.
web_socket.OpenPage = EchoPage
live_socket.Connection = EchoConnection

if __name__ == "__main__":
    raise SystemExit(serve.main({}))

app = create_app()
