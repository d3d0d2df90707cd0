"""What a page says by its socket is stored while it is read on."""

from __future__ import annotations

import json
import weakref

import gevent
import pytest
from gevent.event import AsyncResult

from chatterpy.chat.chat import Chat
from chatterpy.chat.people import Visitor
from chatterpy.errors import StoreUnavailable, TooFast
from chatterpy.live import page as module
from chatterpy.live.hub import Hub
from chatterpy.live.page import OpenPage
from tests.live.test_catch_up import ROOM, Wire, make_live

UNAVAILABLE = "It could not be stored just now."


@pytest.fixture
def under_way(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> list[AsyncResult[None]]:
    """What was said, in that order; a test decides how it ends."""
    begun: list[AsyncResult[None]] = []

    def say_soon(*_: object) -> AsyncResult[None]:
        begun.append(AsyncResult())
        return begun[-1]

    monkeypatch.setattr(chat, "say_soon", say_soon)
    return begun


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def page(chat: Chat, wire: Wire) -> OpenPage:
    made = OpenPage(make_live(chat, Hub(500)), ROOM, Visitor.arrive(), known=False, address=None)
    made.connection = wire  # type: ignore[assignment]
    hear(made, act="resume", cursor=0)
    wire.frames.clear()
    return made


def hear(page: OpenPage, **act: object) -> None:
    page.hear(json.dumps(act))


def test_many_are_under_way_at_once(page: OpenPage, under_way: list[AsyncResult[None]]) -> None:
    for number in range(3):
        hear(page, act="say", text=f"{number}")
    assert len(under_way) == 3


def test_one_that_is_not_stored_says_why_and_the_others_go_on(
    page: OpenPage, wire: Wire, under_way: list[AsyncResult[None]]
) -> None:
    for number in range(2):
        hear(page, act="say", text=f"{number}")
    under_way[0].set_exception(StoreUnavailable(UNAVAILABLE))
    under_way[1].set(None)
    gevent.sleep(0)
    assert [UNAVAILABLE in frame for frame in wire.frames] == [True]


def test_one_that_is_refused_at_once_says_why(
    page: OpenPage, wire: Wire, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise TooFast("Not so fast.")

    monkeypatch.setattr(chat, "say_soon", refuse)
    hear(page, act="say", text="hello")
    assert ["Not so fast." in frame for frame in wire.frames] == [True]


def test_another_act_waits_until_all_is_stored(
    page: OpenPage, wire: Wire, under_way: list[AsyncResult[None]]
) -> None:
    hear(page, act="say", text="first")
    asking = gevent.spawn(hear, page, act="older", before=1)
    gevent.sleep(0)
    assert not asking.ready()
    under_way[0].set(None)
    asking.join(1)
    assert asking.successful()
    assert wire.frames


def test_so_many_may_be_under_way_before_the_page_is_read_on(
    page: OpenPage, under_way: list[AsyncResult[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UNSTORED_MAX", 2)
    saying = gevent.spawn(lambda: [hear(page, act="say", text="hi") for _ in range(3)])
    gevent.sleep(0)
    assert len(under_way) == 2
    for one in tuple(under_way):
        one.set(None)
    saying.join(1)
    assert len(under_way) == 3


def test_a_page_does_not_hold_what_it_said(
    page: OpenPage, under_way: list[AsyncResult[None]]
) -> None:
    for number in range(3):
        hear(page, act="say", text=f"{number}")
    held = [weakref.ref(one) for one in under_way]
    while under_way:
        under_way.pop(0).set(None)
    gevent.sleep(0)
    assert [one() for one in held] == [None] * 3


def test_a_page_that_ended_meanwhile_is_told_nothing(
    page: OpenPage, wire: Wire, under_way: list[AsyncResult[None]]
) -> None:
    hear(page, act="say", text="goodbye")
    page.connection = None
    page.end()
    under_way[0].set_exception(StoreUnavailable(UNAVAILABLE))
    gevent.sleep(0)
    assert wire.frames == []
