"""What there is to look at: assets, their devices, and the points that each device's model has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.assets import Device
from app.core.profiles import DeviceProfile, Point
from app.core.rows import PointKey


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueAsset:
    """One asset with its devices; a device without an asset stands as an asset of its own."""

    number: str
    title: str
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One point with everything that a row or a curve needs to know about it."""

    key: PointKey
    point: Point
    asset: CatalogueAsset
    device: Device


class Catalogue:
    """Assets in order of their number, and the profiles of their devices.

    Immutable: when connections change, a new one is built and handed to the models.
    """

    def __init__(
        self,
        assets: Sequence[CatalogueAsset] = (),
        profiles: Mapping[str, DeviceProfile] | None = None,
        *,
        language: str = "en",
    ) -> None:
        self.assets = tuple(assets)
        self.profiles = dict(profiles or {})
        self.language = language
        self._by_device: dict[str, tuple[CatalogueAsset, Device]] = {}

    @staticmethod
    def of(
        devices: Iterable[Device],
        profiles: Mapping[str, DeviceProfile],
        titles: Mapping[str, str] | None = None,
        *,
        language: str = "en",
    ) -> Catalogue:
        """Devices grouped by their asset; ``titles`` by asset number."""
        groups: dict[str, list[Device]] = {}
        for device in devices:
            groups.setdefault(device.asset or device.key, []).append(device)
        assets = [
            CatalogueAsset(
                number=number, title=(titles or {}).get(number, ""), devices=tuple(group)
            )
            for number, group in sorted(groups.items())
        ]
        return Catalogue(assets, profiles, language=language)

    def points(self, device: Device) -> tuple[Point, ...]:
        """The points of a device; none where its profile is not known."""
        profile = self.profiles.get(device.profile)
        return profile.points if profile is not None else ()

    def point_title(self, point: Point) -> str:
        """The point's title in the catalogue's language."""
        return (point.title_zh or point.title) if self.language == "zh_CN" else point.title

    def device_title(self, device: Device) -> str:
        """The device's title in the catalogue's language, its key's last part without one."""
        title = device.title_zh if self.language == "zh_CN" else ""
        return title or device.title or device.key.rpartition("/")[2]

    def entry(self, key: PointKey) -> CatalogueEntry | None:
        """The entry of a point, None where it is not here."""
        if not self._by_device:
            self._by_device = {
                device.key: (asset, device) for asset in self.assets for device in asset.devices
            }
        found = self._by_device.get(key.device)
        if found is None:
            return None
        asset, device = found
        for point in self.points(device):
            if point.id == key.point:
                return CatalogueEntry(key=key, point=point, asset=asset, device=device)
        return None
