"""Small parts of the tree of points: where values come from, and rows that stand together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QModelIndex

from app.core.rows import PointKey, Sample


class Latest(Protocol):
    """Where the newest sample of a point comes from (app.services.live)."""

    def latest(self, key: PointKey) -> Sample | None:
        """The newest sample, None where there is none."""


def runs(indexes: Sequence[QModelIndex]) -> list[tuple[QModelIndex, QModelIndex]]:
    """Neighbouring rows of one parent as first and last."""
    runs: list[tuple[QModelIndex, QModelIndex]] = []
    for index in indexes:
        if runs:
            first, last = runs[-1]
            if index.internalId() == last.internalId() and index.row() == last.row() + 1:
                runs[-1] = (first, index)
                continue
        runs.append((index, index))
    return runs
