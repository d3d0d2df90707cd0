"""The opening handshake, with the key and answer of the standard's own example."""

from __future__ import annotations

from chatterpy.live.handshake import switching


def test_the_answer_is_the_one_in_the_standard() -> None:
    answer = switching("dGhlIHNhbXBsZSBub25jZQ==")
    assert b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in answer
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert answer.endswith(b"\r\n\r\n")
