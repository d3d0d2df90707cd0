"""Sheets: a style sheet taken apart into declarations, each with its selector and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import tinycss2

from chatterpy.theme.check.closing import blank, unclosed, without_comments
from chatterpy.theme.check.findings import meant
from chatterpy.theme.check.words import AT_RULES, PROPERTIES

#: At-rules that hold rules.
_GROUPS = {"media", "supports", "layer", "container", "scope", "starting-style"}
#: At-rules that hold declarations of their own.
_DESCRIBED = {"font-face", "property", "counter-style", "page", "view-transition"}
#: What stands for a value that nobody fills in: any property can have it.
STAND_IN = "initial"
#: Functions that load what a string in them names.
_LOADING = {"url", "src", "image-set", "-webkit-image-set", "image"}
_FRAMES = {"keyframes", "-webkit-keyframes"}
_JINJA = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration. `around` are the at-rules that it stands in, outermost first."""

    selector: str
    name: str
    value: tuple[Any, ...]
    line: int
    around: tuple[str, ...]

    @property
    def text(self) -> str:
        return str(tinycss2.serialize(self.value)).strip()

    @property
    def words(self) -> list[str]:
        return self.text.lower().split()

    @property
    def selectors(self) -> list[str]:
        """The selectors of a list, one by one."""
        return [one.strip() for one in re.split(r",(?![^(]*\))", self.selector) if one.strip()]

    @property
    def on_occasion(self) -> bool:
        """Whether it is for paper, or where the browser has no script."""
        return any(
            "print" in at or "scripting" in at or at.startswith("@supports") for at in self.around
        )

    def within(self, name: str) -> bool:
        return any(one.startswith(f"@{name}") for one in self.around)


@dataclass(slots=True)
class Sheet:
    """A style sheet: its declarations, its imports, its addresses, and what is wrong with it."""

    name: str
    declarations: list[Declared] = field(default_factory=list)
    selectors: list[tuple[str, int]] = field(default_factory=list)
    queries: list[tuple[str, int]] = field(default_factory=list)
    addresses: list[tuple[str, int, bool]] = field(default_factory=list)  # True: an @import's
    wrong: list[tuple[int, str]] = field(default_factory=list)
    jinja: list[tuple[int, str]] = field(default_factory=list)
    # Of one that is rendered: where each line is from, and in which state it was seen.
    places: dict[int, tuple[str, int]] = field(default_factory=dict)
    seen: str = ""

    def place(self, line: int) -> tuple[str, int]:
        """The file and the line that a line of it is from."""
        return self.places.get(line, (self.name, line))

    def uses(self) -> Iterator[tuple[str, int, bool]]:
        """Each custom property that is used: its name, the line, and whether it has a fallback."""
        for one in self.declarations:
            yield from _variables(one.value, one.line)


def read(
    name: str, text: str, places: Mapping[int, tuple[str, int]] | None = None, seen: str = ""
) -> Sheet:
    """A style sheet taken apart; where it is rendered, with the place of each line."""
    sheet = Sheet(name, places=dict(places or {}), seen=seen)
    for found in reversed(list(_JINJA.finditer(without_comments(text)))):
        sheet.jinja.append((text.count("\n", 0, found.start()) + 1, found[0]))
        text = f"{text[: found.start()]}{_stand_in(found)}{text[found.end() :]}"
    nodes = tinycss2.parse_stylesheet(text, True, True)
    _rules(sheet, nodes, "", ())
    sheet.wrong += _late(nodes)
    sheet.wrong += unclosed(text)
    return sheet


def _stand_in(found: re.Match[str]) -> str:
    """What stands for a tag of Jinja, so that what is around it can be read."""
    return f"{STAND_IN}{blank(found[0])}" if found[0].startswith("{{") else blank(found[0])


def _rules(sheet: Sheet, nodes: Iterable[Any], selector: str, around: tuple[str, ...]) -> None:
    for node in nodes:
        match node.type:
            case "error":
                message = "This is neither a declaration nor a rule: a : or a { is missing."
                sheet.wrong.append((node.source_line, message))
            case "qualified-rule":
                inner = tinycss2.serialize(node.prelude).strip()
                sheet.selectors.append((inner, node.source_line))
                if "//" in inner:
                    message = "CSS has no comments with //; they are /* like this */."
                    sheet.wrong.append((node.source_line, message))
                full = f"{selector} {inner}".strip() if "&" not in inner else inner
                _rules(
                    sheet, tinycss2.parse_blocks_contents(node.content, True, True), full, around
                )
            case "at-rule":
                _at_rule(sheet, node, selector, around)
            case "declaration":
                _declaration(sheet, node, selector, around)


def _at_rule(sheet: Sheet, node: Any, selector: str, around: tuple[str, ...]) -> None:
    name = node.lower_at_keyword
    if name not in AT_RULES and not name.startswith("-"):
        message = f"CSS knows no @{name}; it is left out with all that is in it."
        sheet.wrong.append((node.source_line, f"{message}{meant(name, AT_RULES)}"))
    head = f"@{name} {tinycss2.serialize(node.prelude).strip()}"
    if name == "import":
        for token in node.prelude:
            if token.type in ("string", "url"):
                sheet.addresses.append((token.value, node.source_line, True))
                break
            if token.type == "function" and token.lower_name == "url" and token.arguments:
                sheet.addresses.append((str(token.arguments[0].value), node.source_line, True))
                break
        return
    if node.content is None:
        return
    if name == "media":
        sheet.queries.append((tinycss2.serialize(node.prelude), node.source_line))
    inner = tinycss2.parse_blocks_contents(node.content, True, True)
    if name in _DESCRIBED:
        _rules(sheet, inner, head, (*around, head))
    elif name in _GROUPS:
        _rules(sheet, inner, selector, (*around, head))
    elif name in _FRAMES:
        for frame in tinycss2.parse_rule_list(node.content, True, True):
            if frame.type == "qualified-rule":
                steps = tinycss2.parse_blocks_contents(frame.content, True, True)
                _rules(sheet, steps, "", (*around, head))


def _declaration(sheet: Sheet, node: Any, selector: str, around: tuple[str, ...]) -> None:
    line, custom = node.source_line, node.name.startswith("--")
    name = node.name if custom else node.lower_name
    sheet.declarations.append(Declared(selector, name, tuple(node.value), line, around))
    for token in flat(node.value):
        if token.type == "url":
            sheet.addresses.append((token.value, line, False))
        elif token.type == "function" and token.lower_name in _LOADING:
            found = [one for one in token.arguments if one.type == "string"]
            sheet.addresses += [(one.value, line, False) for one in found]
    if not custom and not [one for one in node.value if one.type != "whitespace"]:
        sheet.wrong.append((line, f"{name} has no value."))
    elif any(one.type == "literal" and one.value == "!" for one in node.value):
        sheet.wrong.append((line, f"What stands behind the ! of {name} is not `important`."))
    elif _goes_on(node.value, custom):
        sheet.wrong.append((line, f"A semicolon is missing after the value of {name}."))


def _late(nodes: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """Imports that stand behind a rule: browsers leave them out."""
    begun = False
    for node in nodes:
        name = node.lower_at_keyword if node.type == "at-rule" else ""
        if name == "import" and begun:
            yield node.source_line, "An @import counts only before all rules."
        elif name not in ("import", "charset") and not (name == "layer" and not node.content):
            begun = True


def _goes_on(value: Iterable[Any], custom: bool) -> bool:
    """Whether a value has another declaration in it. That of a custom property may have a colon."""
    before: Any = None
    for token in value:
        if token.type == "literal" and token.value == ":":
            name = before.value if before is not None and before.type == "ident" else ""
            if not custom or name.startswith("--") or name.lower() in PROPERTIES:
                return True
        if token.type not in ("whitespace", "comment"):
            before = token
    return False


def last(selector: str) -> str:
    """What a selector is about: its last part, where it has no condition."""
    return re.split(r"[\s>+~]+", selector.strip())[-1]


def flat(tokens: Iterable[Any]) -> Iterator[Any]:
    """All parts of a value, also those within functions and brackets."""
    for token in tokens:
        yield token
        yield from flat(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


def _variables(tokens: Iterable[Any], line: int) -> Iterator[tuple[str, int, bool]]:
    for token in flat(tokens):
        if token.type == "function" and token.lower_name == "var":
            names = [one for one in token.arguments if one.type == "ident"]
            fallback = any(one.type == "literal" and one.value == "," for one in token.arguments)
            if names:
                yield names[0].value, token.source_line or line, fallback
