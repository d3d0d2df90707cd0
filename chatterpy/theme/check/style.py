"""Style sheets: what the policy blocks, what breaks the live page, and what is misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.policy import is_foreign
from chatterpy.theme.check.sheets import Declared, Sheet, last
from chatterpy.theme.check.words import DESCRIPTORS, GLOBAL, PROPERTIES
from chatterpy.theme.folder import STATIC

_NAMES = re.compile(r"([#.])(-?[a-zA-Z_][\w-]*)")
#: What the list follows its end by: the values that its parts can have, by property.
_FOLLOWS: dict[str, dict[str, set[str]]] = {
    "#scroller": {
        "overflow": {"auto", "scroll"},
        "display": {"flex", "none"},
        "flex-direction": {"column-reverse"},
    },
    "#log": {
        "overflow": {"visible", "clip"},
        "display": {"flex", "none"},
        "flex-direction": {"column"},
        "position": {"relative"},
        "block-size": set(),
    },
    "#messages": {
        "overflow": {"visible", "clip"},
        "flex-direction": {"column"},
        "position": {"static", "relative"},
        "block-size": {"auto", "none"},
    },
}
#: Values of white-space with which line breaks stay.
_KEPT = ("pre-wrap", "break-spaces", "preserve", "pre-line", "var(")
#: What tells the viewer's own messages from others', in the layer `mine`.
_MINE = {"--bubble", "--bubble-ink", "--bubble-link", "flex-direction"}


def broken(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    for line, message in sheet.wrong:
        yield _found(sheet, "css-syntax", line, message)


def jinja(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """Jinja in a file that is served as it is."""
    for line, tag in sheet.jinja:
        message = f"{tag.split(chr(10))[0]} is not filled in: files in {STATIC}/ are no templates."
        yield _found(sheet, "jinja-in-static", line, message)


def addresses(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """What a style sheet loads."""
    for address, line, imported in sheet.addresses:
        if is_foreign(address):
            what = "imports" if imported else "loads"
            message = f"The policy blocks what this {what} from {urlsplit(address).netloc}."
            yield _found(sheet, "foreign-origin", line, message)
        elif address.startswith("data:"):
            yield _found(sheet, "data-address", line, "The policy blocks data: addresses.")
        elif sheet.places and not address.startswith(("/", "#")):
            message = f"{address!r} is looked for beside the page, where no file is."
            yield _found(sheet, "relative-address", line, message)
        elif sheet.places:
            continue  # made by static() or url()
        elif address.startswith("/"):
            message = f"{address} is not there where the chat is mounted under a prefix."
            yield _found(sheet, "absolute-address", line, message)
        elif address and not address.startswith("#"):
            plain = re.split(r"[?#]", address)[0]
            folder = dirname(sheet.name.removeprefix(f"{STATIC}/"))
            name = normpath(join(folder, plain))
            if name not in bench.theirs.files:
                message = f"There is no file {plain!r}.{meant(name, bench.theirs.files)}"
                yield _found(sheet, "missing-file", line, message)


def words(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """Properties that CSS does not know, and classes and ids that no template has."""
    for one in sheet.declarations:
        known = DESCRIPTORS if one.selector.startswith("@") else PROPERTIES
        if one.selector.startswith("@page"):
            known = DESCRIPTORS | PROPERTIES
        if not one.name.startswith("-") and one.name not in known and not one.name.startswith("*"):
            message = f"CSS knows no {one.name!r}.{meant(one.name, known)}"
            yield _found(sheet, "unknown-property", one.line, message)
    there = bench.written
    for selector, line in sheet.selectors:
        for sign, name in _NAMES.findall(
            re.sub(r"\[[^\]]*\]|\"[^\"]*\"|#[0-9a-f]{3,8}\b(?=\s*[;,)])", "", selector)
        ):
            if not _stands(name, there[sign]):
                message = f"No template has {sign}{name}."
                hint = meant(name, there[sign])
                yield _found(sheet, "unknown-selector", line, message + hint)


def _stands(name: str, there: set[str]) -> bool:
    """Whether a template may have an id or a class: it may be made there, as `edge-{{ … }}` is."""
    made = name.startswith("htmx-") or name[-1].isdigit()
    return made or name in there or any(one[-1] in "-_" and name.startswith(one) for one in there)


def tokens(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """Custom properties that nobody sets, or nobody uses."""
    known = bench.tokens_set
    for name, line, fallback in sheet.uses():
        if name not in known and not fallback:
            message = f"Nothing sets {name}.{meant(name, known)}"
            yield _found(sheet, "unknown-token", line, message)
    used = bench.tokens_used
    for one in sheet.declarations:
        if one.name.startswith("--") and one.name not in used:
            message = f"Nothing uses {one.name}.{meant(one.name, used)}"
            yield _found(sheet, "unused-token", one.line, message)


def live(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """What keeps the page from following the end, from being seen, or from telling whose it is."""
    for one in sheet.declarations:
        if one.name == "overflow-anchor" and "none" in one.words:
            message = "Without scroll anchoring the page does not follow the end."
            yield _found(sheet, "scrolling", one.line, message)
        parts = {last(selector) for selector in one.selectors}
        for part in sorted(parts & _FOLLOWS.keys()):
            if _keeps_from_following(one, part) and not one.on_occasion:
                message = f"{one.name} of {part} is what lets the page follow the end."
                yield _found(sheet, "scrolling", one.line, message)
        if one.name in _MINE and ".message" in parts and not one.within("layer"):
            message = f"{one.name} of .message, outside of a layer, is stronger than @layer mine."
            yield _found(sheet, "own-messages", one.line, message)
        if one.name in ("direction", "unicode-bidi") and parts & {".text", ".name"}:
            message = f"{one.name}: each text has its own direction, which dir= finds for it."
            yield _found(sheet, "text-direction", one.line, message)
        if (
            one.name.startswith("white-space")
            and ".text" in parts
            and not one.text.startswith(_KEPT)
        ):
            message = f"{one.name}: {one.text} runs the lines of a message together."
            yield _found(sheet, "line-breaks", one.line, message)


def _keeps_from_following(one: Declared, part: str) -> bool:
    """Whether a declaration takes from a part of the list what it follows its end by."""
    known = _FOLLOWS[part]
    name = re.sub(r"^(overflow)-(?:y|block)$", r"\1", one.name)
    if name in ("height", "max-height", "max-block-size"):
        name = "block-size"
    if name not in known or one.words[:1] == [] or "var(" in one.text or one.words[0] in GLOBAL:
        return False
    return (one.words[-1] if name == "overflow" else one.words[0]) not in known[name]


def _found(sheet: Sheet, rule: str, line: int, message: str) -> Finding:
    return finding(rule, *sheet.place(line), message, sheet.seen)


CHECKS = (broken, jinja, addresses, words, tokens, live)
