"""Faults of what is reported: frozen or untrue readings, lost settings, wrong clocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.core.rows import ValueKind
from app.simulator.device import Filter, Readings
from app.simulator.fault import Fault, Target, Undo
from app.simulator.faults_line import both, swap
from app.simulator.players import Settings
from app.simulator.pole import LAMPS

SCREEN_LATER = "The step that shows a picture on the screen comes later."
SENSORS = {"pole": ("weather", "meter", "door"), "sign": ("sign",)}
OUT_OF_RANGE_POINT = {
    "weather": "temperature",
    "meter": "voltage_l1",
    "door": "tilt",
    "sign": "temperature",
}
FEEDBACK = {
    "lamp1": ("dim_command", "dim_level"),
    "lamp2": ("dim_command", "dim_level"),
    "screen": ("brightness_command", "brightness_level"),
    "sign": ("brightness_command", "brightness_level"),
}


def add_filter(target: Target, change: Filter) -> Undo:
    """Change what a device reports."""
    filters = target.device.filters
    filters.append(change)
    return partial(filters.remove, change)


def _frozen(target: Target) -> Undo:
    kept = target.device.readings()
    points = [
        point.id
        for point in target.device.profile.points
        if point.access == "r" and point.kind is ValueKind.FLOAT and point.id in kept
    ]

    def freeze(values: Readings) -> None:
        for point in points:
            values[point] = kept[point]

    return add_filter(target, freeze)


def _out_of_range(target: Target) -> Undo:
    point_id = OUT_OF_RANGE_POINT[target.device.slot.id]
    point = target.device.profile.point(point_id)
    beyond = (point.range.high if point.range else 0.0) + target.parameters["beyond"]

    def exceed(values: Readings) -> None:
        values[point_id] = beyond

    return add_filter(target, exceed)


def _missing(target: Target) -> Undo:
    point_id = OUT_OF_RANGE_POINT[target.device.slot.id]

    def lose(values: Readings) -> None:
        values[point_id] = None

    return add_filter(target, lose)


def _feedback_lies(target: Target) -> Undo:
    command, feedback = FEEDBACK[target.device.slot.id]

    def lie(values: Readings) -> None:
        values[feedback] = values[command]

    if target.asset.kind == "sign":
        dark = swap(target.sign.sign, "stuck_brightness", 0.0)
    elif target.device.slot.id == "screen":
        dark = swap(target.pole.screen, "stuck_level", 0.0)
    else:
        dark = swap(target.pole.lamps[target.device.slot.id], "stuck_level", 0.0)
    return both(dark, add_filter(target, lie))


def _clock_off(target: Target) -> Undo:
    off = target.parameters["seconds"]
    clock = target.sign.clock if target.asset.kind == "sign" else target.pole.gateway.clock
    return both(swap(clock, "offset_s", off), swap(clock, "keeps_offset", True))  # noqa: FBT003


def _volatile(target: Target) -> Undo:
    settings: Settings = target.device.player.settings
    return swap(settings, "volatile", True)  # noqa: FBT003


def _refuses(*points: str) -> Callable[[Target], Undo]:
    def put(target: Target) -> Undo:
        refuses = target.device.refuses
        before = set(refuses)
        refuses.update(points)
        return partial(refuses.intersection_update, before)

    return put


FAULTS: tuple[Fault, ...] = (
    Fault(
        id="frozen_sensor",
        title="Readings stand still",
        does="The device goes on answering with the readings it had when the fault began.",
        function="environment",
        seen_by="not_frozen",
        devices=SENSORS,
        inject=_frozen,
        seen_at={"meter": "meter_not_frozen", "door": "door_not_frozen"},
    ),
    Fault(
        id="out_of_range_sensor",
        title="Reading out of range",
        does="One reading lies beyond what is physically possible.",
        function="environment",
        seen_by="in_range",
        devices=SENSORS,
        inject=_out_of_range,
        parameters={"beyond": 20.0},
        seen_at={"meter": "supply_voltage", "door": "door_in_range"},
    ),
    Fault(
        id="missing_reading",
        title="Sensor has no reading",
        does="The device answers with the code by which it says that a sensor is missing.",
        function="environment",
        seen_by="in_range",
        devices={"pole": ("weather", "door"), "sign": ("sign",)},
        inject=_missing,
        seen_at={"door": "door_in_range"},
    ),
    Fault(
        id="feedback_lies",
        title="Feedback lies",
        does="The level reported is the level asked for, but nothing lights.",
        function="lighting",
        seen_by="power_follows",
        devices={"pole": (*LAMPS, "screen"), "sign": ("sign",)},
        inject=_feedback_lies,
        seen_at={"screen": ""},
        later=SCREEN_LATER,
    ),
    Fault(
        id="clock_off",
        title="Clock is wrong",
        does="The clock is off and cannot be set.",
        function="gateway",
        seen_by="clock",
        devices={"pole": ("gateway",), "sign": ("sign",)},
        inject=_clock_off,
        parameters={"seconds": -95.0},
    ),
    Fault(
        id="restart_loses_setting",
        title="A restart loses the settings",
        does="After a restart the device has its factory settings again.",
        function="any",
        seen_by="settings_kept",
        devices={"pole": ("gateway", *LAMPS, "weather")},
        inject=_volatile,
    ),
    Fault(
        id="refuses_command",
        title="Command refused",
        does="Writing the level or brightness is answered with an exception.",
        function="lighting",
        seen_by="acknowledged",
        devices={"pole": (*LAMPS, "screen"), "sign": ("sign",)},
        inject=_refuses("dim_command", "brightness_command"),
        seen_at={"screen": ""},
        later=SCREEN_LATER,
    ),
)
