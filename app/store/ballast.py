"""The ballast: a file that only takes room, so that there is room when the disk is full."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from app.settings import limit

_STEP = bytes(1 << 20)


class Ballast:
    """A file beside the store; freed for what must be written, filled again when space returns.

    It grows by a step at a time, so that the writer is never late because of it.
    """

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(store.name + ".ballast")
        self._size = int(limit("store", "ballast_bytes"))
        self._filling = False

    def begin(self) -> None:
        """Start to fill it, if three times its size is free on the disk."""
        try:
            room = shutil.disk_usage(self.path.parent).free
            self._filling = room >= 3 * self._size and self.size() < self._size
        except OSError:
            self._filling = False

    def size(self) -> int:
        """How large it is now."""
        return self.path.stat().st_size if self.path.exists() else 0

    def step(self) -> None:
        """Write the next step while it is being filled; a disk that refuses ends it."""
        if not self._filling:
            return
        try:
            with self.path.open("ab") as file:
                file.write(_STEP)
                self._filling = file.tell() < self._size
        except OSError:
            self._filling = False

    def make_room(self) -> None:
        """Free it where the disk is so full that a store could not even be opened."""
        with contextlib.suppress(OSError):
            if shutil.disk_usage(self.path.parent).free < limit("store", "wal_bytes"):
                self.free()

    def free(self) -> bool:
        """Give the room back to the disk; False where there was none."""
        self._filling = False
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
