"""Jinja for templates that are rendered thousands of times a second: nothing is done twice.

It stands on names of Jinja and MarkupSafe that are not promised; tests/theme/test_loaded.py tells
when an upgrade changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import cached_property
from types import BuiltinMethodType, CodeType, FunctionType, MethodType
from typing import Any

import markupsafe
from jinja2 import Environment, Template
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.utils import internalcode, missing
from markupsafe import Markup, escape

Block = Callable[[Context], Iterator[str]]


def _itself(value: str) -> str:
    return value


#: How values of these very types are escaped. All other values may have something to say to it.
_ESCAPES: dict[type, Callable[[Any], str]] = {
    str: markupsafe._escape_inner,  # type: ignore[attr-defined]
    int: str,
    Markup: _itself,
}


def escaped(value: object) -> str:
    """What `markupsafe.escape` makes of a value, as a plain text.

    `escape` wraps it, so that nobody escapes it again; a template writes it out there and then.
    """
    return _ESCAPES.get(type(value), escape)(value)


#: Functions of these types are called as they are, where they do not ask for more (`pass_context`).
_FUNCTIONS = {BuiltinMethodType, FunctionType, MethodType}


class LoadedContext(Context):
    """The variables of a template while it is rendered, without what hardly any template uses."""

    def __init__(
        self,
        environment: Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: dict[str, Block],
        globals: MutableMapping[str, Any] | None = None,
    ) -> None:
        # Not the base's, which makes all of it anew each time.
        self.environment = environment
        self.parent = parent
        self.name = name
        self.vars = {}
        self.exported_vars = set()
        self.blocks = {name: [block] for name, block in blocks.items()}
        self._globals = globals

    @internalcode
    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Calls a function of the template's; the base looks first what it wants to be given."""
        if type(__obj) not in _FUNCTIONS or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return __obj(*args, **kwargs)
        except StopIteration:
            return __self.environment.undefined("A function that was called gave nothing.")

    @cached_property
    def eval_ctx(self) -> EvalContext:  # type: ignore[override]
        """Whether to escape, where a template changes that."""
        return EvalContext(self.environment, self.name)

    @cached_property
    def globals_keys(self) -> set[str]:  # type: ignore[override]
        """What an imported template knows of its own."""
        return set(self._globals or ())


class LoadedTemplate(Template):
    """A template whose values are escaped by `escaped`."""

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__["escape"] = escaped
        return made

    def new_context(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> Context:
        """The base's, in one step; `shared` variables are those of the including template."""
        parent = (vars or {}) if shared else {**self.globals, **(vars or {})}
        if locals:
            there = {name: value for name, value in locals.items() if value is not missing}
            parent = {**parent, **there}
        return self.environment.context_class(
            self.environment, parent, self.name, self.blocks, self.globals
        )


class Loaded(Environment):
    """An environment whose templates stay as they were loaded, and are found at once.

    Jinja looks each one up under a lock, and copies its globals item by item through a chain of
    mappings, for every render and every include: half of what a message costs.
    """

    template_class = LoadedTemplate
    context_class = LoadedContext

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._loaded: dict[str, Template] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        if isinstance(name, Template):
            return name
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = super().get_template(name, parent, globals)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}
