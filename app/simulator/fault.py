"""The shape of a fault, and how one is named: ``NAME@ASSET``, ``NAME@ASSET/device?key=value``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from app.core.errors import UserFacing
from app.simulator.asset import SimulatedAsset
from app.simulator.device import Device
from app.simulator.pole import Pole
from app.simulator.roadsign import RoadSign
from app.wording import told

Undo = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a fault is put into, with its parameters."""

    asset: SimulatedAsset
    device: Device
    parameters: Mapping[str, float]

    @property
    def pole(self) -> Pole:
        """The physics of a pole."""
        body = self.asset.body
        if not isinstance(body, Pole):
            raise TypeError(f"{self.asset.number} is not a pole")
        return body

    @property
    def sign(self) -> RoadSign:
        """The physics of a sign."""
        body = self.asset.body
        if not isinstance(body, RoadSign):
            raise TypeError(f"{self.asset.number} is not a sign")
        return body

    @property
    def unit(self) -> int:
        """The Modbus unit of the device."""
        return self.device.slot.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One named fault.

    ``devices`` are the slots it may be put into, by kind of asset, the first one the default.
    ``seen_by`` is the id of the check that must catch it, ``seen_at`` that of another check in
    some devices; empty where the step that would see it is not made yet, and ``later`` says so.
    ``inject`` puts it in and returns what takes it out again.
    """

    id: str
    title: str
    does: str
    function: str
    seen_by: str
    devices: Mapping[str, tuple[str, ...]]
    inject: Callable[[Target], Undo]
    parameters: Mapping[str, float] = field(default_factory=dict)
    seen_at: Mapping[str, str] = field(default_factory=dict)
    later: str = ""

    def check_at(self, device: str) -> str:
        """The id of the check that must catch it in a device, empty where there is none yet."""
        return self.seen_at.get(device, self.seen_by)

    def as_dict(self) -> dict[str, Any]:
        """The row of ``wayside simulate --list-faults --json``."""
        return {
            "id": self.id,
            "title": self.title,
            "does": self.does,
            "function": self.function,
            "seen_by": self.seen_by,
            "seen_at": dict(self.seen_at),
            "later": self.later,
            "assets": {kind: list(slots) for kind, slots in self.devices.items()},
            "parameters": dict(self.parameters),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRequest:
    """A fault as it was asked for."""

    text: str
    name: str
    asset: str
    device: str
    parameters: Mapping[str, float]


def parse_fault(text: str) -> FaultRequest:
    """Read ``NAME@ASSET``, ``NAME@ASSET/device`` or either with ``?key=value&key=value``.

    Raises:
        UserFacing: the text has no asset, or a parameter is not a number.
    """
    address, _, query = text.partition("?")
    name, at, where = address.partition("@")
    asset, _, device = where.partition("/")
    if not at or not name or not asset:
        raise told(UserFacing, "simulator.not_a_fault", text=text)
    try:
        parameters = (
            {key: float(value) for key, value in parse_qsl(query, strict_parsing=True)}
            if query
            else {}
        )
    except ValueError as error:
        raise told(UserFacing, "simulator.bad_parameters", text=text, error=error) from error
    return FaultRequest(text=text, name=name, asset=asset, device=device, parameters=parameters)
