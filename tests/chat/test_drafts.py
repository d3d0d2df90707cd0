"""Drafts: what is kept of a text that is not sent yet."""

from collections.abc import Callable

import pytest

from chatterpy.chat.chat import Chat
from chatterpy.chat.drafts import Draft, clean_draft
from chatterpy.chat.people import Person, Visitor
from chatterpy.errors import BadNonce, BadText
from chatterpy.store.sqlite import SqliteStore


def test_a_draft_is_kept_as_it_was_typed_with_a_forms_breaks_made_one() -> None:
    assert clean_draft(" one\r\ntwo ", "n", 20) == Draft(" one\ntwo ", "n")


def test_blanks_are_no_draft() -> None:
    assert clean_draft(" \r\n ", "n", 20).text == ""


def test_what_is_too_long_or_has_no_possible_nonce_is_refused() -> None:
    with pytest.raises(BadText, match=r"up to 20 characters; this one has 21"):
        clean_draft("x" * 21, "n", 20)
    with pytest.raises(BadNonce):
        clean_draft("x", "no nonce", 20)


def test_a_draft_is_one_persons_in_one_room(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna, bert = somebody(), somebody()
    store.keep_draft(anna.id, "lobby", Draft("first", "n"), 9)
    store.keep_draft(anna.id, "lobby", Draft("second", "n"), 9)
    store.keep_draft(anna.id, "attic", Draft("elsewhere", "m"), 9)
    assert store.draft(anna.id, "lobby") == Draft("second", "n")
    assert store.draft(anna.id, "attic") == Draft("elsewhere", "m")
    assert store.draft(bert.id, "lobby") is None
    assert store.rooms(9) == (), "a draft opened a room"


def test_an_empty_draft_is_forgotten(store: SqliteStore, somebody: Callable[[], Person]) -> None:
    anna = somebody()
    store.keep_draft(anna.id, "lobby", Draft("first", "n"), 9)
    store.keep_draft(anna.id, "lobby", Draft("", "n"), 9)
    assert store.draft(anna.id, "lobby") is None


@pytest.mark.parametrize("late", ["hel", "hello"])
def test_what_was_sent_is_no_draft_even_where_the_draft_comes_later(
    store: SqliteStore, somebody: Callable[[], Person], late: str
) -> None:
    anna = somebody()
    store.keep_draft(anna.id, "lobby", Draft("hello", "n"), 9)
    store.say(anna.id, "lobby", "hello", "n").get()
    assert store.draft(anna.id, "lobby") is None
    store.keep_draft(anna.id, "lobby", Draft(late, "n"), 9)
    assert store.draft(anna.id, "lobby") is None


def test_what_was_typed_on_after_a_send_is_a_draft(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna, bert = somebody(), somebody()
    store.say(anna.id, "lobby", "hello", "n").get()
    store.say(anna.id, "attic", "hello, and more", "m").get()
    store.say(bert.id, "lobby", "hello, and more", "m").get()
    store.keep_draft(anna.id, "lobby", Draft("hello, and", "m"), 9)
    assert store.draft(anna.id, "lobby") == Draft("hello, and", "m")
    store.keep_draft(anna.id, "lobby", Draft("hello, and", "n"), 9)
    assert store.draft(anna.id, "lobby") == Draft("hello, and", "n")


def test_only_the_newest_drafts_of_a_person_are_kept(
    store: SqliteStore, somebody: Callable[[], Person]
) -> None:
    anna, bert = somebody(), somebody()
    store.keep_draft(bert.id, "room-0", Draft("mine", "n"), 3)
    for number in range(5):
        store.keep_draft(anna.id, f"room-{number}", Draft("text", "n"), 3)
    kept = [number for number in range(5) if store.draft(anna.id, f"room-{number}")]
    assert kept == [2, 3, 4]
    assert store.draft(bert.id, "room-0"), "somebody else's draft was dropped"


def test_nothing_is_written_where_nothing_changes(
    chat: Chat, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor.arrive()
    chat.keep_draft(visitor, "lobby", "", "n")
    assert isinstance(chat.who(visitor), Visitor), "an empty field made a person"
    chat.keep_draft(visitor, "lobby", "hello", "n")
    monkeypatch.setattr(store, "keep_draft", lambda *_: pytest.fail("it was written again"))
    chat.keep_draft(visitor, "lobby", "hello", "n")
