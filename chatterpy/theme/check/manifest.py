"""The manifest and the folder: theme.toml, what lies where, and what is used by nobody."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chatterpy.errors import ThemeError
from chatterpy.theme.check.calls import options_used
from chatterpy.theme.check.findings import Finding, finding, line_of, meant
from chatterpy.theme.check.words import listed
from chatterpy.theme.contract.versions import CONTRACT, outdated
from chatterpy.theme.folder import MANIFEST, STATIC, STYLE, find_theme

if TYPE_CHECKING:
    from chatterpy.theme.check.bench import Bench

#: What `theme.toml` can say at its top.
KEYS = ("name", "author", "licence", "contract", "settings")
#: Files that may lie in a theme's folder without being used by a page.
_BESIDE = re.compile(
    r"(readme|licen[cs]e|copying|changelog|screenshot|preview|authors|notice|credits)",
    re.IGNORECASE,
)
_PAGE_FILES = listed(
    ".htm .js .png .jpg .jpeg .gif .webp .avif .ico .woff .woff2 .ttf .otf .mp3 .jinja .j2"
)
#: A file that is larger makes the first look at the page slow, in bytes.
LARGE = 300_000


def unreadable(folder: Path) -> Finding | None:
    """What is wrong with a manifest that cannot be used; None where it can."""
    file = folder / MANIFEST
    text = file.read_text("utf-8", errors="replace") if file.is_file() else ""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        line = re.search(r"line (\d+)", str(wrong))
        last = text.count("\n") + 1
        return finding("manifest-syntax", MANIFEST, int(line[1]) if line else last, f"{wrong}.")
    for key in said:
        if key not in KEYS:
            message = f"theme.toml knows no {key!r}.{meant(key, KEYS)}"
            return finding("unknown-key", MANIFEST, line_of(text, key), message)
    try:
        find_theme(str(folder)).chosen({}, {})
    except ThemeError as wrong:
        message = str(wrong).removeprefix(f"{file}: ").removeprefix(f"{file} ")
        rule, key = _told_of(message)
        return finding(rule, MANIFEST, line_of(text, key), message)
    return None


def _told_of(message: str) -> tuple[str, str]:
    """The rule, and the key of the manifest, that a refusal is about."""
    if "is made for contract" in message:
        return "contract-newer", "contract"
    if option := re.match(r"The theme's setting (\S+) ", message):
        return "option-default", f"settings.{option[1]}"
    table = re.match(r"\[(settings\.[^\]]+)\]", message)
    return "manifest-value", table[1] if table else message.split(" ")[0]


def contract(bench: Bench) -> Iterator[Finding]:
    """For which contract the theme was made."""
    line, made_for = line_of(bench.manifest, "contract"), bench.theme.contract
    if not line:
        message = f"theme.toml does not say for which contract it was made: contract = {CONTRACT}."
        yield finding("contract-missing", MANIFEST, 0, message)
    elif changes := outdated(made_for):
        message = f"Since contract {made_for}, which it is made for: {' '.join(changes)}"
        yield finding("contract-older", MANIFEST, line, message)
    if not bench.theme.licence:
        message = "theme.toml does not say under which licence others may use the theme."
        yield finding("licence-missing", MANIFEST, 0, message)


def options(bench: Bench) -> Iterator[Finding]:
    """Options that change nothing, tokens that nobody uses, files that are not there."""
    used = {name for source in bench.sources.values() for _, name in options_used(source)}
    every = any(
        re.search(r"\boptions\s*(\[[^'\"]|\.(items|get|keys|values)\b|\|)", source.text)
        for source in bench.sources.values()
    )
    for option in bench.theme.options:
        line = line_of(bench.manifest, f"settings.{option.name}")
        if option.token and option.token not in bench.tokens_used:
            hint = meant(option.token, bench.tokens_used)
            message = f"Nothing uses {option.token}, which {option.name} sets.{hint}"
            yield finding("unused-token", MANIFEST, line, message)
        if not option.token and option.name not in used and not every:
            message = f"The setting {option.name} changes nothing: no template asks for it."
            yield finding("unused-option", MANIFEST, line, message)
        if option.kind == "file" and option.default and option.default not in bench.theirs.files:
            message = f"There is no file {option.default!r} in static/."
            yield finding("missing-file", MANIFEST, line, message)


def files(bench: Bench) -> Iterator[Finding]:
    """Files that lie where nothing looks for them, and those that nothing asks for."""
    texts = "\n".join(
        [source.text for source in bench.sources.values()]
        + [
            file.read_text("utf-8", errors="replace")
            for name, file in bench.static.items()
            if name.endswith((".css", ".js", ".svg", ".webmanifest"))
        ]
        + [option.default for option in bench.theme.options]
    )
    dynamic = re.search(r"static\(\s*[^'\")\s]", texts)
    for name, file in bench.static.items():
        known = name == STYLE or name in bench.ours_static
        last = name.rpartition("/")[2]
        if not (known or dynamic or last in texts or _BESIDE.match(last)):
            message = f"Nothing asks for static/{name}."
            yield finding("unused-file", f"{STATIC}/{name}", 0, message)
        if (size := file.stat().st_size) > LARGE:
            message = f"static/{name} has {size // 1000} kB, which every newcomer loads."
            yield finding("large-file", f"{STATIC}/{name}", 0, message)
    for file in sorted(bench.folder.rglob("*")):
        name = file.relative_to(bench.folder).as_posix()
        if not file.is_file() or name.startswith(f"{STATIC}/") or file.name.startswith("."):
            continue
        yield from _misplaced(bench, name, file)


def _misplaced(bench: Bench, name: str, file: Path) -> Iterator[Finding]:
    inner = name.partition("/")[2]
    if inner in bench.built_in and name not in bench.built_in:
        message = f"{name} stands in for nothing: templates lie in the theme's folder itself."
        yield finding("misplaced-file", name, 0, message)
    elif (
        name == STYLE
        and "{" in file.read_text("utf-8", errors="replace")
        and not re.search(r"{[{%]", file.read_text("utf-8", errors="replace"))
    ):
        message = (
            f"{name} is where no page looks for it: the theme's style sheet is {STATIC}/{STYLE}."
        )
        yield finding("misplaced-file", name, 0, message)
    elif file.suffix.lower() in _PAGE_FILES and not _BESIDE.match(file.name):
        message = f"{name} is neither a template nor in {STATIC}/, so no page can have it."
        yield finding("misplaced-file", name, 0, message)
    elif file.suffix == ".toml" and name not in (MANIFEST, "strings.toml"):
        hint = meant(name, (MANIFEST, "strings.toml"))
        yield finding("misplaced-file", name, 0, f"Nothing reads {name}.{hint}")


CHECKS = (contract, options, files)
