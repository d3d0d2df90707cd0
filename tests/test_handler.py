"""What our own host does around a request's body."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace

import pytest

from chatterpy import handler


def test_who_had_to_wait_for_a_body_waits_for_their_turn_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []

    class Late(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            order.append("read")
            return super().read(size)

    monkeypatch.setattr(handler, "turns", SimpleNamespace(wait=lambda: order.append("turn")))
    body = handler._Body(Late(b"text=x\nnonce=y"))
    assert body.read(4) == b"text"
    assert order == ["read", "turn"]
    assert body.readline() == b"=x\n"
