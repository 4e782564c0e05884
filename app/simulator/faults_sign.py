"""Physical faults of a sign: display, battery, radio, housing, fail-safe."""

from __future__ import annotations

from collections.abc import Callable

from app.simulator.fault import Fault, Target, Undo
from app.simulator.faults_line import both, swap

SIGN = {"sign": ("sign",)}


def _set_sign(name: str, value: object = None, parameter: str = "") -> Callable[[Target], Undo]:
    def put(target: Target) -> Undo:
        return swap(target.sign.sign, name, target.parameters[parameter] if parameter else value)

    return put


def _dark_pixels(target: Target) -> Undo:
    sign = target.sign.sign
    return both(
        swap(sign, "dark_pixels", int(target.parameters["pixels"])),
        swap(sign, "hidden_dark_column", True),  # noqa: FBT003
    )


def _sag(target: Target) -> Undo:
    return swap(target.sign.sign.battery, "resistance", target.parameters["ohm"])


def _flat(target: Target) -> Undo:
    return swap(target.sign.sign.battery, "charge", target.parameters["charge"])


def _no_sun(target: Target) -> Undo:
    return swap(target.sign.sign.battery, "panel", False)  # noqa: FBT003


def _low_rsrp(target: Target) -> Undo:
    return swap(target.sign.sign.radio, "loss_db", target.parameters["loss_db"])


def _noisy(target: Target) -> Undo:
    return swap(target.sign.sign.radio, "hum_db", target.parameters["hum_db"])


FAULTS: tuple[Fault, ...] = (
    Fault(
        id="sign_mirrored",
        title="Text mirrored",
        does="The modules are fitted the wrong way round: the text runs backwards.",
        function="sign",
        seen_by="text_seen",
        devices=SIGN,
        inject=_set_sign("mirrored", value=True),
    ),
    Fault(
        id="sign_one_behind",
        title="Previous text shown",
        does="The sign shows the text before the last one and reports the last.",
        function="sign",
        seen_by="text_seen",
        devices=SIGN,
        inject=_set_sign("one_behind", value=True),
    ),
    Fault(
        id="fail_safe_late",
        title="Fail-safe late",
        does="The sign falls back some seconds after it should.",
        function="sign",
        seen_by="fail_safe",
        devices=SIGN,
        inject=_set_sign("late_s", parameter="seconds"),
        parameters={"seconds": 7.0},
    ),
    Fault(
        id="fail_safe_partial",
        title="Fail-safe keeps the text",
        does="When contact is lost the face goes dark, and the text line stays.",
        function="sign",
        seen_by="fail_safe",
        devices=SIGN,
        inject=_set_sign("keeps_text", value=True),
    ),
    Fault(
        id="noisy_radio",
        title="Signal disturbed",
        does="The signal is strong and drowned in noise.",
        function="sign",
        seen_by="signal_quality",
        devices=SIGN,
        inject=_noisy,
        parameters={"hum_db": 22.0},
    ),
    Fault(
        id="sign_wrong_message",
        title="Sign shows another text",
        does="The sign shows an old text and reports the one that was sent.",
        function="sign",
        seen_by="text_seen",
        devices=SIGN,
        inject=_set_sign("shows_instead", "STOP 停"),
    ),
    Fault(
        id="sign_dark_pixels",
        title="Dark pixels",
        does="Light points are dark; the self-test counts them and a character is not readable.",
        function="sign",
        seen_by="pixels",
        devices=SIGN,
        inject=_dark_pixels,
        parameters={"pixels": 14},
    ),
    Fault(
        id="sign_hidden_dark_column",
        title="Dark column that the self-test misses",
        does="A column of characters is dark while the self-test reports no fault.",
        function="sign",
        seen_by="text_seen",
        devices=SIGN,
        inject=_set_sign("hidden_dark_column", value=True),
    ),
    Fault(
        id="sign_keeps_message",
        title="No fail-safe",
        does="When contact is lost the sign keeps its message instead of the default.",
        function="sign",
        seen_by="fail_safe",
        devices=SIGN,
        inject=_set_sign("keeps_message", value=True),
    ),
    Fault(
        id="sign_stuck_brightness",
        title="Brightness stuck",
        does="The brightness stays where it is whatever is commanded, and says so.",
        function="sign",
        seen_by="read_back",
        devices=SIGN,
        inject=_set_sign("stuck_brightness", parameter="level"),
        parameters={"level": 30.0},
    ),
    Fault(
        id="battery_sag",
        title="Battery sags under load",
        does="The battery is aged or a terminal is loose: the voltage sags at full brightness.",
        function="sign",
        seen_by="battery_sag",
        devices=SIGN,
        inject=_sag,
        parameters={"ohm": 0.75},
    ),
    Fault(
        id="battery_flat",
        title="Battery nearly empty",
        does="The battery holds a few per cent of its charge.",
        function="sign",
        seen_by="battery",
        devices=SIGN,
        inject=_flat,
        parameters={"charge": 0.04},
    ),
    Fault(
        id="panel_dead",
        title="Panel gives nothing",
        does="No charge current in the sun: polarity, fuse or charge controller.",
        function="sign",
        seen_by="solar",
        devices=SIGN,
        inject=_no_sun,
    ),
    Fault(
        id="low_rsrp",
        title="Weak signal",
        does="The antenna is loose: signal strength and quality are below the limits.",
        function="sign",
        seen_by="signal",
        devices=SIGN,
        inject=_low_rsrp,
        parameters={"loss_db": 44.0},
    ),
    Fault(
        id="sign_tilted",
        title="Sign tilted",
        does="The bracket has slipped and the sign leans.",
        function="tilt",
        seen_by="tilt",
        devices=SIGN,
        inject=_set_sign("lean_deg", parameter="degrees"),
        parameters={"degrees": 6.0},
    ),
    Fault(
        id="sign_tampered",
        title="Housing open",
        does="The housing of the sign is open.",
        function="sign",
        seen_by="tamper",
        devices=SIGN,
        inject=_set_sign("tampered", value=True),
    ),
    Fault(
        id="flash_rate_off",
        title="Flash rate off",
        does="The sign flashes faster than its profile allows.",
        function="sign",
        seen_by="flash_rate",
        devices=SIGN,
        inject=_set_sign("flash_hz", parameter="hertz"),
        parameters={"hertz": 2.6},
    ),
)
