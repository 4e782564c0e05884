"""Faults inside one device: its registers, its memory, its twin, single sensors of it."""

from __future__ import annotations

from functools import partial

from app.simulator.device import Readings
from app.simulator.fault import Fault, Target, Undo
from app.simulator.faults_line import ANYWHERE, both, swap
from app.simulator.faults_report import add_filter
from app.simulator.pole import LAMPS
from app.simulator.walks import seeded

WEATHER = {"pole": ("weather",)}
OTHER_SERIAL = "W999999999"
_REFUSED = {"weather": "wind_direction", "lamp1": "energy", "lamp2": "energy", "sign": "snr"}
_LOCKED = {
    "lamp1": ("fade_time", 6.0),
    "lamp2": ("fade_time", 6.0),
    "weather": ("north_offset", 9.0),
    "sign": ("default_sign", 3.0),
}


def _refuses_registers(target: Target) -> Undo:
    point = _REFUSED[target.device.slot.id]
    return swap(target.device.quirks, "refused", frozenset({point}))


def _shifted(target: Target) -> Undo:
    return swap(target.device.quirks, "shift", int(target.parameters["shift"]))


def _twin(target: Target) -> Undo:
    return swap(target.device.quirks, "twin", OTHER_SERIAL)


def _deaf(target: Target) -> Undo:
    deaf, unit = target.asset.wire.deaf, target.unit
    deaf[unit] = target.parameters["share"]
    return partial(_hear, deaf, unit)


def _hear(deaf: dict[int, float], unit: int) -> None:
    deaf.pop(unit, None)


def _other_serial(target: Target) -> Undo:
    def say(values: Readings) -> None:
        values["serial"] = OTHER_SERIAL

    return both(swap(target.device, "serial", OTHER_SERIAL), add_filter(target, say))


def _locked_setting(target: Target) -> Undo:
    point, value = _LOCKED[target.device.slot.id]
    settings, refuses = target.device.player.settings, target.device.refuses
    before = settings.now[point]
    settings.now[point] = value
    refuses.add(point)

    def unlock() -> None:
        settings.now[point] = before
        refuses.discard(point)

    return unlock


def _ignores_restart(target: Target) -> Undo:
    return swap(target.pole.gateway, "restart", _nothing)


def _nothing() -> None:
    """What a device does that takes a command and ignores it."""


def _no_uptime(target: Target) -> Undo:
    def stand(values: Readings) -> None:
        values["uptime"] = 0

    return add_filter(target, stand)


def _frozen_humidity(target: Target) -> Undo:
    kept = target.device.readings()["humidity"]

    def freeze(values: Readings) -> None:
        values["humidity"] = kept

    return add_filter(target, freeze)


def _swapped_sensors(target: Target) -> Undo:
    def exchange(values: Readings) -> None:
        values["temperature"], values["humidity"] = values["humidity"], values["temperature"]

    return add_filter(target, exchange)


def _spikes(target: Target) -> Undo:
    rng = seeded(0, target.asset.number, "spikes")
    height, share = target.parameters["degrees"], target.parameters["share"]

    def jump(values: Readings) -> None:
        read = values["temperature"]
        if isinstance(read, int | float) and rng.random() < share:
            values["temperature"] = read + height

    return add_filter(target, jump)


FAULTS: tuple[Fault, ...] = (
    Fault(
        id="refuses_registers",
        title="Some registers refused",
        does="The device answers with an exception at some addresses of its map.",
        function="any",
        seen_by="readings_complete",
        devices={"pole": (*LAMPS, "weather"), "sign": ("sign",)},
        inject=_refuses_registers,
    ),
    Fault(
        id="shifted_map",
        title="Register map shifted",
        does="Another firmware: the same model, but every register lies higher by some.",
        function="any",
        seen_by="plausible_values",
        devices=ANYWHERE,
        inject=_shifted,
        parameters={"shift": 1},
        seen_at={"door": "door_not_frozen"},
    ),
    Fault(
        id="twin_unit",
        title="Two devices at one unit",
        does="Another device of the same kind has the same unit; they answer in turns.",
        function="lighting",
        seen_by="identity",
        devices={"pole": ("gateway", *LAMPS)},
        inject=_twin,
    ),
    Fault(
        id="deaf_unit",
        title="Device misses requests",
        does="One device, and no other, does not hear a share of what it is asked.",
        function="any",
        seen_by="unit_errors",
        devices=ANYWHERE,
        inject=_deaf,
        parameters={"share": 0.3},
        seen_at={"gateway": "line_errors", "sign": "line_errors"},
    ),
    Fault(
        id="other_serial",
        title="Another device than scanned",
        does="The serial number in the device is not the one on the label.",
        function="gateway",
        seen_by="identity",
        devices={"pole": ("gateway",)},
        inject=_other_serial,
    ),
    Fault(
        id="locked_setting",
        title="Setting locked",
        does="A setting has another value than planned, and the device refuses to change it.",
        function="any",
        seen_by="config",
        devices={"pole": (*LAMPS, "weather"), "sign": ("sign",)},
        inject=_locked_setting,
    ),
    Fault(
        id="ignores_restart",
        title="Restart ignored",
        does="The gateway takes the command to restart, and does nothing.",
        function="gateway",
        seen_by="restart",
        devices={"pole": ("gateway",)},
        inject=_ignores_restart,
    ),
    Fault(
        id="uptime_stands",
        title="Time since start stands still",
        does="The gateway always says that it has just started: no restart can be seen in it.",
        function="gateway",
        seen_by="restart",
        devices={"pole": ("gateway",)},
        inject=_no_uptime,
    ),
    Fault(
        id="frozen_humidity",
        title="Humidity stands still",
        does="Of all readings of the station only the humidity stands still.",
        function="environment",
        seen_by="not_frozen",
        devices=WEATHER,
        inject=_frozen_humidity,
    ),
    Fault(
        id="swapped_sensors",
        title="Temperature and humidity swapped",
        does="The temperature is in the register of the humidity and the other way round.",
        function="environment",
        seen_by="reference",
        devices=WEATHER,
        inject=_swapped_sensors,
    ),
    Fault(
        id="spikes",
        title="Readings jump",
        does="Now and then the temperature is far off for one reading.",
        function="environment",
        seen_by="slew",
        devices=WEATHER,
        inject=_spikes,
        parameters={"degrees": 12.0, "share": 0.1},
    ),
)
