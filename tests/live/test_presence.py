"""Presence, without waiting: who is here, who came and left, who types."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatterpy.chat.faces import Face
from chatterpy.chat.people import Person
from chatterpy.live.presence import News, Presence

GRACE = 15.0
LATER = 100.0  # after the quiet time of a start


def person(number: int, name: str = "") -> Person:
    return Person(number, name or f"P{number}", Face("thumbs", "a"), 1)


ANNA, BERT = person(1, "Anna"), person(2, "Bert")


@pytest.fixture
def presence() -> Presence:
    return Presence(GRACE, now=0.0)


def one(news: list[News]) -> News:
    assert len(news) == 1
    return news[0]


def test_who_comes_is_here_and_is_told_once(presence: Presence) -> None:
    presence.arrive("a", ANNA, LATER)
    presence.arrive("a", BERT, LATER)
    news = one(presence.tick(LATER))
    assert news.people == news.joined == (ANNA, BERT)
    assert presence.tick(LATER + 1) == []


def test_a_second_page_and_a_reload_are_neither_coming_nor_leaving(presence: Presence) -> None:
    presence.arrive("a", ANNA, LATER)
    presence.tick(LATER)
    presence.arrive("a", ANNA, LATER + 1)
    presence.depart("a", ANNA.id, LATER + 2)
    presence.depart("a", ANNA.id, LATER + 3)
    presence.arrive("a", ANNA, LATER + 3 + GRACE - 0.1)
    assert presence.tick(LATER + 100) == []
    assert presence.here("a") == (ANNA,)


def test_who_does_not_come_back_has_left_after_the_grace(presence: Presence) -> None:
    presence.arrive("a", ANNA, LATER)
    presence.tick(LATER)
    presence.depart("a", ANNA.id, LATER)
    assert presence.tick(LATER + GRACE - 0.1) == []
    news = one(presence.tick(LATER + GRACE))
    assert (news.people, news.left) == ((), (ANNA,))
    assert presence.counts() == {}


def test_while_everybody_finds_back_after_a_start_nobody_joins(presence: Presence) -> None:
    presence.arrive("a", ANNA, 1.0)
    news = one(presence.tick(1.0))
    assert (news.people, news.joined) == ((ANNA,), ())


def test_a_herd_is_one_piece_of_news(presence: Presence) -> None:
    for number in range(2000):
        presence.arrive("a", person(number + 1), LATER)
    news = one(presence.tick(LATER))
    assert len(news.joined) == 2000


def test_who_types_is_told_until_six_seconds_after_the_last_sign(presence: Presence) -> None:
    presence.arrive("a", ANNA, LATER)
    presence.tick(LATER)
    presence.type("a", ANNA.id, LATER)
    assert one(presence.tick(LATER)).typists == (ANNA,)
    assert presence.tick(LATER + 5) == []
    assert one(presence.tick(LATER + 6.1)).typists == ()


def test_what_was_sent_is_not_typed_any_more(presence: Presence) -> None:
    presence.arrive("a", ANNA, LATER)
    presence.type("a", ANNA.id, LATER)
    presence.tick(LATER)
    presence.stop_typing("a", ANNA.id, LATER)
    assert one(presence.tick(LATER)).typists == ()
    presence.type("a", ANNA.id, LATER + 1.9)
    assert presence.tick(LATER + 1.9) == [], "a sign that was on its way came to life"
    presence.type("a", ANNA.id, LATER + 2.1)
    assert one(presence.tick(LATER + 2.1)).typists == (ANNA,)


def test_signs_of_typing_that_come_too_fast_are_dropped(presence: Presence) -> None:
    presence.arrive("a", ANNA, LATER)
    presence.tick(LATER)
    told = 0
    for tenth in range(100):
        presence.type("a", ANNA.id, LATER + tenth / 10)
        told += len(presence.tick(LATER + tenth / 10))
    assert told <= 10


def test_a_rename_is_a_change_of_who_is_here_and_nobody_joins(presence: Presence) -> None:
    presence.arrive("a", ANNA, LATER)
    presence.tick(LATER)
    presence.update(person(1, "Anne"))
    news = one(presence.tick(LATER))
    assert [one.name for one in news.people or ()] == ["Anne"]
    assert not news.joined


def test_who_is_renamed_while_typing_types_under_the_new_name(presence: Presence) -> None:
    presence.arrive("a", ANNA, LATER)
    presence.type("a", ANNA.id, LATER)
    presence.tick(LATER)
    anne = replace(ANNA, name="Anne")
    presence.update(anne)
    assert one(presence.tick(LATER + 0.5)).typists == (anne,)


def test_strangers_leave_no_trace(presence: Presence) -> None:
    presence.depart("a", 7, LATER)
    presence.type("a", 7, LATER)
    presence.stop_typing("a", 7, LATER)
    presence.update(ANNA)
    assert presence.tick(LATER) == []
    assert presence.here("a") == presence.typists("a") == ()


@given(st.lists(st.tuples(st.sampled_from(["come", "go", "wait"]), st.integers(1, 3)), max_size=60))
def test_what_is_told_adds_up_to_who_is_here(steps: list[tuple[str, int]]) -> None:
    """Joined minus left is who is here, whatever happens in which order."""
    presence, now = Presence(GRACE, now=-1000.0), 0.0
    pages = dict.fromkeys((1, 2, 3), 0)
    told: set[int] = set()
    for what, who in steps:
        now += 1
        if what == "come":
            pages[who] += 1
            presence.arrive("a", person(who), now)
        elif what == "go" and pages[who]:
            pages[who] -= 1
            presence.depart("a", who, now)
        else:
            now += who * 6
        for news in presence.tick(now):
            joined, left = {one.id for one in news.joined}, {one.id for one in news.left}
            assert not joined & told
            assert left <= told
            told = (told | joined) - left
        assert told == {one.id for one in presence.here("a")}
        assert {who for who, count in pages.items() if count} <= told
