"""What goes wrong in a benchmark.

BenchmarkError
├── NoCompiler    there is no cc
├── Unavailable   a peer cannot be run here
└── Failed        a program ended, or said something else than was expected
"""


class BenchmarkError(Exception):
    """Says what was expected, what came, and the remedy."""


class NoCompiler(BenchmarkError):
    pass


class Unavailable(BenchmarkError):
    pass


class Failed(BenchmarkError):
    pass
