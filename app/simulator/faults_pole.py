"""Physical faults of a pole: lamps, supply, door, tilt, water, screen."""

from __future__ import annotations

from collections.abc import Callable

from app.simulator.device import Readings
from app.simulator.fault import Fault, Target, Undo
from app.simulator.faults_line import both, swap
from app.simulator.faults_report import SCREEN_LATER, add_filter
from app.simulator.lamp import Lamp
from app.simulator.pole import LAMPS

LIGHTING = {"pole": LAMPS}


def _lamp(target: Target) -> Lamp:
    return target.pole.lamps[target.device.slot.id]


def _set_lamp(name: str, value: object = None, parameter: str = "") -> Callable[[Target], Undo]:
    def put(target: Target) -> Undo:
        return swap(_lamp(target), name, target.parameters[parameter] if parameter else value)

    return put


def _set_enclosure(
    name: str, value: object = None, parameter: str = ""
) -> Callable[[Target], Undo]:
    def put(target: Target) -> Undo:
        owner = target.pole.enclosure
        return swap(owner, name, target.parameters[parameter] if parameter else value)

    return put


def _set_screen(name: str, value: object) -> Callable[[Target], Undo]:
    def put(target: Target) -> Undo:
        return swap(target.pole.screen, name, value)

    return put


def _over_voltage(target: Target) -> Undo:
    factor = target.parameters["factor"]
    return swap(target.pole.supply, "scale", [factor, factor, factor])


def _missing_phase(target: Target) -> Undo:
    scale = [1.0, 1.0, 1.0]
    scale[int(target.parameters["phase"]) - 1] = 0.004
    return swap(target.pole.supply, "scale", scale)


def _radiation_shield(target: Target) -> Undo:
    shift = target.parameters["degrees"]

    def warm(values: Readings) -> None:
        read = values["temperature"]
        values["temperature"] = float(read) + shift if isinstance(read, float | int) else read

    return add_filter(target, warm)


def _group_address(target: Target) -> Undo:
    """Both lamps obey the command of the one that bears the other's address."""
    pole = target.pole
    other = pole.lamp_players[next(name for name in LAMPS if name != target.device.slot.id)]
    mine = pole.lamp_players[target.device.slot.id]
    step = mine.step

    def follow(dt: float) -> None:
        step(dt)
        mine.lamp.command = other.lamp.command

    return swap(mine, "step", follow)


FAULTS: tuple[Fault, ...] = (
    Fault(
        id="lamp_open",
        title="Lamp open circuit",
        does="The light source is open: the driver takes a few watts and reports a failure.",
        function="lighting",
        seen_by="nominal_power",
        devices=LIGHTING,
        inject=_set_lamp("open_circuit", value=True),
    ),
    Fault(
        id="lamp_dead",
        title="Driver dead",
        does="The driver takes no power and does not answer its controller.",
        function="lighting",
        seen_by="nominal_power",
        devices=LIGHTING,
        inject=_set_lamp("dead", value=True),
    ),
    Fault(
        id="power_not_following",
        title="Power does not follow the level",
        does="The driver takes the same power at every level above zero.",
        function="lighting",
        seen_by="power_follows",
        devices=LIGHTING,
        inject=_set_lamp("curve_power", parameter="share"),
        parameters={"share": 0.5},
    ),
    Fault(
        id="stuck_dim",
        title="Dimming stuck",
        does="The lamp stays at one level whatever is commanded, and says so.",
        function="lighting",
        seen_by="read_back",
        devices=LIGHTING,
        inject=_set_lamp("stuck_level", parameter="level"),
        parameters={"level": 60.0},
    ),
    Fault(
        id="low_power_factor",
        title="Power factor too low",
        does="The power factor at full level is below what a good driver has.",
        function="lighting",
        seen_by="power_factor",
        devices=LIGHTING,
        inject=_set_lamp("power_factor", parameter="factor"),
        parameters={"factor": 0.78},
    ),
    Fault(
        id="standby_too_high",
        title="Standby power too high",
        does="The driver takes several watts while the lamp is off.",
        function="lighting",
        seen_by="standby_power",
        devices=LIGHTING,
        inject=_set_lamp("standby_w", parameter="watts"),
        parameters={"watts": 5.0},
    ),
    Fault(
        id="wrong_lamp_power",
        title="Wrong luminaire fitted",
        does="At full level the lamp takes another power than its nameplate says.",
        function="lighting",
        seen_by="nominal_power",
        devices=LIGHTING,
        inject=_set_lamp("rated_w", parameter="watts"),
        parameters={"watts": 78.0},
    ),
    Fault(
        id="slow_fade",
        title="Fade never ends in time",
        does="The lamp takes a minute to reach the level it was given.",
        function="lighting",
        seen_by="settles",
        devices=LIGHTING,
        inject=lambda target: swap(_lamp(target), "least_fade_s", target.parameters["seconds"]),
        parameters={"seconds": 60.0},
    ),
    Fault(
        id="shared_address",
        title="Lamp follows the other's address",
        does="The lamp obeys what the other lamp is told, as with a double short address.",
        function="lighting",
        seen_by="identify",
        devices=LIGHTING,
        inject=_group_address,
    ),
    Fault(
        id="over_voltage",
        title="Over-voltage",
        does="All three phases are above the limit.",
        function="power",
        seen_by="supply_voltage",
        devices={"pole": ("meter",)},
        inject=_over_voltage,
        parameters={"factor": 1.12},
    ),
    Fault(
        id="missing_phase",
        title="Missing phase",
        does="One phase has no voltage; what hangs on it is dark.",
        function="power",
        seen_by="supply_voltage",
        devices={"pole": ("meter",)},
        inject=_missing_phase,
        parameters={"phase": 2},
    ),
    Fault(
        id="door_open",
        title="Door open",
        does="The door of the equipment bay stands open.",
        function="door",
        seen_by="door_closed",
        devices={"pole": ("door",)},
        inject=_set_enclosure("door_open", value=True),
    ),
    Fault(
        id="tilted",
        title="Pole tilted",
        does="The pole leans.",
        function="tilt",
        seen_by="tilt",
        devices={"pole": ("door",)},
        inject=_set_enclosure("lean_deg", parameter="degrees"),
        parameters={"degrees": 4.2},
    ),
    Fault(
        id="water_in_base",
        title="Water in the base",
        does="Water stands in the base of the pole.",
        function="door",
        seen_by="dry",
        devices={"pole": ("door",)},
        inject=_set_enclosure("water_mm", value=45.0),
    ),
    Fault(
        id="warm_shield",
        title="Temperature reads high",
        does="The radiation shield is missing: the air seems warmer than it is.",
        function="environment",
        seen_by="reference",
        devices={"pole": ("weather",)},
        inject=_radiation_shield,
        parameters={"degrees": 9.4},
    ),
    Fault(
        id="screen_module_dead",
        title="Screen modules dark",
        does="Two modules of the screen do not light and are reported.",
        function="info_screen",
        seen_by="screen_modules",
        devices={"pole": ("screen",)},
        inject=lambda target: both(
            _set_screen("failed_modules", 2)(target), _set_screen("dark_pixels", 2048)(target)
        ),
    ),
    Fault(
        id="screen_wrong_text",
        title="Screen shows another text",
        does="The screen shows an old text and reports the one that was sent.",
        function="info_screen",
        seen_by="",
        devices={"pole": ("screen",)},
        inject=_set_screen("shows", "DEMO 演示"),
        later=SCREEN_LATER,
    ),
)
