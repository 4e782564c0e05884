"""Each device's firmware: what it reports of the physics, and what a write does to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from zlib import crc32

from app.simulator.enclosure import Enclosure
from app.simulator.lamp import Lamp
from app.simulator.screen import Screen
from app.simulator.walks import clamp

Value = float | int | bool | str
FIRMWARE = "1.4.2"


class Player(Protocol):
    """One device: its readings by point id, its settings, and what a write does."""

    settings: Settings

    def values(self) -> dict[str, Value]:
        """Every reading now, by point id, before encoding."""

    def write(self, point: str, value: Value) -> bool:
        """Take a value for a point; False where the device refuses it."""


@dataclass(slots=True, kw_only=True)
class Settings:
    """What a device keeps over a restart; ``volatile`` is the fault that it does not."""

    factory: Mapping[str, Value]
    now: dict[str, Value] = field(default_factory=dict)
    volatile: bool = False

    def __post_init__(self) -> None:
        self.now = dict(self.factory)

    def set_factory(self, point: str, value: Value) -> None:
        """Leave the factory with another value."""
        self.factory = {**self.factory, point: value}
        self.now[point] = value

    def restart(self) -> None:
        """Start again, with what was kept."""
        if self.volatile:
            self.now = dict(self.factory)


def number(value: Value) -> float:
    """A written value as a number; ValueError for a text."""
    if isinstance(value, str):
        raise ValueError(f"{value!r} is not a number")  # noqa: TRY004  # one error for callers
    return float(value)


def within(value: Value, low: float, high: float) -> float | None:
    """A written number inside its span, None outside."""
    given = number(value)
    return given if low <= given <= high else None


class LampPlayer:
    """A lamp controller: dims its lamp, watches it, falls back when its bus goes quiet."""

    HOLD_S = 10.0

    def __init__(
        self, lamp: Lamp, volts: Callable[[], float], hertz: Callable[[], float], serial: str
    ) -> None:
        self.lamp = lamp
        self._volts = volts
        self._hertz = hertz
        self._serial = serial
        self.on = True
        self.dim_command = lamp.command
        self.quiet_s: float | None = None
        self.fallen_back_s = 0.0
        self.switch_count = 100 + int(lamp.hours / 11.0)
        self.settings = Settings(
            factory={"fade_time": lamp.fade_s, "fail_safe_level": 100.0, "fail_safe_after": 60.0}
        )

    def heard(self) -> None:
        """The bus was used; from the first time on its silence counts."""
        self.quiet_s = 0.0

    def step(self, dt: float) -> None:
        """Obey the last command, or the fail-safe level once the bus has been quiet too long."""
        if self.quiet_s is not None:
            self.quiet_s += dt
            if self.quiet_s >= number(self.settings.now["fail_safe_after"]):
                self.fallen_back_s = self.HOLD_S
        self.lamp.fade_s = number(self.settings.now["fade_time"])
        if self.fallen_back_s > 0.0:
            self.lamp.command = number(self.settings.now["fail_safe_level"])
            self.fallen_back_s -= dt
        else:
            self.lamp.command = self.dim_command if self.on else 0.0

    def values(self) -> dict[str, Value]:
        """Every reading now, by point id."""
        lamp, volts = self.lamp, self._volts()
        return {
            "lamp_power": lamp.power_w() * (1.0 + lamp.meter_error) if volts > 50.0 else 0.0,
            "dim_level": clamp(lamp.output * 100.0, 0.0, 100.0),
            "lamp_current": lamp.current_a(volts) if volts > 50.0 else 0.0,
            "lamp_voltage": volts,
            "power_factor": lamp.factor(),
            "frequency": self._hertz(),
            "driver_temperature": lamp.temperature,
            "leakage_current": 0.4 + 0.1 * lamp.output,
            "over_voltage": volts > 253.0,
            "under_voltage": volts < 187.0,
            "over_current": False,
            "lamp_failure": lamp.open_circuit and lamp.output > 0.005,
            "leakage_detected": False,
            "relay_failure": False,
            "high_temperature": lamp.temperature > 85.0,
            "gear_comm_failure": lamp.dead,
            "energy": lamp.energy_kwh,
            "operating_hours": int(lamp.hours),
            "switch_count": self.switch_count,
            "supply_loss_count": 3,
            "switch_command": int(self.on),
            "dim_command": self.dim_command,
            "rated_power": lamp.rating.power_w,
            "min_dim_level": 1.0,
            "identify": lamp.identify_s,
            "firmware": FIRMWARE,
            "serial": self._serial,
            **self.settings.now,
        }

    def write(self, point: str, value: Value) -> bool:
        """Take a command or a setting."""
        limits = {
            "dim_command": (0, 100),
            "switch_command": (0, 1),
            "identify": (0, 60),
            "fade_time": (0, 60),
            "fail_safe_level": (0, 100),
            "fail_safe_after": (1, 3600),
        }
        if point not in limits or (given := within(value, *limits[point])) is None:
            return False
        if point in self.settings.now:
            self.settings.now[point] = given
        elif point == "identify":
            self.lamp.identify_s = given
        else:
            self.fallen_back_s = 0.0
            if point == "dim_command":
                self.dim_command = given
            elif bool(given) != self.on:
                self.on = bool(given)
                self.switch_count += 1
        return True


class DoorPlayer:
    """The door, tilt and water monitor."""

    def __init__(self, enclosure: Enclosure, humidity: Callable[[], float]) -> None:
        self.enclosure = enclosure
        self._humidity = humidity
        self.locked = True
        self.zero = (0.0, 0.0)
        self.shock = False
        self.settings = Settings(factory={})

    def values(self) -> dict[str, Value]:
        """Every reading now, by point id."""
        box = self.enclosure
        x, y = box.tilt_x - self.zero[0], box.tilt_y - self.zero[1]
        return {
            "door_open": box.door_open,
            "water": box.water_mm >= 20.0,
            "shock": self.shock,
            "spd_fault": False,
            "lock_closed": self.locked and not box.door_open,
            "tilt": (x * x + y * y) ** 0.5,
            "tilt_x": x,
            "tilt_y": y,
            "cabinet_temperature": box.temperature,
            "cabinet_humidity": clamp(self._humidity() - 8.0, 5.0, 95.0),
            "lock_command": self.locked,
            "tilt_zero": False,
            "firmware": FIRMWARE,
        }

    def write(self, point: str, value: Value) -> bool:
        """Lock or unlock the door, or take the present tilt as zero."""
        if point == "lock_command":
            self.locked = bool(value)
            return True
        if point == "tilt_zero":
            if value:
                self.zero = self.enclosure.rest
            return True
        return False


class ScreenPlayer:
    """The information screen's controller."""

    WIDTH, HEIGHT = 192, 384

    def __init__(self, screen: Screen, daylight: Callable[[], float]) -> None:
        self.screen = screen
        self._daylight = daylight
        self.settings = Settings(factory={})

    def values(self) -> dict[str, Value]:
        """Every reading now, by point id."""
        screen = self.screen
        return {
            "brightness_level": screen.level,
            "screen_on": int(screen.on),
            "width": self.WIDTH,
            "height": self.HEIGHT,
            "pixel_faults": screen.dark_pixels,
            "module_faults": screen.failed_modules,
            "cabinet_temperature": screen.temperature,
            "fan_speed": max(0.0, screen.fan_rpm),
            "content_hash": crc32(screen.message.encode("utf-8")),
            "ambient_light": self._daylight(),
            "screen_power": screen.power_w,
            "pattern": screen.pattern,
            "message": screen.message,
            "firmware": FIRMWARE,
            "brightness_command": screen.command,
            "screen_command": int(screen.on),
            "pattern_command": screen.pattern,
            "identify": screen.identify_s,
            "message_command": screen.message,
        }

    def write(self, point: str, value: Value) -> bool:
        """Take a command."""
        screen = self.screen
        if point == "message_command":
            screen.message = str(value)
            return True
        limits = {
            "brightness_command": (0, 100),
            "screen_command": (0, 1),
            "pattern_command": (0, 5),
            "identify": (0, 60),
        }
        if point not in limits or (given := within(value, *limits[point])) is None:
            return False
        if point == "brightness_command":
            screen.command = given
        elif point == "screen_command":
            screen.on = bool(given)
        elif point == "pattern_command":
            screen.pattern = int(given)
        else:
            screen.identify_s = given
        return True
