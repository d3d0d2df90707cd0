"""Names: variables that a template is not given, and attributes that its values do not have."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from jinja2 import nodes
from jinja2.runtime import LoopContext

from chatterpy.theme.check.bench import Bench, Source
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.kinds import Kind, kinds
from chatterpy.theme.contract import contexts

Scope = dict[str, Kind | None]

#: Filters whose text is that of what they are given.
_AS_IT_IS = {"e", "escape", "forceescape", "string", "trim", "upper", "lower", "title", "default"}
_OBJECTS = {"options", "tokens", "self"}
#: What Jinja itself knows everywhere, or in macros.
_JINJA = ("self", "super", "caller", "varargs", "kwargs", "true", "false", "none")
_LOOP = Kind((LoopContext,))
#: What has to be called.
_CALLED = Kind((FunctionType,))
#: Globals whose attributes are not looked at: `calls.py` does, or nobody can.
_OPEN = {"options", "tokens", "t"}


def unknown_names(bench: Bench) -> Iterator[Finding]:
    """Variables and attributes that are not there."""
    for source in bench.sources.values():
        if source.tree is not None:
            yield from _Walk(source, known(bench, source.name)).body([source.tree])


def known(bench: Bench, name: str) -> Scope:
    """The variables of a template: what the contract gives it, or those who include it."""
    given = contexts()
    scope: Scope = dict.fromkeys(_JINJA)
    for word, value in bench.theirs.environment.globals.items():
        plain = not callable(value) and word not in _OPEN
        scope[word] = Kind((type(value),)) if plain else None
    called = [word for word, value in bench.theirs.environment.globals.items() if callable(value)]
    scope |= dict.fromkeys((*called, "super", "caller"), _CALLED)
    for one in (name, *(includers(bench, name) if name not in given else ())):
        if one in given:
            scope |= kinds(given[one])
        if one != name:
            scope |= dict.fromkeys(bound(bench, one))
    return scope


def includers(bench: Bench, name: str) -> set[str]:
    """The templates that include, import or extend one, and those that do so with them."""
    found: set[str] = set()
    wanted = [name]
    while wanted:
        sought = wanted.pop()
        for source in bench.sources.values():
            if source.name not in found and sought in mentioned(source):
                found.add(source.name)
                wanted.append(source.name)
    return found


def mentioned(source: Source) -> set[str]:
    """The templates that one names."""
    if source.tree is None:
        return set()
    found: set[str] = set()
    for node in source.tree.find_all(
        (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
    ):
        named: nodes.Expr = node.template  # type: ignore[attr-defined]
        constants = [named] if isinstance(named, nodes.Const) else named.find_all(nodes.Const)
        found |= {str(one.value) for one in constants}
    return found


def bound(bench: Bench, name: str) -> set[str]:
    """The names that a template of the theme gives values to."""
    source = bench.sources.get(name)
    if source is None or source.tree is None:
        return set()
    return {one.name for one in source.tree.find_all(nodes.Name) if one.ctx != "load"}


@dataclass(slots=True)
class _Walk:
    """One way through a template, with what is known at each step."""

    source: Source
    scope: Scope

    def body(self, parts: Any) -> Iterator[Finding]:
        for part in parts:
            yield from self.visit(part)

    def within(self, more: Scope, parts: Any) -> Iterator[Finding]:
        """The parts, with more names that are forgotten behind them."""
        inner = _Walk(self.source, self.scope | more)
        yield from inner.body(parts)

    def visit(self, node: nodes.Node) -> Iterator[Finding]:
        match node:
            case nodes.For():
                yield from self.visit(node.iter)
                over = self.kind(node.iter)
                names = self._targets(node.target, over.items if over else None)
                tests = [node.test] if node.test else []
                yield from self.within({**names, "loop": _LOOP}, [*tests, *node.body])
                yield from self.within({}, node.else_)
            case nodes.With():
                yield from self.body(node.values)
                more: Scope = {}
                for target, value in zip(node.targets, node.values, strict=True):
                    more |= self._targets(target, self.kind(value))
                yield from self.within(more, node.body)
            case nodes.Assign():
                yield from self.visit(node.node)
                self.scope |= self._targets(node.target, self.kind(node.node))
            case nodes.AssignBlock():
                yield from self.within({}, node.body)
                self.scope |= self._targets(node.target, None)
            case nodes.Macro():
                self.scope[node.name] = _CALLED
                yield from self.body(node.defaults)
                yield from self.within({one.name: None for one in node.args}, node.body)
            case nodes.CallBlock():
                yield from self.visit(node.call)
                yield from self.within({one.name: None for one in node.args}, node.body)
            case nodes.Import():
                self.scope[node.target] = None
            case nodes.FromImport():
                self.scope |= {one if isinstance(one, str) else one[1]: None for one in node.names}
            case nodes.Output():
                for one in node.nodes:
                    yield from self._shown(one)
                    yield from self.visit(one)
            case nodes.Name() if node.ctx == "load":
                yield from self._name(node)
            case nodes.Getattr():
                yield from self.visit(node.node)
                yield from self._attribute(node)
            case nodes.Test() if node.name in ("defined", "undefined"):
                return  # asks whether it is there
            case nodes.If() | nodes.FilterBlock() | nodes.Scope():
                # What a branch sets is known behind it: Jinja does it so.
                yield from self.body(node.iter_child_nodes())
            case nodes.Block():
                yield from self.within({}, node.body)
            case _:
                yield from self.body(node.iter_child_nodes())

    def kind(self, node: nodes.Node) -> Kind | None:
        """What a value is, as far as the contract tells."""
        match node:
            case nodes.Name():
                return self.scope.get(node.name)
            case nodes.Getattr():
                owner = self.kind(node.node)
                return owner.attribute(node.attr) if owner else None
            case nodes.Getitem():
                owner = self.kind(node.node)
                if owner and isinstance(node.arg, nodes.Slice):
                    return owner
                return owner.items if owner else None
            case _:
                return None

    def _name(self, node: nodes.Name) -> Iterator[Finding]:
        if node.name in self.scope:
            return
        hint = meant(node.name, self.scope)
        yield finding(
            "unknown-variable",
            self.source.name,
            node.lineno,
            f"There is no variable {node.name!r} in {self.source.name}.{hint}",
        )
        self.scope[node.name] = None  # told once

    def _shown(self, node: nodes.Expr) -> Iterator[Finding]:
        """What is written into the page, and has no text."""
        match node:
            case nodes.Filter() if node.name in _AS_IT_IS and node.node:
                yield from self._shown(node.node)
            case nodes.CondExpr():
                for one in (node.expr1, node.expr2):
                    if one:
                        yield from self._shown(one)
            case nodes.Or():
                yield from self._shown(node.right)
            case nodes.Concat():
                for one in node.nodes:
                    yield from self._shown(one)
            case nodes.Name() | nodes.Getattr():
                if message := self._wordless(node):
                    yield finding("shown-object", self.source.name, node.lineno, message)

    def _wordless(self, node: nodes.Name | nodes.Getattr) -> str:
        """Why a value has no text; "" where it has one."""
        kind = self.kind(node)
        if isinstance(node, nodes.Getattr):
            owner, said = self.kind(node.node), _dotted(node)
            block = isinstance(node.node, nodes.Name) and node.node.name == "self"
            if block or (owner and owner is not _CALLED and owner.calls(node.attr)):
                return f"{said} is not called: brackets are missing behind it."
        else:
            said = node.name
            if kind is _CALLED:
                return f"{said} is not called: brackets are missing behind it."
            if kind is None and said in _OBJECTS:
                return f"{said} is no text: name what is to be shown of it."
        if kind is None or not kind.is_object:
            return ""
        if any(issubclass(one, Collection) for one in kind.classes):
            return f"{said} is a {kind}, and no text: go through it with `for`."
        names = (one for one in kind.names() if not kind.calls(one) and one != "token")
        return f"{said} is a {kind}, and no text. There are {', '.join(sorted(names))}."

    def _attribute(self, node: nodes.Getattr) -> Iterator[Finding]:
        owner = self.kind(node.node)
        if owner and owner is not _CALLED and not owner.has(node.attr):
            message = owner.lacks(node.attr)
            yield finding("unknown-attribute", self.source.name, node.lineno, message)

    def _targets(self, target: nodes.Node, kind: Kind | None) -> Scope:
        if isinstance(target, nodes.Name):
            return {target.name: kind}
        return {one.name: None for one in target.find_all(nodes.Name)}


def _dotted(node: nodes.Expr) -> str:
    """A value as it is written in a template, as far as it is names."""
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


CHECKS = (unknown_names,)
