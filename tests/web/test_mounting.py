"""The chat in an application: its templates, its users, and its own error pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from chatterpy import ChatterPy, Identity
from chatterpy.chat.names import NUMBERED_TRIES
from tests.server.documents import Element, parse

Mount = Callable[..., FlaskClient]


@pytest.fixture
def host(tmp_path: Path) -> Flask:
    """An application whose users log in by a name, and that has templates of its own."""
    (tmp_path / "site" / "templates").mkdir(parents=True)
    app = Flask("site", root_path=str(tmp_path / "site"))
    app.secret_key = "host"
    app.add_url_rule("/login/<name>", "login", lambda name: session.update(user=name) or "in")
    app.add_url_rule("/logout", "logout", lambda: session.pop("user", "") and "out")
    return app


@pytest.fixture
def mount(host: Flask, tmp_path: Path) -> Iterator[Mount]:
    """Mounts a chat below /chat; returns a client of the application."""
    mounted: list[ChatterPy] = []

    def mount(**given: Any) -> FlaskClient:
        mounted.append(ChatterPy(host, url_prefix="/chat", data=tmp_path / "data", **given))
        return host.test_client()

    yield mount
    for chat in mounted:
        chat.close()


def who() -> Identity | None:
    """The user who is logged in to the application."""
    name = session.get("user")
    return Identity(key=f"user-{name}", name=name) if name else None


def room(client: FlaskClient) -> Element:
    answer = client.get("/chat/rooms/lobby")
    assert answer.status_code == 200, answer.text
    return parse(answer.text)


def name_in(client: FlaskClient) -> str:
    return room(client).the(has="data-me", tag="bdi").text


def say(client: FlaskClient, text: str) -> None:
    answer = client.post("/chat/rooms/lobby/messages", data={"text": text})
    assert answer.status_code == 303, answer.text


def authors(client: FlaskClient) -> list[tuple[str, str]]:
    """Each message: who said it, and what."""
    said = [one for one in room(client).all("li", cls="message") if one.id]
    return [(one.the(cls="name").text, one.the(cls="text").text) for one in said]


class TestTemplates:
    def test_one_of_the_application_stands_in_for_ours_and_can_build_on_it(
        self, host: Flask, mount: Mount, tmp_path: Path
    ) -> None:
        own = tmp_path / "site" / "templates" / "chatterpy"
        own.mkdir()
        (own / "room.html").write_text(
            '{% extends "default:room.html" %}{% block footer %}<p id="ours">Ours</p>{% endblock %}'
        )
        page = room(mount())
        assert page.the(id="ours").text == "Ours"
        assert page.all(id="composer")

    def test_it_stands_above_a_theme(self, host: Flask, mount: Mount, tmp_path: Path) -> None:
        own, theme = tmp_path / "site" / "templates" / "chatterpy", tmp_path / "theme"
        for folder in (own, theme):
            folder.mkdir()
            (folder / "error.html").write_text(folder.name)
        (theme / "past.html").write_text("past of the theme")
        client = mount(theme=str(theme), check_theme=False)
        assert client.get("/chat/rooms/Not%20one").text == "chatterpy"
        assert client.get("/chat/rooms/lobby?before=9").text == "past of the theme"

    def test_what_browsers_keep_changes_its_address_with_them(
        self, host: Flask, mount: Mount, tmp_path: Path
    ) -> None:
        client = mount()
        before = ChatterPy.of(host).parts.templates.version
        own = tmp_path / "site" / "templates" / "chatterpy" / "notices"
        own.mkdir(parents=True)
        (own / "unsent.html").write_text("Later.")
        other = Flask("site", root_path=str(tmp_path / "site"))
        chat = ChatterPy(other, url_prefix="/chat", data=tmp_path / "other")
        assert chat.parts.templates.version != before
        assert other.test_client().get("/chat/notices/unsent").text == "Later."
        assert client.get("/chat/notices/unsent").text != "Later."
        chat.close()


class TestIdentity:
    def test_a_user_is_the_same_person_on_all_their_devices(self, mount: Mount) -> None:
        phone = mount(identity=who)
        desk = phone.application.test_client()
        for device in (phone, desk):
            device.get("/login/Anna")
            say(device, "hello")
        assert authors(desk) == [("Anna", "hello"), ("Anna", "hello")]
        assert len({one["data-author"] for one in room(desk).all("li", has="data-author")}) == 1

    def test_who_has_not_acted_has_the_name_and_one_face_already(self, mount: Mount) -> None:
        client = mount(identity=who)
        client.get("/login/Anna")
        assert name_in(client) == "Anna"
        faces = {room(client).the("img", has="data-me")["src"] for _ in range(3)}
        assert len(faces) == 1

    def test_a_name_that_somebody_has_gets_a_number(self, mount: Mount) -> None:
        client = mount(identity=lambda: Identity(request.headers["Key"], "Anna"))
        for key in range(NUMBERED_TRIES + 3):
            answer = client.post(
                "/chat/rooms/lobby/messages", data={"text": "hi"}, headers={"Key": f"k{key}"}
            )
            assert answer.status_code == 303
        page = parse(client.get("/chat/rooms/lobby", headers={"Key": "k0"}).text)
        names = [one.text for one in page.all("bdi", cls="name")]
        assert names[:3] == ["Anna", "Anna 2", "Anna 3"]
        assert len(set(names)) == NUMBERED_TRIES + 3
        assert all(name.startswith("Anna") for name in names)

    @pytest.mark.parametrize("name", ["", " \n", "\u202e\u202e", "\x00"])
    def test_a_name_that_cannot_be_shown_is_replaced(self, mount: Mount, name: str) -> None:
        client = mount(identity=lambda: Identity("7", name))
        say(client, "hi")
        [(shown, _)] = authors(client)
        assert len(shown.split()) >= 2

    def test_a_name_that_is_too_long_is_cut(self, mount: Mount) -> None:
        client = mount(identity=lambda: Identity("7", "A" * 500), name_max=10)
        say(client, "hi")
        assert authors(client) == [("A" * 10, "hi")]

    def test_a_name_that_they_choose_here_stays_theirs(self, mount: Mount) -> None:
        client = mount(identity=who)
        client.get("/login/Anna")
        assert client.post("/chat/me/name", data={"name": "Annie"}).status_code == 303
        client.get("/logout")
        client.get("/login/Anna")
        assert name_in(client) == "Annie"

    def test_who_logs_out_is_another_with_the_next_request(self, mount: Mount) -> None:
        client = mount(identity=who)
        client.get("/login/Anna")
        say(client, "as Anna")
        client.get("/logout")
        say(client, "as somebody")
        client.get("/login/Ben")
        say(client, "as Ben")
        (anna, _), (somebody, _), (ben, _) = authors(client)
        assert (anna, ben) == ("Anna", "Ben")
        assert somebody not in (anna, ben)

    def test_who_is_nobody_to_the_application_is_a_visitor_as_everywhere(
        self, mount: Mount
    ) -> None:
        client = mount(identity=who)
        say(client, "one")
        say(client, "two")
        (first, _), (second, _) = authors(client)
        assert first == second

    def test_their_keys_are_not_to_be_guessed_by_what_is_stored(
        self, mount: Mount, tmp_path: Path
    ) -> None:
        secrets = []
        for number in range(2):
            app = Flask(f"site-{number}")
            app.secret_key = "host"
            data = tmp_path / f"data-{number}"
            chat = ChatterPy(app, "/chat", identity=lambda: Identity("7", "Anna"), data=data)
            secrets.append(room(app.test_client()).the("img", has="data-me")["src"])
            chat.close()
        assert secrets[0] != secrets[1], "a face tells whose it is"

    def test_the_application_is_asked_once_for_each_request(self, mount: Mount) -> None:
        asked: list[str] = []

        def counting() -> Identity:
            asked.append(request.path)
            return Identity("7", "Anna")

        client = mount(identity=counting)
        say(client, "hi")
        room(client)
        assert asked == ["/chat/rooms/lobby/messages", "/chat/rooms/lobby"]

    def test_their_sessions_are_left_alone(self, mount: Mount) -> None:
        client = mount(identity=lambda: Identity("7", "Anna"))
        say(client, "hi")
        answer = client.get("/chat/rooms/lobby")
        assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize("key", ["", 7, None])
    def test_a_key_is_a_text_and_never_empty(self, key: Any) -> None:
        with pytest.raises(ValueError, match="Expected the key of a user as a text"):
            Identity(key)

    def test_what_is_no_identity_is_said_to_be_none(self, host: Flask, mount: Mount) -> None:
        host.testing = True
        client = mount(identity=lambda: "Anna")
        with pytest.raises(TypeError, match=r"to return a chatterpy\.Identity or None"):
            client.get("/chat/rooms/lobby")


class TestErrorPages:
    @pytest.fixture(autouse=True)
    def handlers(self, host: Flask) -> None:
        """Pages of the application for one status, and for all others."""
        host.register_error_handler(404, lambda error: (f"Lost: {error.description}", 404))
        host.register_error_handler(
            HTTPException, lambda error: (f"The site says {error.code}", error.code)
        )

    def test_those_of_the_application_are_for_what_is_not_ours(self, mount: Mount) -> None:
        client = mount()
        assert client.get("/nothing").text.startswith("Lost")
        assert client.get("/chat/nothing").text.startswith("Lost")

    @pytest.mark.parametrize("path", ["rooms/Not%20one", "static/none.css", "avatars/x/1.svg"])
    def test_those_in_our_routes_are_ours(self, mount: Mount, path: str) -> None:
        answer = mount().get(f"/chat/{path}")
        assert answer.status_code == 404
        assert parse(answer.text).all("main", cls="error")
        assert "Content-Security-Policy" in answer.headers

    def test_they_can_be_left_to_the_application(self, mount: Mount) -> None:
        client = mount(error_pages=False)
        answer = client.get("/chat/rooms/Not%20one")
        assert answer.status_code == 404
        assert answer.text.startswith("Lost: ")
        assert "Content-Security-Policy" not in answer.headers
        assert client.get("/chat/rooms/lobby?before=x").text == "The site says 400"
        broken = client.post("/chat/me/name", headers={"Sec-Fetch-Site": "cross-site"})
        assert broken.text == "The site says 403"

    def test_a_refused_form_keeps_what_was_typed_all_the_same(self, mount: Mount) -> None:
        client = mount(error_pages=False)
        answer = client.post("/chat/me/name", data={"name": " "})
        assert answer.status_code == 422
        assert "A name needs at least one character." in answer.text

    def test_an_open_page_is_told_by_a_fragment_all_the_same(self, mount: Mount) -> None:
        client = mount(error_pages=False)
        answer = client.post(
            "/chat/me/name", headers={"Sec-Fetch-Site": "cross-site", "HX-Request": "true"}
        )
        assert 'hx-target="#why"' in answer.text

    def test_what_the_application_has_no_page_for_is_told_by_ours(self, tmp_path: Path) -> None:
        app = Flask("site")
        app.secret_key = "host"
        chat = ChatterPy(app, "/chat", error_pages=False, data=tmp_path / "other")
        answer = app.test_client().get("/chat/rooms/Not%20one")
        assert parse(answer.text).all("main", cls="error")
        chat.close()
