"""Catalogues for tests: a district of any size, and live values that can be set."""

from __future__ import annotations

from app.bridge.catalogue import Catalogue, CatalogueAsset
from app.core.assets import Device
from app.core.profiles import DeviceProfile, Point
from app.core.quality import Quality
from app.core.rows import PointKey, Sample, ValueKind

NOW = 1_800_000_000_000_000_000

LAMP = DeviceProfile(
    id="lamp",
    title="Lamp",
    title_zh="灯",
    function="lighting",
    source="test",
    points=(
        Point(
            id="power", title="Lamp power", title_zh="灯具功率", unit="W", every_s=1.0, plot=True
        ),
        Point(
            id="dim_command", title="Dim set-point", title_zh="调光设定", unit="%", role="setpoint"
        ),
        Point(id="dim_level", title="Dim feedback", title_zh="调光反馈", unit="%", role="feedback"),
        Point(
            id="door",
            title="Door",
            title_zh="门",
            kind=ValueKind.INT,
            labels={0: "closed", 1: "open"},
        ),
        Point(id="serial", title="Serial", title_zh="序列号", kind=ValueKind.TEXT),
    ),
)
AIR = DeviceProfile(
    id="air",
    title="Air",
    title_zh="空气",
    function="environment",
    source="test",
    points=(
        Point(id="pm25", title="PM2.5", title_zh="细颗粒物", unit="ug/m3", every_s=5.0, plot=True),
    ),
)
PROFILES = {"lamp": LAMP, "air": AIR}


def district(assets: int, *, lamps: int = 2, language: str = "en") -> Catalogue:
    """Poles with lamps and one air sensor each; the odd ones have the air sensor only."""
    made = []
    for number in range(1, assets + 1):
        name = f"SP-{number:05}"
        devices = [_device(name, f"lamp{n}", "lamp") for n in range(1, lamps + 1)]
        air = _device(name, "air", "air")
        both = (*devices, air) if number % 2 == 0 else (air,)
        made.append(CatalogueAsset(number=name, title=f"Jiefang Rd {number}", devices=both))
    return Catalogue(made, PROFILES, language=language)


def _device(asset: str, slot: str, profile: str) -> Device:
    return Device(key=f"{asset}/{slot}", profile=profile, link="test", asset=asset, title=slot)


class FakeLatest:
    """Newest samples by key."""

    def __init__(self) -> None:
        self.samples: dict[PointKey, Sample] = {}
        self.asked = 0

    def latest(self, key: PointKey) -> Sample | None:
        self.asked += 1
        return self.samples.get(key)

    def put(self, key: PointKey, value, *, age_s: float = 0.0, quality: int = Quality.GOOD) -> None:
        at = NOW - int(age_s * 1e9)
        self.samples[key] = Sample(
            key=key, value=value, quality=quality, source_ns=at, received_ns=at
        )
