"""Barriers: what keeps people out who do not see, use no mouse, or need larger letters."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import Tag

from chatterpy.theme.check.bench import Bench, Rendering
from chatterpy.theme.check.blame import told_at
from chatterpy.theme.check.findings import Finding
from chatterpy.theme.check.htmx import PARTIAL
from chatterpy.theme.check.pages import Page
from chatterpy.theme.check.policy import Problem, text_of
from chatterpy.theme.check.stamps import VALUE, culprit, is_ours
from chatterpy.theme.check.texts import LANGUAGE

_CONTROLS = "button, input, select, textarea, a[href], iframe, [role=dialog], [role=log], summary"
#: What the keyboard reaches by itself.
_FOCUSABLE = {"a", "button", "input", "select", "textarea", "summary", "iframe"}
_CONTROL_ROLES = {"button", "link", "checkbox", "radio", "switch", "tab", "menuitem", "option"}
#: Attributes that name other elements by their ids.
_REFERENCES = (
    "for",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-details",
    "aria-owns",
    "popovertarget",
    "commandfor",
    "list",
    "form",
)


def elements(page: Page) -> Iterator[Problem]:
    """What can be said of one element by itself."""
    for image in page.named("img"):
        if not image.has_attr("alt"):
            yield "image-alt", image, 'This image has no alt=; where it says nothing, alt="".'
    for element in page.select("[tabindex]"):
        order = text_of(element, "tabindex").strip()
        if order.lstrip("+").isdigit() and int(order) > 0:
            message = f'tabindex="{order}" comes before everything else on the page.'
            yield "tab-order", element, message
        elif order.startswith("-") and element.name in _FOCUSABLE and not _is_away(element):
            message = f"This <{element.name}> is left out where one goes by the keyboard."
            yield "tab-order", element, message
    for element in page.named("time"):
        if not element.has_attr("datetime"):
            yield "time-datetime", element, "No program can read this time: datetime= is missing."
    for element in page.select("meta[name=viewport]"):
        said = text_of(element, "content").replace(" ", "").lower()
        if "user-scalable=no" in said or "user-scalable=0" in said or "maximum-scale=1" in said:
            yield "zoom", element, "Nobody can enlarge this page."
    for element in page.select("[aria-hidden=true]"):
        inner = [element, *element.select("a[href], button, input:not([type=hidden]), textarea")]
        if any(one.name in ("a", "button", "input", "textarea") for one in inner):
            yield "hidden-control", element, "A control is in what screen readers are not told of."
    for element in page.named("div", "span", "li", "p", "img", "i", "b"):
        asked = any(element.has_attr(name) for name in ("hx-get", "hx-post"))
        trigger = text_of(element, "hx-trigger")
        if asked and (not trigger or trigger.startswith("click")) and not element.has_attr("role"):
            message = f"A <{element.name}> cannot be reached with the keyboard; a <button> can."
            yield "click-element", element, message


def unreachable(page: Page) -> Iterator[Problem]:
    """What says that it is a control, and takes no focus."""
    for element in page.select("[role]"):
        role = text_of(element, "role")
        reached = element.name in _FOCUSABLE or element.has_attr("tabindex")
        if role in _CONTROL_ROLES and not reached:
            message = f'A <{element.name} role="{role}"> cannot be reached with the keyboard.'
            yield "click-element", element, message


def languages(page: Page) -> Iterator[Problem]:
    """Languages that are not said by their codes."""
    for element in page.select("[lang]"):
        code = text_of(element, "lang").strip()
        if code and VALUE not in code and not LANGUAGE.fullmatch(code):
            message = f"lang= cannot be {code!r}: a language has a code, such as en or de-AT."
            yield "page-language", element, message


def names(page: Page) -> Iterator[Problem]:
    """Controls without a name. (For what is rendered: a name may come out of a value.)"""
    labelled = {text_of(one, "for") for one in page.select("label[for]")}
    whole = bool(page.named("html"))
    for element in page.select(_CONTROLS):
        if text_of(element, "type") == "hidden" or _named(element, labelled):
            continue
        if not whole and element.name in ("input", "textarea", "select") and element.get("id"):
            continue  # its label may be in another fragment
        yield "unnamed-control", element, f"Nothing says what this <{element.name}> is for."


def repeated(page: Page) -> Iterator[Problem]:
    """What there may be once on a page."""
    for name, rule in (("accesskey", "access-key"), ("autofocus", "autofocus")):
        seen: dict[str, Tag] = {}
        for element in page.select(f"[{name}]"):
            if element.find_parent(PARTIAL):
                continue  # one of several that take each other's place
            value = text_of(element, name) if name == "accesskey" else ""
            if value in seen:
                wrong = culprit(seen[value], element)
                yield rule, wrong, f"{name}= is there twice; only one of the two gets it."
            seen[value] = element


def references(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """Ids that are named and that nothing on the page has."""
    if not seen.page.named("html"):
        return
    there = seen.page.ids
    for element in seen.page.having("href", *_REFERENCES):
        named = [(name, one) for name in _REFERENCES for one in text_of(element, name).split()]
        link = text_of(element, "href")
        if element.name == "a" and link.startswith("#") and len(link) > 1:
            named.append(("href", link[1:]))
        for name, one in named:
            if one not in there and VALUE not in one:
                message = f"{name}= names #{one}, which is nowhere on the page."
                yield told_at(bench, seen, "dangling-reference", element, element, message)


def pages(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What every page has: a language, a title, a heading, one main part."""
    page, ours = seen.page.soup, seen.ours.soup
    if ours.html is None:
        return
    wrong: list[tuple[str, str, Tag | None]] = []
    html = page.html
    if html is None:
        wrong.append(("broken-html", "There is no <html> any more.", ours.html))
    elif not text_of(html, "lang").strip():
        wrong.append(("page-language", "<html> does not say its language: lang= is missing.", html))
    title = page.find("title")
    if not isinstance(title, Tag) or not title.get_text().strip():
        wrong.append(("page-title", "The page has no title.", ours.title))
    if ours.h1 and not page.h1:
        wrong.append(("page-heading", "The page has no <h1>.", ours.h1))
    if ours.select_one("a.skip") and not page.select_one("a.skip, a[href='#text']"):
        message = "The page has no link past its beginning."
        wrong.append(("skip-link", message, ours.select_one("a.skip")))
    wrong += _out_of_order(seen)
    if ours.main and not page.main:
        wrong.append(("page-main", "The page has no <main>.", ours.main))
    if ours.select_one("meta[name=viewport]") and not page.select_one("meta[name=viewport]"):
        wrong.append(
            ("zoom", "On phones the page is as wide as on a desk: no viewport.", ours.head)
        )
    if ours.select_one("meta[charset]") and not page.select_one("meta[charset]"):
        wrong.append(("page-charset", "The page does not say its encoding.", ours.head))
    if not seen.page.html.lstrip().lower().startswith("<!doctype html"):
        wrong.append(("page-doctype", "The page does not begin with <!doctype html>.", ours.html))
    for rule, message, element in wrong:
        yield told_at(bench, seen, rule, element, element, message)


def _out_of_order(seen: Rendering) -> Iterator[tuple[str, str, Tag]]:
    """Headings that leave a level out, and what there may be once and is there twice."""
    before = 0
    for heading in seen.page.named("h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(heading.name[1])
        if level > before + 1 and not is_ours(heading):
            said = f"comes after an <h{before}>" if before else "is the first heading"
            yield "heading-order", f"This <h{level}> {said}.", heading
        before = level
    for name, rule in (("h1", "heading-order"), ("main", "page-main")):
        found = seen.page.named(name)
        if len(found) > max(1, len(seen.ours.named(name))):
            yield rule, f"There is more than one <{name}>.", culprit(found[0], found[-1])


def _is_away(element: Tag) -> bool:
    """Whether an element is out of sight, and not to be reached at all."""
    return element.has_attr("hidden") or text_of(element, "aria-hidden") == "true"


def _named(element: Tag, labelled: set[str]) -> bool:
    """Whether something says what an element is: as the accessible name is computed."""
    if any(text_of(element, name).strip() for name in ("aria-label", "aria-labelledby", "title")):
        return True
    if element.name in ("input", "select", "textarea"):
        kind = text_of(element, "type")
        if kind in ("submit", "reset"):
            return True
        if text_of(element, "id") in labelled or element.find_parent("label"):
            return True
        return kind == "image" and bool(text_of(element, "alt"))
    if element.name == "iframe" or element.get("role") in ("dialog", "log"):
        return False
    images = any(text_of(one, "alt").strip() for one in element.select("img"))
    return images or bool(_visible_text(element).strip())


def _visible_text(element: Tag) -> str:
    """Its text, but for what screen readers are not told of."""
    hidden = [*element.select("[aria-hidden=true]"), *element.select("[hidden]")]
    texts = []
    for text in element.find_all(string=True):
        if not any(parent in hidden for parent in text.parents):
            texts.append(str(text))
    return "".join(texts)
