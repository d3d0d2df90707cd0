"""Avatars: the gallery, what may be chosen from it, and the providers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import gevent
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chatterpy import ChatterPy, create_app
from chatterpy.chat import drawing
from chatterpy.chat.faces import Face
from chatterpy.errors import SettingError

HTMX = {"HX-Request": "true"}

Make = Callable[..., FlaskClient]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes a client of a chat with settings; the one before it ends, its data stays."""
    apps: list[Flask] = []

    def make(**settings: object) -> FlaskClient:
        if apps:
            ChatterPy.of(apps.pop()).close()
        apps.append(create_app(data=tmp_path, limits="off", **settings))
        return apps[0].test_client()

    yield make
    ChatterPy.of(apps.pop()).close()


@pytest.fixture
def client(make: Make) -> FlaskClient:
    return make()


def soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def offered(client: FlaskClient, query: str = "") -> list[str]:
    """The faces that the gallery offers."""
    page = soup(client.get(f"/me/faces{query}"))
    return [str(one["value"]) for one in page.select("button[name=face]")]


def say(client: FlaskClient, text: str) -> None:
    assert client.post("/rooms/lobby/messages", data={"text": text}).status_code == 303


def shown_face(client: FlaskClient) -> str:
    """The face beside the newest message."""
    return str(soup(client.get("/rooms/lobby")).select(".message .face")[-1]["src"])


def reader_of(client: FlaskClient) -> str:
    page = soup(client.get("/rooms/lobby"))
    return str(page.select_one("[data-me=face]")["src"])  # type: ignore[index]


def test_the_gallery_offers_a_dozen_of_a_style_and_an_example_of_each(client: FlaskClient) -> None:
    page = soup(client.get("/me/faces?style=critters&room=attic"))
    buttons = page.select("form[action='/me/avatar'] button[name=face]")
    assert len(buttons) == 12
    assert {str(one["value"]).partition(":")[0] for one in buttons} == {"critters"}
    assert buttons[2]["aria-label"] == "Face 3 of 12, critters"
    styles = page.select(".styles a")
    assert len(styles) == 6
    [current] = page.select(".styles a[aria-current]")
    assert current.text == "Critters"
    assert page.select_one("a.newest")["href"] == "/rooms/attic"  # type: ignore[index]
    assert page.select_one(".faces [name=room]")["value"] == "attic"  # type: ignore[index]
    for image in page.select("#gallery img"):
        assert client.get(str(image["src"])).mimetype == "image/svg+xml"


def test_more_faces_are_others_and_the_first_ones_come_again(client: FlaskClient) -> None:
    first = offered(client, "?style=moods")
    assert offered(client, "?style=moods") == first
    assert not {*first} & {*offered(client, "?style=moods&more=1")}
    assert offered(client, "?style=moods&more=100") == first, "there is no end to them"
    for strange in ("-1", "x", "9" * 6000):
        assert len(offered(client, f"?style=moods&more={strange}")) == 12
    assert client.get("/me/faces?style=nosuch").status_code == 404


def test_somebody_else_is_offered_other_faces(client: FlaskClient) -> None:
    other = client.application.test_client()
    assert not {*offered(client, "?style=moods")} & {*offered(other, "?style=moods")}


def test_htmx_gets_the_gallery_as_a_fragment(client: FlaskClient) -> None:
    answer = client.get("/me/faces", headers=HTMX)
    assert "<html" not in answer.text
    gallery = soup(answer).select_one("hx-partial[hx-target='#gallery']")
    assert gallery is not None
    assert len(gallery.select("button[name=face]")) == 12
    assert len(gallery.select("[autofocus]")) == 1


def test_looking_at_faces_writes_nothing(client: FlaskClient) -> None:
    client.get("/me/faces")
    parts = ChatterPy.of(client.application).parts
    with client.session_transaction() as session:
        token = session["visitor"][0]
    assert parts.store.person(token) is None


def test_a_face_that_was_chosen_is_seen_in_old_messages(client: FlaskClient) -> None:
    say(client, "hello")
    chosen = offered(client, "?style=voxel-bot")[4]
    answer = client.post("/me/avatar", data={"face": chosen, "room": "attic"})
    assert (answer.status_code, answer.location) == (303, "/rooms/attic")
    style, seed = chosen.split(":")
    assert shown_face(client) == reader_of(client) == f"/avatars/{style}/{seed}.svg"
    [current] = soup(client.get("/me/faces")).select("button[aria-current]")
    assert current["value"] == chosen, "the gallery does not tell which face it is now"


def test_with_htmx_the_gallery_closes_and_the_link_to_it_gets_the_focus(
    client: FlaskClient,
) -> None:
    chosen = offered(client)[0]
    answer = soup(client.post("/me/avatar", data={"face": chosen, "room": "attic"}, headers=HTMX))
    assert answer.select_one("[data-me=face]")["src"] == reader_of(client)  # type: ignore[index]
    assert answer.select_one("hx-partial[hx-target='#gallery']").text == ""  # type: ignore[union-attr]
    link = answer.select_one("#choose[autofocus]")
    assert link is not None
    assert link["href"] == "/me/faces?room=attic"
    another = soup(client.post("/me/avatar", headers=HTMX))
    assert not another.select("#choose, [hx-target='#gallery']"), "a random face closes the gallery"


@pytest.mark.parametrize("face", ["", "nosuch:abc", "thumbs:../../x", "boy:abc", "initials:abc"])
def test_a_face_that_is_not_there_is_refused_with_a_sentence(
    client: FlaskClient, face: str
) -> None:
    say(client, "hello")
    before = shown_face(client)
    answer = client.post("/me/avatar", data={"face": face})
    assert answer.status_code == 422
    assert "There is no such face here" in answer.text
    fragment = client.post("/me/avatar", data={"face": face}, headers=HTMX)
    assert fragment.status_code == 200
    assert "no such face" in soup(fragment).select_one("[hx-target='#face-why']").text  # type: ignore[union-attr]
    assert shown_face(client) == before


def test_choosing_the_same_face_again_tells_nobody(client: FlaskClient) -> None:
    say(client, "hello")
    store = ChatterPy.of(client.application).parts.store
    for _ in range(2):
        client.post("/me/avatar", data={"face": "thumbs:abc"})
    assert store.seq("lobby") == 2


def test_a_dozen_of_a_new_style_reads_its_definition_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing._style.cache_clear()
    read: list[str] = []
    whole = drawing.files
    monkeypatch.setattr(drawing, "files", lambda name: read.append(name) or whole(name))
    app = client.application
    addresses = [f"/avatars/moods/{number % 6}.svg" for number in range(12)]
    asking = [gevent.spawn(lambda at: app.test_client().get(at), at) for at in addresses]
    gevent.joinall(asking)
    assert [one.value.status_code for one in asking] == [200] * 12
    assert len(read) == 1


@pytest.mark.parametrize("provider", ["dicebear", "initials"])
def test_no_other_site_is_in_the_page_or_its_policy(make: Make, provider: str) -> None:
    client = make(avatar_provider=provider)
    say(client, "hello")
    for address in ("/rooms/lobby", "/me/faces"):
        answer = client.get(address)
        assert "http" not in answer.headers["Content-Security-Policy"]
        for image in soup(answer).select("img"):
            assert str(image["src"]).startswith("/avatars/")


def test_initials_follow_the_name_into_old_messages_and_frames(make: Make) -> None:
    client = make(avatar_provider="initials")
    client.post("/me/name", data={"name": "Anna Bee"})
    say(client, "hello")
    parts = ChatterPy.of(client.application).parts
    cursor = parts.store.seq("lobby")
    before = shown_face(client)
    assert before.endswith(".svg?of=AB")
    drawn = client.get(before)
    assert ">AB</text>" in drawn.text
    assert "immutable" in drawn.headers["Cache-Control"]

    renamed = soup(client.post("/me/name", data={"name": "<script>"}, headers=HTMX))

    after = shown_face(client)
    assert after.endswith(".svg?of=%3C")
    assert after.partition("?")[0] == before.partition("?")[0], "the colour changed with the name"
    assert renamed.select_one("[hx-target='[data-me=face]'] img")["src"] == after  # type: ignore[index]
    assert "&lt;</text>" in client.get(after).text
    # Pages that were offline meanwhile.
    [frame] = parts.fragments.catch_up(parts.store.since("lobby", cursor))
    [face] = BeautifulSoup(frame, "html.parser").select("[hx-target^='[data-author-face='] img")
    assert face["src"] == after


@pytest.mark.parametrize("of", ["", "ABC", "%00", "A%20B", "A" * 50, "%E2%80%AE"])
def test_letters_that_no_name_comes_down_to_are_not_found(make: Make, of: str) -> None:
    client = make(avatar_provider="initials")
    assert client.get(f"/avatars/initials/abc.svg?of={of}").status_code == 404


def test_initials_offer_each_colour_once_and_no_more(make: Make) -> None:
    client = make(avatar_provider="initials")
    page = soup(client.get("/me/faces"))
    assert len(page.select("button[name=face]")) == 12
    assert len(page.select("button[name=face][aria-current]")) == 1
    assert not page.select(".styles, main a.button")


def test_liara_is_the_only_other_site_and_knows_a_seed(make: Make) -> None:
    client = make(avatar_provider="liara", liara_url="http://127.0.0.1:9/faces/")
    say(client, "hello")
    answer = client.get("/rooms/lobby")
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' http://127.0.0.1:9;" in policy
    assert policy.count("http") == 1
    page = soup(answer)
    for image in page.select("img"):
        assert image["referrerpolicy"] == "no-referrer"
        address = urlsplit(str(image["src"]))
        assert address.netloc == "127.0.0.1:9"
        assert [*parse_qs(address.query)] == ["username"]
    name = page.select_one("[data-me=name]").text  # type: ignore[union-attr]
    with client.session_transaction() as session:
        token = session["visitor"][0]
    assert token not in answer.text
    assert name.replace(" ", "+") not in "".join(str(one["src"]) for one in page.select("img"))
    styles = [one.text for one in soup(client.get("/me/faces")).select(".styles a")]
    assert styles == ["Boy", "Girl", "Anyone"]
    client.post("/me/avatar", data={"face": "girl:abc"})
    assert shown_face(client) == "http://127.0.0.1:9/faces/public/girl?username=abc"
    assert client.get("/avatars/girl/abc.svg").status_code == 404


def test_everybody_keeps_a_face_over_a_change_of_the_provider(make: Make) -> None:
    client = make()
    say(client, "hello")
    client.post("/me/avatar", data={"face": "thumbs:abc"})
    cookie = client.get_cookie(next(iter(client._cookies))[2])
    seen = []
    for provider in ("initials", "liara", "dicebear"):
        client = make(avatar_provider=provider)
        client.set_cookie(cookie.key, cookie.value)  # type: ignore[union-attr]
        assert shown_face(client) == reader_of(client)
        seen.append(shown_face(client))
    assert seen[0].startswith("/avatars/initials/abc.svg?of=")
    assert seen[1].startswith("https://avatar.iran.liara.run/public")
    assert seen[2] == "/avatars/thumbs/abc.svg"


def test_who_arrives_has_a_face_of_the_provider(make: Make) -> None:
    client = make(avatar_provider="liara")
    client.get("/rooms/lobby")
    with client.session_transaction() as session:
        face = Face.parse(session["visitor"][2])
    assert face is not None
    assert face.style in ("boy", "girl", "anyone")


def test_an_unknown_provider_stops_the_start_with_those_there_are(make: Make) -> None:
    make(avatar_provider="Initials")
    with pytest.raises(SettingError, match="one of dicebear, initials, liara, not 'gravatar'"):
        create_app(avatar_provider="gravatar")


@pytest.mark.parametrize(
    "address", ["", "avatars.example", "ftp://a.example", "https://a.example;x", "https://a b/"]
)
def test_an_address_that_would_say_something_else_in_the_policy_stops_the_start(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(SettingError, match="CHATTERPY_LIARA_URL is an address such as"):
        create_app(data=tmp_path, avatar_provider="liara", liara_url=address)
