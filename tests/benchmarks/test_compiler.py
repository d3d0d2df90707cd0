"""Without a compiler, or with a program at fault, it is said what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import compiler
from benchmarks.errors import Failed, NoCompiler


def test_without_a_compiler_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoCompiler, match="apt-get install gcc"):
        compiler.compiled("client", tmp_path)


def test_a_program_that_does_not_compile_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Path
) -> None:
    monkeypatch.setattr(compiler, "HERE", tmp_path)
    (tmp_path / "broken.c").write_text("int main(void) { return nothing; }")
    with pytest.raises(Failed, match="nothing"):
        compiler.compiled("broken", tmp_path)
