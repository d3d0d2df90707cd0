"""The command: `python -m benchmarks`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from benchmarks import machine, report
from benchmarks.bench import Bench
from benchmarks.errors import BenchmarkError, NoCompiler
from benchmarks.machine import Cores
from benchmarks.peers import versions
from benchmarks.scenarios import SCENARIOS
from benchmarks.section import Section

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def cache() -> Path:
    """Where the peers' environments are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "chatterpy-benchmarks"


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(SCENARIOS)))
@click.option("--quick", is_flag=True, help="One short run of each, in about 3 minutes.")
@click.option("--write/--no-write", default=None, help="Whether docs/performance.md is written.")
def main(names: tuple[str, ...], quick: bool, write: bool | None) -> None:
    """Measures a room beside the limit in C and others doing the same work.

    Without NAMES all scenarios run. The page is written by default when all run in full.
    """
    descriptors = machine.raise_descriptors()
    facts = machine.description()
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as own:
        try:
            bench = Bench(quick, Path(own), folder, Cores.chosen(), descriptors, click.echo)
        except NoCompiler as error:
            raise click.ClickException(str(error)) from None
        sections = _measured(bench, names or tuple(SCENARIOS))
        facts.append(("Peers", ", ".join(versions(folder)) or "none"))
    notes = [f"Not run: {why}" for why in bench.missing] + bench.notes
    if write or (write is None and not quick and not names):
        report.write(sections, facts, notes, bench.runs, PAGE)
        click.echo(f"Written: {PAGE}")
    else:
        click.echo(report.markdown(sections, facts, notes, bench.runs, pictures=False))


def _measured(bench: Bench, names: tuple[str, ...]) -> list[Section]:
    if bench.cores.shared:
        bench.note("There is one core only: server and load take it from each other.")
    os.sched_setaffinity(0, {bench.cores.load})
    sections = []
    for name in names:
        try:
            with bench.watched(name):
                section = SCENARIOS[name](bench)
        except BenchmarkError as error:
            # The others are still of use.
            bench.note(f"{name} was not measured: {error}")
            continue
        click.echo(f"\n{section.title}\n\n{section.table.markdown()}")
        sections.append(section)
    return sections


if __name__ == "__main__":
    main()
