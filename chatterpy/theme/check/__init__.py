"""The check of a theme: what is wrong with it, where, and what to do, before any user sees it.

Templates are rendered in a sandbox with every fixture of the contract, and held against ours.
Nothing is written, nothing is asked of the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from chatterpy.errors import ThemeError
from chatterpy.theme.catalogue import FILE
from chatterpy.theme.check import (
    aims,
    barriers,
    calls,
    contents,
    contrast,
    files,
    forms,
    hidden,
    hooks,
    htmx,
    manifest,
    marks,
    markup,
    motion,
    names,
    outlines,
    policy,
    queries,
    selectors,
    source,
    style,
    texts,
    undefined,
    worth,
)
from chatterpy.theme.check.bench import Bench, Failure, Rendering
from chatterpy.theme.check.blame import suspect
from chatterpy.theme.check.findings import Finding, finding
from chatterpy.theme.check.policy import Problem
from chatterpy.theme.check.report import Report
from chatterpy.theme.check.stamps import place
from chatterpy.theme.folder import MANIFEST, STATIC
from chatterpy.theme.templates import NoFile

#: Of a template's source.
SOURCES = (*source.CHECKS, *names.CHECKS, *calls.CHECKS, *aims.CHECKS)
#: Of single elements, in outlines and in what is rendered.
ELEMENTS = (
    *policy.CHECKS,
    *htmx.CHECKS,
    markup.words,
    forms.without_script,
    barriers.elements,
    barriers.unreachable,
    barriers.languages,
)
#: Of single elements, as the sources have them.
WRITTEN = (policy.own_addresses,)
#: Of elements among others, in what is rendered.
RENDERED = (markup.duplicate_ids, barriers.names, barriers.repeated)
#: Of what is rendered beside ours.
COMPARED = (
    *hooks.CHECKS,
    *contents.CHECKS,
    forms.changed_forms,
    forms.kept_values,
    barriers.references,
    barriers.pages,
    *marks.CHECKS,
)
SHEETS = (
    *style.CHECKS,
    *selectors.CHECKS,
    *queries.CHECKS,
    *worth.CHECKS,
    *hidden.CHECKS,
    *outlines.CHECKS,
    *motion.CHECKS,
)
FOLDER = (*files.CHECKS, *manifest.CHECKS, *texts.CHECKS, *contrast.CHECKS)


#: What is only true of a manifest that can be read.
_OF_A_MANIFEST = {"unknown-option", "contract-missing", "licence-missing"}


def examine(folder: Path) -> Report:
    """What is wrong with the theme in a folder; raises ThemeError where it is none."""
    if not folder.is_dir():
        raise ThemeError(f"There is no folder {str(folder)!r}.")
    theme, wrong = manifest.read(folder)
    bench = Bench(theme, folder)
    said = any((folder / name).exists() for name in (MANIFEST, FILE))
    if not (bench.sources or bench.static or said):
        raise ThemeError(
            f"{folder} is not a theme: it has no {MANIFEST}, no template, no {FILE}, "
            f"and no folder {STATIC}."
        )
    # What the sources say comes first: it has a place, and what is rendered only repeats it.
    told = _told_once([*_of_sources(bench), *_of_folder(bench), *_of_renderings(bench)])
    if any(one.rule.id == "manifest-syntax" for one in wrong):
        told = [one for one in told if one.rule.id not in _OF_A_MANIFEST]
    found = [*wrong, *told]
    return Report(bench.theme.name, folder, tuple(sorted(found, key=lambda one: one.rank)))


def _of_sources(bench: Bench) -> Iterator[Finding]:
    for check in SOURCES:
        yield from check(bench)
    for one in bench.sources.values():
        if one.name.endswith(".html"):
            for check_elements in (*ELEMENTS, *WRITTEN):
                yield from _placed(bench, check_elements(one.outline), "")


def _of_folder(bench: Bench) -> Iterator[Finding]:
    for sheet in bench.sheets:
        for check in SHEETS:
            yield from check(bench, sheet)
    for check_folder in FOLDER:
        yield from check_folder(bench)


def _of_renderings(bench: Bench) -> Iterator[Finding]:
    for seen in bench.renderings:
        if seen.template.endswith(".html"):
            yield from _of_rendering(bench, seen)
        elif seen.template.endswith(".svg"):
            for compare in (*hooks.CHECKS, markup.drawings):
                yield from compare(bench, seen)
    unread = {one.name for one in bench.sources.values() if one.error}
    for failure in bench.failures:
        # What cannot be read at all is told of by `files`.
        if failure.file not in unread and not isinstance(failure.error, OSError | UnicodeError):
            yield _failed(bench, failure)
    for sheet in bench.rendered_sheets:
        for check in SHEETS:
            yield from (one for one in check(bench, sheet) if one.file in bench.sources)


def _of_rendering(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    for check in (*ELEMENTS, *RENDERED):
        yield from _placed(bench, check(seen.page), seen.seen)
    nesting = markup.nesting(seen.page.html, seen.ours.html, seen.seen)
    broken = [one for one in nesting if one.file in bench.sources]
    yield from broken
    for compare in COMPARED:
        for one in compare(bench, seen):
            # What nothing else explains is lost where the HTML is broken.
            lost = broken and not one.line and one.rule.id in ("missing-hook", "lost-place")
            yield replace(one, file=broken[0].file, line=broken[0].line) if lost else one


def _placed(bench: Bench, problems: Iterable[Problem], seen: str) -> Iterator[Finding]:
    """The problems with elements of the theme's own."""
    for rule, element, message in problems:
        file, line = place(element)
        if file in bench.sources:
            yield finding(rule, file, line, message, seen)


def _failed(bench: Bench, failure: Failure) -> Finding:
    """What a template could not do with a fixture."""
    said = f"{failure.error}".rstrip(".") or type(failure.error).__name__
    rule, message = "render-failure", f"This cannot be shown: {said}."
    if isinstance(failure.error, SecurityError):
        rule = "unsafe-access"
    elif isinstance(failure.error, NoFile):
        rule = "missing-file"
    elif isinstance(failure.error, UndefinedError):
        rule, sentence = undefined.sentence(failure.error)
        message = f"This cannot be shown. {sentence}"
    elif isinstance(failure.error, RecursionError):
        rule = "extends-itself"
        message = "This cannot be shown: it includes itself, or what it includes does."
    # Where it came to its end is nowhere in particular.
    file, line = failure.file, 0 if rule == "extends-itself" else failure.line
    if file not in bench.sources:
        file, line = suspect(bench, failure.state.context.template)
    seen = f"{failure.state.context.template}, {failure.state.name}"
    return finding(rule, file, line, message, seen)


def _told_once(found: Iterable[Finding]) -> list[Finding]:
    """The findings, each told once, wherever else it was seen."""
    kept: dict[tuple[str, str, int, str], Finding] = {}
    failed: set[tuple[str, int]] = set()
    for one in found:
        if one.message.startswith("This cannot be shown") and (one.file, one.line) in failed:
            continue
        failed.add((one.file, one.line))
        kept.setdefault((one.rule.id, one.file, one.line, one.message), one)
    gravest: dict[tuple[str, int, str], Finding] = {}
    for one in sorted(kept.values(), key=lambda one: one.rank):
        gravest.setdefault((one.file, one.line, one.message), one)
    return list(gravest.values())
