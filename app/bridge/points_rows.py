"""Small parts of the tree of points: roles, what a row stands for, where values come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QModelIndex, Qt

from app.bridge.catalogue import CatalogueAsset
from app.core.assets import Device
from app.core.profiles import Point
from app.core.rows import PointKey, Sample


class Role:
    """The roles beside Qt's own."""

    KEY = Qt.ItemDataRole.UserRole + 1
    CURVE = Qt.ItemDataRole.UserRole + 2
    STALE = Qt.ItemDataRole.UserRole + 3
    BAD = Qt.ItemDataRole.UserRole + 4
    MARK = Qt.ItemDataRole.UserRole + 5
    LEVEL = Qt.ItemDataRole.UserRole + 6
    STATE = Qt.ItemDataRole.UserRole + 7


@dataclass(frozen=True, slots=True)
class Node:
    """What an index stands for: an asset, one of its devices, or one of their points."""

    asset: CatalogueAsset
    device: Device | None = None
    point: Point | None = None

    @property
    def key(self) -> PointKey | None:
        """The point, None for an asset or device."""
        if self.device is None or self.point is None:
            return None
        return PointKey(device=self.device.key, point=self.point.id)


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
