"""The check of a theme as a whole: what it says of none, of ours, and how it says what it found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from chatterpy.app import ChatterPy, create_app
from chatterpy.errors import ThemeError
from chatterpy.theme.check import examine
from chatterpy.theme.check.__main__ import document
from chatterpy.theme.check.findings import Level, rules
from chatterpy.theme.check.report import NOT_CHECKED, for_github
from chatterpy.theme.check.start import check_at_start
from chatterpy.theme.contract.addresses import ENDPOINTS
from chatterpy.theme.environment import FOLDER
from chatterpy.theme.folder import SHIPPED
from chatterpy.theme_cli import theme as command

ROOT = Path(__file__).parents[3]
MANIFEST = 'name = "Example"\nlicence = "MIT"\ncontract = 1\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A theme that nothing is wrong with."""
    made = tmp_path / "example"
    made.mkdir()
    (made / "theme.toml").write_text(MANIFEST)
    return made


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, ["check", *arguments])
    return done.exit_code, done.output


def test_our_own_templates_as_a_theme_have_nothing_wrong_with_them(folder: Path) -> None:
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dev"))
    found = examine(folder).findings
    assert not found, "\n".join(f"{one.place} {one.rule.id}: {one.message}" for one in found)


@pytest.mark.parametrize("name", sorted(one.name for one in SHIPPED.iterdir() if one.is_dir()))
def test_the_themes_that_come_with_it_have_nothing_wrong_with_them(name: str) -> None:
    found = examine(SHIPPED / name).findings
    assert not found, "\n".join(f"{one.place} {one.rule.id}: {one.message}" for one in found)


def test_the_rules_are_documented() -> None:
    written = (ROOT / "docs" / "theme-rules.md").read_text()
    assert written == document(), "run: python -m chatterpy.theme.check > docs/theme-rules.md"


def test_the_addresses_that_templates_can_name_are_those_of_the_routes(tmp_path: Path) -> None:
    app = create_app(data=tmp_path, theme="")
    routes = {
        rule.endpoint.removeprefix("chatterpy."): rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("chatterpy.")
    }
    ChatterPy.of(app).close()
    for endpoint, path in ENDPOINTS.items():
        plain = routes[endpoint].replace("<path:", "<").replace("<", "{").replace(">", "}")
        assert path == plain, endpoint


def test_a_mistake_that_shows_in_many_states_is_told_once(folder: Path) -> None:
    (folder / "message.html").write_text(
        '{% extends "default:message.html" %}{% block by %}{% endblock %}'
    )
    found = examine(folder).findings
    assert len({(one.rule.id, one.file, one.line, one.message) for one in found}) == len(found)
    assert 1 <= len(found) < 10


def test_text_of_people_that_becomes_html_is_seen_whatever_let_it_through(folder: Path) -> None:
    (folder / "message.html").write_text(
        '{% extends "default:message.html" %}\n'
        "{% block extra %}<b>{{ (entry.author.name|e).unescape() }}</b>"
        "{% autoescape false %}{{ entry.author.name }}{% endautoescape %}{% endblock %}"
    )
    assert "unescaped-text" in [one.rule.id for one in examine(folder).fatal]


def test_the_command_ends_with_0_1_or_2(folder: Path, tmp_path: Path) -> None:
    code, output = run(str(folder))
    assert code == 0
    assert "Nothing is wrong with Example" in output
    assert "Not checked:" in output
    (folder / "room.html").write_text("{% iff %}")
    code, output = run(str(folder))
    assert code == 1
    assert "fatal: room.html:1 (unknown-tag)" in output
    assert "docs/theme-rules.md#unknown-tag" in output
    (tmp_path / "empty").mkdir()
    assert run(str(tmp_path / "empty"))[0] == 2
    assert run(str(tmp_path / "nowhere"))[0] == 2


def test_advice_and_warnings_are_no_failure(folder: Path) -> None:
    (folder / "theme.toml").write_text('name = "Example"\n')
    code, output = run(str(folder))
    assert code == 0
    assert "warning: 1, advice: 1" in output


def test_programs_get_json(folder: Path) -> None:
    (folder / "error.html").write_text("<p>\n{{ titel }}</p>")
    told = json.loads(run(str(folder), "--format", "json")[1])
    assert told["not_checked"] == NOT_CHECKED
    [found] = [one for one in told["findings"] if one["rule"] == "unknown-variable"]
    assert (found["level"], found["file"], found["line"]) == ("error", "error.html", 2)
    assert "Did you mean 'title'?" in found["message"]
    assert found["remedy"]


def test_a_workflow_of_github_gets_annotations(folder: Path) -> None:
    (folder / "static").mkdir()
    (folder / "static" / "theme.css").write_text("body { colr: red; }")
    lines = for_github(examine(folder)).splitlines()
    file = (folder / "static/theme.css").as_posix()
    title = "A property that CSS does not know"
    assert lines[0].startswith(f"::warning file={file},line=1,title={title}::CSS knows no 'colr'.")


def test_a_fatal_mistake_stops_the_start_and_says_how_to_see_more(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "room.html").write_text("\n{% iff %}")
    with pytest.raises(ThemeError) as refused:
        ChatterPy(Flask("host"), data=tmp_path / "data", theme=str(folder))
    assert "room.html:2: There is no tag 'iff'" in str(refused.value)
    assert f"chatterpy theme check {folder}" in str(refused.value)


def test_other_mistakes_are_logged_at_the_start_and_not_too_many(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "static").mkdir()
    (folder / "static" / "theme.css").write_text("body { colr: red; }\n" * 30)
    check_at_start(folder)
    told = [one for one in caplog.messages if "CSS knows no 'colr'" in one]
    assert len(told) == 20
    assert "10 more findings" in caplog.text


def test_every_rule_says_why_and_what_to_do() -> None:
    assert len(rules()) >= 30
    for rule in rules().values():
        assert rule.why.endswith("."), rule.id
        assert rule.remedy.endswith((".", ">`.")), rule.id


@pytest.mark.parametrize(
    ("css", "rule"),
    [
        ("body { color: red; } }\n.bubble { color: blue; }", "css-syntax"),
        ("body { color: red;\n.bubble { color: blue; }", "css-syntax"),
        ("body { background: url(leaf.png); }", "missing-file"),
        ("@font-face { font-family: A; src: url(//fonts.example/a.woff2); }", "foreign-origin"),
        (":root { --acent: red; }", "unused-token"),
        (":root { --page: #ffffff; }", "contrast"),
        ("#chat #messages { visibility: hidden; }", "hidden-hook"),
        ("#composer { pointer-events: none; }", "hidden-hook"),
        ("#scroller { overflow: hidden; }", "scrolling"),
        ("#scroller { flex-direction: column; }", "scrolling"),
    ],
)
def test_other_mistakes_in_a_style_sheet_are_found_too(folder: Path, css: str, rule: str) -> None:
    (folder / "static").mkdir()
    (folder / "static" / "theme.css").write_text(css)
    assert rule in [one.rule.id for one in examine(folder).findings]


def seen_in(folder: Path, files: dict[str, str]) -> set[tuple[str, str]]:
    """Where which rule finds something, in a theme of these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return {(one.rule.id, one.place.removeprefix("static/")) for one in examine(folder).findings}


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("{{ self.logs() }}", "room.html has no block 'logs'. Did you mean 'log'?"),
        ("{{ self['logs']() }}", "This cannot be shown. There is no block 'logs'."),
        (
            "{% for one in [me]|list %}{{ one.nam }}{% endfor %}",
            "This cannot be shown. A person has no 'nam'. Did you mean 'name'?",
        ),
        ("{{ self.log() }}{% if self.logs is defined %}{{ self.logs() }}{% endif %}", ""),
    ],
)
def test_what_is_not_there_is_told_without_the_names_of_python(
    folder: Path, header: str, says: str
) -> None:
    page = '{% extends "default:room.html" %}\n{% block beside %}{{ super() }}'
    (folder / "room.html").write_text(f"{page}{header}{{% endblock %}}")
    said = [one.message for one in examine(folder).findings if one.level is Level.ERROR]
    assert says in said if says else not [one for one in said if "block" in one], said


def test_a_block_of_a_template_that_builds_on_this_one_is_there(folder: Path) -> None:
    (folder / "base.html").write_text(
        '{% extends "default:error.html" %}{% block body %}{{ self.aside() }}{% endblock %}'
    )
    (folder / "error.html").write_text(
        '{% extends "base.html" %}{% block head %}{% block aside %}{% endblock %}{% endblock %}'
    )
    said = [one.message for one in examine(folder).findings]
    assert not [one for one in said if "has no block" in one], said


def test_each_line_of_a_style_sheet_is_told_for_itself(folder: Path) -> None:
    wrong = [
        ("unknown-css-value", ".text { color: blurple; }"),
        ("unknown-css-value", ".text { color: #12345; }"),
        ("unknown-css-value", ".text { color: rgb(1 2); }"),
        ("unknown-css-value", ".text { border: 1px solid #12345; }"),
        ("unknown-css-value", ":root { --accent: blurple; }"),
        ("unknown-css-value", ".text { position: absolut; }"),
        ("unknown-css-value", ".text { margin: 4 0 auto; }"),
        ("unknown-css-value", ".text { width: 10 px; }"),
        ("unknown-css-value", ".text { width: calc(100% - 10xp); }"),
        ("unknown-css-value", ".text { width: calc(1px+2px); }"),
        ("unknown-css-value", ".text { color: var(accent); }"),
        ("unknown-css-value", ".text { background: linear-gradient(#12345, #fff); }"),
        ("unknown-css-value", ".text { border: 1px sold red; }"),
        ("unknown-css-value", ".text { transition: color 200; }"),
        ("unknown-css-value", ".text { z-index: 10px; }"),
        ("css-syntax", ".text { color: red !importnat; }"),
        ("css-syntax", '@import "fonts.css";'),
        ("broken-query", "@media (width < 600) { .text { color: red; } }"),
        ("broken-query", "@media (prefers-color-scheme: darkk) { .text { color: red; } }"),
        ("broken-query", "@media screeen { .text { color: red; } }"),
        ("broken-selector", ".text::befor { color: red; }"),
        ("broken-selector", ".text,,.by { color: red; }"),
        ("broken-selector", ".text > { color: red; }"),
        ("broken-selector", "..text { color: red; }"),
        ("unknown-selector", "buton { color: red; }"),
        ("css-syntax", "@meda print { .text { color: red; } }"),
        ("css-syntax", ":root { --page: #fff --ink: #000; }"),
        ("css-syntax", ".text { color: red &:hover { color: blue; } }"),
        ("css-syntax", ".text { color red; }"),
        ("foreign-origin", '.text { background: image-set("https://a.example/a.png" 1x); }'),
        ("hidden-hook", "form { display: none; }"),
        ("hidden-hook", "#chat > * { opacity: 0.0; }"),
        ("hidden-hook", '[name="text"] { visibility: hidden; }'),
        ("hidden-hook", "#messages { left: -9999px; }"),
        ("hidden-hook", ".text { font-size: 0; }"),
        ("hidden-hook", "#composer { transform: translateX(-9999px); }"),
        ("scrolling", "#log { overflow: hidden; }"),
        ("scrolling", "#messages { overflow-y: auto; }"),
        ("no-outline", "button { outline: 0 none; }"),
        ("no-outline", ".text:focus { outline: none; } .by:focus { outline: 2px solid; }"),
        ("contrast", ".text { color: #ddd; background: #fff; }"),
        ("jinja-in-static", "{% if options.accent %}"),
        ("css-syntax", "@media (width < 600px {"),
        ("css-syntax", ".text { width: calc(1px + 2px; } }"),
        ("css-syntax", '.text { content: "abc; }'),
        ("css-syntax", "/* .text {}"),
    ]
    found = seen_in(folder, {"static/theme.css": "\n".join(css for _, css in wrong)})
    for line, (rule, css) in enumerate(wrong, 1):
        assert (rule, f"theme.css:{line}") in found, css


def test_nothing_is_said_of_a_style_sheet_that_is_seldom_but_right(folder: Path) -> None:
    css = """
      @page :first { margin: 2cm; size: A4; @top-left { content: "A"; } }
      @media print { form, #log { display: none; } }
      @media not all and (monochrome), (400px <= width <= 700px), (aspect-ratio > 16/9),
        ((width > 3px) or (hover)), only screen and (-webkit-min-device-pixel-ratio: 2) {
        .text { width: calc(1px + -2px); border: thin Solid; width: max(1px*2, 2px/3); }
      }
      a[href$=")"]:not(.text, :hover)::before, .text:before, li:nth-child(2n + 1 of .text),
      :root:has(> .text), input::-webkit-search, * > a + b ~ i, svg rect, hx-partial {
        color: light-dark(#fff, var(--ink)); border-color: Canvas transparent; fill: none;
        background: none; margin: 0 auto; display: inline flex; line-height: 1.4; flex: 1 0 auto;
        outline-color: color-mix(in srgb, red 20%, blue); accent-color: auto; stroke: currentColor;
        font: 700 1rem/1.5 serif; aspect-ratio: 16 / 9; overflow: hidden auto; width: 1E3px;
        caret-color: rgb(from var(--ink) r g b / .5); & > b { color: red; } &:hover { top: 0; }
      }
      :is(button, input):focus-visible { outline: 2px solid; }
      button, #composer input { outline: none; }
      a:focus:not(:focus-visible) { outline: none; }
      #text { outline: none; }
      #text:focus { border-color: #000; }
      .continues .by, #composer button { font-size: 0; }
      .message { --x: {a: b}; width: var(--x); clip-path: inset(0 -9999px); }
    """
    found = seen_in(folder, {"static/theme.css": css})
    assert {rule for rule, _ in found} <= {"no-outline"}, found
    [line] = [number for number, text in enumerate(css.split("\n"), 1) if "button, #" in text]
    # An outline by `input` counts less than none by `#composer input`.
    assert {place for _, place in found} == {f"theme.css:{line}"}


def test_templates_that_are_no_html_are_read_as_they_are_rendered(folder: Path) -> None:
    me = """{% include "default:me.css" %}
{% if me.id %}
@layer mine {
  .message[data-author="{{ me.id }}"] { bakground: url({{ static('icon.svg') }});
    color: var(--own); --own: red; }
}
{% endif %}
.buble { width: calc(1px; }
"""
    theme = '{% include "default:theme.css" %}\n:root { --pag: red; }\n'
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><g>{{ text }}</svg>'
    found = seen_in(folder, {"me.css": me, "theme.css": theme, "initials.svg": drawing})
    assert found == {
        ("missing-hook", "initials.svg"),
        ("broken-html", "initials.svg"),
        ("unknown-property", "me.css:4"),
        ("unknown-selector", "me.css:8"),
        ("css-syntax", "me.css:8"),
        ("unused-token", "theme.css:2"),
    }


def test_a_rule_of_the_theme_stands_above_the_default_of_a_setting(folder: Path) -> None:
    setting = '[settings.accent]\ntype = "colour"\ndefault = "#ffffff"\ntoken = "--accent"\n'
    css = ":root { --accent: light-dark(#4453c5, #a3aefc); }"
    files = {"theme.toml": MANIFEST + setting, "static/theme.css": css}
    assert not seen_in(folder, files)
    layered = {"static/theme.css": f"@layer tokens {{ {css} }}"}
    assert seen_in(folder, layered) == {("contrast", "theme.toml:4")}


@pytest.mark.parametrize(
    ("template", "was", "is_now", "rule"),
    [
        ("text.html", 'name="text" type', 'name="message" type', "missing-hook"),
        ("link.html", "hx-ws:connect", "hx-ws-connect", "unknown-hx"),
        ("alive.html", ' hx-trigger="every {{ silence_ms }}ms"', "", "lost-behaviour"),
        ("list.html", "{{ page|entries }}\n", "", "missing-hook"),
        ("naming.html", 'name="name"', 'name="nick"', "form-field"),
        ("frames/typing.html", "#typing", "#typign", "lost-partial"),
        ("message.html", "{{ entry.text|html }}", " {{ entry.text|html }}", "message-text"),
        ("message.html", "{{ entry.text|html }}", "{{ entry.text|html|safe }}", "unsafe-filter"),
        ("composer.html", 'method="post"', 'method="get"', "form-method"),
        ("sentinel.html", " hidden>", ">", "sentinel"),
    ],
)
def test_what_a_copy_of_our_template_has_lost_is_found(
    folder: Path, template: str, was: str, is_now: str, rule: str
) -> None:
    ours = (FOLDER / template).read_text()
    assert was in ours
    (folder / template).parent.mkdir(exist_ok=True)
    (folder / template).write_text(ours.replace(was, is_now, 1))
    found = examine(folder).findings
    assert rule in [one.rule.id for one in found], [one.rule.id for one in found]


def test_templates_that_build_on_each_other_are_told_of(folder: Path) -> None:
    (folder / "room.html").write_text('{% extends "layout.html" %}')
    (folder / "layout.html").write_text('{% extends "default:room.html" %}')
    assert ("extends-itself", "layout.html:1") in [
        (one.rule.id, one.place) for one in examine(folder).findings
    ]


def test_no_template_reaches_the_files_of_the_server(folder: Path) -> None:
    written = folder.parent / "written"
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}\n'
        f"{{% block footer %}}{{{{ theme.folder.joinpath('{written}').write_text('x') }}}}"
        "{% endblock %}"
    )
    assert "unknown-attribute" in [one.rule.id for one in examine(folder).findings]
    assert not written.exists()


def test_what_editors_and_other_tools_leave_behind_is_no_part_of_a_theme(folder: Path) -> None:
    (folder / ".#room.html").symlink_to("somebody@somewhere.1234")
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "room.html").write_text("{% iff %}")
    assert not examine(folder).findings


def test_a_mark_at_the_beginning_of_a_file_is_no_mistake(folder: Path) -> None:
    files = {
        "theme.toml": MANIFEST,
        "strings.toml": '[composer]\nsend = "Go"\n',
        "room.html": '{% extends "default:room.html" %}{% block footer %}<p>x</p>{% endblock %}',
        "static/theme.css": ".message { color: inherit; }",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8-sig")
    assert not examine(folder).findings


def test_all_that_is_wrong_with_a_manifest_is_told(folder: Path) -> None:
    (folder / "theme.toml").write_text(
        f"{MANIFEST}nam = 'x'\n[settings.a]\ntype = 'colr'\ndefault = ''\n"
        "[settings.b]\ntype = 'length'\ndefault = 'wide'\n"
        "[settings.c]\ntype = 'choice'\nchoices = ['0.5rem', '1rem']\ndefault = '0.5rem'\n"
        "[settings.d]\ntype = 'text'\ndefault = 'Wait...'\n"
    )
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}{% block footer %}'
        "<p>{{ options.c }} {{ options.d }}</p>{% endblock %}"
    )
    assert [(one.rule.id, one.line) for one in examine(folder).findings] == [
        ("unknown-key", 4),
        ("manifest-value", 5),
        ("option-default", 10),
    ]


def test_files_that_nothing_looks_for_are_told_of(folder: Path) -> None:
    names = (
        "Static/theme.css",
        "css/more.css",
        "room.html.txt",
        "theme.json",
        "static/room.html",
        "static/style.css",
    )
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(".message { color: inherit; }")
    found = [one.file for one in examine(folder).findings if one.rule.id == "misplaced-file"]
    assert sorted(found) == sorted(names)


def places(folder: Path) -> set[tuple[str, str]]:
    """The rules that were broken, with the places."""
    return {(one.rule.id, one.place) for one in examine(folder).findings}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def changed(template: str, *pairs: tuple[str, str]) -> str:
    """The source of a template of ours with something else in it."""
    text = (FOLDER / template).read_text()
    for was, is_now in pairs:
        assert was in text
        text = text.replace(was, is_now)
    return text


@pytest.mark.parametrize(
    ("block", "html", "line"),
    [
        ("footer", "<p>Be kind.</p>\n</div>", 4),
        ("before_messages", "<p>Be kind.</p></p>", 3),
        ("footer", "</ol>", 3),
        ("before_messages", "<div>\n<p>Be kind.</p>", 3),
        ("footer", '<a href="?"><button type="button">Go</button></a>', 3),
    ],
)
def test_broken_html_in_a_block_is_found_at_its_line(
    folder: Path, block: str, html: str, line: int
) -> None:
    (folder / "room.html").write_text(
        f'{{% extends "default:room.html" %}}\n{{% block {block} %}}\n{html}\n{{% endblock %}}\n'
    )
    found = examine(folder).findings
    assert ("broken-html", f"room.html:{line}") in {(one.rule.id, one.place) for one in found}
    assert all(one.line for one in found), "what is lost by it is told there, too"


def test_what_comes_before_ours_and_is_there_twice_is_the_one_too_many(folder: Path) -> None:
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}\n{% block before_messages %}\n'
        '<b id="typing">x</b>\n'
        '<input aria-label="Search" name="q" autofocus>\n{% endblock %}'
    )
    assert places(folder) >= {
        ("duplicate-id", "room.html:3"),
        ("repeated-hook", "room.html:3"),
        ("autofocus", "room.html:4"),
    }


def test_a_block_is_named_by_its_line_where_it_lost_something(folder: Path) -> None:
    written(
        folder,
        {
            "aaa.html": "",
            "room.html": '{% extends "default:room.html" %}\n'
            "{% block header %}<h1>x</h1>{% endblock %}\n"
            "{% block beside %}{% endblock %}",
            "error.html": '{% extends "default:error.html" %}\n\n{% block body %}{% endblock %}',
        },
    )
    found = places(folder)
    assert ("missing-hook", "room.html:2") in found  # status
    assert ("lost-place", "room.html:3") in found  # rooms and people
    assert ("missing-hook", "error.html:3") in found
    assert not [place for rule, place in found if "aaa" in place and rule != "unused-template"]


def test_values_without_a_text_are_found(folder: Path) -> None:
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}{% block footer %}\n'
        "{{ me }}\n{{ url }}\n{{ super }}\n{{ here }}\n{{ options }}\n{{ self.log }}\n"
        '<b title="{{ page.entries[0].at.isoformat }}">x</b>\n'
        "{% macro kind() %}x{% endmacro %}{{ kind }}\n"
        "{{ me.name }} {{ page|entries }} {{ theme.name }} {{ here|length }} {{ me.face }}\n"
        "{{ kind() }} {{ counts.lobby or 0 }} {{ silence_ms }} {{ page.entries[0].at }}\n"
        "{% endblock %}"
    )
    found = sorted(place for rule, place in places(folder) if rule == "shown-object")
    assert found == [f"room.html:{line}" for line in range(2, 10)]


def test_fields_and_buttons_of_the_composer_stay_as_they_work(folder: Path) -> None:
    send = "<button>{{ t('composer.send') }}</button>"
    composer = changed(
        "composer.html",
        (" novalidate", ""),
        (' autocomplete="off"', ""),
        (send, "<button>:-)</button>\n" + send.replace("<button", "<button disabled")),
    )
    text = changed("text.html", ('name="text" type', 'name="text" readonly maxlength="80" type'))
    found = places(written(folder, {"composer.html": composer, "text.html": text}))
    assert found == {
        ("lost-behaviour", "composer.html:2"),
        ("restored-field", "composer.html:3"),
        ("form-button", "composer.html:7"),
        ("shut-field", "text.html:7"),
    }


def test_send_does_not_become_another_button(folder: Path) -> None:
    composer = changed(
        "composer.html",
        ("<button>", '<button type="button">'),
        ('<span id="nonces">', '<fieldset disabled><span id="nonces">'),
        ("</form>", "</fieldset></form>"),
    )
    found = places(written(folder, {"composer.html": composer}))
    assert found == {("form-button", "composer.html:7"), ("shut-field", "composer.html:3")}


def test_barriers_are_found_at_their_lines(folder: Path) -> None:
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}{% block footer %}\n'
        "<main>x</main>\n"
        "<h1>x</h1>\n"
        '<div role="button">x</div>\n'
        '<button type="button" tabindex="-1">x</button>\n'
        '<p lang="englisch">x</p>\n'
        '<a href="#">x</a>\n'
        '<a href="about.html">x</a>\n'
        "<svg><title>x</title></svg>"
        '<a href="mailto:a@example.org" lang="zh-Hant-TW">x</a> <a href="?before=3">x</a>\n'
        "{% endblock %}"
    )
    (folder / "text.html").write_text(changed("text.html", (' dir="auto"', "")))
    assert places(folder) == {
        ("page-main", "room.html:2"),
        ("heading-order", "room.html:3"),
        ("click-element", "room.html:4"),
        ("tab-order", "room.html:5"),
        ("page-language", "room.html:6"),
        ("needs-script", "room.html:7"),
        ("relative-address", "room.html:8"),
        ("text-direction", "text.html:4"),
        ("text-direction", "text.html:7"),
    }


def test_what_htmx_waits_for_and_looks_into_is_there(folder: Path) -> None:
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}{% block composer %}\n'
        "<div hx-ignore>{{ super() }}</div>\n"
        "{% endblock %}{% block footer %}\n"
        '<i hx-get="{{ url(\'home\') }}" hx-trigger="laod"></i>\n'
        '<i hx-get="{{ url(\'home\') }}" hx-trigger="load, keyup from:#txt, a:b from:body"></i>\n'
        '<i hx-get="{{ url(\'home\') }}" hx-trigger="htmx:afterSwap from:body, htmx:error"></i>\n'
        "{% endblock %}"
    )
    assert places(folder) == {
        ("lost-behaviour", "room.html:2"),
        ("unknown-value", "room.html:4"),
        ("unknown-value", "room.html:6"),
        ("dangling-aim", "room.html:5"),
    }


def test_a_part_that_may_go_is_no_error(folder: Path) -> None:
    written(
        folder,
        {
            "room.html": '{% extends "default:room.html" %}{% block beside %}{% endblock %}',
            "composer.html": changed("composer.html", ('{% include "lines.html" %}', "")),
            "stream.html": changed("stream.html", ("<main>", '<main class="wide">')),
        },
    )
    found = examine(folder).findings
    assert {one.rule.id for one in found} == {"lost-place", "dangling-reference"}
    assert {one.level for one in found} == {"warning"}


def test_a_sheet_that_lost_its_popover_is_found(folder: Path) -> None:
    (folder / "side.html").write_text(changed("side.html", (" popover", "")))
    assert places(folder) == {("closed-sheet", "side.html:2")}


def test_a_class_that_a_template_makes_of_a_setting_is_known(folder: Path) -> None:
    (folder / "theme.toml").write_text(
        f"{MANIFEST}[settings.edge]\ntype = 'choice'\nchoices = ['torn', 'cut']\ndefault = 'cut'\n"
    )
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}{% block footer %}'
        '<p class="edge-{{ options.edge }}">x</p>{% endblock %}'
    )
    (folder / "static").mkdir()
    (folder / "static" / "theme.css").write_text(".edge-torn { color: inherit; }")
    assert not examine(folder).findings


def test_a_text_that_the_theme_cannot_say_is_logged_once_at_the_start(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "strings.toml").write_text('[composer]\nsned = "Go"\n')
    run(str(folder))
    assert not caplog.messages, "the check tells it as a finding"
    ChatterPy.of(create_app(data=tmp_path / "data", theme=str(folder))).close()
    assert caplog.text.count("composer.sned") == 1, caplog.text


@pytest.mark.parametrize(
    ("block", "part", "rule"),
    [("composer", "composer.html", "missing-hook"), ("beside", "side.html", "lost-place")],
)
def test_a_part_that_is_left_out_is_told_of_as_one_thing(
    folder: Path, block: str, part: str, rule: str
) -> None:
    (folder / "room.html").write_text(
        f'{{% extends "default:room.html" %}}\n{{% block {block} %}}{{% endblock %}}\n'
    )
    found = examine(folder).findings
    lost = [one for one in found if one.rule.id in ("missing-hook", "lost-place")]
    assert [(one.rule.id, one.place) for one in lost] == [(rule, "room.html:2")], found
    assert lost[0].message.startswith(f"{part} is left out as a whole: ")
    assert len(found) <= 4, found  # what aims at it from elsewhere


def test_what_is_missing_of_a_part_that_is_there_is_told_of_one_by_one(folder: Path) -> None:
    (folder / "composer.html").write_text(
        (FOLDER / "composer.html").read_text().replace(' id="why"', "").replace(' id="nonces"', "")
    )
    missing = [one.message for one in examine(folder).findings if one.rule.id == "missing-hook"]
    assert any("#nonces" in one for one in missing)
    assert any("#why" in one for one in missing)
    assert not any("left out" in one for one in missing)


def test_a_rule_is_explained_with_the_wrong_made_right() -> None:
    rule = rules()["image-alt"]
    done = CliRunner().invoke(command, ["explain", rule.id])
    assert done.exit_code == 0
    assert done.output.startswith(f"image-alt ({rule.level}): {rule.title}\n")
    words = " ".join(done.output.split())
    for text in (rule.why, rule.remedy, *rule.wrong.values(), *rule.right.values()):
        assert " ".join(text.split()) in words


def test_all_rules_are_listed_and_a_misspelt_one_is_guessed() -> None:
    done = CliRunner().invoke(command, ["explain"])
    assert [line.split()[0] for line in done.output.splitlines()] == list(rules())
    done = CliRunner().invoke(command, ["explain", "img-alt"])
    assert done.exit_code == 2
    assert "There is no rule 'img-alt'. Did you mean 'image-alt'?" in done.output


def test_a_page_in_other_words_is_told_of_what_it_lacks_and_may_start(folder: Path) -> None:
    (folder / "people.html").write_text(
        "<!doctype html>\n<html lang=\"{{ t('language') }}\" dir=\"{{ t('dir') }}\">\n<head>\n"
        '<meta charset="utf-8"><title>{{ room }}</title>\n'
        '<meta name="viewport" content="width=device-width">{% include "styles.html" %}\n</head>\n'
        "<body><h1>{{ room }}</h1>\n<ul>{% for one in people %}"
        "<li>{{ one.name }}</li>{% endfor %}</ul>\n"
        "<a href=\"{{ url('room', slug=room) }}\">{{ room }}</a></body>\n</html>\n"
    )
    report = examine(folder)
    assert not report.fatal, report.fatal
    # The search is; the layout is only not built on.
    parts = {one.message.split()[0] for one in report.findings if "left out" in one.message}
    assert parts == {"search.html"}


def test_a_face_in_other_words_is_told_of_by_what_it_lacks(folder: Path) -> None:
    (folder / "face.html").write_text("")
    (folder / "message.html").write_text(
        (FOLDER / "message.html")
        .read_text()
        .replace(
            '{% include "face.html" %}',
            '<img src="{{ face_url(person) }}" alt="" data-author-face="{{ person.id }}">',
        )
    )
    told = [one.message for one in examine(folder).findings if one.file == "message.html"]
    assert any("referrerpolicy" in one for one in told), told
    assert not any("left out" in one for one in told)


def test_one_part_that_is_left_out_is_one_finding_by_its_gravest_rule(folder: Path) -> None:
    (folder / "side.html").write_text("")
    found = [one for one in examine(folder).findings if "left out" in one.message]
    assert [(one.file, one.rule.id, one.level) for one in found] == [
        ("side.html", "missing-hook", Level.FATAL)
    ]


BODY = """{% extends "default:room.html" %}
{% block body %}
<a class="skip" href="#text">{{ t('room.skip') }}</a>
<div id="chat">
  <header class="bar">{{ self.header() }}</header>
  <main id="view"><div class="stage">{{ self.log() }}
  <a id="newest" href="#near">{{ t('room.newest') }}<b></b></a></div></main>
  <div class="lines"><p id="comings" role="status"></p><p id="typing"></p></div>
  {{ self.composer() }}
  {{ self.beside() }}
  {{ self.live() }}
</div>
{% endblock %}
"""


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        ("live", "missing-hook"),
        ("log", "missing-hook"),
        ("composer", "missing-hook"),
        ("beside", "lost-place"),
    ],
)
def test_a_block_that_is_left_out_is_one_finding_that_names_it(
    folder: Path, block: str, rule: str
) -> None:
    assert f"{{{{ self.{block}() }}}}" in BODY
    (folder / "room.html").write_text(BODY.replace(f"{{{{ self.{block}() }}}}", ""))
    found = [one for one in examine(folder).findings if "left out" in one.message]
    assert [(one.rule.id, one.place) for one in found] == [(rule, "room.html:2")]
    assert f"{{{{ self.{block}() }}}}" in found[0].message


def test_what_the_list_scrolls_in_is_missed(folder: Path) -> None:
    (folder / "room.html").write_text(BODY.replace('"stage"', '"stag"'))
    assert any(".stage" in one.message for one in examine(folder).findings)


@pytest.mark.parametrize("said", ["{ entry.author.name }", "", "by {{ entry.author.name }}"])
def test_a_name_is_nothing_but_the_name(folder: Path, said: str) -> None:
    text = (FOLDER / "message.html").read_text().replace("{{ entry.author.name }}", said)
    (folder / "message.html").write_text(text)
    assert [one.rule.id for one in examine(folder).findings] == ["author-name"]


def test_text_that_became_html_is_traced_to_where_it_is_not_escaped(folder: Path) -> None:
    text = (FOLDER / "message.html").read_text().replace("entry.text|html", "entry.text|safe")
    (folder / "message.html").write_text(text)
    line = 1 + text[: text.index("|safe")].count("\n")
    first = examine(folder).findings[0]
    assert first.rule.id == "unescaped-text"
    assert f"line {line}" in first.message


def test_what_is_wrong_with_each_message_is_told_once(folder: Path) -> None:
    text = (FOLDER / "message.html").read_text()
    text = text.replace("<li ", "<div ").replace("</li>", "</div>")
    (folder / "message.html").write_text(text)
    found = [one.rule.id for one in examine(folder).findings]
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("texts", "rule", "said"),
    [
        ('[messages]\nrenamed = "{{ was }} is {{ now }}"', "string-values", "{was}"),
        ('[dates]\nday = "%Q %d"', "string-content", "'%Q'"),
        ('[dates]\ntime = "%H:%M %"', "string-content", "'%'"),
        ('language = "german"', "string-content", "'german'"),
    ],
)
def test_texts_that_show_their_signs_are_told_of(
    folder: Path, texts: str, rule: str, said: str
) -> None:
    (folder / "strings.toml").write_text(texts)
    assert [(one.rule.id, said in one.message) for one in examine(folder).findings] == [
        (rule, True)
    ]


@pytest.mark.parametrize("form", ["%-d. %B %Y", "%H:%M", "%d %%", "%_H", "%Ey %Od"])
def test_dates_are_written_as_strftime_has_them(folder: Path, form: str) -> None:
    (folder / "strings.toml").write_text(f"[dates]\nday = {form!r}\n")
    assert not [one for one in examine(folder).findings if one.rule.id == "string-content"]


@pytest.mark.parametrize(
    ("css", "rule"),
    [
        (".continues { display: none; }", "hidden-hook"),
        (".text { direction: ltr; }", "text-direction"),
        (".name { unicode-bidi: bidi-override; }", "text-direction"),
    ],
)
def test_a_style_that_loses_messages_or_their_order_is_told_of(
    folder: Path, css: str, rule: str
) -> None:
    (folder / "static").mkdir()
    (folder / "static" / "theme.css").write_text(css + "\n")
    assert [one.rule.id for one in examine(folder).findings] == [rule]


@pytest.mark.parametrize(
    ("path", "said"),
    [("/imprint", "leads nowhere"), ("/rooms/attic?before=7#x", "mounted"), ("/", "mounted")],
)
def test_a_path_that_is_written_down_may_lead_nowhere(folder: Path, path: str, said: str) -> None:
    link = f'{{% block footer %}}<a href="{path}">x</a>{{% endblock %}}'
    (folder / "room.html").write_text(f'{{% extends "default:room.html" %}}{link}')
    [found] = examine(folder).findings
    assert found.rule.id == "absolute-address"
    assert said in found.message


def test_going_round_is_told_as_that(folder: Path) -> None:
    text = (FOLDER / "message.html").read_text()
    (folder / "message.html").write_text(text.replace('"face.html"', '"a.html"'))
    (folder / "a.html").write_text('{% include "b.html" %}')
    (folder / "b.html").write_text('{% include "a.html" %}')
    assert {one.rule.id for one in examine(folder).findings} == {"extends-itself"}


def test_a_manifest_that_cannot_be_read_is_the_one_thing_that_is_told(folder: Path) -> None:
    (folder / "theme.toml").write_text("name = x\n")
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}{% block footer %}{{ options.footer }}{% endblock %}'
    )
    assert [one.rule.id for one in examine(folder).findings] == ["manifest-syntax"]


def test_a_template_that_is_not_there_has_no_blocks_to_name(folder: Path) -> None:
    (folder / "room.html").write_text(
        '{% extends "default:rooms.htm" %}{% block footer %}x{% endblock %}'
    )
    assert [one.rule.id for one in examine(folder).findings] == ["unknown-template"]


def test_what_an_unclosed_function_takes_in_is_not_told_of_as_well(folder: Path) -> None:
    (folder / "static").mkdir()
    (folder / "static" / "theme.css").write_text(
        ":root { --page: light-dark(#fff, #000; }\\n#chat { color: #abcdx; }\\n"
    )
    assert [one.rule.id for one in examine(folder).findings] == ["css-syntax"]
