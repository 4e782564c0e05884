"""The data folder: what lies where in it, and that only one program writes to it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from app.core.errors import UserFacing
from app.settings import Texts
from app.wording import worded

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class DataFolder:
    """One data folder, created where it does not exist; ``lock`` makes it this program's own.

    ``profiles`` and ``asset_types`` in it hold the user's own data files.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self._lock: BinaryIO | None = None

    @property
    def connections(self) -> Path:
        """The file of the saved connections."""
        return self.path / "connections.toml"

    @property
    def store(self) -> Path:
        """The file of the store."""
        return self.path / "store.db"

    @property
    def store_url(self) -> str:
        """The URL of the store."""
        return "sqlite://" + self.store.as_posix()

    @property
    def anchors(self) -> Path:
        """The file of the audit's anchors."""
        return self.path / "audit-anchors.txt"

    @property
    def captures(self) -> Path:
        """The folder of raw captures."""
        return self.path / "captures"

    def lock(self, texts: Texts | None = None) -> None:
        """Make the folder and keep every other copy of the program out until ``release``.

        The system frees the lock of a program that dies, so nothing stale is ever in the way.

        Raises:
            UserFacing: another copy uses it, or it cannot be written.
        """
        texts = texts or Texts()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = (self.path / "in-use").open("a+b")
        except OSError as error:
            raise worded(
                UserFacing,
                texts,
                "services.folder.unwritable",
                folder=self.path,
                error=error.strerror or str(error),
            ) from error
        if not _try_lock(handle):
            handle.seek(0)
            other = handle.read(32).decode("ascii", "replace").strip() or "?"
            handle.close()
            raise worded(
                UserFacing, texts, "services.folder.in_use", folder=self.path, process=other
            )
        handle.seek(0)
        handle.truncate()
        handle.write(f"{os.getpid()}\n".encode("ascii"))
        handle.flush()
        self._lock = handle

    def release(self) -> None:
        """Let others in; harmless where the folder is not locked."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _try_lock(handle: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            # Beyond the end, so that the number of the process stays readable for the others.
            handle.seek(1 << 20)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
