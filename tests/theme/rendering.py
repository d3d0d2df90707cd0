"""Every template in every state, as a theme renders it."""

from __future__ import annotations

import pytest

from chatterpy.theme.contract.fixtures import fixtures
from chatterpy.theme.folder import Theme
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import Templates
from tests.conftest import plain_url


def all_pages(theme: Theme, **options: str) -> dict[str, str]:
    """The HTML of each template that Python renders, by its file and the state's name."""
    values = theme.chosen({}, {}) | options
    templates = Templates(plain_url, zone=None, silence_ms=1, theme=theme, options=values)
    Fragments(templates, cache_size=100, people_shown=3)  # adds the filters of entries
    return {
        f"{one.context.template}, {one.name}": templates.show(one.context) for one in fixtures()
    }


def renders_without_ours(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether no built-in template had to stand in for one that failed."""
    return "failed" not in caplog.text
