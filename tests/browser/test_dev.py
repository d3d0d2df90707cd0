"""`chatterpy theme dev` in a browser: pages follow a theme's files, and the gallery shows all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatterpy.theme.contract.fixtures import fixtures, parts
from tests.browser.browsers import Browser, Tab
from tests.server_process import ServerProcess

#: A page, an entry, a popover and a frame: a browser takes a second for each.
LOOKED_AT = ("/past.html", "/renaming.html", "/me.html", "/frames/changes.html")

SEND = "document.querySelector('#composer > button')?.textContent"


class ThemeDev(ServerProcess):
    """`chatterpy theme dev` for a folder."""

    def __init__(self, data: Path, folder: Path) -> None:
        super().__init__(data)
        self.folder = folder

    def _command(self) -> list[str]:
        return ["-m", self.module, "theme", "dev", str(self.folder), "--port", str(self.port)]


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[ThemeDev]:
    folder = tmp_path / "theme"
    (folder / "static").mkdir(parents=True)
    (folder / "theme.toml").write_text('name = "Garden"\n')
    with ThemeDev(tmp_path / "data", folder) as server:
        yield server
    assert not server.errors, f"look at the server's log:\n{server.log}"


def enter(browser: Browser, workshop: ThemeDev) -> Tab:
    tab = browser.open()
    tab.goto(f"{workshop.url}/rooms/lobby")
    tab.wait_until("document.querySelector('#status .connected')", "it does not connect")
    return tab


def test_an_open_page_follows_templates_style_and_texts(
    workshop: ThemeDev, chromium: Browser
) -> None:
    tab = enter(chromium, workshop)
    assert tab.count(".message") >= 5, "the room is not lively"
    tab.type_into("#text", "half a sentence")
    # Kept half a second after the last letter; the page may be loaded anew sooner than that.
    kept = "performance.getEntriesByType('resource').some(one => one.name.endsWith('/draft'))"
    tab.wait_until(kept, "the draft is not kept")

    (workshop.folder / "room.html").write_text(
        '{% extends "default:room.html" %}{% block footer %}<p id="mark">new</p>{% endblock %}'
    )
    tab.wait_until("document.querySelector('#mark')", "the template's change is not seen")

    (workshop.folder / "static" / "theme.css").write_text("#mark { color: rgb(1, 2, 3); }")
    mark = "document.querySelector('#mark')"
    colour = f"({mark} && getComputedStyle({mark}).color)"
    tab.wait_until(f"{colour} === 'rgb(1, 2, 3)'", "the style's change is not seen")
    (workshop.folder / "static" / "theme.css").write_text("#mark { color: rgb(30, 20, 10); }")
    tab.wait_until(f"{colour} === 'rgb(30, 20, 10)'", "its second change is not seen")

    (workshop.folder / "strings.toml").write_text('[composer]\nsend = "Off it goes"\n')
    tab.wait_until(f"{SEND} === 'Off it goes'", "the text's change is not seen")

    draft = "document.querySelector('#text')?.value === 'half a sentence'"
    tab.wait_until(draft, "the draft is lost")


def test_a_fault_is_shown_and_goes_when_it_is_mended(workshop: ThemeDev, chromium: Browser) -> None:
    tab = enter(chromium, workshop)
    (workshop.folder / "message.html").write_text("<li>\n{% if %}\n</li>")
    tab.wait_until("document.querySelector('.faulty .at')", "the fault is not shown")
    assert tab.text_of(".faulty h2") == "message.html, line 2"
    assert tab.text_of(".faulty .at").strip() == "2{% if %}"

    (workshop.folder / "message.html").unlink()
    tab.wait_until("document.querySelectorAll('#messages .message').length >= 5")


def test_the_gallery_shows_every_state_and_breaks_no_rule(
    workshop: ThemeDev, chromium: Browser
) -> None:
    tab = chromium.open()
    tab.goto(f"{workshop.url}/theme/gallery")
    assert tab.count(".card .states a") == len(fixtures()) + len(parts())
    pages = tab.evaluate("[...document.querySelectorAll('.card h3 a')].map((one) => one.href)")
    looked_at = [one for one in pages if one.endswith(LOOKED_AT)]
    assert len(looked_at) == len(LOOKED_AT)
    for address in looked_at:
        tab.goto(address)
        # Those out of view would be loaded when one scrolls there.
        tab.evaluate("document.querySelectorAll('iframe').forEach((one) => one.loading = 'eager')")
        loaded = "(one) => one.contentDocument?.readyState === 'complete'"
        frames = "[...document.querySelectorAll('iframe')]"
        tab.wait_until(f"{frames}.length && {frames}.every({loaded})", address)
    scripts = f"{frames}.map((one) => one.contentDocument.scripts.length)"
    assert set(tab.evaluate(scripts)) == {0}


def test_the_frames_of_the_gallery_are_light_and_dark(
    workshop: ThemeDev, chromium: Browser
) -> None:
    tab = chromium.open()
    tab.goto(f"{workshop.url}/theme/gallery/message.html")
    for scheme, ground in (("light", "rgb(252, 251, 249)"), ("dark", "rgb(22, 24, 29)")):
        shown = (
            f"(() => {{ const page = document.querySelector('.{scheme} iframe').contentDocument;"
            " return page?.body ? getComputedStyle(page.body).backgroundColor : ''; })()"
        )
        tab.wait_until(f"{shown} === '{ground}'", f"the frame is not {scheme}")
