"""Benchmarks: how fast a room is, beside the limit in C and others doing the same work.

python -m benchmarks            # all, in under 30 minutes; writes docs/performance.md
python -m benchmarks --quick    # in about 3 minutes, one run each
python -m benchmarks posts      # single ones by name
"""
