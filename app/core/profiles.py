"""What a device model is: points, alarms, commands and checks, as frozen data.

The TOML form is DESIGN.md section 6; app.profiles loads it into these values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from app.core.rows import ValueKind

EVERY_S = 5.0
"""Seconds between two readings where a profile says nothing."""


class RegisterTable(Enum):
    """The four Modbus tables and the function that reads each (Modbus spec V1.1b3, section 6)."""

    COIL = "coil"
    DISCRETE = "discrete"
    HOLDING = "holding"
    INPUT = "input"


class WordOrder(Enum):
    """Byte order of a value over several registers, A the most significant byte."""

    ABCD = "ABCD"
    CDAB = "CDAB"
    BADC = "BADC"
    DCBA = "DCBA"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusAddress:
    """Where a point lies in a Modbus device; addresses count from 0 as on the wire.

    ``type`` is one of uint16 int16 uint32 int32 uint64 int64 float32 float64 bcd16 bcd32 bool
    string. ``bit`` and ``bits`` cut a field out of the (unsigned) value, bit 0 the lowest.
    ``length`` is the number of registers of a string. The point's value is raw * scale + offset.
    """

    table: RegisterTable
    address: int
    type: str = "uint16"
    word_order: WordOrder = WordOrder.ABCD
    scale: float = 1.0
    offset: float = 0.0
    bit: int | None = None
    bits: int = 1
    length: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttPath:
    """Where a point lies in an MQTT payload: a topic pattern and a dotted path in its JSON.

    An empty topic means the profile's default topic; scale and offset as for Modbus.
    """

    path: str
    topic: str = ""
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Plausible values of a point; outside it the quality is BAD_RANGE, never clipped."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One measured or commanded quantity of a device model.

    ``unit`` is a UCUM code, empty for a quantity without one. ``labels`` names the values of an
    enum. ``missing`` are raw values by which the device says that it has no reading.
    ``role`` is ``setpoint`` or ``feedback`` where the point is one of such a pair. A value that has
    not changed for ``frozen_after_s`` is UNCERTAIN_FROZEN from then on.
    """

    id: str
    title: str
    title_zh: str = ""
    unit: str = ""
    access: str = "r"
    kind: ValueKind = ValueKind.FLOAT
    modbus: ModbusAddress | None = None
    mqtt: MqttPath | None = None
    lwm2m: str = ""
    talq: str = ""
    range: Range | None = None
    every_s: float = EVERY_S
    decimals: int = 1
    role: str = ""
    labels: dict[int, str] = field(default_factory=dict)
    labels_zh: dict[int, str] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    slew_per_min: float | None = None
    frozen_after_s: float | None = None
    plot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpec:
    """One alarm of a device model, with what ISA-18.2 asks to be written down for it.

    ``when`` is one of above below equals not_equals; the condition must hold for ``for_s``.
    """

    id: str
    point: str
    when: str
    value: float
    title: str = ""
    title_zh: str = ""
    for_s: float = 0.0
    priority: int = 3
    cause: str = ""
    consequence: str = ""
    action: str = ""
    cause_zh: str = ""
    consequence_zh: str = ""
    action_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command: the point written, where it is read back, and the effect that proves it.

    ``effect`` is its table in the profile: names of points and ways as text, limits as numbers.
    """

    id: str
    point: str
    title: str = ""
    title_zh: str = ""
    feedback: str = ""
    tolerance: float = 0.0
    deadline_s: float = 10.0
    effect: dict[str, str | float] = field(default_factory=dict)
    risk: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """One commissioning check, kept as data for the procedure engine."""

    id: str
    kind: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusDefaults:
    """How a model is read over Modbus: unit, largest block, the gap it needs between requests.

    ``max_gap`` is the number of unused registers a block may span rather than be split.
    """

    unit: int = 1
    max_block: int = 120
    max_gap: int = 8
    gap_ms: float = 0.0
    baud: int = 9600
    parity: str = "N"


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttDefaults:
    """How a model speaks MQTT.

    ``topic`` holds ``{device}`` where the device's name stands. ``time_path`` is the dotted path
    of the source time, ``time_unit`` one of ms, s, iso. ``values_path`` is where a payload keeps
    its values; empty means the forms of DESIGN.md section 6 are recognised by themselves.
    A command is a JSON object of point ids and values, published on ``command_topic``; a model
    that takes none leaves it empty.
    """

    topic: str = "{device}/telemetry"
    time_path: str = ""
    time_unit: str = "ms"
    values_path: str = ""
    command_topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """What a device model has; ``sha256`` is of the file's bytes, for evidence."""

    id: str
    title: str
    function: str
    source: str
    title_zh: str = ""
    maker: str = ""
    points: tuple[Point, ...] = ()
    alarms: tuple[AlarmSpec, ...] = ()
    commands: tuple[CommandSpec, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    modbus: ModbusDefaults | None = None
    mqtt: MqttDefaults | None = None
    constants: dict[str, float] = field(default_factory=dict)
    sha256: str = ""

    def point(self, point_id: str) -> Point:
        """The point of that id; KeyError names the profile and the points it has."""
        for point in self.points:
            if point.id == point_id:
                return point
        known = ", ".join(point.id for point in self.points)
        raise KeyError(f"profile {self.id} has no point {point_id!r}; it has {known}")
