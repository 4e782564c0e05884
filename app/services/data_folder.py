"""The data folder: what lies where in it, and that only one program writes to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from app.core.errors import UserFacing
from app.settings import Texts
from app.store.guard import lock_file, sign_lock
from app.wording import os_reason, worded


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
            descriptor = os.open(self.path / "in-use", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise worded(
                UserFacing,
                texts,
                "services.folder.unwritable",
                folder=self.path,
                error=os_reason(error),
            ) from error
        handle = os.fdopen(descriptor, "r+b")
        try:
            lock_file(handle)
        except OSError as error:
            other = handle.read(32).decode("ascii", "replace").strip() or "?"
            handle.close()
            raise worded(
                UserFacing, texts, "services.folder.in_use", folder=self.path, process=other
            ) from error
        sign_lock(handle)
        self._lock = handle

    def release(self) -> None:
        """Let others in; harmless where the folder is not locked."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
