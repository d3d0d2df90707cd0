"""The contract: what templates are given, and what pages need of them, is what is documented."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_NAMESPACE

from chatterpy import app
from chatterpy.errors import ThemeError
from chatterpy.theme.contract import contexts, names, versions
from chatterpy.theme.contract.context import Context, variables
from chatterpy.theme.contract.document import document
from chatterpy.theme.contract.fixtures import Fixture, fixtures, parts
from chatterpy.theme.contract.source import around, hooks, sources, used
from chatterpy.theme.contract.versions import CONTRACT, outdated
from chatterpy.theme.folder import find_theme
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import Templates

ROOT = Path(__file__).parent.parent.parent
DOCUMENT = ROOT / "docs" / "templates.md"
#: Where templates are rendered: everywhere else a context is made.
RENDERS = {"theme/templates.py", "theme/loaded.py"}
#: The workshop's own pages are for designers, and no part of the contract.
RENDERS |= {"theme/workshop.py", "theme/gallery.py", "web/dev.py"}
#: On the bench of the check nobody stands in for a theme's template that fails.
RENDERS |= {"theme/check/bench.py"}

#: Attributes that aim at places, and how these are named: by id, class or attribute.
AIMS = {"hx-target", "hx-include", "hx-trigger", "hx-sync", "hx-swap"}
PLACE = re.compile(r"#[a-z][a-z-]*(?![\w-])|\.[a-z]+(?=[\s):,>]|$)|\[[a-z-]+")

ALL = (*fixtures(), *parts())
GLOBALS = {one.name for one in names.GLOBALS}
TEMPLATES = sorted(contexts())


def named(one: Fixture) -> str:
    return f"{one.context.template}: {one.name}"


def test_the_document_is_what_the_contract_says() -> None:
    assert DOCUMENT.read_text() == document(), (
        "run: python -m chatterpy.theme.contract >docs/templates.md"
    )


def test_every_template_has_a_context_and_every_context_a_template() -> None:
    assert contexts().keys() == sources().keys()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_uses_the_variables_that_are_documented_and_no_others(template: str) -> None:
    documented = {one.name for one in variables(contexts()[template])}
    assert used(template) - GLOBALS == documented


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_python_never_renders_says_what_it_is_within(template: str) -> None:
    context = contexts()[template]
    if context.within:
        assert set(context.within) == set(around(template))
    rendered = {one.context.template for one in fixtures()}
    assert (template in rendered) is not bool(context.within)


def test_every_context_says_what_it_is_and_every_variable_what_it_means() -> None:
    for context in contexts().values():
        assert context.__doc__
        assert context.__doc__.rstrip().endswith("."), context.template
        for one in variables(context):
            assert one.metadata["meaning"].endswith("."), (context.template, one.name)
        for hook in context.hooks:
            assert hook.reason.endswith("."), (context.template, hook.selector)


def test_globals_and_filters_are_those_of_the_environment(
    templates: Templates, fragments: Fragments
) -> None:
    known = templates.environment
    assert known.globals.keys() - DEFAULT_NAMESPACE.keys() == GLOBALS
    assert known.filters.keys() - DEFAULT_FILTERS.keys() == {one.name for one in names.FILTERS}


def test_every_attribute_of_an_object_is_documented() -> None:
    for kind, (_, meanings) in names.OBJECTS.items():
        assert list(meanings) == [one.name for one in fields(kind)], kind


@pytest.mark.parametrize("one", ALL, ids=named)
def test_every_fixture_is_rendered_and_has_what_the_page_needs(
    one: Fixture, templates: Templates, fragments: Fragments
) -> None:
    html, values = templates.show(one.context), one.context.values()
    for hook in hooks(one.context.template):
        if not hook.applies(values):
            continue
        found = BeautifulSoup(html + hook.behind, "html.parser").select(hook.aim(values))
        assert found, f"{hook.aim(values)}: {hook.reason}"
        assert len(found) == 1 or not hook.once, hook.selector


def test_every_hook_is_seen_in_some_fixture() -> None:
    for template in contexts():
        states = [one.context.values() for one in ALL if one.context.template == template]
        assert states, template
        for hook in hooks(template):
            assert any(map(hook.applies, states)), (template, hook.selector, hook.where)


def test_every_place_that_something_aims_at_is_a_hook(
    templates: Templates, fragments: Fragments
) -> None:
    told = " ".join(hook.selector for context in contexts().values() for hook in context.hooks)
    for one in ALL:
        for element in BeautifulSoup(templates.show(one.context), "html.parser").find_all(True):
            for attribute in AIMS & element.attrs.keys():
                for place in PLACE.findall(str(element[attribute])):
                    assert place in told, (named(one), attribute, place)


def test_fixtures_of_a_template_have_names_of_their_own() -> None:
    assert len({named(one) for one in ALL}) == len(ALL)


def test_the_hooks_of_a_part_are_hooks_of_the_whole() -> None:
    needed = {hook.selector for hook in hooks("room.html") if hook.needed}
    may_go = {hook.selector for hook in hooks("room.html") if not hook.needed}
    assert any(selector.startswith("form#composer") for selector in needed)
    assert any(selector.startswith("form#opening") for selector in may_go), "side.html may go"


def test_all_html_of_python_comes_of_a_context() -> None:
    for module in (ROOT / "chatterpy").rglob("*.py"):
        if module.relative_to(ROOT / "chatterpy").as_posix() in RENDERS:
            continue
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("render", "get_template", "from_string"), (
                    f"{module}:{node.lineno} makes HTML without a context"
                )


def test_what_a_template_is_given_is_what_its_context_holds() -> None:
    for one in ALL:
        assert list(one.context.values()) == [field.name for field in variables(type(one.context))]


def test_a_theme_for_this_contract_has_nothing_to_learn() -> None:
    assert outdated(CONTRACT) == ()


def test_a_theme_for_an_older_contract_is_told_all_that_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(versions, "CHANGES", {1: ("a",), 2: ("b", "c"), 3: ("d",)})
    assert outdated(1) == ("b", "c", "d")
    assert outdated(2) == ("d",)


def test_a_theme_for_an_older_contract_is_named_in_the_log_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "outdated", lambda made_for: (f"Since {made_for}: b.", "c."))
    made = app.create_app(data=tmp_path)
    app.ChatterPy.of(made).close()
    said = [one for one in caplog.messages if "was made for contract" in one]
    assert len(said) == 1
    assert f"Changed since: Since {CONTRACT}: b. c." in said[0]


def test_a_theme_for_a_newer_contract_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text(f"contract = {CONTRACT + 1}")
    with pytest.raises(ThemeError, match=f"made for contract {CONTRACT + 1}.*Update ChatterPy"):
        find_theme(str(tmp_path))


def test_a_context_that_is_no_template_is_not_in_the_contract() -> None:
    assert "" not in contexts()
    assert all(issubclass(one, Context) for one in contexts().values())
