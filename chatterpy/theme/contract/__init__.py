"""The contract: what each template is given, and what the live page needs of it."""

from __future__ import annotations

from functools import cache

from chatterpy.theme.contract import (
    answers,
    beside,
    composer,
    connection,
    frames,
    messages,
    notices,
    pages,
    person,
    styles,
)
from chatterpy.theme.contract.context import Context

#: In the order in which they are documented.
GROUPS = (
    pages,
    messages,
    composer,
    person,
    beside,
    connection,
    answers,
    frames,
    notices,
    styles,
)


@cache
def contexts() -> dict[str, type[Context]]:
    """The context of each template, by its file."""
    return {
        one.template: one
        for group in GROUPS
        for one in vars(group).values()
        if isinstance(one, type) and issubclass(one, Context) and one.__module__ == group.__name__
        if one.template
    }
