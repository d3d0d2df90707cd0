"""A small TCP proxy between a browser and a server, with a network's ways of failing.

with TcpProxy(server.port) as proxy:
    page.goto(f"{proxy.url}/rooms/lobby")
    proxy.cut()        # every connection is reset, and so is every new one
    proxy.hold()       # half-open: all stays connected, and nothing arrives any more
    proxy.hold_sockets()  # only the WebSockets that are open now: a router forgot them
    proxy.mute()       # the server hears everything, and nothing of what it says arrives
    proxy.mend()       # new connections work; those that were held stay dead for ever
    proxy.stall()      # what the server says is on its way ...
    proxy.release()    # ... and arrives now
    proxy.drop(b'id="m7"')  # the next frame from the server with these bytes is lost
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any

READ_SIZE = 1 << 16  # bytes
#: With SO_LINGER on and zero, a close is a reset (RST) instead of an orderly end (FIN).
RESET = struct.pack("ii", 1, 0)

_UPGRADED = b"HTTP/1.1 101"


class _Link:
    """One connection from a client, and its twin to the server."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.ends = (client, server)
        self.held = False  # nothing of the client passes
        self.muted = False  # nothing of the server passes
        self.upgraded = False

    def hold(self) -> None:
        self.held = self.muted = True

    def mute(self) -> None:
        self.muted = True

    def reset(self) -> None:
        for end in self.ends:
            _reset(end)


class TcpProxy:
    """Listens on a free port of 127.0.0.1 and forwards to another. Its loop runs in a thread."""

    def __init__(self, target: int) -> None:
        """`target` is the server's port; the server may come and go."""
        self.target = target
        self.port = 0
        self.dropped = 0  # frames that `drop` has lost
        self._mode = "pass"
        self._lost: list[bytes] = []
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="tcp-proxy", daemon=True)
        self._listens = threading.Event()
        self._stop = asyncio.Event()
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Resets all connections, and each new one, until `mend`."""
        self._call(self._set("cut", _Link.reset))

    def hold(self) -> None:
        """Keeps all connections, and takes new ones, but nothing passes, until `mend`."""

        self._call(self._set("hold", _Link.hold))

    def hold_sockets(self) -> None:
        """Nothing passes any more on the WebSockets that are open now; all else goes on."""
        self._call(self._set("pass", lambda link: link.hold() if link.upgraded else None))

    def mute(self) -> None:
        """What clients say arrives at the server, and nothing comes back, until `mend`."""
        self._call(self._set("mute", _Link.mute))

    def mend(self) -> None:
        """New connections work again. What was held is dead for ever, as after a lost route."""
        self._call(self._set("pass", lambda link: None))

    def stall(self) -> None:
        """What the server says from now on arrives after `release`."""
        self._call(self._let_flow(False))

    def release(self) -> None:
        """All that was on its way arrives."""
        self._call(self._let_flow(True))

    def drop(self, *bytes_within: bytes) -> None:
        """For each of these, the next WebSocket frame from the server that holds them is lost."""
        self._lost.extend(bytes_within)

    def __enter__(self) -> TcpProxy:
        self._thread.start()
        assert self._listens.wait(10), "the proxy's loop did not start"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the proxy's loop did not end"

    # In the loop

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _set(self, mode: str, each: Callable[[_Link], None]) -> None:
        self._mode = mode
        for link in tuple(self._links):
            each(link)

    async def _let_flow(self, flows: bool) -> None:
        if flows:
            self._flows.set()
        else:
            self._flows.clear()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = listener.sockets[0].getsockname()[1]
        self._listens.set()
        await self._stop.wait()
        listener.close()
        for link in tuple(self._links):
            link.reset()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # Cancelled when the proxy ends; asyncio would report that as an error of its own.
            with suppress(asyncio.CancelledError):
                await self._join(reader, writer)
        finally:
            self._tasks.discard(task)
            _reset(writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "cut":
            return
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            return  # the server is not there: to the client, a reset
        link = _Link(writer, to_server)
        link.held = self._mode == "hold"
        link.muted = self._mode in ("hold", "mute")
        self._links.add(link)
        try:
            await asyncio.gather(
                self._carry(link, reader, to_server, from_server=False),
                self._carry(link, from_server, writer, from_server=True),
            )
        finally:
            self._links.discard(link)
            link.reset()

    async def _carry(
        self,
        link: _Link,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        *,
        from_server: bool,
    ) -> None:
        """Passes bytes on until the source ends, then its end; a reset resets both sides."""
        try:
            while data := await source.read(READ_SIZE):
                if from_server:
                    link.upgraded = link.upgraded or data.startswith(_UPGRADED)
                    await self._flows.wait()
                    if link.upgraded and self._is_lost(data):
                        continue
                if not (link.muted if from_server else link.held):
                    sink.write(data)
                    await sink.drain()
            if not (link.muted if from_server else link.held):
                sink.write_eof()
        except OSError:
            link.reset()

    def _is_lost(self, data: bytes) -> bool:
        """Whether to drop what was read at once: a frame or several, when the server is idle."""
        for wanted in self._lost:
            if wanted in data:
                self._lost.remove(wanted)
                self.dropped += 1
                return True
        return False


def _reset(end: asyncio.StreamWriter) -> None:
    sock: socket.socket | None = end.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        with suppress(OSError):  # the peer was faster
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    end.transport.abort()
