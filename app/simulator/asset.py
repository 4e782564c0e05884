"""What every simulated asset has, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.core.assets import AssetType, DeviceSlot
from app.core.profiles import DeviceProfile
from app.simulator.climate import Climate
from app.simulator.device import Device
from app.simulator.players import Player, Value
from app.simulator.walks import seeded
from app.simulator.wire import Wire

Look = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Time:
    """The time of the simulated world, moved by its owner; UTC seconds."""

    now_s: float

    def read(self) -> float:
        """Seconds since 1970."""
        return self.now_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one asset is built from; ``place`` is its latitude and longitude."""

    number: str
    asset_type: AssetType
    profiles: Mapping[str, DeviceProfile]
    seed: int
    time: Time
    place: tuple[float, float]

    def serial(self, device: str) -> str:
        """The serial number of a device, the same for a seed."""
        return f"W{seeded(self.seed, self.number, device, 'serial').randrange(10**9):09d}"

    def device(self, slot: DeviceSlot, player: Player, heard: Callable[[], None]) -> Device:
        """A device of the asset, played by ``player``."""
        return Device(
            slot=slot,
            profile=self.profiles[slot.profile],
            player=player,
            serial=self.serial(slot.id),
            heard=heard,
        )


class Body(Protocol):
    """The physics of one asset, and the devices that report it."""

    devices: dict[str, Device]

    def step(self, dt: float) -> None:
        """Everything that moves fast: fades, commands, counters."""

    def slow_step(self, dt: float, climate: Climate) -> None:
        """Everything that wanders: weather, voltages, noise."""

    def look(self) -> Look:
        """What a person standing there sees."""

    def telemetry(self) -> dict[str, Value | None]:
        """Values by point id of the asset's message profile."""

    @property
    def report_s(self) -> float:
        """The period of its messages, in seconds."""

    def contact(self) -> None:
        """The platform has taken a message: it is there."""

    def command(self, point: str, value: Value) -> bool:
        """A command by point id of the message profile; False where it is refused."""


@dataclass(slots=True, kw_only=True)
class SimulatedAsset:
    """An asset of the field: its devices, its physics, its line and the faults it has.

    ``label`` is the serial number on its label. ``mute``: it sends no message and takes none.
    """

    number: str
    type: str
    kind: str
    devices: dict[str, Device]
    body: Body
    wire: Wire
    topic: str
    message_points: Mapping[str, int]
    label: str
    faults: dict[str, Callable[[], None]] = field(default_factory=dict)
    mute: bool = False

    def look(self) -> Look:
        """What a person standing there sees, with the asset it is about."""
        return {
            "asset": self.number,
            "type": self.type,
            "label": self.label,
            **self.body.look(),
        }

    def telemetry(self) -> dict[str, Value | None]:
        """What it sends now: the points of its message profile, rounded as the profile shows them.

        A reading that is missing is left out of the message.
        """
        found: dict[str, Value | None] = {}
        for point, value in self.body.telemetry().items():
            decimals = self.message_points.get(point)
            if decimals is None or value is None:
                continue
            found[point] = round(value, decimals) if isinstance(value, float) else value
        return found

    @property
    def command_topic(self) -> str:
        """Where it listens for commands."""
        return self.topic.rsplit("/", 1)[0] + "/command"

    @property
    def ack_topic(self) -> str:
        """Where it answers them."""
        return self.topic.rsplit("/", 1)[0] + "/ack"
