"""One WebSocket connection after its handshake, without I/O: bytes in, texts out to `heard`.

Reading is `Incoming`'s (RFC 6455), within bounds. Writing goes through the outbox alone: pongs and
the closing handshake too, so that nothing lands inside a frame that is half written, and nothing
follows a close.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from chatterpy.chat.limits import Bucket
from chatterpy.live.backlog import Backlog
from chatterpy.live.frames import (
    NORMAL,
    OVERLOAD,
    POLICY,
    TOO_BIG,
    UNSUPPORTED,
    close_frame,
    pong_frame,
)
from chatterpy.live.incoming import Incoming
from chatterpy.live.outbox import Outbox, Pipe, nothing

#: After so many events it is the others' turn, if they are due.
BREATH = 16
#: How often it is looked whether a slow peer has room again.
POLL_S = 0.02

TOO_SLOW = "too slow; come back"

#: Codes that never stand in a close frame (RFC 6455, 7.4.1).
_NEVER_SENT = {1004, 1005, 1006, 1015}


@dataclass(frozen=True, slots=True)
class PeerBounds:
    """What a peer may make us hold."""

    message: int  # bytes of one message
    frames: int  # frames of one message
    outbox: int  # bytes that wait for the peer
    backlog: Backlog  # what waits for all peers together
    pace: Bucket | None  # how many frames, and how fast; None where rates are unlimited


class Connection:
    """Hands each whole text message to `heard`, which may block and may close."""

    __slots__ = (
        "_bounds",
        "_ending",
        "_frames",
        "_heard",
        "_incoming",
        "_parts",
        "_pause",
        "_size",
        "closing",
        "outbox",
    )

    def __init__(
        self,
        pipe: Pipe,
        bounds: PeerBounds,
        heard: Callable[[str], None],
        ending: Callable[[int, str], None],
        pause: Callable[[float], None],
    ) -> None:
        """`ending` is told the close code once, when the connection begins to close, and the
        reason where the peer is at fault.

        `pause` returns after some seconds, and when it is the peer's turn: none may keep the others
        from theirs.
        """
        self._incoming = Incoming()
        self._bounds = bounds
        self._heard = heard
        self._ending = ending
        self._pause = pause
        self._parts: list[str] = []
        self._size = 0
        self._frames = 0
        self.outbox = Outbox(pipe, bounds.outbox, bounds.backlog, self._overflow)
        self.closing = False  # a close frame was sent or is on its way

    def receive(self, data: bytes) -> None:
        """Takes what the peer sent; after a close, or its end, it is read and thrown away."""
        if self._is_over():
            return
        count = 0
        for count, event in enumerate(self._incoming.events(data), 1):
            if count % BREATH == 0:
                self._pause(0)
                if self._is_over():
                    return
            if not self._keeps_pace():
                return
            match event:
                case str():
                    self._whole(event)
                case TextMessage():
                    self._text(event)
                case Ping():
                    self.outbox.write(pong_frame(bytes(event.payload)))
                case CloseConnection():
                    # The peer's close, or a breach of the protocol that wsproto found.
                    code = int(event.code)
                    self.close(NORMAL if code in _NEVER_SENT else code)
                case BytesMessage():
                    self._binary(event)
            if self._is_over():
                return
        if count == 0:
            self._keeps_pace()  # a piece of a frame counts, too: reading it is work

    def write(self, frames: bytes) -> None:
        """Sends whole frames, or drops them where a close was sent. Never blocks."""
        self.outbox.write(frames)

    def wait_for_room(self) -> None:
        """Returns when a peer that is behind has taken most of what waits for it, or is gone."""
        while self.outbox.size > self._bounds.outbox // 4 and not self.outbox.closed:
            self._pause(POLL_S)

    def close(self, code: int, reason: str = "") -> None:
        """Sends a close frame after what waits, and nothing after it."""
        self._begin_closing(code, reason)
        self.outbox.close(close_frame(code, reason))

    def end(self) -> None:
        """All is over: lets go of those who hold this, or garbage would wait for its collector."""
        self.outbox.end()
        self._heard = self._ending = self._pause = nothing

    def _keeps_pace(self) -> bool:
        """Counts one, and closes where it is one too many."""
        if self._bounds.pace and not self._bounds.pace.take(time.monotonic()):
            self.close(POLICY, "too much at once")
            return False
        return True

    def _is_over(self) -> bool:
        return self.closing or self.outbox.closed

    def _whole(self, text: str) -> None:
        # A character takes four bytes at most (RFC 3629): mostly there is no need to count.
        if len(text) > self._bounds.message // 4 and len(text.encode()) > self._bounds.message:
            self._refuse()
        else:
            self._heard(text)

    def _text(self, event: TextMessage) -> None:
        self._frames += event.frame_finished
        self._size += len(event.data.encode())
        if self._size > self._bounds.message or self._frames > self._bounds.frames:
            self._parts.clear()
            self._refuse()
            return
        self._parts.append(event.data)
        if event.message_finished:
            text = "".join(self._parts)
            self._parts.clear()
            self._size = self._frames = 0
            self._heard(text)

    def _refuse(self) -> None:
        self.close(TOO_BIG, f"at most {self._bounds.message} bytes")

    def _binary(self, _: BytesMessage) -> None:
        self.close(UNSUPPORTED, "only text is understood")

    def _overflow(self) -> bytes:
        self._begin_closing(OVERLOAD, TOO_SLOW)
        return close_frame(OVERLOAD, TOO_SLOW)

    def _begin_closing(self, code: int, reason: str) -> None:
        if not self.closing:
            self.closing = True
            self._ending(code, reason)
