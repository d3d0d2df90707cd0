"""Scenarios: each a module with `run(bench)`, which returns a section."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.bench import Bench
from benchmarks.scenarios import (
    accepts,
    catchup,
    closed,
    herd,
    latency,
    memory,
    pages,
    posts,
    ramp,
    render,
    soak,
)
from benchmarks.section import Section

#: By name, in the order in which they run.
SCENARIOS: dict[str, Callable[[Bench], Section]] = {
    "closed": closed.run,
    "ramp": ramp.run,
    "latency": latency.run,
    "memory": memory.run,
    "accepts": accepts.run,
    "herd": herd.run,
    "posts": posts.run,
    "pages": pages.run,
    "catchup": catchup.run,
    "render": render.run,
    "soak": soak.run,
}
