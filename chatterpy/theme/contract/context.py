"""A context: the variables of one template, with type and meaning; and its hooks.

Python renders a template by making its context, so what it is given and what is documented are one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from typing import Any, ClassVar

from jinja2 import Environment, StrictUndefined
from jinja2.environment import TemplateExpression
from jinja2.meta import find_undeclared_variables

_EXPRESSIONS = Environment(undefined=StrictUndefined)
_BRACES = re.compile(r"{(.+?)}")


@dataclass(frozen=True, slots=True)
class Hook:
    """What must be in a template's HTML for the live page to work.

    `selector` is CSS, in which `{entry.seq}` stands for that value. It holds `where` the
    condition of Jinja does, or always. What is not `needed` may be left out, and then only that
    is missing which `reason` tells; what must stand there `once` must not stand there twice.
    `behind` is what the server adds to the end of the HTML before it is seen.
    """

    selector: str
    reason: str
    where: str = ""
    needed: bool = True
    once: bool = False
    behind: str = ""

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether it holds where a template is given these values."""
        return not self.where or bool(_expression(self.where)(**values))

    def aim(self, values: Mapping[str, Any]) -> str:
        """The selector, with the values in it."""
        return _BRACES.sub(lambda found: _quoted(_expression(found[1])(**values)), self.selector)

    @property
    def names(self) -> frozenset[str]:
        """The variables that it mentions."""
        return _names("".join(f"{{{{ {one} }}}}" for one in self._expressions))

    @property
    def _expressions(self) -> list[str]:
        return [*_BRACES.findall(self.selector), *([self.where] if self.where else [])]


def variable(meaning: str, *, default: Any = MISSING) -> Any:
    """A variable of a template: a sentence about what it means."""
    return field(default=default, metadata={"meaning": meaning})


class Context:
    """The variables of one template. Each subclass is a frozen dataclass.

    `template` is its file; `within` names the templates that include it or build on it, where
    Python never renders it by itself; `hooks` are what the page leans on. A page may do without
    what is `optional`.
    """

    __slots__ = ()

    template: ClassVar[str] = ""
    within: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[bool] = False
    hooks: ClassVar[tuple[Hook, ...]] = ()

    def __init_subclass__(
        cls, template: str = "", within: tuple[str, ...] = (), optional: bool = False
    ) -> None:
        if not template:
            return  # dataclass makes the class anew, for its slots: the first has said it
        cls.template = template
        cls.within = within
        cls.optional = optional

    def values(self) -> dict[str, Any]:
        """What the template is given, by name."""
        return {one: getattr(self, one) for one in self.__dataclass_fields__}  # type: ignore[attr-defined]


def description(context: type[Context]) -> str:
    """What a template is, in one line."""
    return " ".join((context.__doc__ or "").split())


def variables(context: type[Context]) -> tuple[Field[Any], ...]:
    """The variables of a context, in the order in which they are documented."""
    return fields(context)  # type: ignore[arg-type]


def _quoted(value: object) -> str:
    """A value as it stands between double quotes in CSS."""
    return str(value).replace("\\", "\\\\").replace('"', '\\"')


@cache
def _expression(source: str) -> TemplateExpression:
    return _EXPRESSIONS.compile_expression(source, undefined_to_none=False)


@cache
def _names(source: str) -> frozenset[str]:
    return frozenset(find_undeclared_variables(_EXPRESSIONS.parse(source)))
