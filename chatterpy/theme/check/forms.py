"""Forms: each works without a script, and sends what the chat reads, by its first button."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import Tag

from chatterpy.theme.check.bench import Bench, Rendering
from chatterpy.theme.check.blame import block_left_out, left_out, may_go, told_at
from chatterpy.theme.check.findings import Finding
from chatterpy.theme.check.pages import Page
from chatterpy.theme.check.policy import Problem, text_of
from chatterpy.theme.check.stamps import is_ours

_FIELDS = "input[name], textarea[name], select[name], button[name]"
_SUBMITS = "button:not([type]), button[type=submit], input[type=submit], input[type=image]"


def without_script(page: Page) -> Iterator[Problem]:
    """Forms and links that only htmx can use."""
    for form in page.named("form"):
        if form.has_attr("hx-ws:send"):
            continue  # a part of the connection
        missing = [f"{name}=" for name in ("method", "action") if not form.has_attr(name)]
        if missing:
            message = f"Without a script this form does nothing: {' and '.join(missing)} missing."
            yield "form-method", form, message
    for element in page.select("a[hx-get]:not([href]), a[hx-post]:not([href])"):
        yield "needs-script", element, "Without a script this link leads nowhere: href= is missing."
    for element in page.select("a:not([href])"):
        if not any(name.startswith("hx-") or name in ("id", "name") for name in element.attrs):
            yield "needs-script", element, "A link without href= cannot be followed."


def changed_forms(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """Forms of ours that are gone, or send something else."""
    theirs = {_key(form): form for form in seen.page.named("form")}
    for ours in seen.ours.named("form"):
        if ours.has_attr("hx-ws:send"):
            continue
        form = theirs.get(_key(ours))
        if form is None:
            message = f"{_named(ours)} is missing: nothing is sent to {_path(ours)}."
            # What is left out as a whole is told of by `hooks`.
            whole = block_left_out(bench, seen, ours) or left_out(seen, ours)
            if not whole and not may_go(bench, ours):
                yield told_at(bench, seen, "form-field", None, ours, message)
            continue
        yield from _fields(bench, seen, ours, form)
        if ours.has_attr("novalidate") and not form.has_attr("novalidate"):
            message = (
                f"{_named(ours)} has lost novalidate: the browser sends nothing it finds wrong."
            )
            yield told_at(bench, seen, "lost-behaviour", form, ours, message)
        was, now = text_of(ours, "method").lower(), text_of(form, "method").lower()
        if now and was != now:
            message = f"{_named(ours)} has method={now!r}; the chat reads {was!r}."
            yield told_at(bench, seen, "form-method", form, ours, message)
        if form.has_attr("action") and _path(form) != _path(ours):
            message = f"{_named(ours)} goes to {_path(form)!r}; the chat reads {_path(ours)!r}."
            yield told_at(bench, seen, "form-method", form, ours, message)
        yield from _buttons(bench, seen, ours, form)


def kept_values(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """Hidden fields that browsers would fill with what was in them before a reload."""
    theirs = seen.page.select("input[type=hidden][name]")
    for ours in seen.ours.select("input[type=hidden][autocomplete=off]"):
        name = text_of(ours, "name")
        for field in theirs:
            if text_of(field, "name") == name and text_of(field, "autocomplete") != "off":
                message = f'The hidden field {name!r} has lost autocomplete="off".'
                yield told_at(bench, seen, "restored-field", field, ours, message)


def _fields(bench: Bench, seen: Rendering, ours: Tag, form: Tag) -> Iterator[Finding]:
    there = {text_of(one, "name"): one for one in form.select(_FIELDS)}
    wanted = {text_of(one, "name"): one for one in ours.select(_FIELDS)}
    strangers = sorted(set(there) - set(wanted))
    for name in sorted(wanted.keys() & there.keys()):
        yield from _shut(bench, seen, there[name], wanted[name], f"The field {name!r}")
    for name, field in wanted.items():
        if name not in there and may_go(bench, field):
            continue
        if name not in there:
            found = f" There is {', '.join(map(repr, strangers))}." if strangers else ""
            message = f"{_named(ours)} has no field named {name!r}.{found}"
            yield told_at(bench, seen, "form-field", None, field, message)
        elif text_of(field, "type") == "hidden":
            now = there[name]
            if text_of(now, "value") != text_of(field, "value"):
                message = f"The hidden field {name!r} of {_named(ours, 'the')} has another value."
                yield told_at(bench, seen, "form-field", now, field, message)
            elif text_of(now, "type") != "hidden":
                message = f"The field {name!r} of {_named(ours, 'the')} is not hidden any more."
                yield told_at(bench, seen, "form-field", now, field, message)


def _shut(bench: Bench, seen: Rendering, element: Tag, ours: Tag, what: str) -> Iterator[Finding]:
    """A field or button that nobody can use as it was meant."""
    around = element.find_parent("fieldset", disabled=True)
    if around:
        message = "What is in this <fieldset> is disabled: nothing of it is sent."
        yield told_at(bench, seen, "shut-field", around, ours, message)
    elif element.has_attr("disabled") and not ours.has_attr("disabled"):
        message = f"{what} is disabled: nothing comes of it."
        yield told_at(bench, seen, "shut-field", element, ours, message)
    elif element.has_attr("readonly") and not ours.has_attr("readonly"):
        message = f"{what} is readonly: nobody can type there."
        yield told_at(bench, seen, "shut-field", element, ours, message)
    for name in ("maxlength", "minlength", "pattern", "required"):
        if text_of(ours, "id") == "text" and element.has_attr(name) and not ours.has_attr(name):
            message = (
                f"{what} has {name}=, and ours has none: the chat itself says what it refuses."
            )
            yield told_at(bench, seen, "shut-field", element, ours, message)


def _buttons(bench: Bench, seen: Rendering, ours: Tag, form: Tag) -> Iterator[Finding]:
    was, now = ours.select(_SUBMITS), form.select(_SUBMITS)
    plain = [one for one in now if _pressed(one) == ("", "")]
    known = [_text(one) for one in was if _pressed(one) == ("", "")]
    more = [one for one in plain if is_ours(one) or _text(one) in known] or plain[:1]
    if len(plain) > len(known):
        for button in plain:
            if known and not button.has_attr("type") and not any(button is one for one in more):
                message = f'This button sends {_named(ours, "the")}, as it has no type="button".'
                yield told_at(bench, seen, "form-button", button, ours, message)
    for button in now[:1] if was else ():
        yield from _shut(
            bench, seen, button, was[0], f"The button that sends {_named(ours, 'the')}"
        )
    if was and not now:
        message = f"{_named(ours)} has no button that sends it."
        yield told_at(bench, seen, "form-button", form, ours, message)
    elif was and _pressed(was[0]) != _pressed(now[0]):
        message = (
            f"Enter presses the first button of {_named(ours, 'the')}, which is not the one it was."
        )
        idle = (one for one in form.select("button[type=button]") if _text(one) == _text(was[0]))
        yield told_at(bench, seen, "form-button", next(idle, now[0]), ours, message)


def _text(button: Tag) -> str:
    return " ".join(button.get_text().split())


def _pressed(button: Tag) -> tuple[str, str]:
    return text_of(button, "name"), text_of(button, "formaction")


def _key(form: Tag) -> str:
    """What a form is found again by."""
    return text_of(form, "id") or text_of(form, "action") or text_of(form, "hx-post")


def _path(form: Tag) -> str:
    return text_of(form, "action")


def _named(form: Tag, the: str = "The") -> str:
    name = text_of(form, "id")
    return f"{the} form #{name}" if name else f"{the} form to {_path(form)}"
