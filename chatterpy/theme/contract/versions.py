"""The versions of the contract: which this release keeps, and what each changed for themes."""

from __future__ import annotations

#: What a theme's author has to know of each version. A version that only adds something is none.
CHANGES: dict[int, tuple[str, ...]] = {
    1: ("The first version: all that this page describes.",),
}

#: The version of the contract that this release keeps. It grows when a theme could break.
CONTRACT = max(CHANGES)


def outdated(made_for: int) -> tuple[str, ...]:
    """What has changed since the version that a theme was made for; nothing where it is ours."""
    return tuple(
        change for version in sorted(CHANGES) if version > made_for for change in CHANGES[version]
    )
