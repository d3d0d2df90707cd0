"""The workshop of `chatterpy theme dev`: what changes is seen, what is wrong is said."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chatterpy import ChatterPy, create_app
from chatterpy.demo import PEOPLE, TALK, furnish
from chatterpy.theme.contract import contexts
from chatterpy.theme.contract.fixtures import fixtures, parts
from chatterpy.web.dev import SHEETS, develop
from chatterpy.web.gallery import gallery
from tests.server.documents import Element, parse
from tests.server_process import ROOT

ROUTES = (
    "/theme/gallery",
    "/theme/gallery/room.html",
    "/theme/frame/room.html?state=a+conversation",
    "/theme/dev/changes",
    "/theme/dev/workshop.css",
    "/theme/dev/mine/7.css",
)


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    """A theme's folder, with one option and a style."""
    folder = tmp_path / "theme"
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "theme.css").write_text(":root { --gap: 1px; }")
    manifest = '[settings.accent]\ntype = "colour"\ndefault = "#006644"\ntoken = "--accent"\n'
    (folder / "theme.toml").write_text(manifest)
    return folder


@pytest.fixture
def app(theme: Path, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(theme=str(theme), data=tmp_path / "data")
    develop(app, gallery)
    yield app
    ChatterPy.of(app).close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def write(file: Path, content: str) -> None:
    """Writes a file as an editor does, at another time than the last one."""
    was = file.stat().st_mtime_ns if file.exists() else 0
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    at = max(was + 1_000_000, file.stat().st_mtime_ns)
    os.utime(file, ns=(at, at))


def room(client: FlaskClient) -> Element:
    answer = client.get("/rooms/lobby")
    assert answer.status_code == 200, answer.text
    return parse(answer.text)


def asks(page: Element) -> str:
    """The address at which a page asks for changes."""
    [asking] = [one for one in page.all("i", has="hx-get") if "changes" in one["hx-get"]]
    return asking["hx-get"]


def inline(element: Element) -> bool:
    """Whether an element has a script or a style within the page."""
    handles = [name for name in element.attributes if name.startswith("on") or name == "style"]
    return bool(handles) or element.tag == "style"


class TestChanges:
    @pytest.mark.parametrize(
        ("file", "content"),
        [
            ("error.html", "new"),
            ("frames/typing.html", ""),
            ("strings.toml", '[composer]\nsend = "Go"\n'),
            ("static/theme.css", ":root { --gap: 2px; }"),
            ("static/deep/picture.svg", "<svg/>"),
            ("theme.toml", 'name = "Another"'),
        ],
    )
    def test_a_page_is_loaded_again_after_any_file_was_added_or_changed(
        self, client: FlaskClient, theme: Path, file: str, content: str
    ) -> None:
        address = asks(room(client))
        assert "HX-Refresh" not in client.get(address).headers
        write(theme / file, content)
        answer = client.get(address)
        assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
        assert "HX-Refresh" not in client.get(asks(room(client))).headers

    def test_and_after_one_was_removed(self, client: FlaskClient, theme: Path) -> None:
        write(theme / "room.html", "mine alone")
        assert client.get("/rooms/lobby").text.startswith("mine alone")
        address = asks(parse(client.get("/rooms/lobby").text))
        (theme / "room.html").unlink()
        assert "HX-Refresh" in client.get(address).headers
        assert room(client).the(id="composer")

    def test_what_was_rendered_before_is_rendered_anew(
        self, client: FlaskClient, theme: Path
    ) -> None:
        client.post("/rooms/lobby/messages", data={"text": "hello"})
        assert not room(client).all(cls="new")
        write(
            theme / "message.html",
            '{% extends "default:message.html" %}'
            '{% block extra %}<b class="new"></b>{% endblock %}',
        )
        assert room(client).all("b", cls="new")

    def test_texts_styles_and_options_are_the_new_ones(
        self, client: FlaskClient, theme: Path
    ) -> None:
        write(theme / "strings.toml", '[composer]\nsend = "Off it goes"\n')
        write(theme / "static" / "theme.css", ":root { --gap: 3px; }")
        manifest = (theme / "theme.toml").read_text()
        write(theme / "theme.toml", manifest.replace("#006644", "#123456"))
        page = room(client)
        assert "Off it goes" in page.text
        sheets = [client.get(one["href"]).text for one in page.all("link", has="rel")]
        assert any("--gap: 3px" in sheet for sheet in sheets)
        assert any("--accent: #123456" in sheet for sheet in sheets)

    def test_every_whole_page_asks_and_no_fragment_does(self, client: FlaskClient) -> None:
        for path in ("/rooms/lobby", "/rooms/lobby/people", "/me/faces", "/rooms/No%20room"):
            page = parse(client.get(path).text)
            assert asks(page), path
            assert len(page.all("script")) == 1, path
            assert len(page.all("meta", has="content")) >= 1, path
        for path in ("/rooms/lobby/people", "/notices/unsent", "/me/faces"):
            answer = client.get(path, headers={"HX-Request": "true"})
            assert "/theme/dev" not in answer.text, path


class TestFaults:
    def test_a_template_that_cannot_be_read_is_shown_in_the_place_of_the_page(
        self, client: FlaskClient, theme: Path
    ) -> None:
        address = asks(room(client))
        write(theme / "past.html", "<p>one</p>\n{% if %}\n<p>three</p>\n")
        assert "HX-Refresh" in client.get(address).headers
        page = room(client)
        [fault] = page.all("section", cls="faulty")
        assert "past.html, line 2" in fault.the("h2").text
        assert fault.the("span", cls="at").text == "2{% if %}\n"
        assert "Expected an expression" in fault.the(cls="why").text
        assert str(theme / "past.html") in fault.text
        assert not page.all(id="composer")

    def test_it_goes_when_it_is_mended(self, client: FlaskClient, theme: Path) -> None:
        write(theme / "past.html", "{% if %}")
        address = asks(room(client))
        assert "HX-Refresh" not in client.get(address).headers
        write(theme / "past.html", "mended")
        assert "HX-Refresh" in client.get(address).headers
        assert room(client).all(id="composer")

    def test_one_that_fails_at_work_is_shown_with_its_line(
        self, client: FlaskClient, theme: Path
    ) -> None:
        write(theme / "error.html", "<body>\n{{ nothing.at_all }}\n</body>")
        page = parse(client.get("/rooms/No%20room").text)
        [fault] = page.all("section", cls="faulty")
        assert "error.html, line 2" in fault.text
        assert "There is no variable 'nothing' in error.html." in fault.text
        assert "HX-Refresh" not in client.get(asks(page)).headers

    @pytest.mark.parametrize(
        ("file", "content", "says"),
        [
            (
                "message.html",
                '{% extends "default:message.html" %}\n'
                "{% block extra %}{{ entry.autor }}{% endblock %}",
                "A message has no 'autor'. Did you mean 'author'?",
            ),
            (
                "message.html",
                "{% for one in [entry]|list %}\n{{ one.autor }}\n{% endfor %}",  # told by no source
                "A message has no 'autor'. Did you mean 'author'?",
            ),
            (
                "room.html",
                '{% extends "default:room.html" %}\n'
                "{% block header %}{{ self.logs() }}{% endblock %}",
                "room.html has no block 'logs'. Did you mean 'log'?",
            ),
            (
                "room.html",
                '{% extends "default:room.html" %}\n'
                "{% block header %}{{ options.acent }}{% endblock %}",
                "theme has no setting 'acent'. Did you mean 'accent'?",
            ),
        ],
    )
    def test_what_is_not_there_is_told_in_the_words_of_the_check(
        self, client: FlaskClient, theme: Path, file: str, content: str, says: str
    ) -> None:
        client.post("/rooms/lobby/messages", data={"text": "hello"})
        write(theme / file, content)
        [fault] = room(client).all("section", cls="faulty")
        assert says in fault.the(cls="why").text
        assert f"{file}, line 2" in fault.the("h2").text
        [state] = [one for one in fixtures() if one.context.template == file][:1]
        address = f"/theme/frame/{file}?{urlencode({'state': state.name})}"
        assert says in client.get(address).text.replace("&#39;", "'")

    def test_one_in_a_frame_brings_open_pages_to_show_it(
        self, app: Flask, client: FlaskClient, theme: Path
    ) -> None:
        write(theme / "frames" / "typing.html", "{{ nothing }}")
        address = asks(room(client))
        assert ChatterPy.of(app).parts.fragments.typing([]), "the built-in stands in"
        assert "HX-Refresh" in client.get(address).headers
        assert "frames/typing.html, line 1" in room(client).text

    @pytest.mark.parametrize(
        ("file", "content", "says"),
        [
            ("theme.toml", "name = ", "cannot be read"),
            ("strings.toml", "[composer]\nsnd = 'x'", "there is no text 'composer.snd'"),
        ],
    )
    def test_what_is_no_template_is_named_as_well(
        self, client: FlaskClient, theme: Path, file: str, content: str, says: str
    ) -> None:
        was = (theme / file).read_text() if (theme / file).exists() else ""
        write(theme / file, content)
        assert says in room(client).the("section", cls="faulty").text
        write(theme / file, was)
        assert room(client).all(id="composer")


class TestGallery:
    def test_the_index_has_every_template_with_every_state(self, client: FlaskClient) -> None:
        page = parse(client.get("/theme/gallery").text)
        shown = {
            (card.the("h3").the("a").text, state.text)
            for card in page.all("li", cls="card")
            for state in card.the("ul", cls="states").all("a")
        }
        expected = {(one.context.template, one.name) for one in (*fixtures(), *parts())}
        assert shown == expected
        assert {template for template, _ in shown} == set(contexts())

    def test_it_is_searched_by_a_plain_form(self, client: FlaskClient) -> None:
        page = parse(client.get("/theme/gallery?q=thousand").text)
        assert {one.the("h3").text for one in page.all("li", cls="card")} >= {"room.html"}
        assert len(page.all("li", cls="card")) < 10
        nothing = client.get('/theme/gallery?q="><b>').text
        assert "Nothing here is called" in nothing
        assert "<b>" not in nothing

    def test_every_frame_answers_and_none_runs_a_script(self, client: FlaskClient) -> None:
        for template in contexts():
            page = parse(client.get(f"/theme/gallery/{template}").text)
            frames = {one["src"] for one in page.all("iframe")}
            assert frames, template
            for address in sorted(frames):
                answer = client.get(address)
                assert answer.status_code == 200, address
                assert "<script" not in answer.text, address
                assert 'class="faulty"' not in answer.text, address

    def test_a_page_says_all_that_the_contract_does(self, client: FlaskClient) -> None:
        page = parse(client.get("/theme/gallery/message.html").text)
        aside = page.the("aside").text
        assert "entry" in aside
        assert "The message." in aside
        assert all(block in aside for block in ("face", "by", "text", "extra"))
        assert ".message .text[hx-ignore]" in aside
        assert "built-in" in aside

    def test_what_the_check_finds_stands_beside_what_it_is_about(
        self, client: FlaskClient, theme: Path
    ) -> None:
        assert "The check finds" not in client.get("/theme/gallery/message.html").text
        write(
            theme / "message.html",
            '{% extends "default:message.html" %}{% block extra %}<img src="x.png">{% endblock %}',
        )
        for address in ("/theme/gallery", "/theme/gallery/message.html"):
            page = parse(client.get(address).text)
            found = [one.text for one in page.the("ol", cls="findings").all("li")]
            assert any("message.html:1" in one and "image-alt" in one for one in found), address
        (theme / "message.html").unlink()
        assert "image-alt" not in client.get("/theme/gallery").text

    def test_what_the_theme_has_is_told_from_what_is_built_in(
        self, client: FlaskClient, theme: Path
    ) -> None:
        write(theme / "message.html", '<li class="message">{{ entry.text }}</li>')
        aside = parse(client.get("/theme/gallery/message.html").text).the("aside").text
        assert str(theme / "message.html") in aside
        assert "theme" in aside
        address = "/theme/frame/message.html?state=text:+short"
        assert parse(client.get(address).text).the("li").text == "Hello"

    def test_a_template_at_fault_is_shown_in_its_frame_and_the_gallery_goes_on(
        self, client: FlaskClient, theme: Path
    ) -> None:
        write(theme / "message.html", "\n{{ entry.txt }}")
        assert client.get("/theme/gallery").status_code == 200
        frame = parse(client.get("/theme/frame/message.html?state=text:+short").text)
        assert "message.html, line 2" in frame.the("section", cls="faulty").text

    def test_what_is_the_viewer_s_own_is_laid_out_apart(self, client: FlaskClient) -> None:
        html = client.get("/theme/frame/room.html?state=a+conversation&scheme=dark").text
        sheets = [one["href"] for one in parse(html).all("link", has="rel")]
        assert "/theme/dev/mine/7.css" in sheets
        assert not [one for one in sheets if one.startswith("/me.css")]
        assert sheets[-1] == "/theme/dev/dark.css"
        assert '[data-author="7"]' in client.get("/theme/dev/mine/7.css").text

    @pytest.mark.parametrize(
        "path",
        [
            "/theme/gallery/none.html",
            "/theme/gallery/../app.py",
            "/theme/frame/room.html?state=none",
            "/theme/frame/room.html?state=a+conversation&scheme=blue",
            "/theme/dev/other.css",
        ],
    )
    def test_what_is_not_there_is_not_found(self, client: FlaskClient, path: str) -> None:
        assert client.get(path).status_code == 404

    def test_all_of_it_is_under_the_policy_and_kept_by_nobody(self, client: FlaskClient) -> None:
        for path in (*ROUTES, *(f"/theme/dev/{name}.css" for name in SHEETS)):
            answer = client.get(path)
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"], path
            assert answer.headers["Cache-Control"] == "no-store", path
            if answer.mimetype == "text/html":
                assert not [one for one in parse(answer.text) if inline(one)], path

    def test_a_theme_does_not_replace_the_gallery(self, client: FlaskClient, theme: Path) -> None:
        write(theme / "dev" / "gallery.html", "replaced")
        assert "replaced" not in client.get("/theme/gallery").text


class TestDemo:
    def test_the_room_is_lively(self, app: Flask, client: FlaskClient) -> None:
        talking = furnish(ChatterPy.of(app).parts)
        talking.kill()
        page = room(client)
        assert len(page.all("li", cls="message")) == len(TALK)
        assert len(page.all("li", cls="guest")) == len(PEOPLE)
        assert "is now Jonas" in page.text


class TestBusyPort:
    @pytest.mark.parametrize(
        ("command", "ways"),
        [
            (("theme", "dev", "theme"), "CHATTERPY_HOST and --port"),
            (("run",), "--host and --port"),
        ],
    )
    def test_the_ways_to_another_address_are_those_that_the_command_has(
        self, theme: Path, tmp_path: Path, command: tuple[str, ...], ways: str
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = str(busy.getsockname()[1])
            done = subprocess.run(
                [sys.executable, "-m", "chatterpy", *command, "--port", port, "--data", "data"],
                cwd=tmp_path,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                timeout=60,
            )
        assert f"Cannot listen on 127.0.0.1 port {port}" in done.stderr
        assert f"Choose another with {ways}.\n" in done.stderr
        assert done.returncode == 2


class TestElsewhere:
    def test_a_server_has_neither_the_routes_nor_a_trace_in_its_pages(
        self, theme: Path, tmp_path: Path
    ) -> None:
        app = create_app(theme=str(theme), data=tmp_path / "other")
        client = app.test_client()
        assert [client.get(path).status_code for path in ROUTES] == [404] * len(ROUTES)
        for path in ("/rooms/lobby", "/rooms/No%20room", "/me/faces"):
            assert "/theme/" not in client.get(path).text
            assert "every 700ms" not in client.get(path).text
        ChatterPy.of(app).close()
