"""The ballast: a file that only takes room, so that there is room when the disk is full."""

from __future__ import annotations

import os
from pathlib import Path

from app.settings import limit

_BLOCK = bytes(1 << 20)


class Ballast:
    """A file beside the store; freed for what must be written, filled again when space returns."""

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(store.name + ".ballast")
        self._size = int(limit("store", "ballast_bytes"))

    def fill(self) -> bool:
        """Take the room, if three times as much is free; False where there is not."""
        if self.path.exists() and self.path.stat().st_size >= self._size:
            return True
        try:
            if _free_bytes(self.path.parent) < 3 * self._size:
                return False
            part = self.path.with_name(self.path.name + ".part")
            with part.open("wb") as file:
                for _ in range(self._size // len(_BLOCK)):
                    file.write(_BLOCK)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError:
            self.path.with_name(self.path.name + ".part").unlink(missing_ok=True)
            return False
        return True

    def free(self) -> bool:
        """Give the room back to the disk; False where there was none."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True


def _free_bytes(folder: Path) -> int:
    import shutil

    return shutil.disk_usage(folder).free
