"""The catalogue: texts by key, in a theme's own words, and nothing said that is not in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import werkzeug.exceptions
from jinja2 import Environment, FileSystemLoader, UndefinedError, nodes
from markupsafe import Markup

from chatterpy import errors
from chatterpy.chat.faces import DICEBEAR, INITIALS, LIARA
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person
from chatterpy.errors import BadText, ThemeError, Told
from chatterpy.sentences import Sentence
from chatterpy.theme import texts
from chatterpy.theme.catalogue import BUILT_IN, SENTENCES, Catalogue, document
from chatterpy.theme.environment import FOLDER
from chatterpy.theme.folder import find_theme
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import Templates
from tests.conftest import plain_url
from tests.readable import in_english_letters

DOCUMENT = Path(__file__).parents[2] / "docs" / "strings.md"
PACKAGE = Path(errors.__file__).parent
#: What people see; the workshop is for designers, and no theme can replace it.
TEMPLATES = [file for file in sorted(FOLDER.rglob("*.html")) if file.parent.name != "dev"]
#: Templates name these by what is only known when they are rendered.
STYLES = {f"styles.{style}" for one in (DICEBEAR, INITIALS, LIARA) for style in one.styles}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A theme's folder."""
    (tmp_path / "theme.toml").write_text('name = "Garden"')
    return tmp_path


def made(folder: Path, **more: object) -> Templates:
    return Templates(plain_url, zone=UTC, silence_ms=1, theme=find_theme(str(folder)), **more)


def test_a_text_is_escaped_and_so_are_its_values_unless_they_are_markup() -> None:
    t = Catalogue(("own", '[comings]\njoined = "<b>{who}</b> & co"'))
    assert t("comings.joined", who="<i>") == "&lt;b&gt;&lt;i&gt;&lt;/b&gt; &amp; co"
    assert t("comings.joined", who=Markup("<bdi>Anna</bdi>")) == (
        "&lt;b&gt;<bdi>Anna</bdi>&lt;/b&gt; &amp; co"
    )
    assert isinstance(t("composer.send"), Markup)


def test_a_text_with_a_count_may_have_a_form_for_one_and_one_for_others() -> None:
    t = Catalogue(("own", '[people]\nrest = { one = "and one more", other = "and {count} more" }'))
    assert [t("people.rest", count=count) for count in (1, 2)] == ["and one more", "and 2 more"]
    assert Catalogue()("people.rest", count=1) == "and 1 more"


def test_a_key_that_does_not_exist_or_a_value_that_is_not_given_is_an_error() -> None:
    t = Catalogue()
    with pytest.raises(UndefinedError, match=r"no text 'composer\.sned'; did you mean '.*send'"):
        t("composer.sned")
    with pytest.raises(UndefinedError, match=r"'people\.rest' needs the value 'count'"):
        t("people.rest")
    with pytest.raises(UndefinedError, match=r"no text 'dates\.dya'; did you mean 'dates\.day'"):
        t.date(datetime.now(UTC), "dates.dya")


def test_a_theme_rewords_single_texts_and_the_host_application_has_the_last_word(
    folder: Path, tmp_path: Path
) -> None:
    host = tmp_path / "host"
    host.mkdir()
    (folder / "strings.toml").write_text(
        '\ufeff[composer]\nsend = "Say it"\nlabel = "Words"\n[me]\n', "utf-8"
    )
    (host / "strings.toml").write_text('[composer]\nsend = "Post"\n')
    themed = made(folder)
    both = made(folder, host=FileSystemLoader(host))
    assert [str(both.catalogue(f"composer.{key}")) for key in ("send", "label", "form")] == [
        "Post",
        "Words",
        "Write a message",
    ]
    assert themed.catalogue("composer.send") == "Say it"
    assert themed.version != both.version, "pages would keep the notices in the old words"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[composer", "cannot be read"),
        ("[composer]\nsned = 'x'", "no text 'composer.sned'; did you mean 'composer.send'?"),
        ("[composer]\nsend = 3", "composer.send is a text in quotes"),
        ("[composer]\nsend = 'to {who}'", "composer.send has no value {who}; there are: none."),
        ("[comings]\njoined = '{name} came'", "no value {name}; there are: {who}."),
        ("[comings]\njoined = '{who.__class__}'", "a brace that is meant is doubled"),
        ("[comings]\njoined = '{who!r}'", "a brace that is meant is doubled"),
        ("[comings]\njoined = '{who'", "a brace that is meant is doubled"),
        ("[comings]\njoined = { one = '{who}', other = '' }", "comings.joined has no {count}"),
        ("[people]\nrest = { one = 'x' }", "people.rest has both forms"),
        ("[people]\nrest = { one = 'x', other = 1 }", "people.rest is a text in quotes"),
        ("[people]\nrest = ['x']", "people.rest is a text in quotes, not a list"),
        ("[dates]\nmonths = ['Januar']", "dates.months is a list of 12 texts"),
        ("dir = 'up'", "dir is ltr or rtl, not 'up'"),
        ("language = 'en\"'", "language is a language such as pt-BR"),
    ],
)
def test_what_a_theme_cannot_say_is_told_with_file_and_key_and_ours_stands_for_it(
    folder: Path, content: str, says: str
) -> None:
    (folder / "strings.toml").write_text(f"site = 'Mine'\n{content}")
    try:
        catalogue = made(folder).catalogue
    except ThemeError as stops:  # the file cannot be read as one of texts
        refused = stops
    else:
        [refused] = catalogue.refused
        ours = Catalogue().said
        assert {key for key in ours if catalogue.said[key] != ours[key]} == {"site"}
    assert says in str(refused)
    assert str(folder / "strings.toml") in str(refused)


def test_a_file_of_texts_that_is_not_utf_8_is_named(folder: Path) -> None:
    (folder / "strings.toml").write_bytes(b'site = "\xff"')
    with pytest.raises(ThemeError, match=r"strings\.toml cannot be read"):
        made(folder)


def test_a_theme_says_which_language_it_speaks_and_in_which_direction(folder: Path) -> None:
    (folder / "strings.toml").write_text('language = "ar"\ndir = "rtl"\nsite = "Majlis"')
    values = {"title": "T", "sentence": "S", "meant": None, "again": None, "home": "lobby"}
    html = made(folder).render("error.html", **values)
    assert '<html lang="ar" dir="rtl">' in html
    assert "<title>T · Majlis</title>" in html
    (folder / "strings.toml").unlink()
    assert '<html lang="en">' in made(folder).render("error.html", **values)


def test_dates_have_the_form_and_the_words_of_the_theme(folder: Path) -> None:
    (folder / "strings.toml").write_text(
        '[dates]\nday = "%A, %-d. %B, 100 %%A"\nlately = "%a %d. %b"\ntime = "%H.%M"\n'
        'weekdays = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag",'
        ' "Sonntag"]\nweekdays-short = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]\n'
        'months = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",'
        ' "September", "Oktober", "November", "Dezember"]\n'
    )
    templates = made(folder)
    at = datetime(2026, 3, 1, 18, 5, tzinfo=UTC)
    assert templates.catalogue.date(at, "dates.day") == "Sonntag, 1. März, 100 %A"
    assert templates.catalogue.date(at, "dates.lately") == "So 01. Mar"
    assert templates.catalogue.date(at, "%-d. %B") == "1. März", "in a theme's own templates"
    entry = Fragments(templates, 10, 3).entry(Message(1, Person(7, "A", LIARA.random(), 1), "", at))
    assert "18.05</time>" in entry


def test_every_text_is_documented_as_it_is() -> None:
    assert DOCUMENT.read_text() == document(), (
        "run: python -m chatterpy.theme.catalogue >docs/strings.md"
    )
    assert document().count("\n| `") == len(Catalogue().said)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """All calls of something by its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def sentences() -> Iterator[tuple[str, str, set[str]]]:
    """Where Python says something to people, its English, and the names of its values."""
    told = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Told)
    }
    for module in sorted(PACKAGE.rglob("*.py")):
        for name, call in calls(ast.parse(module.read_text())):
            if name not in told | {"Sentence"} or module.name in ("errors.py", "sentences.py"):
                continue
            where = f"{module.relative_to(PACKAGE)}:{call.lineno}"
            assert len(call.args) == 1, f"{where}: expected an English form"
            form = call.args[0]
            assert isinstance(form, ast.Constant), f"{where}: expected a text with {{values}}"
            yield where, str(form.value), {str(value.arg) for value in call.keywords}


def test_what_python_says_to_people_is_in_the_catalogue_in_the_same_words() -> None:
    english = {said: key for key, said in Catalogue().said.items() if key.startswith(SENTENCES)}
    said = set()
    for where, form, values in sentences():
        assert form in english, f"{where}: write it into templates/strings.toml: {form}"
        assert texts.Text.parse(form).names == values, where
        said.add(form)
    # These have their words from HTTP.
    said |= {kind().name for kind in werkzeug.exceptions.default_exceptions.values()}
    left = {form: key for form, key in english.items() if form not in said}
    assert left.keys() <= {"Upgrade Required"}, f"nobody says this any more: {left}"


def test_an_http_error_says_nothing_past_the_catalogue() -> None:
    kinds = {kind.__name__ for kind in werkzeug.exceptions.default_exceptions.values()}
    for module in sorted(PACKAGE.rglob("*.py")):
        for name, call in calls(ast.parse(module.read_text())):
            if name in kinds and call.args:
                form = ast.unparse(call.args[0])
                assert form.startswith(("Sentence(", "NEEDS_GEVENT")), f"{module}: {form}"


def test_a_sentence_reads_in_english_where_it_is_raised_and_is_reworded_where_it_is_shown() -> None:
    form = "A name has at most {most} characters; this one has {length}."
    error = BadText(form, most=40, length="{41}")
    assert str(error) == error.sentence == ("A name has at most 40 characters; this one has {41}.")
    own = Catalogue(("own", '[sentences.name]\nlong = "{length} > {most}!"'))
    assert own.sentence(error.sentence) == "{41} > 40!"
    assert own.sentence(Sentence("Back at {hour}.", hour="{6}")) == "Back at {6}."
    assert own.sentence("We are {closed") == "We are {closed", "what others say stays as it is"


def uses(source: str) -> Iterator[tuple[nodes.Call | nodes.Filter, nodes.Expr]]:
    """Where a template names a text: the call or the filter, and the key."""
    tree = Environment().parse(source)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            yield call, call.args[0]
    for one in tree.find_all(nodes.Filter):
        if one.name == "local":
            yield one, one.args[0]


def test_templates_name_each_text_with_its_values_and_no_text_is_left_over() -> None:
    said = Catalogue().said
    # What Python itself looks up, and what `date` puts in the place of directives.
    used = STYLES | {"dates.lately"} | {key for key in said if isinstance(said[key], list)}
    for file in TEMPLATES:
        for use, key in uses(file.read_text()):
            where = f"{file.relative_to(FOLDER)}:{use.lineno}"
            if isinstance(key, nodes.Concat):
                assert key.nodes[0] == nodes.Const("styles."), where
                continue
            assert isinstance(key, nodes.Const), where
            assert key.value in said, where
            used.add(key.value)
            if isinstance(use, nodes.Call):
                given = {value.key for value in use.kwargs}
                there = texts.names(BUILT_IN.name, key.value, said[key.value])
                assert given == there, where
    left = {key for key in said if key not in used and not key.startswith(SENTENCES)}
    assert not left, f"no template has {left}"
    assert said.keys() >= STYLES


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_a_template_has_no_words_of_its_own(template: Path) -> None:
    tokens = list(Environment().lex(template.read_text()))
    data = "".join(value if kind == "data" else "" for _, kind, value in tokens)
    assert not in_english_letters(data), "a text belongs into templates/strings.toml"
    assert 'lang="' not in data.replace('lang=""', "")
    strings = [value[1:-1] for _, kind, value in tokens if kind == "string"]
    assert not [one for one in strings if re.search("^[A-Z]|[a-z] [a-z]", one)]
