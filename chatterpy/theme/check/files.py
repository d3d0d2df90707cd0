"""The files: what lies where, what cannot be read, and what is used by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chatterpy.theme.catalogue import FILE
from chatterpy.theme.check.bench import content, readable
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.words import listed
from chatterpy.theme.folder import MANIFEST, STATIC, STYLE

if TYPE_CHECKING:
    from chatterpy.theme.check.bench import Bench

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
#: Files that are read as text, and so have to be in UTF-8.
_TEXTS = listed(".html .css .svg .toml")
#: Folders that other sites keep such files in.
_SERVED = listed("static css js img images fonts assets public media")
#: Ours that a theme may well have its own of.
_ICON = "icon.svg"


def unreadable(bench: Bench) -> Iterator[Finding]:
    """Files that cannot be opened, and texts in another encoding than UTF-8."""
    for name, file in bench.files:
        if not readable(file):
            why = "leads nowhere" if file.is_symlink() and not file.exists() else "cannot be opened"
            yield finding("unreadable-file", name, 0, f"{name} {why}.")
        elif file.suffix.lower() in _TEXTS:
            try:
                file.read_bytes().decode()
            except UnicodeDecodeError as error:
                line = error.object.count(b"\n", 0, error.start) + 1
                message = f"{name} is not UTF-8: there is a byte {error.object[error.start]:#04x}."
                yield finding("unreadable-file", name, line, message)


def files(bench: Bench) -> Iterator[Finding]:
    """Files that lie where nothing looks for them, and those that nothing asks for."""
    texts = "\n".join(
        [source.text for source in bench.sources.values()]
        + [
            content(file)
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
    for name, file in bench.files:
        if readable(file):
            yield from _misplaced(bench, name, file)


def replaced(bench: Bench) -> Iterator[Finding]:
    """Files that stand in for ours, which all pages lean on."""
    for name in sorted(bench.ours_static & bench.static.keys()):
        if name != _ICON:
            message = f"static/{name} stands in for ours, and gets nothing of what a release mends."
            yield finding("replaced-file", f"{STATIC}/{name}", 0, message)


def _misplaced(bench: Bench, name: str, file: Path) -> Iterator[Finding]:
    if message := _why_misplaced(bench, name, file):
        yield finding("misplaced-file", name, 0, message)


def _why_misplaced(bench: Bench, name: str, file: Path) -> str:
    """Why a file lies where nothing looks for it; nothing where it lies right."""
    top, _, inner = name.partition("/")
    kind = file.suffix.lower()
    if not file.resolve().is_relative_to(bench.folder.resolve()):
        return f"{name} is a link to something outside of the theme, which others do not have."
    if top == STATIC:
        if kind == ".html":
            return f"{name} is in {STATIC}/, where no template is looked for: move it up."
        if kind == ".css" and STYLE not in bench.static and not _named(bench, file.name):
            return f"No page has {name}: the theme's style sheet is {STATIC}/{STYLE}."
        return ""
    if inner and top.lower() in _SERVED and kind in {*_PAGE_FILES, ".css", ".svg"}:
        return f"{name} is not served: what browsers load lies in {STATIC}/, in small letters."
    if inner in bench.built_in and name not in bench.built_in:
        return f"{name} stands in for nothing: templates lie in the theme's folder itself."
    if name == STYLE and _is_plain(content(file)):
        return f"{name} is where no page looks for it: the theme's style sheet is {STATIC}/{STYLE}."
    if kind in _PAGE_FILES and not _BESIDE.match(file.name):
        return f"{name} is neither a template nor in {STATIC}/, so no page can have it."
    like = name.lower().removesuffix(".txt").removesuffix(".bak")
    if like != name and like in bench.built_in:
        return f"{name} stands in for nothing: write {like!r}, in small letters and with no more."
    if kind in (".json", ".yaml", ".yml", ".ini") and file.stem.lower() in ("theme", "strings"):
        return f"Nothing reads {name}: write {file.stem.lower()}.toml."
    if kind == ".toml" and name not in (MANIFEST, FILE):
        return f"Nothing reads {name}.{meant(name, (MANIFEST, FILE))}"
    return ""


def _named(bench: Bench, name: str) -> bool:
    """Whether a template or another style sheet names a file."""
    return any(name in source.text for source in bench.sources.values()) or any(
        name in content(one) for one in bench.static.values() if one.suffix == ".css"
    )


def _is_plain(text: str) -> bool:
    """Whether a text is a style sheet and no template of one."""
    return "{" in text and not re.search(r"{[{%]", text)


CHECKS = (unreadable, files, replaced)
