"""The scaffold: a small theme that works, to begin one of your own with.

Its files lie in `files/`, as they are written, but for the theme's folder in a command.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from chatterpy.errors import ThemeError
from chatterpy.theme.folder import MANIFEST, came_with

FILES = Path(__file__).parent / "files"
#: Stands for the theme's folder, as a shell is told it, in the manifest.
FOLDER = "FOLDER"


def put_up(folder: Path) -> list[Path]:
    """Writes the scaffold into a new or empty folder; returns its files, within the folder.

    Raises ThemeError.
    """
    if (name := folder.resolve().name) in came_with():
        raise ThemeError(
            f"The theme {name} comes with ChatterPy, and `--theme {name}` would be the one or the "
            "other: choose another name."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ThemeError(f"{folder} is there already: expected a new or an empty folder.")
    try:
        shutil.copytree(FILES, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        manifest = folder / MANIFEST
        told = manifest.read_text("utf-8").replace(FOLDER, shlex.quote(str(folder)))
        manifest.write_text(told, "utf-8")
    except (OSError, shutil.Error) as error:
        raise ThemeError(f"{folder} cannot be written: {error}.") from error
    return sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
