"""Faults of the wiring and of what drives a lamp: phases, transformers, terminals, drivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from app.simulator.device import Readings
from app.simulator.fault import Fault, Target, Undo
from app.simulator.faults_line import both, swap
from app.simulator.faults_report import add_filter
from app.simulator.players import Value
from app.simulator.pole import LAMPS

LIGHTING = {"pole": LAMPS}
METER = {"pole": ("meter",)}
_PER_PHASE = ("current", "power", "apparent", "reactive", "power_factor")


def _lamp(name: str, parameter: str) -> Callable[[Target], Undo]:
    def put(target: Target) -> Undo:
        lamp = target.pole.lamps[target.device.slot.id]
        return swap(lamp, name, target.parameters[parameter])

    return put


def _other_phase(target: Target) -> Undo:
    pole, slot = target.pole, target.device.slot.id
    phase = int(target.parameters["phase"]) - 1
    return swap(pole, "phase", {**pole.phase, slot: phase})


def _crossed_heads(target: Target) -> Undo:
    first, second = LAMPS
    return swap(target.pole, "heads", {first: second, second: first})


def _negative(value: Value | None) -> Value | None:
    return -value if isinstance(value, int | float) else value


def _reversed_transformer(target: Target) -> Undo:
    phase = f"l{int(target.parameters['phase'])}"

    def turn(values: Readings) -> None:
        for name in (f"power_{phase}", f"reactive_{phase}", f"power_factor_{phase}"):
            values[name] = _negative(values[name])
        values["total_power"] = sum(float(values[f"power_l{n}"] or 0.0) for n in (1, 2, 3))

    return add_filter(target, turn)


def _swapped_transformers(target: Target) -> Undo:
    def swap_phases(values: Readings) -> None:
        for name in _PER_PHASE:
            one, two = f"{name}_l1", f"{name}_l2"
            values[one], values[two] = values[two], values[one]

    return add_filter(target, swap_phases)


def _slow_meter(target: Target) -> Undo:
    """It measures only once in a while, and shows the same numbers in between."""
    meter, clock = target.pole.meter, target.pole.time
    every_s, measure = target.parameters["every_s"], meter.slow_step
    measured_s = clock.now_s

    def seldom() -> None:
        nonlocal measured_s
        if not meter.read or clock.now_s - measured_s >= every_s:
            measured_s = clock.now_s
            measure()

    return swap(meter, "slow_step", seldom)


def _less(point: str, parameter: str) -> Callable[[Target], Undo]:
    """A reading that is lower than it should be by a parameter."""

    def put(target: Target) -> Undo:
        def lower(values: Readings) -> None:
            read = values[point]
            if isinstance(read, int | float):
                values[point] = read - target.parameters[parameter]

        return add_filter(target, lower)

    return put


def _hot(target: Target) -> Undo:
    return add_filter(target, partial(_say, "high_temperature", value=True))


def _say(point: str, values: Readings, *, value: Value) -> None:
    values[point] = value


def _other_luminaire(target: Target) -> Undo:
    lamp, watts = target.pole.lamps[target.device.slot.id], target.parameters["watts"]
    return both(
        swap(lamp, "rated_w", watts), swap(lamp, "rating", replace(lamp.rating, power_w=watts))
    )


def _flicker(target: Target) -> Undo:
    lamp = target.pole.lamps[target.device.slot.id]
    return both(swap(lamp, "flicker", target.parameters["depth"]))


FAULTS: tuple[Fault, ...] = (
    Fault(
        id="other_phase",
        title="Lamp on another phase",
        does="The lamp is fed by another phase than the plan says.",
        function="lighting",
        seen_by="identify",
        devices=LIGHTING,
        inject=_other_phase,
        parameters={"phase": 3},
    ),
    Fault(
        id="crossed_heads",
        title="Light heads crossed",
        does="Each driver feeds the light head of the other lamp; every number is right.",
        function="lighting",
        seen_by="right_head",
        devices=LIGHTING,
        inject=_crossed_heads,
    ),
    Fault(
        id="loose_terminal",
        title="Loose terminal",
        does="The voltage at the lamp is lower than at the meter.",
        function="lighting",
        seen_by="voltage_agrees",
        devices=LIGHTING,
        inject=_less("lamp_voltage", "volts"),
        parameters={"volts": 15.0},
    ),
    Fault(
        id="flicker",
        title="Lamp flickers",
        does="The light dips again and again while the driver reports a steady level.",
        function="lighting",
        seen_by="power_steady",
        devices=LIGHTING,
        inject=_flicker,
        parameters={"depth": 0.3},
    ),
    Fault(
        id="lagging_light",
        title="Light lags behind the level",
        does="The driver reports the level at once; light and power follow over half a minute.",
        function="lighting",
        seen_by="nominal_power",
        devices=LIGHTING,
        inject=_lamp("lag_s", "seconds"),
        parameters={"seconds": 20.0},
    ),
    Fault(
        id="own_schedule",
        title="Schedule of its own",
        does="The lamp obeys, and soon goes to a level of its own.",
        function="lighting",
        seen_by="read_back",
        devices=LIGHTING,
        inject=_lamp("returns_after_s", "seconds"),
        parameters={"seconds": 1.0},
    ),
    Fault(
        id="other_luminaire",
        title="Another luminaire, and it says so",
        does="A smaller luminaire is fitted whose driver knows its own nameplate.",
        function="lighting",
        seen_by="nameplate",
        devices=LIGHTING,
        inject=_other_luminaire,
        parameters={"watts": 78.0},
    ),
    Fault(
        id="hot_driver",
        title="Driver too hot",
        does="The driver reports over-temperature.",
        function="lighting",
        seen_by="driver_status",
        devices=LIGHTING,
        inject=_hot,
    ),
    Fault(
        id="reversed_transformer",
        title="Current transformer reversed",
        does="The current transformer of one phase is turned round: its power is negative.",
        function="power",
        seen_by="identify",
        devices=METER,
        inject=_reversed_transformer,
        parameters={"phase": 1},
    ),
    Fault(
        id="swapped_transformers",
        title="Current transformers swapped",
        does="The current transformers of two phases are swapped.",
        function="power",
        seen_by="identify",
        devices=METER,
        inject=_swapped_transformers,
    ),
    Fault(
        id="slow_meter",
        title="Meter shows old values",
        does="The meter measures only every half minute.",
        function="power",
        seen_by="identify",
        devices=METER,
        inject=_slow_meter,
        parameters={"every_s": 30.0},
    ),
    Fault(
        id="weak_24v",
        title="24 V supply weak",
        does="The 24 V supply of the gateway sags.",
        function="gateway",
        seen_by="supply_24v",
        devices={"pole": ("gateway",)},
        inject=_less("supply_voltage", "volts"),
        parameters={"volts": 4.6},
    ),
)
