"""Calls: addresses, files, options and texts that a template asks for and that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

from chatterpy.theme.check.bench import Bench, Source
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.texts import ours, values_of
from chatterpy.theme.contract.addresses import ENDPOINTS, needed
from chatterpy.theme.folder import STYLE


def wrong_calls(bench: Bench) -> Iterator[Finding]:
    """What is called by a literal name, with that name looked up."""
    for source in bench.sources.values():
        if source.tree is None:
            continue
        for call in source.tree.find_all(nodes.Call):
            if not isinstance(call.node, nodes.Name) or not call.args:
                continue
            first = call.args[0]
            name = str(first.value) if isinstance(first, nodes.Const) else None
            match call.node.name, name:
                case "url", str():
                    yield from _url(source, call, name)
                case "static", str() if name not in {STYLE, *bench.theirs.files}:
                    message = f"There is no file {name!r} in static/.{_file(bench, name)}"
                    yield finding("missing-file", source.name, call.lineno, message)
                case "t", str():
                    yield from _string(bench, source, call, name)


def unknown_dates(bench: Bench) -> Iterator[Finding]:
    """Ways to write a time that are neither a format nor a string of the catalogue."""
    for source in bench.sources.values():
        if source.tree is None:
            continue
        for used in source.tree.find_all(nodes.Filter):
            if used.name != "local" or not used.args or not isinstance(used.args[0], nodes.Const):
                continue
            form = str(used.args[0].value)
            if "%" not in form and form not in ours():
                message = f"There is no way {form!r} to write a time.{meant(form, ours())}"
                yield finding("unknown-string", source.name, used.lineno, message)


def unknown_options(bench: Bench) -> Iterator[Finding]:
    """Options that the manifest does not declare."""
    declared = {option.name for option in bench.theme.options}
    for source in bench.sources.values():
        for line, name in options_used(source):
            if name not in declared:
                hint = meant(name, declared)
                message = f"{bench.theme.name} has no setting {name!r}.{hint}"
                yield finding("unknown-option", source.name, line, message)


def switches(bench: Bench) -> Iterator[Finding]:
    """Conditions that ask a switch, whose text "off" is as true as "on"."""
    names = {option.name for option in bench.theme.options if option.kind == "switch"}
    for source in bench.sources.values():
        if source.tree is None or not names:
            continue
        for condition in source.tree.find_all((nodes.If, nodes.CondExpr)):
            asked = condition.test  # type: ignore[attr-defined]
            for line, name in _asked(asked):
                if name in names:
                    message = f'The switch {name!r} is "on" or "off", and both are true here.'
                    yield finding("switch-condition", source.name, line, message)


def _asked(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """The options whose being there is asked, with the lines."""
    match node:
        case nodes.Not():
            yield from _asked(node.node)
        case nodes.And() | nodes.Or():
            yield from _asked(node.left)
            yield from _asked(node.right)
        case nodes.Getattr() | nodes.Getitem():
            if found := _option(node):
                yield node.lineno, found


def _option(node: nodes.Getattr | nodes.Getitem) -> str:
    """Which option a node asks for by its name; "" where it does not."""
    if not isinstance(node.node, nodes.Name) or node.node.name != "options":
        return ""
    if isinstance(node, nodes.Getattr):
        return node.attr
    return str(node.arg.value) if isinstance(node.arg, nodes.Const) else ""


def options_used(source: Source) -> Iterator[tuple[int, str]]:
    """The options that a template asks for, with the lines."""
    if source.tree is None:
        return
    for kind in (nodes.Getattr, nodes.Getitem):
        for node in source.tree.find_all(kind):
            if isinstance(node, (nodes.Getattr, nodes.Getitem)) and (name := _option(node)):
                yield node.lineno, name


def _url(source: Source, call: nodes.Call, endpoint: str) -> Iterator[Finding]:
    if endpoint not in ENDPOINTS:
        message = f"There is no address {endpoint!r}.{meant(endpoint, ENDPOINTS)}"
        yield finding("unknown-endpoint", source.name, call.lineno, message)
    elif call.dyn_kwargs is None:
        given = {one.key for one in call.kwargs}
        if missing := sorted(needed(endpoint) - given):
            message = f"The address {endpoint!r} needs {', '.join(missing)}."
            yield finding("unknown-endpoint", source.name, call.lineno, message)


def _string(bench: Bench, source: Source, call: nodes.Call, key: str) -> Iterator[Finding]:
    strings = ours()
    if key not in strings:
        message = f"There is no string {key!r}.{meant(key, strings)}"
        yield finding("unknown-string", source.name, call.lineno, message)
    elif call.dyn_kwargs is None:
        given = {one.key for one in call.kwargs}
        wanted = values_of(strings[key]) | values_of(bench.words.get(key, ""))
        if missing := sorted(wanted - given):
            message = f"The string {key!r} needs {', '.join(missing)}."
            yield finding("string-values", source.name, call.lineno, message)


def _file(bench: Bench, name: str) -> str:
    return meant(name, bench.theirs.files)


CHECKS = (wrong_calls, unknown_dates, unknown_options, switches)
