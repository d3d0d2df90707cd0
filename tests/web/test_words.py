"""A theme that says everything in its own words: no English is left on any page.

Its words are ours in letters that no English has; names, rooms and messages are numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chatterpy import ChatterPy, create_app
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person
from chatterpy.chat.rooms import Room
from chatterpy.sentences import Sentence
from chatterpy.theme.catalogue import SENTENCES, Catalogue
from chatterpy.theme.contract.notices import FETCHED
from chatterpy.theme.texts import Said, Text
from tests.readable import in_english_letters

#: What nobody is called yet.
NUMBERS = count(1000)
HTMX = {"HX-Request": "true"}
#: How many came and left.
COMINGS = ((1, 0), (2, 1), (0, 2), (3, 4))
#: Values of attributes, not words.
CODES = ("language", "dir")
#: What stays as it is: values in braces, and the directives of strftime.
_KEPT = re.compile(r"(\{\w+\}|%-?[A-Za-z])")


def foreign(text: str) -> str:
    """The text in brackets and other letters; the zone goes, whose name is the system's."""
    pieces = _KEPT.split(text.replace(" %Z", ""))
    return f"⟦{''.join(one if _KEPT.fullmatch(one) else wide(one) for one in pieces)}⟧"


def wide(text: str) -> str:
    return "".join(
        chr(ord(char) + 0xFEE0) if char.isascii() and char.isalpha() else char for char in text
    )


def translated() -> str:
    """The whole catalogue in other words, as a theme's strings.toml."""
    said = Catalogue().said
    lines = [f"{key} = {json.dumps(said[key])}" for key in CODES]
    for key, text in said.items():
        if key not in CODES:
            new = [foreign(one) for one in text] if isinstance(text, list) else foreign(str(text))
            lines.append(f"{key} = {json.dumps(new, ensure_ascii=False)}")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A chat in which somebody is called 99."""
    folder = tmp_path_factory.mktemp("words")
    theme = folder / "theme"
    theme.mkdir()
    (theme / "strings.toml").write_text(translated(), "utf-8")
    app = create_app(
        data=folder / "data",
        theme=str(theme),
        home="0",
        limits="off",
        message_max=9,
        page_size=2,
        request_max=2000,
        reserved_names="777",
    )
    assert app.test_client().post("/me/name", data={"name": "99"}).status_code == 303
    yield app
    ChatterPy.of(app).close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is called by a number."""
    client = app.test_client()
    assert client.post("/me/name", data={"name": f"{next(NUMBERS)}"}).status_code == 303
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/rooms/0",
        "/rooms/1",
        "/rooms/0?before=3",
        "/rooms/0/people",
        "/rooms/0/people?q=5",
        "/me/faces",
        "/me/faces?style=voxel-bot&more=1",
        "/rooms/0/link",
        *(f"/notices/{name}" for name in FETCHED),
    ],
)
def test_a_page_is_all_in_the_words_of_the_theme(client: FlaskClient, address: str) -> None:
    for text in ("1", "2", "3"):
        client.post("/rooms/0/messages", data={"text": text})
    client.post("/me/name", data={"name": f"{next(NUMBERS)}"})
    for headers in ({}, HTMX):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200
        assert not in_english_letters(answer.text)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/rooms/1 2", 404),
        ("/rooms/++", 404),
        ("/nowhere", 404),
        ("/rooms/0?before=-1", 400),
        ("/me/name", 405),
        ("/rooms/0/socket", 400),
    ],
)
def test_an_error_is_in_the_words_of_the_theme(
    client: FlaskClient, address: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert "⟦" in answer.text
    assert not in_english_letters(answer.text)


@pytest.mark.parametrize(
    ("address", "form", "status"),
    [
        ("/rooms/0/messages", {"text": " "}, 422),
        ("/rooms/0/messages", {"text": "1" * 10}, 422),
        ("/rooms/0/messages", {"text": "1", "nonce": "+"}, 422),
        ("/rooms/0/messages", {"text": "1" * 3000}, 413),
        ("/rooms/+/messages", {"text": "1"}, 404),
        ("/me/name", {"name": ""}, 422),
        ("/me/name", {"name": "1" * 100}, 422),
        ("/me/name", {"name": "777"}, 422),
        ("/me/name", {"name": "99"}, 422),
        ("/me/avatar", {"face": "1"}, 422),
        ("/me/lines", {"text": "1\n2", "lines": "one"}, 200),
        ("/rooms", {"slug": "+"}, 422),
    ],
)
def test_a_refusal_is_in_the_words_of_the_theme(
    client: FlaskClient, address: str, form: dict[str, str], status: int
) -> None:
    plain = client.post(address, data=form)
    assert plain.status_code == status
    for answer in (plain, client.post(address, data=form, headers=HTMX)):
        assert "⟦" in answer.text
        assert not in_english_letters(answer.text)


def test_a_post_from_another_site_is_refused_in_the_words_of_the_theme(client: FlaskClient) -> None:
    answer = client.post("/me/name", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not in_english_letters(answer.text)


def test_what_forms_answer_to_htmx_is_in_the_words_of_the_theme(client: FlaskClient) -> None:
    for address, form in (
        ("/me/name", {"name": f"{next(NUMBERS)}"}),
        ("/me/avatar", {"face": "thumbs:1"}),
        ("/me/lines", {"lines": "many"}),
        ("/rooms/0/messages", {"text": "1"}),
    ):
        answer = client.post(address, data=form, headers=HTMX)
        assert answer.status_code == 200
        assert not in_english_letters(answer.text), address


def test_the_room_without_a_script_is_in_the_words_of_the_theme(client: FlaskClient) -> None:
    for text in ("1", "2", "3"):
        client.post("/rooms/0/messages", data={"text": text})
    answer = client.get("/rooms/0/stream", buffered=False)
    html = next(iter(answer.response)).decode()  # type: ignore[attr-defined]
    answer.close()
    assert "⟦" in html
    assert not in_english_letters(html)


def test_frames_are_in_the_words_of_the_theme(app: Flask) -> None:
    fragments = ChatterPy.of(app).parts.fragments
    at = datetime(2026, 11, 23, 18, 59, tzinfo=UTC)
    people = [Person(number, f"{number}", Face("thumbs", "1"), 1) for number in range(1, 200)]
    frames = [
        *(fragments.comings(people[:here], people[:gone]) for here, gone in COMINGS),
        fragments.typing(people[:5]),
        fragments.people(people),
        fragments.rooms("0", [Room("0", 1, at)], {"0": 3}),
        fragments.entry(Message(1, people[0], "1", at)),
        fragments.alive("0", 1),
        fragments.resumed("0", 1),
    ]
    for frame in frames:
        assert not in_english_letters(frame)


def test_each_sentence_is_in_the_words_of_the_theme(app: Flask) -> None:
    """Also those of a full disk, of a crowd, and of programs that speak to the socket."""
    fragments = ChatterPy.of(app).parts.fragments
    said: dict[str, Said] = Catalogue().said
    for key in said:
        if key.startswith(SENTENCES):
            form = str(said[key])
            values = dict.fromkeys(Text.parse(form).names, "7")
            assert not in_english_letters(fragments.why(Sentence(form, **values))), key
