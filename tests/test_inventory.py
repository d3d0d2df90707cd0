"""The inventory: what is set, and where it came from."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from chatterpy import inventory
from chatterpy.errors import SettingError
from chatterpy.inventory import NOT_SHOWN, WIDTH, Item
from chatterpy.settings import Settings

SECRETS = {
    "CHATTERPY_SECRET_KEY": "sesame",
    "CHATTERPY_SECRET_KEY_FALLBACKS": "sesame-1,sesame-2",
    "CHATTERPY_METRICS_TOKEN": "sesame-3",
}


def one(name: str, environ: dict[str, str], **given: object) -> Item:
    return next(item for item in inventory.items(environ, given) if item.name == name)


def test_every_setting_is_named_with_where_it_came_from() -> None:
    environ = {"CHATTERPY_PORT": "9000", "CHATTERPY_HOME": "attic"}
    assert len(inventory.items(environ, {})) == len(fields(Settings))
    assert one("host", environ).origin == "default"
    assert (one("home", environ).value, one("home", environ).origin) == ("attic", "environment")
    port = one("port", environ, port=9001, host=None)
    assert (port.value, port.default, port.origin) == (9001, 8000, "option")


def test_secrets_are_not_shown_to_anybody() -> None:
    found = inventory.items(SECRETS, {})
    for shown in (inventory.for_people(found, []), inventory.for_programs(found, [])):
        assert "sesame" not in shown
        assert shown.count(NOT_SHOWN) == len(SECRETS)
    assert one("secret_key", {}).value == "", "what is not set is said not to be"


def test_people_get_lines_that_fit_a_terminal() -> None:
    environ = {"CHATTERPY_TRUSTED_HOSTS": ",".join(f"host-{number}.example" for number in range(9))}
    text = inventory.for_people(inventory.items(environ, {}), [])
    assert "CHATTERPY_HEARTBEAT = 20 seconds  [default]" in text
    assert "[environment; default: (empty)]" in " ".join(text.split())
    # A list is one word, which is not broken.
    assert max(len(line) for line in text.splitlines() if "example" not in line) <= WIDTH


def test_programs_get_values_of_their_kinds() -> None:
    listed = json.loads(inventory.for_programs(inventory.items({}, {}), []))["settings"]
    values = {item["name"]: item["value"] for item in listed}
    assert values["port"] == 8000
    assert values["limits"] is True
    assert values["trusted_hosts"] == []
    assert values["data"] == "chatterpy-data"


def test_unknown_variables_come_with_the_nearest_name() -> None:
    environ = {"CHATTERPY_PROT": "1", "CHATTERPY_port": "1", "CHATTERPY_XYZZY": "1", "PATH": ""}
    assert [(one.name, one.nearest) for one in inventory.unknown(environ)] == [
        ("CHATTERPY_PROT", "CHATTERPY_PORT"),
        ("CHATTERPY_XYZZY", None),
        ("CHATTERPY_port", "CHATTERPY_PORT"),
    ]
    text = inventory.for_people([], inventory.unknown(environ))
    assert "There is no setting CHATTERPY_PROT; did you mean CHATTERPY_PORT?" in text


def test_a_value_of_another_kind_is_refused_as_at_a_start() -> None:
    with pytest.raises(SettingError, match="a whole number, not 'eighty'"):
        inventory.items({"CHATTERPY_PORT": "eighty"}, {})
