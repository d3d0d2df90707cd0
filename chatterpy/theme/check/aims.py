"""Aims: what htmx is told to look for, by the theme's own elements, and that no template has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.policy import text_of
from chatterpy.theme.check.stamps import VALUE, place

_SELECTORS = ("hx-target", "hx-include", "hx-indicator", "hx-disable", "hx-sync", "hx-select")
_FROM = re.compile(r"\b(?:from|target|root):(\S+)")
#: What is said of an element by its attributes is not looked at.
_ATTRIBUTE = re.compile(r"\[[^\]]*\]")
_NAME = re.compile(rf"([#.])([a-zA-Z][\w-]*)(?![\w{VALUE}-])")


def dangling(bench: Bench) -> Iterator[Finding]:
    """Ids and classes that are looked for and that nothing has."""
    for source in bench.sources.values():
        if not source.name.endswith(".html"):
            continue
        for element in source.outline.having(*_SELECTORS, "hx-trigger"):
            aims = {name: text_of(element, name) for name in _SELECTORS}
            aims["hx-trigger"] = " ".join(_FROM.findall(text_of(element, "hx-trigger")))
            for name, value in aims.items():
                for kind, word in _NAME.findall(_ATTRIBUTE.sub("", value)):
                    known = bench.written[kind]
                    if word in known or word.startswith("htmx-"):
                        continue
                    message = f"{name}= looks for {kind}{word}, which no template has."
                    hint = meant(word, known)
                    yield finding("dangling-aim", *place(element), message + hint)


CHECKS = (dangling,)
