"""The templates: what the Content-Security-Policy, screen readers and htmx ask of each."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from jinja2 import UndefinedError

from chatterpy.chat.changes import CatchUp, Page, Posted, Refaced, Renamed, Renaming
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room
from chatterpy.errors import AssetError
from chatterpy.theme import templates as templates_module
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import FOLDER, Templates
from tests.conftest import plain_url

AT = datetime(2026, 11, 23, 18, 59, 12, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)> \"' {{ 7*7 }} <i hx-get=/ hx-ws:connect=/>"
ANNA = Person(7, HOSTILE, Face("thumbs", "abc"), 3)
MESSAGE = Message(105, ANNA, HOSTILE, AT)
NOTICE = Renaming(106, 7, HOSTILE, "Anna", AT)
PAGE = Page("lobby", 106, (MESSAGE, NOTICE), 105)
ALL = sorted(FOLDER.rglob("*.html"))
PAGES = ("room.html", "past.html", "stream.html", "error.html", "people.html", "faces.html")
GALLERY = {
    "styles": [Face("thumbs", "otter"), Face("voxel-bot", "otter")],
    "style": "voxel-bot",
    "faces": [Face("voxel-bot", seed) for seed in ("a", "b")],
    "worn": [Face("voxel-bot", "a")],
    "number": 0,
    "following": 1,
}


@pytest.fixture
def pages(templates: Templates, fragments: Fragments) -> dict[str, str]:
    """Every page, as a visitor and as a person, with and without refusals."""
    return {
        f"{name} {number}": templates.render(
            name,
            page=PAGE,
            me=me,
            nonce="n",
            htmx_config="{}",
            typed_text=typed,
            draft_text=HOSTILE,
            text_why=typed,
            typed_name=typed,
            name_why=typed,
            retry=2,
            here=(ANNA,) * 9,
            people_shown=3,
            room="lobby",
            rooms=(Room("lobby", 4, AT), Room("attic", 0, AT)),
            counts={"lobby": 3},
            typed_slug=typed,
            many=typed is None,
            slug_why=typed,
            people=(ANNA,) * 3,
            count=9,
            found=3,
            sought=HOSTILE,
            title="Title",
            meant="attic" if typed else None,
            again="/rooms/lobby?before=3" if typed else None,
            home="lobby",
            sentence=HOSTILE,
            **GALLERY,
        )
        for name in PAGES
        for number, (me, typed) in enumerate(((ANNA, HOSTILE), (Visitor.arrive(), None)))
    }


@pytest.fixture
def frames(templates: Templates, fragments: Fragments) -> dict[str, str]:
    """Every frame that is pushed, and the answers to forms of the card."""
    return {
        "offered": templates.render("offered.html", me=ANNA, room="lobby", **GALLERY),
        "refaced, for oneself": templates.render(
            "refaced.html", me=ANNA, room="lobby", chosen=True
        ),
        "renamed, for oneself": templates.render("renamed.html", me=ANNA),
        "posted": fragments.change(Posted("lobby", MESSAGE)),
        "renamed": fragments.change(Renamed("lobby", NOTICE, ANNA)),
        "refaced": fragments.change(Refaced("lobby", 107, ANNA)),
        "catch-up": fragments.catch_up(CatchUp("lobby", 104, 106, (MESSAGE, NOTICE), (ANNA,)))[0],
        "newest": fragments.newest(PAGE),
        "older": fragments.older(PAGE, 300),
        "rearm": fragments.rearm(300),
        "own": fragments.own(ANNA),
        "resumed": fragments.resumed("lobby", 106),
        "alive": fragments.alive("lobby", 106),
        "trim": fragments.trim(105),
        "why": fragments.why(HOSTILE),
        "people": fragments.people([ANNA] * 9),
        "nobody": fragments.people([]),
        "comings": fragments.comings([ANNA] * 4, [ANNA]),
        "typing": fragments.typing([ANNA, ANNA]),
        "rooms": fragments.rooms("attic", [Room("lobby", 4, AT)], {"lobby": 3}),
        "silence": fragments.typing([]),
    }


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("template", ALL, ids=lambda file: str(file.relative_to(FOLDER)))
def test_nothing_is_inline_that_the_policy_would_block(template: Path) -> None:
    source = re.sub(r"{{.*?}}|{%.*?%}", "", template.read_text())
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|\|\s*safe\b", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"hx-trigger=\"[^\"]*\[", source), "event filters are eval"


def test_what_people_type_is_escaped_everywhere(
    pages: dict[str, str], frames: dict[str, str]
) -> None:
    for name, html in {**pages, **frames}.items():
        document = soup(html)
        assert not document.select("[onerror], .text [hx-get], bdi > *, #why img"), name
        assert "<img src=x" not in html, name
        assert "49" not in [one.text for one in document.select(".text, bdi")], name


def test_every_form_works_without_a_script(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        for form in soup(html).find_all("form"):
            if form.has_attr("hx-ws:send"):
                continue  # parts of the connection: nothing to see or press
            verb = str(form["method"])
            assert verb in ("post", "get"), name
            assert form["action"] == form[f"hx-{verb}"], name


def test_every_control_has_a_name_and_every_image_a_text(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        document = soup(html)
        for image in document.find_all("img"):
            assert image.has_attr("alt"), name
        for field in document.select("input:not([type=hidden])"):
            assert document.select_one(f"label[for={field['id']}]"), (name, field)
        for frame in document.find_all("iframe"):
            assert frame["title"], name


def test_an_id_stands_for_one_place(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        ids = [one["id"] for one in soup(html).select("[id]")]
        assert len(ids) == len(set(ids)), (name, sorted(ids))


def test_a_frame_moves_the_sentinel_at_most_once_and_aims_at_nothing_it_inserts(
    frames: dict[str, str],
) -> None:
    for name, html in frames.items():
        partials = soup(html).find_all("hx-partial", recursive=False)
        assert partials, name
        targets = [str(partial["hx-target"]) for partial in partials]
        assert len([one for one in targets if re.fullmatch(r"#c\d+", one)]) <= 1, (name, targets)
        inserted = {one["id"] for partial in partials for one in partial.select("[id]")}
        for target in targets:
            if re.search("#(alive|older|messages|more|link|typist|drafter)", target):
                continue  # replaces itself
            aimed = set(re.findall(r"#([a-z]+\d+)", target))
            assert not aimed & inserted, (name, target)
        outside = soup(html).find_all(lambda one: one.name != "hx-partial", recursive=False)
        assert not outside, (name, outside)


def test_the_frames_of_a_change_follow_one_another(fragments: Fragments) -> None:
    document = soup(fragments.change(Posted("lobby", MESSAGE)))
    partial = document.select_one("hx-partial[hx-target='#c104']")
    assert partial is not None
    assert [one["id"] for one in partial.find_all("li", recursive=False)] == ["m105", "c105"]


def test_nothing_is_sent_to_who_has_seen_everything(fragments: Fragments) -> None:
    assert fragments.catch_up(CatchUp("lobby", 106, 106, (), ())) == []


def test_an_entry_is_rendered_once(templates: Templates) -> None:
    fragments = Fragments(templates, 10, 3)
    assert fragments.entry(MESSAGE) is fragments.entry(MESSAGE)
    renamed = Message(105, Person(7, "Other", ANNA.face, 4), HOSTILE, AT)
    assert "Other" in fragments.entry(renamed)


def test_a_variable_that_is_not_given_is_an_error(templates: Templates) -> None:
    with pytest.raises(UndefinedError):
        templates.render("message.html")


def test_a_missing_script_stops_the_start_with_the_remedy(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(templates_module, "SCRIPT", tmp_path / "htmx.js")
    with pytest.raises(AssetError, match=r"python hatch_build\.py"):
        Templates(plain_url, zone=None)


@pytest.mark.parametrize(
    ("previous", "new"),
    [
        (None, True),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 0, 1, tzinfo=UTC), False),
    ],
)
def test_a_line_marks_a_new_day_where_times_are_shown(previous: datetime | None, new: bool) -> None:
    templates = Templates(plain_url, zone=UTC, silence_ms=1)
    fragments = Fragments(templates, 10, 3)
    item = soup(fragments.entry(Message(1, ANNA, "x", AT, previous))).li
    assert item is not None
    assert ("newday" in item["class"]) is new
    assert item.select_one(".day").text == "Monday, 23 November 2026"  # type: ignore[union-attr]


def test_no_field_of_a_form_hides_a_method_that_htmx_calls(pages: dict[str, str]) -> None:
    """In the DOM form.before is the field of that name, and htmx calls form.before(...)."""
    methods = {
        "before",
        "after",
        "remove",
        "append",
        "closest",
        "matches",
        "style",
        "children",
        "replaceWith",
    }
    for name, html in pages.items():
        for form in soup(html).find_all("form"):
            assert not methods & {
                field.get("name") for field in form.find_all(["input", "button"])
            }, name
