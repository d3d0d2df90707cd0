"""What is in git, what is packed from it, and whether an installed wheel serves the chat."""

from __future__ import annotations

import ast
import json
import os
import re
import select
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from importlib import metadata
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
START_S = 30
STOP_S = 20
SCRIPTS = {".cjs", ".js", ".jsx", ".map", ".mjs", ".ts", ".tsx", ".wasm"}
FOREIGN_FOLDERS = {"bower_components", "node_modules", "third_party", "vendor", "vendored"}
ARCHIVES = {".gz", ".tgz", ".whl", ".zip"}
#: Servers that the chat is measured against, in the languages they are used in. No page has them.
PEERS = Path("benchmarks/peers")


@dataclass(frozen=True, slots=True)
class Packed:
    """A source distribution, and the wheel that was built from it."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Our files, relative to the root: what git tracks, and what it would if it were asked."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        listed = None
    if listed is None or listed.returncode != 0:
        # Someone's copy from the sdist; not so in CI, where it would hide what is tested here.
        assert "CI" not in os.environ, f"expected a git checkout in {ROOT}; `git ls-files` failed"
        pytest.skip("needs a git checkout")
    found = [Path(name) for name in listed.stdout.split("\0") if name]
    return sorted({path for path in found if (ROOT / path).is_file()})


@pytest.fixture(scope="module")
def packed(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """Both, built from a copy that has nothing but our files."""
    copy = tmp_path_factory.mktemp("copy")
    for path in files:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, copy / path)
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", str(out), ".", cwd=copy)
    assert not (copy / "node_modules").exists(), "the build left node_modules in the checkout"
    [sdist] = out.glob("*.tar.gz")
    [wheel] = out.glob("*.whl")
    return Packed(sdist, wheel)


def test_git_holds_no_script_and_no_code_of_others(files: list[Path]) -> None:
    odd = [
        str(path)
        for path in files
        if path.suffix in ARCHIVES
        or (path.suffix in SCRIPTS and PEERS not in path.parents)
        or ".min." in path.name
        or FOREIGN_FOLDERS.intersection(path.parts)
    ]
    assert odd == [], "these belong to others or are scripts; the build fetches, git does not keep"


def test_the_lock_holds_integrity_and_no_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    loose = [name for name, entry in packages.items() if name and "integrity" not in entry]
    assert loose == [], "these are not pinned by a hash"
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert "://" not in text, "the lock names an address; it must work with any registry"


def test_htmx_is_asked_for_by_its_exact_version() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert asked == {"htmx.org": locked["node_modules/htmx.org"]["version"]}


def test_every_library_that_is_imported_is_declared() -> None:
    """Or comes with one that is: Werkzeug with Flask. The wheel's test below would not notice."""
    declared = requirements("chatterpy", extra="dev")
    allowed = declared.union(*(requirements(name) for name in declared)) | {"chatterpy"}
    owners = metadata.packages_distributions()
    unknown = {}
    for path in sorted((ROOT / "chatterpy").rglob("*.py")):
        for module in imports(path) - sys.stdlib_module_names:
            names = {canonicalize_name(name) for name in owners.get(module, [])}
            if module != "chatterpy" and not names & allowed:
                unknown[f"{path.relative_to(ROOT)}: {module}"] = names
    assert unknown == {}, "add these to the dependencies in pyproject.toml"


def test_the_sdist_holds_all_that_the_wheel_is_built_from(
    packed: Packed, files: list[Path]
) -> None:
    with tarfile.open(packed.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    built = {"hatch_build.py", "package.json", "package-lock.json", "chatterpy/static/htmx.js"}
    ours = {
        path.as_posix() for path in files if path.parts[0] in ("chatterpy", "templates", "tests")
    }
    assert (built | ours | {"LICENSE", "README.md", "pyproject.toml"}) - names == set()


def test_the_wheel_holds_the_package_the_templates_and_htmx(
    packed: Packed, files: list[Path]
) -> None:
    with zipfile.ZipFile(packed.wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        script = archive.read("chatterpy/static/htmx.js").decode()
    package = {path.as_posix() for path in files if path.parts[0] == "chatterpy"}
    templates = {f"chatterpy/{path.as_posix()}" for path in files if path.parts[0] == "templates"}
    assert names == package | templates | {"chatterpy/static/htmx.js"}
    for folder, file in (("shipped/gazette", "room.html"), ("scaffold/files", "theme.toml")):
        assert f"chatterpy/theme/{folder}/{file}" in names
    assert script.startswith("/*!"), "the licence text must stand at the top"
    assert "without fee is hereby granted" in script.partition("*/")[0]
    assert script.index("var htmx=") < script.index("hx-ws", script.index("*/")), "htmx goes first"
    assert "sourceMappingURL" not in script


def test_an_installed_wheel_serves_the_lobby_in_a_theme_that_it_wrote(
    packed: Packed, tmp_path: Path
) -> None:
    command = install(packed.wheel, tmp_path / "venv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run(str(command), "theme", "new", "garden", cwd=elsewhere)
    with served(command, elsewhere, tmp_path / "data", "garden") as (server, address):
        assert urlsplit(address).hostname == "127.0.0.1"
        browse = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        lobby = urljoin(address, "/rooms/lobby")
        page = fetch(browse, lobby, "text/html")
        assert 'id="messages"' in page
        links = Links(page)
        styles = [fetch(browse, urljoin(lobby, link), "text/css") for link in links.styles]
        assert any("{" in style for style in styles), f"no rule in any of {links.styles}"
        assert "Made by us, for us" in page, "the theme that was written is not worn"
        [script] = [link for link in links.scripts if "htmx" in link]
        assert "var htmx=" in fetch(browse, urljoin(lobby, script), "javascript")

        server.terminate()
        assert server.wait(STOP_S) == 0, "SIGTERM must end the server well"


def install(wheel: Path, folder: Path) -> Path:
    """A new virtual environment with the wheel in it; returns its `chatterpy` command."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    run(*pip, "install", "--no-deps", "--no-index", str(wheel), cwd=folder)
    # The libraries are lent by the environment that runs the tests, to save the minute that it
    # takes to install them again. Only its folders: Python does not follow the .pth files in them,
    # so an editable ChatterPy there stays unseen, and the folder of the wheel comes first.
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    paths = sysconfig.get_paths()
    (own / "lent.pth").write_text(f"{paths['purelib']}\n{paths['platlib']}\n")
    where = run(str(python), "-c", "import chatterpy; print(chatterpy.__file__)", cwd=folder)
    assert Path(where.strip()).is_relative_to(own), f"the wheel is hidden by {where}"
    return folder / "bin" / "chatterpy"


@contextmanager
def served(
    command: Path, cwd: Path, data: Path, theme: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `chatterpy run`, and the address that it prints; killed if it still runs."""
    arguments = ["run", "--port", "0", "--host", "127.0.0.1", "--data", str(data)]
    arguments += ["--theme", theme]
    log = data.with_suffix(".log")
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [command, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as server,
    ):
        try:
            assert server.stdout is not None
            ready, _, _ = select.select([server.stdout], [], [], START_S)
            line = server.stdout.readline() if ready else ""
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert address, f"expected a line with the address, got {line!r}\n{log.read_text()}"
            yield server, address[0]
        finally:
            server.kill()


def fetch(browse: urllib.request.OpenerDirector, url: str, kind: str) -> str:
    """The text at `url`. Anything but 200 and the kind of content that is expected is an error."""
    with browse.open(url, timeout=10) as answer:
        assert answer.status == 200, url
        assert kind in answer.headers["Content-Type"], url
        text: str = answer.read().decode()
        return text


class Links(HTMLParser):
    """The stylesheets and scripts that a page asks for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.styles: list[str] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and "stylesheet" in values.get("rel", "").split():
            self.styles.append(values["href"])
        if tag == "script" and "src" in values:
            self.scripts.append(values["src"])


def requirements(distribution: str, extra: str = "") -> set[str]:
    """The names of what an installed distribution needs, with one of its extras or none."""
    wanted = [Requirement(text) for text in metadata.requires(distribution) or []]
    needed = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": extra})]
    return {canonicalize_name(one.name) for one in needed}


def imports(path: Path) -> set[str]:
    """The top-level modules that a file imports, at any place in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def run(*command: str, cwd: Path) -> str:
    """What a command prints; it must end well."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}{done.stderr}"
    return done.stdout
