"""What our own host does around a request's body."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace

import pytest
from gevent.pywsgi import Input

from chatterpy import handler

SENT = b"text=x\nnonce=yGET / HTTP/1.1"


def test_who_had_to_wait_for_a_body_waits_for_their_turn_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []

    class Late(Input):
        def read(self, length: int | None = None) -> bytes:
            order.append("read")
            return super().read(length)

    monkeypatch.setattr(handler, "turns", SimpleNamespace(wait=lambda: order.append("turn")))
    body = handler._Body(Late(BytesIO(SENT), 14))
    assert body.read(4) == b"text"
    assert order == ["read", "turn"]
    assert body.readline() == b"=x\n"


def test_a_body_is_read_up_to_its_end_and_not_into_the_next_request() -> None:
    assert handler._Body(Input(BytesIO(SENT), 14)).read() == b"text=x\nnonce=y"
    assert list(handler._Body(Input(BytesIO(SENT), 14))) == [b"text=x\n", b"nonce=y"]
