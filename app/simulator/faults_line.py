"""Faults of the line and of the set-up: addresses, framing, time, the wrong box."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from app.simulator.fault import Fault, Target, Undo
from app.simulator.pole import LAMPS
from app.simulator.wire import Wire

T = TypeVar("T")
POLE_DEVICES = ("lamp1", "lamp2", "weather", "meter", "door", "screen", "gateway")
ANYWHERE = {"pole": POLE_DEVICES, "sign": ("sign",)}


def swap(owner: object, name: str, value: object) -> Undo:
    """Set an attribute and return what puts the old value back."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    return partial(setattr, owner, name, before)


def both(*undo: Undo) -> Undo:
    """One undo for several, the last put in comes out first."""

    def undo_all() -> None:
        for each in reversed(undo):
            each()

    return undo_all


def _silent(target: Target) -> Undo:
    wire, unit, slot = target.asset.wire, target.unit, target.device.slot.id
    wire.silent.add(unit)
    undo: list[Undo] = [partial(wire.silent.discard, unit)]
    if target.asset.kind == "pole":
        pole = target.pole
        pole.silent.add(slot)
        undo.append(partial(pole.silent.discard, slot))
        online = len(pole.devices) - 2
        undo.append(swap(pole.gateway, "devices_online", lambda: online))
    else:
        undo.append(swap(target.asset, "mute", True))  # noqa: FBT003
    return both(*undo)


def _wire(field: str, parameter: str) -> Callable[[Target], Undo]:
    def put(target: Target) -> Undo:
        return swap(target.asset.wire, field, target.parameters[parameter])

    return put


def _flapping(target: Target) -> Undo:
    wire: Wire = target.asset.wire
    return both(
        swap(wire, "flap_up_s", target.parameters["up_s"]),
        swap(wire, "flap_down_s", target.parameters["down_s"]),
    )


def _answers_as(target: Target) -> Undo:
    wire, unit = target.asset.wire, target.unit
    wire.answers_as[unit] = unit + int(target.parameters["plus"])
    return partial(_forget, wire.answers_as, unit)


def _moved(target: Target) -> Undo:
    wire, unit = target.asset.wire, target.unit
    other = int(target.parameters["to"])
    wire.moved.update({unit: None, other: unit})
    return both(partial(_forget, wire.moved, unit), partial(_forget, wire.moved, other))


def _forget(units: dict[int, T], unit: int) -> None:
    units.pop(unit, None)


def _wrong_profile(target: Target) -> Undo:
    quirks = target.device.quirks
    return both(
        swap(quirks, "shift", int(target.parameters["shift"])),
        swap(quirks, "model", f"{target.device.profile.id}-b"),
    )


def _swapped_words(target: Target) -> Undo:
    return swap(target.device.quirks, "swap_words", True)  # noqa: FBT003


def _swapped_lamps(target: Target) -> Undo:
    pole = target.pole
    first, second = (pole.devices[name] for name in LAMPS)
    one, two = first.player, second.player
    heard_one, heard_two = first.heard, second.heard
    return both(
        swap(first, "player", two),
        swap(second, "player", one),
        swap(first, "heard", heard_two),
        swap(second, "heard", heard_one),
    )


FAULTS: tuple[Fault, ...] = (
    Fault(
        id="silent_unit",
        title="Unit does not answer",
        does="The device answers no request and its values are missing from messages.",
        function="any",
        seen_by="discover",
        devices=ANYWHERE,
        inject=_silent,
    ),
    Fault(
        id="crc_noise",
        title="Noise on the line",
        does="A share of the answers arrives with a flipped bit; over RTU the CRC fails.",
        function="gateway",
        seen_by="line_errors",
        devices=ANYWHERE,
        inject=_wire("noise", "rate"),
        parameters={"rate": 0.3},
    ),
    Fault(
        id="wrong_unit_id",
        title="Answers under another unit",
        does="Answers bear another unit id than the one that was asked.",
        function="any",
        seen_by="discover",
        devices=ANYWHERE,
        inject=_answers_as,
        parameters={"plus": 1},
    ),
    Fault(
        id="moved_unit",
        title="Device at another unit",
        does="The device was set to another unit than planned; the planned one is silent.",
        function="any",
        seen_by="discover",
        devices=ANYWHERE,
        inject=_moved,
        parameters={"to": 99},
    ),
    Fault(
        id="swapped_word_order",
        title="Word order swapped",
        does="Values over several registers come with the low word first.",
        function="any",
        seen_by="plausible_values",
        devices={"pole": ("meter", "weather", "gateway", *LAMPS), "sign": ("sign",)},
        inject=_swapped_words,
    ),
    Fault(
        id="wrong_profile",
        title="Another model is fitted",
        does="The register map lies some addresses higher and the identification differs.",
        function="any",
        seen_by="identity",
        devices=ANYWHERE,
        inject=_wrong_profile,
        parameters={"shift": 2},
    ),
    Fault(
        id="swapped_lamps",
        title="Lamps swapped",
        does="The address of lamp 1 drives lamp 2 and the other way round.",
        function="lighting",
        seen_by="identify",
        devices={"pole": LAMPS},
        inject=_swapped_lamps,
    ),
    Fault(
        id="slow_gateway",
        title="Slow gateway",
        does="Every answer is late by the delay.",
        function="gateway",
        seen_by="reply_time",
        devices={"pole": ("gateway",), "sign": ("sign",)},
        inject=_wire("delay_s", "delay_s"),
        parameters={"delay_s": 0.8},
    ),
    Fault(
        id="flapping_link",
        title="Link comes and goes",
        does="The connection breaks for some seconds, again and again, and messages stop.",
        function="gateway",
        seen_by="link_stable",
        devices={"pole": ("gateway",), "sign": ("sign",)},
        inject=_flapping,
        parameters={"up_s": 6.0, "down_s": 3.0},
    ),
    Fault(
        id="garbage_payload",
        title="Garbage in messages",
        does="A share of the MQTT messages is cut short or is not JSON.",
        function="gateway",
        seen_by="messages_readable",
        devices={"pole": ("gateway",), "sign": ("sign",)},
        inject=_wire("garbage", "rate"),
        parameters={"rate": 0.5},
    ),
)
