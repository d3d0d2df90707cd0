"""What is read of other programs: the kernel's files, the load generator's lines, a frame."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.errors import Failed
from benchmarks.frame import as_jinja, marked
from benchmarks.load import Phase
from benchmarks.machine import busy_of
from benchmarks.process import cpu_of, pss

FRAME = (
    '<hx-partial hx-target="#c104" hx-swap="outerHTML">'
    '<li class="message" id="m105" data-author="105"><p class="text">sent 123456 xxxxx xx</p></li>'
    '<li id="c105" hidden><input name="cursor" value="105"></li></hx-partial>'
)


def test_the_cpu_time_is_found_behind_a_name_that_holds_anything() -> None:
    tick = os.sysconf("SC_CLK_TCK")
    before = " ".join(["S", *"1234567890"])
    assert cpu_of(f"7 (a) b (c) {before} {3 * tick} {2 * tick} 0 0") == 5


def test_the_cpu_time_of_a_real_process_is_what_it_says_itself() -> None:
    used = os.times()
    assert cpu_of(Path("/proc/self/stat").read_text()) == pytest.approx(
        used.user + used.system, abs=0.1
    )


def test_idle_and_waiting_for_disks_is_not_busy() -> None:
    assert busy_of("cpu 100 0 200 9999 8888 0 0 100 50 0") == 400 / os.sysconf("SC_CLK_TCK")


def test_memory_is_the_proportional_share() -> None:
    assert pss("Rss:  900 kB\nPss:  512 kB\nPss_Dirty:  1 kB\n") == 512 * 1024
    with pytest.raises(Failed, match="Pss:"):
        pss("Rss: 1 kB")


def test_a_line_of_the_load_generator_is_checked() -> None:
    with pytest.raises(Failed, match="Expected a line of JSON"):
        Phase.parse('{"seconds": 1}')
    with pytest.raises(Failed, match="came 'Segmentation fault'"):
        Phase.parse("Segmentation fault")


def test_what_differs_between_messages_is_marked() -> None:
    frame = marked(FRAME)
    assert frame.format(cursor=104, seq=105, text="sent 123456 xxxxx xx") == FRAME
    assert 'data-author="105"' in frame, "an author's number is none of a message"
    assert "{{ cursor }}" in as_jinja(frame)


def test_a_frame_that_is_none_of_a_message_is_refused() -> None:
    with pytest.raises(Failed, match="aims at a cursor"):
        marked("<p>hello</p>")
    with pytest.raises(Failed, match="three times"):
        marked(FRAME.replace("m105", "m106"))
