"""Template sources: what Jinja cannot read, templates that are not there, what is not escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import nodes

from chatterpy.theme.check.bench import Bench, Source
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.names import mentioned
from chatterpy.theme.check.stamps import STAMP, VALUE
from chatterpy.theme.check.words import listed
from chatterpy.theme.environment import BUILT_IN, FOLDER
from chatterpy.theme.folder import STATIC

_TAGS = listed(
    "autoescape block call extends filter for from if import include macro raw set with "
    "elif else endif endfor endblock endwith endset endmacro endcall endfilter endraw "
    "endautoescape"
)
#: What makes HTML of a text without looking at it.
_TRUSTING = {"safe": "the filter `safe`", "Markup": "`Markup`", "__html__": "`__html__`"}
_START_TAG = re.compile(r"<[a-zA-Z][\w:-]*(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>")
_ATTRIBUTE = re.compile(r"\s([\w:-]+)\s*=\s*(?:\"[^\"]*\"|'[^']*'|([^\s\"'>]+))")
_STAMPED = re.compile(rf'{STAMP}="[^"]*@(\d+)"')


def unreadable(bench: Bench) -> Iterator[Finding]:
    """What Jinja cannot read."""
    for source in bench.sources.values():
        if (wrong := source.error) is None:
            continue
        said = wrong.message or ""
        tag = said.split("'")[1] if "unknown tag" in said else None
        if tag and tag not in _TAGS:
            hint = meant(tag, _TAGS)
            message = f"There is no tag {tag!r}.{hint or ' ' + said}"
            yield finding("unknown-tag", source.name, wrong.lineno, message)
        else:
            yield finding("syntax-error", source.name, wrong.lineno, said)


def unknown_filters(bench: Bench) -> Iterator[Finding]:
    """Filters and tests that nobody has."""
    jinja = bench.theirs.environment
    for source, node in _all(bench, (nodes.Filter, nodes.Test)):
        there = jinja.filters if isinstance(node, nodes.Filter) else jinja.tests
        if node.name not in there:  # type: ignore[attr-defined]
            kind = "filter" if isinstance(node, nodes.Filter) else "test"
            name = node.name  # type: ignore[attr-defined]
            message = f"There is no {kind} {name!r}.{meant(name, there)}"
            yield finding(f"unknown-{kind}", source.name, node.lineno, message)


def unknown_templates(bench: Bench) -> Iterator[Finding]:
    """Templates that are named and not there, and those that build on themselves."""
    there = {*bench.built_in, *bench.sources, *(f"{BUILT_IN}:{name}" for name in bench.built_in)}
    mentions = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
    for source, node in _all(bench, mentions):
        template = node.template  # type: ignore[attr-defined]
        if not isinstance(template, nodes.Const) or getattr(node, "ignore_missing", False):
            continue
        name = str(template.value)
        if name not in there:
            message = f"There is no template {name!r}.{meant(name, there)}"
            yield finding("unknown-template", source.name, node.lineno, message)
        elif name == source.name:
            does = "builds on" if isinstance(node, nodes.Extends) else "includes"
            message = f'{name} {does} itself: write "{BUILT_IN}:{name}" for the built-in one.'
            yield finding("extends-itself", source.name, node.lineno, message)
        elif isinstance(node, nodes.Extends) and source.name in _above(bench, name):
            message = f"{source.name} builds on {name}, which builds on {source.name} in turn."
            yield finding("extends-itself", source.name, node.lineno, message)


def unknown_blocks(bench: Bench) -> Iterator[Finding]:
    """Blocks that the template it builds on does not have: their content is shown nowhere."""
    for source in bench.sources.values():
        if source.tree is None or not (parent := _extended(source.tree)):
            continue
        theirs = {one.name for one in source.tree.find_all(nodes.Block)}
        if _tree(bench, parent) is None:
            continue  # it is not there at all
        there = _blocks(bench, parent)
        for block in source.tree.find_all(nodes.Block):
            inside = any(
                block in other.find_all(nodes.Block)
                for other in source.tree.find_all(nodes.Block)
                if other is not block
            )
            if block.name not in there and not inside:
                message = f"{parent} has no block {block.name!r}."
                hint = meant(block.name, there) or f" It has {', '.join(sorted(there))}."
                yield finding("unknown-block", source.name, block.lineno, message + hint)
        yield from _outside(source, theirs)


def called_blocks(bench: Bench) -> Iterator[Finding]:
    """Blocks that are put somewhere by `self`, and that are not there."""
    for source in bench.sources.values():
        if source.tree is None:
            continue
        # Where it is asked whether one is there, it is known that it may not be.
        asked = {
            one.node.attr
            for one in source.tree.find_all(nodes.Test)
            if one.name in ("defined", "undefined") and isinstance(one.node, nodes.Getattr)
        }
        for node in source.tree.find_all(nodes.Getattr):
            of_self = isinstance(node.node, nodes.Name) and node.node.name == "self"
            if not of_self or node.attr in asked:
                continue
            there = _reached(bench, source)
            if there is not None and node.attr not in there:
                message = f"{source.name} has no block {node.attr!r}."
                names = f" It has {', '.join(sorted(there))}." if there else ""
                hint = meant(node.attr, there) or names
                yield finding("unknown-block", source.name, node.lineno, message + hint)


def unused_templates(bench: Bench) -> Iterator[Finding]:
    """Files that neither stand in for one of ours nor are used by another of the theme's."""
    used = {name for source in bench.sources.values() for name in mentioned(source)}
    dynamic = any(
        not isinstance(node.template, nodes.Const)  # type: ignore[attr-defined]
        for _, node in _all(bench, (nodes.Include, nodes.Extends, nodes.Import))
    )
    for name in bench.sources:
        if name in bench.built_in or name in used or dynamic:
            continue
        hint = meant(name, bench.built_in)
        if not hint and name.endswith((".css", ".svg")):
            hint = f" What is served to browsers lies in {STATIC}/: {STATIC}/{name}."
        message = f"{name} stands in for no template of ours, and none includes it.{hint}"
        yield finding("unused-template", name, 0, message)


def trusted_text(bench: Bench) -> Iterator[Finding]:
    """What is put into the page as HTML although a person may have typed it."""
    for source, node in _all(bench, (nodes.Filter, nodes.Name, nodes.Getattr)):
        name = getattr(node, "attr", None) or getattr(node, "name", "")
        if isinstance(node, nodes.Filter) != (name == "safe") or name not in _TRUSTING:
            continue
        message = f"What {_TRUSTING[name]} is used on is not escaped."
        yield finding("unsafe-filter", source.name, node.lineno, message)
    for source, node in _all(bench, (nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
        for option in node.options:  # type: ignore[attr-defined]
            if option.key == "autoescape" and getattr(option.value, "value", False) is not True:
                message = "In here nothing that people type is escaped."
                yield finding("autoescape-off", source.name, node.lineno, message)


def trusting(bench: Bench, file: str, line: int) -> int:
    """The line nearest to one of a file on which text is not escaped; 0 where there is none."""
    lines = [one.line for one in trusted_text(bench) if one.file == file]
    return min(lines, key=lambda one: abs(one - line), default=0)


def unquoted_values(bench: Bench) -> Iterator[Finding]:
    """Values without quotes: a space in one begins another attribute."""
    for source in bench.sources.values():
        for tag in _START_TAG.finditer(source.shape):
            for name, value in _ATTRIBUTE.findall(tag[0]):
                if VALUE in value and (line := _STAMPED.search(tag[0])):
                    message = f"The value of {name} stands without quotes."
                    yield finding("unquoted-attribute", source.name, int(line[1]), message)


def _outside(source: Source, blocks: set[str]) -> Iterator[Finding]:
    """In a template that builds on another, what stands outside of blocks is never shown."""
    assert source.tree is not None
    for node in source.tree.body:
        if isinstance(node, nodes.Output) and any(
            not isinstance(one, nodes.TemplateData) or one.data.strip() for one in node.nodes
        ):
            message = "This stands outside of all blocks and is shown nowhere."
            yield finding("outside-blocks", source.name, _line(node), message)


def _line(node: nodes.Output) -> int:
    """Where an output's first visible character is."""
    first = node.nodes[0]
    text = first.data if isinstance(first, nodes.TemplateData) else ""
    return first.lineno + text[: len(text) - len(text.lstrip())].count("\n")


def _all(bench: Bench, kinds: tuple[type[nodes.Node], ...]) -> Iterator[tuple[Source, nodes.Node]]:
    for source in bench.sources.values():
        if source.tree is not None:
            for node in source.tree.find_all(kinds):
                yield source, node


def _blocks(bench: Bench, name: str) -> set[str]:
    """The blocks of a template and of those it builds on in turn."""
    found: set[str] = set()
    for one in (name, *_above(bench, name)):
        tree = _tree(bench, one)
        found |= {block.name for block in tree.find_all(nodes.Block)} if tree else set()
    return found


def _reached(bench: Bench, source: Source) -> set[str] | None:
    """The blocks that `self` has in a template; None where a value tells what it builds on."""
    builds_on = source.tree.find(nodes.Extends) if source.tree else None
    if builds_on and not isinstance(builds_on.template, nodes.Const):
        return None
    # One that others build on has theirs as well, while they are rendered.
    family = [one for one in bench.sources if source.name in (one, *_above(bench, one))]
    return set().union(*(_blocks(bench, one) for one in family))


def _above(bench: Bench, name: str) -> list[str]:
    """The templates that one builds on, the nearest first; each once, where they go round."""
    found: list[str] = []
    while (tree := _tree(bench, name)) and (parent := _extended(tree)) and parent not in found:
        found.append(parent)
        name = parent
    return found


def _tree(bench: Bench, name: str) -> nodes.Template | None:
    """A template as Jinja reads it, the theme's or ours."""
    if not name.startswith(f"{BUILT_IN}:") and name in bench.sources:
        return bench.sources[name].tree
    file = FOLDER / name.removeprefix(f"{BUILT_IN}:")
    return bench.theirs.environment.parse(file.read_text("utf-8")) if file.is_file() else None


def _extended(tree: nodes.Template) -> str | None:
    """The template that one builds on; None where it does not, or a value tells which."""
    found = tree.find(nodes.Extends)
    named = found.template if found else None
    return str(named.value) if isinstance(named, nodes.Const) else None


CHECKS = (
    unreadable,
    unknown_filters,
    unknown_templates,
    unknown_blocks,
    called_blocks,
    unused_templates,
    trusted_text,
    unquoted_values,
)
