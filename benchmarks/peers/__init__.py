"""Peers: others doing the same work, each in an environment made for the benchmark.

They render the same bytes once for each message, and hand them to every reader in the way that
their documentation shows. They know no person and keep no message: that is in their favour.
"""

from __future__ import annotations

import shutil
import subprocess
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import Contender, simple
from benchmarks.errors import Unavailable

HERE = Path(__file__).parent
INSTALL_S = 300


@dataclass(frozen=True, slots=True)
class Peer:
    """A server in one file, what it needs, and what it is called."""

    name: str
    file: str
    needs: tuple[str, ...]
    dialect: str = "raw"


PEERS = (
    Peer("flask-sock", "flasksock.py", ("flask-sock==0.7.*", "gevent>=26.5,<28")),
    Peer(
        "Flask-SocketIO",
        "flasksocketio.py",
        ("flask-socketio>=5.7,<6", "gevent>=26.5,<28"),
        "socketio",
    ),
    Peer("websockets", "plainwebsockets.py", ("websockets>=17,<18", "uvloop>=0.22", "jinja2")),
    Peer("Socket.IO on node", "socketio.cjs", ("socket.io@4",), "socketio"),
)


def available(cache: Path, template: Path, missing: list[str]) -> Iterator[Contender]:
    """The peers that can be run; `missing` is told why of each that cannot.

    Environments are made in the folder `cache`, once. `template` is the frame. Blocks.
    """
    for peer in PEERS:
        try:
            command = [*_environment(peer, cache), str(template)]
        except Unavailable as why:
            missing.append(f"{peer.name}: {why}")
        else:
            yield simple(peer.name, command, cache, peer.dialect)


def _environment(peer: Peer, cache: Path) -> list[str]:
    """The command of a peer, in its environment; raises Unavailable."""
    folder = cache / Path(peer.file).stem
    done = folder / "installed"
    fresh = not done.exists() or done.read_text() != "\n".join(peer.needs)
    if peer.file.endswith(".cjs"):
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise Unavailable("node and npm are not both here.")
        folder.mkdir(parents=True, exist_ok=True)
        if fresh:
            _run([npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), *peer.needs])
        # node looks for packages beside the file.
        command = [node, str(shutil.copy(HERE / peer.file, folder))]
    else:
        python = folder / "bin" / "python"
        if fresh:
            venv.create(folder, clear=True, with_pip=True)
            _run([str(python), "-m", "pip", "install", "--quiet", *peer.needs])
        command = [str(python), str(HERE / peer.file)]
    done.write_text("\n".join(peer.needs))
    return command


def versions(cache: Path) -> list[str]:
    """What was installed for the peers that have an environment, as "name version"."""
    found = set()
    for peer in PEERS:
        folder = cache / Path(peer.file).stem
        python = folder / "bin" / "python"
        if python.exists():
            done = subprocess.run(
                [str(python), "-m", "pip", "freeze"], capture_output=True, text=True, check=False
            )
            names = {need.split("=")[0].split(">")[0] for need in peer.needs}
            found |= {
                line.replace("==", " ")
                for line in done.stdout.splitlines()
                if line.split("==")[0].lower() in names
            }
        for package in folder.glob("node_modules/socket.io/package.json"):
            line = next(line for line in package.read_text().splitlines() if '"version"' in line)
            found.add(f"socket.io {line.split(chr(34))[3]}")
    return sorted(found)


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=INSTALL_S
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"its packages were not there after {INSTALL_S} s.") from None
    if done.returncode:
        raise Unavailable(f"its packages could not be installed: {done.stderr.strip()[-300:]}")
