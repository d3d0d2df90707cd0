"""The commands beside `run`, as processes: what they print, and how they end."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path

import pytest

from tests.server.conftest import Start, arrived
from tests.server.processes import RUN, attempt, eventually, program

SETTINGS = ("-m", "chatterpy.cli", "settings")
DOCTOR = ("-m", "chatterpy.cli", "doctor")


class TestSettings:
    def test_it_says_where_each_value_came_from(self) -> None:
        done = attempt(*SETTINGS, "--port", "9001", home="attic", prot=1, secret_key="sesame")
        assert done.returncode == 0, done.stderr
        assert "CHATTERPY_PORT = 9001  [option; default: 8000]" in done.stdout
        assert "CHATTERPY_HOME = attic  [environment; default: lobby]" in done.stdout
        assert "CHATTERPY_DRAIN = 5 seconds  [default]" in done.stdout
        assert done.stdout.endswith("CHATTERPY_PROT; did you mean CHATTERPY_PORT?\n")
        assert "sesame" not in done.stdout
        assert done.stderr == ""

    def test_programs_get_json(self) -> None:
        done = attempt(*SETTINGS, "--json", prot=1)
        told = json.loads(done.stdout)
        assert told["unknown"] == [{"name": "CHATTERPY_PROT", "nearest": "CHATTERPY_PORT"}]
        assert {item["name"] for item in told["settings"]} >= {"host", "port", "metrics_token"}

    def test_a_bad_value_is_refused_as_run_refuses_it(self, tmp_path: Path) -> None:
        shown, run = attempt(*SETTINGS, port="eighty"), attempt(*RUN, port="eighty", data=tmp_path)
        assert shown.returncode == run.returncode == 2
        assert shown.stderr == run.stderr == "CHATTERPY_PORT is a whole number, not 'eighty'.\n"
        assert shown.stdout == ""


class TestDoctor:
    def test_a_server_that_runs_is_neither_hindered_nor_hindering(self, start: Start) -> None:
        server = start()
        anna = arrived(server)
        with anna.present("lobby") as page:
            anna.say("lobby", "Before")
            before = files(server.data)
            done = attempt(*DOCTOR, "--data", str(server.data), port=server.port)
            assert done.returncode == 0, done.stdout
            assert "runs on the data folder" in done.stdout
            assert f"Port {server.port} of 127.0.0.1 is taken, as it seems by" in done.stdout
            assert "The database is whole." in done.stdout
            assert files(server.data) == before
            anna.say("lobby", "After")
            page.until(lambda page: page.texts == ["Before", "After"])
        server.assert_calm()

    def test_it_reads_what_a_killed_server_left(self, start: Start) -> None:
        server = start()
        arrived(server).say("lobby", "The last word")
        server.kill()
        done = attempt(*DOCTOR, "--data", str(server.data), port=0)
        assert done.returncode == 0, done.stdout
        assert "runs on the data folder" not in done.stdout
        assert "The database is whole." in done.stdout
        server.start()

    def test_an_error_ends_it_with_1(self, tmp_path: Path) -> None:
        (tmp_path / "chatterpy.sqlite3").write_text("no database")
        done = attempt(*DOCTOR, "--data", str(tmp_path), port=0)
        assert done.returncode == 1
        assert "\nerror    The database" in done.stdout
        assert done.stderr == ""


class TestOpen:
    def test_a_browser_is_led_to_the_printed_address(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked, browser = tmp_path / "asked", tmp_path / "browser"
        browser.write_text(f'#!/bin/sh\nprintf %s "$1" >{asked}.new && mv {asked}.new {asked}\n')
        browser.chmod(stat.S_IRWXU)
        monkeypatch.setenv("BROWSER", f"{browser} %s")
        with program(*RUN, "--open", port=0, data=tmp_path / "data") as (_, line):
            assert eventually(asked.exists)
            assert f" {asked.read_text()} " in line

    def test_a_machine_without_a_browser_serves_all_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("BROWSER", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        with program(*RUN, "--open", port=0, data=tmp_path / "data") as (process, line):
            assert "http://" in line
            assert process.stderr
            assert "No browser could be opened" in process.stderr.readline()
            time.sleep(0.1)
            assert process.poll() is None


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """The files of a folder, with their sizes and when they were written."""
    # SQLite's index of its log is memory that is shared, and has no content of its own.
    return {
        one.name: (one.stat().st_size, one.stat().st_mtime_ns)
        for one in folder.iterdir()
        if not one.name.endswith("-shm")
    }


class TestTheme:
    SET = ("-m", "chatterpy.cli", "theme", "set")

    def test_its_settings_are_set_beside_a_server_that_runs_and_shown_from_the_next_start_on(
        self, start: Start, tmp_path: Path
    ) -> None:
        theme = tmp_path / "theme"
        theme.mkdir()
        (theme / "theme.toml").write_text(
            'name = "Garden"\n[settings.accent]\n'
            'type = "colour"\ndefault = "#006644"\ntoken = "--accent"\n'
        )
        server = start(theme=theme)
        folder = ("--theme", str(theme), "--data", str(server.data))
        done = attempt(*self.SET, "accent=rebeccapurple", *folder)
        assert done.returncode == 0, done.stderr
        assert "after its next start" in done.stdout
        assert "accent = rebeccapurple  [set; default: #006644]" in done.stdout
        server.restart()
        assert "--accent: rebeccapurple;" in arrived(server).get("/theme.css").html
        assert attempt(*self.SET, *folder).stdout.startswith("accent = rebeccapurple  [set")
        server.assert_calm()

    def test_what_cannot_be_ends_it_with_2(self, tmp_path: Path) -> None:
        done = attempt(*self.SET, "accent=red", "--data", str(tmp_path))
        assert done.returncode == 2
        assert done.stderr == (
            "Expected a theme: write its folder or its name first, as in "
            "`chatterpy theme set garden`, or set CHATTERPY_THEME.\n"
        )
        assert done.stdout == ""
