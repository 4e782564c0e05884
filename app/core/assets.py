"""Assets on the street, the types they are of, and the devices behind their gateways."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSlot:
    """One device that an asset of a type has: which profile, at which Modbus unit.

    ``settings`` are the values its writable points shall have, by point id; ``nameplate`` those
    that the device ordered says of itself; ``supply`` is the point (``slot/point``) of the meter
    whose phase feeds it, empty where none measures it.
    """

    id: str
    profile: str
    title: str
    title_zh: str = ""
    unit: int = 1
    function: str = ""
    settings: dict[str, float] = field(default_factory=dict)
    nameplate: dict[str, float] = field(default_factory=dict)
    supply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetType:
    """The functions and devices an asset of this type has.

    ``message_profile`` is the profile of the whole asset where its gateway speaks for all of its
    devices in one message; empty where it does not.
    """

    id: str
    title: str
    kind: str
    functions: tuple[str, ...]
    devices: tuple[DeviceSlot, ...]
    title_zh: str = ""
    procedure: str = ""
    source: str = ""
    message_profile: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """An addressable unit behind a gateway; ``key`` is ``asset/slot`` where it has an asset."""

    key: str
    profile: str
    link: str
    unit: int = 1
    asset: str = ""
    title: str = ""
    title_zh: str = ""
