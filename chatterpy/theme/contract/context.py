"""A context: the variables of one template, with type, meaning and an example; and its hooks.

Python renders a template by making its context, so what it is given and what is documented are one.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar

#: The version of the contract that this release keeps. It grows when a theme could break.
CONTRACT = 1


@dataclass(frozen=True, slots=True)
class Hook:
    """What must be in a template's HTML for the live page to work.

    `selector` is CSS, in which `{name}` stands for a value of the example (`{entry.seq}`).
    """

    selector: str
    reason: str


def variable(meaning: str, *, default: Any = MISSING) -> Any:
    """A variable of a template: a sentence about what it means."""
    return field(default=default, metadata={"meaning": meaning})


class Context:
    """The variables of one template. Each subclass is a frozen dataclass.

    `template` is its file; `within` names the templates that include it, where Python never
    renders it by itself; `hooks` are what the page leans on.
    """

    __slots__ = ()

    template: ClassVar[str]
    within: ClassVar[tuple[str, ...]]
    hooks: ClassVar[tuple[Hook, ...]] = ()

    def __init_subclass__(cls, template: str = "", within: tuple[str, ...] = ()) -> None:
        if not template:
            return  # dataclass makes the class anew, for its slots: the first has said it
        cls.template = template
        cls.within = within

    def values(self) -> dict[str, Any]:
        """What the template is given, by name."""
        return {one: getattr(self, one) for one in self.__dataclass_fields__}  # type: ignore[attr-defined]


def variables(context: type[Context]) -> tuple[Field[Any], ...]:
    """The variables of a context, in the order in which they are documented."""
    return fields(context)  # type: ignore[arg-type]
