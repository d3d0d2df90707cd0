"""Settings: each once, documented, and checked."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from chatterpy.errors import SettingError
from chatterpy.settings import Settings, document, typed, variable

DOCUMENT = Path(__file__).parent.parent / "docs" / "settings.md"


def test_the_environment_sets_and_python_overrides() -> None:
    settings = Settings.load({"CHATTERPY_PORT": "9000", "CHATTERPY_LIMITS": "off"}, port=9001)
    assert (settings.port, settings.limits) == (9001, False)
    assert Settings.load({"CHATTERPY_PORT": "9000"}, port=None).port == 9000


def test_lists_are_separated_by_commas() -> None:
    settings = Settings.load({"CHATTERPY_TRUSTED_HOSTS": "a.example, b.example,"})
    assert settings.trusted_hosts == ("a.example", "b.example")
    possible = (".example.org", "localhost:8000", "127.0.0.1", "[::1]", "[::1]:8000")
    assert Settings.load({}, trusted_hosts=possible).trusted_hosts == possible


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"CHATTERPY_PORT": "eighty"}, "CHATTERPY_PORT is a whole number, not 'eighty'."),
        ({"CHATTERPY_PORT": "-1"}, "CHATTERPY_PORT is at least 0, not -1."),
        ({"CHATTERPY_PORT": "70000"}, "CHATTERPY_PORT is at most 65535, not 70000."),
        ({"CHATTERPY_LIMITS": "maybe"}, "CHATTERPY_LIMITS is 'on' or 'off', not 'maybe'."),
        ({"CHATTERPY_SYNCHRONOUS": "OFF"}, "one of FULL, NORMAL, not 'OFF'."),
        ({"CHATTERPY_HOME": "Not A Room"}, "CHATTERPY_HOME is a room, not 'Not A Room'."),
        ({"CHATTERPY_DATA": ""}, "CHATTERPY_DATA is a folder, not ''."),
        (
            {"CHATTERPY_TRUSTED_HOSTS": "a.example, http://b.example/"},
            "host names such as chat.example.org, not 'http://b.example/'.",
        ),
        ({"CHATTERPY_LIARA_URL": "x; img-src *"}, "such as https://avatars.example, not"),
        ({"CHATTERPY_TIMEZONE": "Atlantis"}, "such as Europe/Berlin, not 'Atlantis'."),
    ],
)
def test_a_value_of_another_kind_is_refused(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingError, match=re.escape(sentence)):
        Settings.load(environ)


def test_a_setting_that_does_not_exist_is_refused_in_python_and_passed_over_otherwise() -> None:
    with pytest.raises(SettingError, match="no setting 'prot'"):
        Settings.load({}, prot=1)
    assert Settings.load({"CHATTERPY_PROT": "1"}) == Settings()


def test_a_choice_is_read_in_any_case() -> None:
    settings = Settings.load({"CHATTERPY_SYNCHRONOUS": "normal", "CHATTERPY_LOG_FORMAT": "JSON"})
    assert (settings.synchronous, settings.log_format) == ("NORMAL", "json")


def test_every_setting_is_documented_as_it_is() -> None:
    assert DOCUMENT.read_text() == document(), "run: python -m chatterpy.settings >docs/settings.md"
    assert document().count("| `CHATTERPY_") == len(fields(Settings))


def test_every_default_can_be_typed_in_the_environment() -> None:
    environ = {variable(one): typed(getattr(Settings(), one.name)) for one in fields(Settings)}
    assert Settings.load(environ) == Settings()
