"""Kinds: what a value in a template is, as far as the contract's types tell."""

from __future__ import annotations

import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from chatterpy.theme.check.findings import meant


@dataclass(frozen=True, slots=True)
class Kind:
    """The classes that a value may be of, and what it holds where it is a collection."""

    classes: tuple[type, ...]
    items: Kind | None = None

    def __str__(self) -> str:
        return " or ".join(sorted({one.__name__.lower() for one in self.classes}))

    def has(self, name: str) -> bool:
        """Whether an attribute can be there; a mapping may have any, they are its keys."""
        if any(issubclass(one, Mapping) for one in self.classes):
            return True
        return any(hasattr(one, name) or name in _hints(one) for one in self.classes)

    @property
    def is_object(self) -> bool:
        """Whether it has no text of its own, so that Python's name for it would be shown."""
        return any(
            not issubclass(one, (int, float))
            and not any("__str__" in vars(base) for base in one.__mro__[:-1])
            for one in self.classes
        )

    def calls(self, name: str) -> bool:
        """Whether an attribute has to be called."""
        return any(callable(getattr(one, name, None)) for one in self.classes)

    def names(self) -> set[str]:
        """The attributes that there are."""
        found = {name for one in self.classes for name in (*dir(one), *_hints(one))}
        return {name for name in found if not name.startswith("_")}

    def attribute(self, name: str) -> Kind | None:
        """The kind of an attribute; None where it is not told."""
        found = [kind_of(_hints(one)[name]) for one in self.classes if name in _hints(one)]
        return _joined([one for one in found if one])

    def lacks(self, name: str) -> str:
        """The sentence about an attribute that is not there."""
        return f"A {self} has no {name!r}.{self.hint(name)}"

    def hint(self, name: str) -> str:
        """What was probably meant by an attribute that is not there."""
        if any(issubclass(one, Collection) and one is not str for one in self.classes):
            return " How many there are is told by the filter `length`."
        return meant(name, self.names()) or f" There are {', '.join(sorted(self.names()))}."


def kind_of(annotation: Any) -> Kind | None:
    """The kind that an annotation tells; None where it tells nothing."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        parts = [kind_of(one) for one in get_args(annotation) if one is not type(None)]
        return None if None in parts else _joined([one for one in parts if one])
    if isinstance(origin, type):
        inner = [one for one in get_args(annotation) if one is not Ellipsis]
        item = inner[-1] if issubclass(origin, Mapping) else inner[0] if inner else None
        return Kind((origin,), kind_of(item))
    if isinstance(annotation, type) and annotation is not object:
        return Kind((annotation,))
    return None


def kinds(owner: type) -> dict[str, Kind | None]:
    """The kinds of a class's variables, by name."""
    return {name: kind_of(hint) for name, hint in _hints(owner).items()}


def _joined(parts: list[Kind]) -> Kind | None:
    if not parts:
        return None
    items = [one.items for one in parts if one.items]
    return Kind(tuple(dict.fromkeys(cls for one in parts for cls in one.classes)), _joined(items))


def _hints(owner: type) -> dict[str, Any]:
    """The annotated attributes of a class, and what its properties return."""
    try:
        found = get_type_hints(owner)
    except (NameError, TypeError):
        return {}  # annotations of others, made for type checkers alone
    for name in dir(owner):
        getter = getattr(getattr(owner, name, None), "fget", None)
        if getter and "return" in getattr(getter, "__annotations__", {}):
            found[name] = get_type_hints(getter).get("return")
    return found
