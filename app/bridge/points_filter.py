"""Search in the tree of points: every word must be found in the asset, device or point."""

from __future__ import annotations

from app.bridge.catalogue import Catalogue, CatalogueAsset
from app.core.assets import Device
from app.core.profiles import Point

_Shape = tuple[tuple[str, str, str], ...]


class PointsFilter:
    """Which assets, and which points of their devices, a search text leaves.

    Thousands of assets share a few shapes (the profiles and titles of their devices), so a shape
    is searched once for each set of words that the asset's own name did not answer.
    """

    def __init__(self, catalogue: Catalogue, text: str = "") -> None:
        self._catalogue = catalogue
        self._words = tuple(text.casefold().split())
        self._found: dict[tuple[tuple[str, ...], _Shape], tuple[tuple[int, ...], ...]] = {}

    def assets(self) -> list[int]:
        """Indexes of the assets that have anything to show."""
        if not self._words:
            return list(range(len(self._catalogue.assets)))
        return [
            index for index, asset in enumerate(self._catalogue.assets) if any(self.points(asset))
        ]

    def points(self, asset: CatalogueAsset) -> tuple[tuple[int, ...], ...]:
        """For each device of the asset the indexes of its points that are shown."""
        name = f"{asset.number} {asset.title}".casefold() if self._words else ""
        left = tuple(word for word in self._words if word not in name)
        shape = tuple((each.profile, each.title, each.title_zh) for each in asset.devices)
        known = self._found.get((left, shape))
        if known is None:
            known = tuple(self._device(device, left) for device in asset.devices)
            self._found[left, shape] = known
        return known

    def _device(self, device: Device, words: tuple[str, ...]) -> tuple[int, ...]:
        name = f"{device.title} {device.title_zh} {device.profile}".casefold()
        left = [word for word in words if word not in name]
        return tuple(
            index
            for index, point in enumerate(self._catalogue.points(device))
            if all(word in _text(point) for word in left)
        )


def _text(point: Point) -> str:
    return f"{point.id} {point.title} {point.title_zh}".casefold()
