"""The C programs, compiled on the spot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.errors import Failed, NoCompiler

HERE = Path(__file__).parent


def compiled(name: str, folder: Path) -> Path:
    """The program of `<name>.c`, made in a folder; raises NoCompiler, or Failed with what it said.

    Blocks for about a second.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler(
            "The load generator is written in C, and no C compiler was found: expected cc, gcc or "
            "clang. Install one (on Debian: apt-get install gcc libc6-dev)."
        )
    program = folder / name
    command = [compiler, "-O2", "-Wall", "-o", str(program), str(HERE / f"{name}.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{name}.c does not compile:\n{done.stderr}")
    return program
