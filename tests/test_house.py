"""The walls: imports point inward, and a module stays small enough to be read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "chatterpy"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: What a room of the house must not know.
FORBIDDEN = {
    "chat": {
        "flask",
        "gevent",
        "sqlalchemy",
        "jinja2",
        "wsproto",
        "simple_websocket",
        "prometheus_client",
        "structlog",
        "chatterpy.store",
        "chatterpy.theme",
        "chatterpy.live",
        "chatterpy.web",
        "chatterpy.settings",
    },
    "store": {
        "flask",
        "jinja2",
        "prometheus_client",
        "chatterpy.theme",
        "chatterpy.live",
        "chatterpy.web",
    },
    "theme": {
        "flask",
        "gevent",
        "sqlalchemy",
        "chatterpy.store",
        "chatterpy.live",
        "chatterpy.web",
    },
    "live": {
        "flask",
        "sqlalchemy",
        "jinja2",
        "prometheus_client",
        "chatterpy.store",
        "chatterpy.web",
    },
    "web": {"sqlalchemy", "jinja2", "chatterpy.store", "chatterpy.app"},
}

#: The parts of `live` that can be tested without a loop.
PURE = [
    "acts",
    "batch",
    "broadcast",
    "connection",
    "frames",
    "hub",
    "incoming",
    "outbox",
    "page",
    "window",
]


def imported(module: Path) -> set[str]:
    """All names that a module imports, packages with their modules."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_imports_point_inward(module: Path) -> None:
    room = module.relative_to(PACKAGE).parts[0]
    wrong = {
        name
        for name in imported(module)
        for package in FORBIDDEN.get(room, ())
        if within(name, package)
    }
    assert not wrong, f"{room}/ must not know {wrong}"


@pytest.mark.parametrize("name", PURE)
def test_the_pure_parts_of_the_live_engine_know_no_loop(name: str) -> None:
    names = imported(PACKAGE / "live" / f"{name}.py")
    assert not [one for one in names if within(one, "gevent") or within(one, "socket")]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_module_is_one_noun_and_can_be_read_at_once(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= 400
    assert ast.get_docstring(ast.parse(module.read_text())), "what is it about?"


def test_there_is_no_script_of_ours() -> None:
    ours = [one for one in PACKAGE.rglob("*") if one.suffix in (".js", ".mjs", ".ts")]
    assert ours == [PACKAGE / "static" / "htmx.js"]
    head = ours[0].read_text()[:2000]
    assert "htmx with its extension hx-ws, joined by hatch_build.py" in head, (
        "the one script is what the build fetched"
    )
