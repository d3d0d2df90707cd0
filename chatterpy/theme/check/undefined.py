"""Undefined: what a template asked for and was not given, in words for who wrote the template."""

from __future__ import annotations

import re
import sys

from jinja2 import UndefinedError

from chatterpy.theme.check.kinds import Kind

#: How Jinja says it. Classes of Python's own stand there without their module.
_ATTRIBUTE = re.compile(r"'(?:([\w.]+)\.)?(\w+) object' has no attribute '(\w+)'")
_VARIABLE = re.compile(r"'(\w+)' is undefined")
#: What `self` is in a template, and its blocks are attributes of.
_BLOCKS = "TemplateReference"


def sentence(error: UndefinedError) -> tuple[str, str]:
    """The rule that tells of it, and a sentence without the names of Python's modules."""
    said = str(error)
    if found := _VARIABLE.fullmatch(said):
        return "unknown-variable", f"There is no variable {found[1]!r}."
    if not (found := _ATTRIBUTE.fullmatch(said)):
        return "unknown-attribute" if "attribute" in said else "unknown-variable", f"{said}."
    module, owner, name = found.groups()
    if owner == _BLOCKS:
        return "unknown-block", f"There is no block {name!r}."
    cls = getattr(sys.modules.get(module or "builtins"), owner, None)
    if not isinstance(cls, type):
        return "unknown-attribute", f"A {owner.lower()} has no {name!r}."
    return "unknown-attribute", Kind((cls,)).lacks(name)
