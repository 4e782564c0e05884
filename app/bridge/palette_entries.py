"""What the palette finds besides commands: assets, connections and points."""

from __future__ import annotations

from collections.abc import Iterator

from app.bridge.catalogue import Catalogue
from app.bridge.palette_model import PaletteEntry
from app.core.rows import PointKey

POINT_ASSETS = 200
"""Points are listed up to this number of assets; above it the tree's own search is the way."""


def palette_entries(catalogue: Catalogue, connections: list[str]) -> list[PaletteEntry]:
    """Assets first, then connections, then the points of a district of a usual size."""
    assets = [
        PaletteEntry(kind="asset", target=asset.number,
                     title=f"{asset.number} {asset.title}".strip())
        for asset in catalogue.assets
    ]  # fmt: skip
    links = [PaletteEntry(kind="connection", target=name, title=name) for name in connections]
    points = _points(catalogue) if len(catalogue.assets) <= POINT_ASSETS else ()
    return [*assets, *links, *points]


def _points(catalogue: Catalogue) -> Iterator[PaletteEntry]:
    for asset in catalogue.assets:
        for device in asset.devices:
            place = f"{asset.number} {catalogue.device_title(device)}"
            for point in catalogue.points(device):
                yield PaletteEntry(
                    kind="point",
                    target=str(PointKey(device=device.key, point=point.id)),
                    title=catalogue.point_title(point),
                    hint=place if asset.number != device.key else asset.number,
                    words=f"{place} {point.title} {point.title_zh}",
                )
