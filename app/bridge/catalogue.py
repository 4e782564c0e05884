"""What there is to look at: assets, their devices, and the points that each device's model has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.bridge.plot_points import PlotLimit, PointInfo
from app.core.assets import Device
from app.core.profiles import DeviceProfile, Point
from app.core.rows import PointKey, ValueKind
from app.profiles.units import display


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
        self._places: dict[str, tuple[int, int]] = {}

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
        chinese = self.language == "zh_CN"
        title = (device.title_zh if chinese else "") or device.title
        profile = self.profiles.get(device.profile)
        if not title and profile is not None:
            title = (profile.title_zh if chinese else "") or profile.title
        return title or device.key.rpartition("/")[2]

    def unit(self, point: Point) -> str:
        """The symbol of the point's unit in the catalogue's language."""
        return display(point.unit, self.language) if point.unit else ""

    def labels(self, point: Point) -> Mapping[int, str]:
        """The names of the point's values in the catalogue's language."""
        return (self.language == "zh_CN" and point.labels_zh) or point.labels

    def info(self, key: PointKey) -> PointInfo | None:
        """What a plot must know of a point; None for a text or a point that is not here."""
        entry = self.entry(key)
        if entry is None or entry.point.kind is ValueKind.TEXT:
            return None
        point, asset = entry.point, entry.asset
        twins = [each for each in asset.devices if each.profile == entry.device.profile]
        profile = self.profiles[entry.device.profile]
        return PointInfo(
            key=key,
            title=self.point_title(point),
            asset=asset.number,
            device=self.device_title(entry.device) if len(twins) > 1 else "",
            unit=self.unit(point),
            decimals=point.decimals if point.kind is ValueKind.FLOAT else 0,
            step=bool(point.labels) or point.role == "setpoint" or point.kind is ValueKind.BOOL,
            every_s=point.every_s,
            limits=_limits(profile, point.id),
            labels=tuple(self.labels(point).items()),
        )

    def place(self, device_key: str) -> tuple[int, int] | None:
        """Number of the asset, and of the device in it; None where the device is not here."""
        if not self._places:
            self._places = {
                device.key: (number, child)
                for number, asset in enumerate(self.assets)
                for child, device in enumerate(asset.devices)
            }
        return self._places.get(device_key)

    def entry(self, key: PointKey) -> CatalogueEntry | None:
        """The entry of a point, None where it is not here."""
        place = self.place(key.device)
        if place is None:
            return None
        asset = self.assets[place[0]]
        device = asset.devices[place[1]]
        for point in self.points(device):
            if point.id == key.point:
                return CatalogueEntry(key=key, point=point, asset=asset, device=device)
        return None


def _limits(profile: DeviceProfile, point_id: str) -> tuple[PlotLimit, ...]:
    return tuple(
        PlotLimit(
            value=alarm.value,
            label=QCoreApplication.translate("Catalogue", "limit"),
            above=alarm.when == "above",
            priority=alarm.priority,
        )
        for alarm in profile.alarms
        if alarm.point == point_id and alarm.when in ("above", "below")
    )
