"""An open page: which acts wait for their turn."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from chatterpy.chat.people import Visitor
from chatterpy.live import page as live_page
from chatterpy.live.page import OpenPage


class HasToWait(BaseException):
    pass


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    def wait() -> None:
        raise HasToWait

    monkeypatch.setattr(live_page, "turns", SimpleNamespace(wait=wait))
    return OpenPage(SimpleNamespace(), "a", Visitor.arrive(), False, None)  # type: ignore[arg-type]


def test_who_said_where_it_is_has_said_so_in_time_however_long_it_waits(page: OpenPage) -> None:
    assert not page.asked
    with pytest.raises(HasToWait):
        page.hear('{"act":"resume","cursor":"0"}')
    assert page.asked


def test_what_takes_long_waits_and_what_does_not_does_not(page: OpenPage) -> None:
    page.resumed = True
    with pytest.raises(HasToWait):
        page.hear('{"act":"older","before":"9"}')
    page.hear('{"act":"typing"}')
