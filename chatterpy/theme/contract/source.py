"""What the sources of the built-in templates say: their blocks, includes and variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.meta import find_undeclared_variables

from chatterpy.theme.contract import contexts
from chatterpy.theme.contract.context import Context, Hook, variables
from chatterpy.theme.environment import FOLDER, built_in

_JINJA = Environment()


@dataclass(frozen=True, slots=True)
class Include:
    """A template within another: included, or built on.

    `given` are the names that it is given there; `always` whether nothing decides if it is there.
    """

    template: str
    given: frozenset[str] = frozenset()
    always: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """What one template's source says; `own` are the variables that it uses itself."""

    template: str
    blocks: tuple[str, ...]
    includes: tuple[Include, ...]
    own: frozenset[str]
    filters: frozenset[str]


@cache
def sources() -> dict[str, Source]:
    """The sources of all built-in templates, by their files."""
    read_all = (read(name, (FOLDER / name).read_text("utf-8")) for name in built_in())
    return {source.template: source for source in read_all}


def read(template: str, text: str) -> Source:
    """What a source says; raises jinja2.TemplateSyntaxError."""
    tree = _JINJA.parse(text)
    filters = frozenset(one.name for one in tree.find_all(nodes.Filter))
    for name in filters:
        _JINJA.filters.setdefault(name, str)  # Jinja looks for variables in known filters only
    return Source(
        template,
        tuple(block.name for block in tree.find_all(nodes.Block)),
        tuple(_includes(tree, frozenset(), True)),
        frozenset(find_undeclared_variables(tree)) - _set(tree),
        filters,
    )


@cache
def used(template: str) -> frozenset[str]:
    """The names that a built-in template and all within it use, and that it does not set."""
    source = sources()[template]
    inner = (used(one.template) - one.given for one in source.includes)
    return source.own.union(*inner)


def around(template: str) -> tuple[str, ...]:
    """The built-in templates that a template is in."""
    return tuple(
        name
        for name, source in sources().items()
        if any(one.template == template for one in source.includes)
    )


@cache
def hooks(template: str) -> tuple[Hook, ...]:
    """The hooks of a template and of what it always includes, as they hold for its HTML.

    Those of a part hold for the whole where they mention only what the whole knows as well.
    """
    context = contexts()[template]
    known = frozenset(one.name for one in variables(context))
    found: dict[str, Hook] = {}
    for part in sources()[template].includes:
        if not part.always:
            continue
        for hook in hooks(part.template):
            if hook.names <= known - part.given:
                twice = hook.selector in found
                found[hook.selector] = _within(hook, contexts()[part.template], twice)
    return (*context.hooks, *found.values())


def _within(hook: Hook, part: type[Context], twice: bool) -> Hook:
    """A part's hook, as it holds for what includes it."""
    return replace(hook, needed=hook.needed and not part.optional, once=hook.once and not twice)


def _includes(node: nodes.Node, given: frozenset[str], always: bool) -> Iterator[Include]:
    if isinstance(node, (nodes.Include, nodes.Extends)) and isinstance(node.template, nodes.Const):
        yield Include(node.template.value, given, always)
    if isinstance(node, nodes.With):
        given = given.union(*map(_names, node.targets))
    elif isinstance(node, nodes.For):
        given, always = given | _names(node.target) | {"loop"}, False
    elif isinstance(node, nodes.If):
        always = False
    for child in node.iter_child_nodes():
        if isinstance(child, (nodes.Assign, nodes.AssignBlock)):  # holds for what follows it
            given |= _names(child.target)
        yield from _includes(child, given, always)


def _set(tree: nodes.Template) -> frozenset[str]:
    """The names that a template sets: Jinja takes one that is set in one branch for one missing."""
    stored: list[nodes.Assign | nodes.AssignBlock] = [
        *tree.find_all(nodes.Assign),
        *tree.find_all(nodes.AssignBlock),
    ]
    return frozenset[str]().union(*(_names(one.target) for one in stored))


def _names(target: nodes.Node) -> frozenset[str]:
    found = [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name)
    return frozenset(one.name for one in found)
