"""The command palette: commands, assets and points in one list, found by a few characters."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
HINT_ROLE = Qt.ItemDataRole.UserRole + 1
KIND_ROLE = Qt.ItemDataRole.UserRole + 2
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteEntry:
    """One thing that the palette can do or go to.

    ``kind`` is command, asset, point or connection; ``target`` is what the kind needs: a command
    id, an asset number, a point key. ``hint`` stands at the right: a shortcut or a place.
    """

    kind: str
    target: str
    title: str
    hint: str = ""
    words: str = ""


class PaletteIndex:
    """Finds entries whose text holds every word; prepared once, searched on each key.

    A search looks at the entries that the text before left when the new text only adds to it, so
    the cost falls with each character.
    """

    def __init__(self, entries: Iterable[PaletteEntry]) -> None:
        self._entries = tuple(entries)
        self._texts = tuple(
            f"{entry.title} {entry.target} {entry.words}".casefold() for entry in self._entries
        )
        self._last = ""
        self._left: Sequence[int] = range(len(self._entries))
        self.looked_at = 0

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, text: str, limit: int = SHOWN) -> list[PaletteEntry]:
        """The best entries: where a word begins first, then shorter titles, then in order."""
        text = text.casefold().strip()
        words = text.split()
        narrower = bool(self._last) and text.startswith(self._last)
        pool = self._left if narrower else range(len(self._entries))
        self.looked_at = len(pool)
        left = pool
        for word in words:
            left = [number for number in left if word in self._texts[number]]
        self._left, self._last = left, text
        best = heapq.nsmallest(limit, left, key=lambda number: self._rank(number, words))
        return [self._entries[number] for number in best]

    def _rank(self, number: int, words: Sequence[str]) -> tuple[int, int, int]:
        text = self._texts[number]
        misses = sum(not (text.startswith(word) or f" {word}" in text) for word in words)
        command = 0 if self._entries[number].kind == "command" else 1
        return (misses, command if not words else 0, number if not words else len(text))


class PaletteModel(QAbstractListModel):
    """The entries that the typed text leaves, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._index = PaletteIndex(())
        self._found: list[PaletteEntry] = []

    def set_entries(self, entries: Iterable[PaletteEntry]) -> None:
        """Search among these from now on."""
        self._index = PaletteIndex(entries)
        self.search("")

    def search(self, text: str) -> None:
        """Show what the text finds."""
        self.beginResetModel()
        self._found = self._index.search(text)
        self.endResetModel()

    def entry(self, row: int) -> PaletteEntry | None:
        """The entry of a row, None outside."""
        return self._found[row] if 0 <= row < len(self._found) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of entries found, at most 50."""
        return 0 if parent is not None and parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Title, hint and kind."""
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.title} {entry.hint}".strip()
        known = {
            Qt.ItemDataRole.DisplayRole: entry.title,
            HINT_ROLE: entry.hint,
            KIND_ROLE: entry.kind,
        }
        return known.get(role)
