"""What a plot must know of a point besides its samples: names, unit, limits, how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.core.rows import PointKey

MIME_POINTS = "application/x-wayside-points"
"""Drag and drop of points: UTF-8, one key ``device/point`` a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotLimit:
    """A limit of a point: values beyond it are violations of that alarm priority (1 to 4)."""

    value: float
    label: str
    above: bool = True
    priority: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PointInfo:
    """How a point is named and drawn.

    ``asset`` is the name the direct label carries, ``device`` names the device where the asset
    has several of its kind (lamp 1 and lamp 2), ``unit`` is the text as shown (``µg/m³``).
    ``step`` draws the value held until the next sample (set-points, switches, states).
    ``every_s`` is the expected period: three of them without a sample is a gap up to now.
    """

    key: PointKey
    title: str
    asset: str
    device: str = ""
    unit: str = ""
    decimals: int = 1
    step: bool = False
    every_s: float = 5.0
    limits: tuple[PlotLimit, ...] = ()
    labels: tuple[tuple[int, str], ...] = ()

    @property
    def owner(self) -> str:
        """The asset, and the device where the asset has several of its kind."""
        return f"{self.asset} {self.device}".rstrip()

    def text(self, value: float | None) -> str:
        """The value as it stands at the curve's end: its label, or its decimals; – for none."""
        if value is None or value != value:
            return "–"
        for number, label in self.labels:
            if number == value:
                return label
        return f"{value:.{self.decimals}f}".replace("-", "\u2212")


class PointDirectory(Protocol):
    """Where plots look points up."""

    def info(self, key: PointKey) -> PointInfo | None:
        """The point, or None where it cannot be plotted (unknown, or a text)."""


def mime_lines(keys: Sequence[PointKey]) -> bytes:
    """Keys as the drag payload."""
    return "\n".join(str(key) for key in keys).encode()


def parse_mime(data: bytes) -> list[PointKey]:
    """The keys of a drag payload; lines that are no key are left out."""
    keys: list[PointKey] = []
    for line in data.decode(errors="replace").splitlines():
        device, _, point = line.strip().rpartition("/")
        if device and point:
            keys.append(PointKey(device=device, point=point))
    return keys
