"""Templates as the chat loads them say what Jinja alone says, and what they lean on is there."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import markupsafe
import pytest
from jinja2 import (
    DictLoader,
    Environment,
    StrictUndefined,
    Template,
    pass_context,
    pass_environment,
)
from jinja2.runtime import Context
from markupsafe import Markup, escape

from chatterpy.theme.loaded import Loaded, escaped
from tests import upgrades


class Html:
    def __html__(self) -> str:
        return "<b>&amp;</b>"


class Loud(str):
    def __str__(self) -> str:
        return "<LOUD>"


class Count(int):
    def __str__(self) -> str:
        return "<one>"


VALUES = [
    "a",
    "<script>alert('\"&')</script>",
    "",
    "é 😀 \N{RIGHT-TO-LEFT OVERRIDE}",
    Markup("<b>"),
    Markup("a") + "<b>",
    0,
    -1_000_000,
    True,
    1.5,
    None,
    Html(),
    Loud("<loud>"),
    Count(1),
    ["<a>", "'"],
    b"<a>",
]


changed = partial(upgrades.changed, where="chatterpy/theme/loaded.py")


def both(templates: dict[str, str], **values: Any) -> tuple[str, str]:
    """What the template "it" makes of values: by Jinja alone, and as the chat loads it."""
    kinds: list[Callable[..., Environment]] = [Environment, Loaded]
    one, other = (
        kind(loader=DictLoader(templates), autoescape=True, undefined=StrictUndefined)
        .get_template("it")
        .render(values)
        for kind in kinds
    )
    return one, other


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_are_escaped_as_they_always_are(value: object) -> None:
    assert escaped(value) == str(escape(value))
    alone, loaded = both({"it": "<p title='{{ value }}'>{{ value }}</p>"}, value=value)
    assert loaded == alone


@pytest.mark.parametrize(
    "templates",
    [
        {"it": "{% set a %}<b>{{ v }}</b>{% endset %}{{ a }}{{ a|length }}{{ a ~ v }}"},
        {"it": "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m(v) }}{{ m(m(v)) }}"},
        {"it": "{% filter upper %}<b>{{ v }}</b>{% endfilter %}{{ v|e }}{{ v|tojson }}"},
        {"it": "{% autoescape false %}{{ v }}{% endautoescape %}{{ v }}"},
        {
            "it": "{% for x in [v, 1] %}{{ loop.index }}{% include 'of' %}{% endfor %}",
            "of": "{{ x }}",
        },
        {
            "it": "{% import 'lib' as lib %}{{ lib.m(v) }}{{ lib.n }}",
            "lib": "{% set n = '<n>' %}{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}",
        },
        {
            "it": "{% from 'lib' import m with context %}{{ m() }}",
            "lib": "{% macro m() %}<b>{{ v }}</b>{% endmacro %}",
        },
        {
            "it": "{% extends 'base' %}{% block a %}{{ super() }}<i>{{ v }}</i>{% endblock %}",
            "base": "{% set q = v %}{% block a %}{{ v }}{% endblock %}{{ self.a() }}{{ q }}",
        },
    ],
    ids=lambda templates: templates["it"][:40],
)
def test_templates_say_what_they_always_say(templates: dict[str, str]) -> None:
    alone, loaded = both(templates, v="<&'\">")
    assert loaded == alone
    assert "&lt;" in loaded


class Greeter:
    """Is told the context, as an object that can be called."""

    @pass_context
    def __call__(self, context: Context, whom: str) -> str:
        return f"{context['v']} {whom}"


@pass_context
def context_of(context: Context, name: str) -> str:
    return str(context.get(name))


def stops() -> None:
    raise StopIteration


@pytest.mark.parametrize(
    "call",
    [
        "plain(v, suffix='!')",
        "v.upper()",
        "v.join(['a', 'b'])",
        "kind(v)",
        "context_of('v')",
        "context_of('x')",
        "greet('you')",
        "pass_environment(v)",
        "stops() is defined",
        "[v].append(1)",
    ],
)
def test_functions_are_called_as_they_always_are(call: str) -> None:
    alone, loaded = both(
        {
            "it": f"{{% for x in '12' %}}{{{{ {call} }}}}{{% include 'of' %}}{{% endfor %}}",
            "of": call,
        },
        v="<v>",
        plain=lambda value, suffix: value + suffix,
        kind=str,
        context_of=context_of,
        greet=Greeter(),
        pass_environment=pass_environment(lambda made, value: f"{made.autoescape} {value}"),
        stops=stops,
    )
    assert loaded == alone


def test_an_included_template_knows_what_the_other_knows_there() -> None:
    alone, loaded = both(
        {
            "it": "{% if not v %}{% set a = 1 %}{% endif %}{% set b = 2 %}"
            "{% with c = 3 %}{% include 'of' %}{% endwith %}{% include 'of' %}",
            "of": "{{ a is defined }}{{ b is defined }}{{ c is defined }}{{ v }}{% set v = 0 %}",
        },
        v=7,
    )
    assert loaded == alone == "FalseTrueTrue7FalseTrueFalse7"


def test_a_template_that_fails_leaves_the_next_escaped() -> None:
    made = Loaded(
        loader=DictLoader(
            {
                "bad": "{% autoescape false %}{{ 1 // 0 }}{% endautoescape %}",
                "good": "{% set s %}{{ '<' }}{% endset %}{{ s }}",
            }
        ),
        autoescape=True,
    )
    with pytest.raises(ZeroDivisionError):
        made.get_template("bad").render()
    assert made.get_template("good").render() == "&lt;"


def test_markupsafe_still_escapes_texts_alone() -> None:
    inner = getattr(markupsafe, "_escape_inner", None)
    assert inner, changed("MarkupSafe", "_escape_inner")
    assert inner("<'&\">") == "&lt;&#39;&amp;&#34;&gt;", changed("MarkupSafe", "_escape_inner")


def test_jinja_still_calls_escape_by_its_name() -> None:
    made = Environment(autoescape=True)
    module = ast.parse(made.compile("{{ value }}", raw=True))
    names = {node.func.id for node in ast.walk(module) if _is_call_of_a_name(node)}  # type: ignore[attr-defined]
    assert "escape" in names, changed("Jinja2", "how a template escapes")
    template = Loaded(autoescape=True).from_string("{{ value }}")
    assert template.root_render_func.__globals__["escape"] is escaped


def test_jinjas_contexts_still_hold_what_ours_do() -> None:
    made = Environment()
    its, ours = (
        vars(kind(made, {"a": 1}, "it", {"b": iter}, {"g": 1}))  # type: ignore[dict-item, arg-type]
        for kind in (Context, Loaded.context_class)
    )
    lazily = {"eval_ctx", "globals_keys"}
    assert set(its) - lazily == set(ours) - {"_globals"}, changed("Jinja2", "Context.__init__")
    assert list(inspect.signature(Context.__init__).parameters) == list(
        inspect.signature(Loaded.context_class.__init__).parameters
    ), changed("Jinja2", "Context.__init__")


def test_jinja_still_makes_contexts_and_calls_as_ours_do() -> None:
    for its, ours in (
        (Template.new_context, Loaded.template_class.new_context),
        (Context.call, Loaded.context_class.call),
    ):
        # The names of the first two arguments of `call` are mangled, so as not to be in the way.
        theirs, mine = ([*inspect.signature(one).parameters][2:] for one in (its, ours))
        assert theirs == mine, changed("Jinja2", its.__qualname__)
    assert hasattr(context_of, "jinja_pass_arg"), changed("Jinja2", "pass_context")


def _is_call_of_a_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
