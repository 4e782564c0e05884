"""What the window looked like: plots, tree, splitters, page; kept in the data folder."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

VERSION = 1
_log = logging.getLogger(__name__)


class LayoutStore:
    """A small JSON file, versioned and replaced whole; a file of another version is left alone.

    Losing it costs a rearranged window and nothing else, so a damaged one is dropped with a note
    in the log.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._parts: dict[str, Any] = {}
        if file is not None and file.exists():
            self._parts = _read(file)

    def get(self, name: str) -> dict[str, Any]:
        """One part of the layout, empty where it was never saved."""
        part = self._parts.get(name)
        return dict(part) if isinstance(part, dict) else {}

    def set(self, name: str, part: dict[str, Any]) -> None:
        """Change one part; ``save`` writes it."""
        self._parts[name] = part

    def save(self) -> None:
        """Write the file; a folder that cannot be written loses the layout, not the program."""
        if self._file is None:
            return
        text = json.dumps({"version": VERSION, "parts": self._parts}, ensure_ascii=False, indent=1)
        part = self._file.with_name(self._file.name + ".part")
        try:
            part.write_text(text + "\n", "utf-8")
            part.replace(self._file)
        except OSError as error:
            _log.info("the layout is not saved: %s", error)


def _read(file: Path) -> dict[str, Any]:
    try:
        table = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        _log.info("%s is not a layout and starts anew: %s", file, error)
        return {}
    if not isinstance(table, dict) or table.get("version") != VERSION:
        _log.info("%s is a layout of another version and starts anew", file)
        return {}
    parts = table.get("parts")
    return parts if isinstance(parts, dict) else {}
