"""The data folder: the database, the secret key, and the lock of the one process that owns them."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

from chatterpy.errors import DataFolderError

DATABASE, LOCK, SECRET_KEY = "chatterpy.sqlite3", "lock", "secret_key"
THEME_VALUES = "theme.json"
SECRET_KEY_SIZE = 32  # bytes; the file has them in hex


class DataFolder:
    """A folder that this process owns until `close`, or until it ends."""

    def __init__(self, path: Path) -> None:
        """Makes the folder where there is none, and locks it; raises DataFolderError."""
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Whatever the folder's own mode: what was said is nobody else's business.
            (path / DATABASE).touch(mode=0o600)
            self._lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            why = "it is a file" if path.is_file() else error.strerror
            raise DataFolderError(
                f"The data folder {path} cannot be written ({why}). "
                "Choose another with --data or CHATTERPY_DATA."
            ) from error
        try:
            # The kernel lets go of it with the process, however that ends.
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise DataFolderError(
                f"The data folder {path} is in use by another ChatterPy. "
                "Stop it, or choose another folder with --data or CHATTERPY_DATA."
            ) from error

    @property
    def database(self) -> Path:
        return self.path / DATABASE

    @property
    def theme_values(self) -> Path:
        """What `chatterpy theme set` keeps."""
        return self.path / THEME_VALUES

    def secret_key(self) -> str:
        """The key that signs the cookies; made once, readable by its owner only."""
        return self._made_once(SECRET_KEY, SECRET_KEY_SIZE)

    def name(self) -> str:
        """Tells this chat's cookies from those of another one on the same host."""
        return self._made_once("name", 4)

    def users_secret(self) -> str:
        """What hides the keys of a host application's users; lost, they all arrive anew."""
        return self._made_once("users_secret", 16)

    def _made_once(self, name: str, size: int) -> str:
        """A file's content: `size` random bytes in hex, made where there is no such file."""
        file = self.path / name
        try:
            if not file.exists():
                # Written aside and renamed: a start that is cut short leaves no half of a key.
                draft = file.with_suffix(".new")
                draft.touch(mode=0o600)
                draft.write_text(secrets.token_hex(size) + "\n")
                draft.replace(file)
            content = file.read_text("ascii").strip()
        except OSError as error:
            raise DataFolderError(
                f"The file {file} cannot be read or made ({error.strerror})."
            ) from error
        except UnicodeDecodeError:
            content = ""
        if len(content) < size:
            raise DataFolderError(
                f"The file {file} is damaged: expected {2 * size} letters and digits. "
                "Delete it to have a new one made; everybody then arrives anew."
            )
        return content

    def close(self) -> None:
        """Lets go of the folder."""
        os.close(self._lock)
