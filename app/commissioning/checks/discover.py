"""What is really there: does the device answer, is it the model, do its values make sense."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from app.commissioning.checks.base import (
    Finding,
    Judging,
    Lane,
    Rig,
    failed,
    graded,
    passed,
    plain,
    title_of,
)
from app.commissioning.checks.naming import first_point
from app.commissioning.frames import Reading, Trace
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Verdict
from app.core.errors import LinkTimeout
from app.core.profiles import DeviceProfile, Point
from app.core.quality import is_good
from app.profiles import raw
from app.profiles.kinds import width

_MODEL_OBJECTS, _NAME_OBJECT = (1, 5), 4
"""Function 43/14: product code and model name, product name (Modbus V1.1b3, section 6.21)."""
_LOOKS = 3
"""How often a device is asked who it is: two at one unit answer in turns."""
_MOST_ASKED = 6
_ZONE_S, _NEAR_S, _MOST_HOURS = 1800.0, 30.0, 14
"""A clock that is off by whole half hours has the time of another zone."""
_SHIFTS, _LEAST_SHIFTED, _MOST_SHIFTED = (1, -1, 2, -2), 3, 0.6
"""Registers by which other firmware moves its map, and what share of the values must say so."""
_TINY = 1e-6
"""A float that is smaller and not zero is two words in the wrong order, not a measurement."""


class Answers:
    """Whether a device answers at its unit, and where else it may be."""

    name = "answers"
    lane = Lane.PASSIVE
    asks = False
    watches = True

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read a point; where nothing answers, look at the likely other units once."""
        try:
            await rig.read(check.slot, first_point(rig.profile(check.slot)))
        except LinkTimeout:
            if rig.last_try:
                await self._ask_at_home(check, rig)
                await self._look_around(check, rig)
            raise

    async def _ask_at_home(self, check: PlannedCheck, rig: Rig) -> None:
        """A silent unit is asked seldom, and others ask too: this attempt must have its own."""
        for _ in range(_MOST_ASKED):
            if rig.asked(check.slot):
                return
            with suppress(LinkTimeout):
                await rig.read(check.slot, first_point(rig.profile(check.slot)))

    async def _look_around(self, check: PlannedCheck, rig: Rig) -> None:
        own = rig.units.get(check.slot, 0)
        taken = set(rig.units.values())
        near = [own - 1, own + 1, *check.options.get("probe_units", ())]
        for unit in dict.fromkeys(near):
            if 0 < unit < 248 and unit not in taken and await rig.probe(check.slot, unit):
                return

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """An answer from the right unit; else what came instead."""
        asked = trace.exchanges(check.slot)
        if any(not one.problem or one.problem == "refused" for one in asked):
            own = check.unit or asked[0].request.unit
            alive = [one.request.unit for one in asked if one.problem in ("", "refused")]
            if own in alive:
                return passed(own, decimals=0)
            other = alive[0]
            return failed("moved", other, values={"unit_no": own, "other": other}, decimals=0)
        if trace.messages(check.slot):
            return passed(len(trace.messages(check.slot)), decimals=0)
        unit = check.unit or (asked[0].request.unit if asked else 0)
        impostor = next((one for one in asked if one.problem == "unit"), None)
        tries = sum(one.request.unit == unit for one in asked)
        values = {"unit_no": unit, "tries": max(1, tries)}
        if impostor is not None:
            more = {**values, "other": impostor.code}
            return failed("other_unit", impostor.code, values=more, decimals=0)
        return failed("silent", 0, values=values, decimals=0)


class Identity:
    """The device identification against the profile, and the serial against the job."""

    name = "identity"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Ask for the identification, and read the serial and firmware where there are points."""
        points = [name for name in ("serial", "firmware") if has(rig.profile(check.slot), name)]
        for _ in range(_LOOKS):
            await rig.identify(check.slot)
            if points:
                await rig.read(check.slot, *points)

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """FAIL for another model or serial, or for two; MARGINAL for a device that is silent."""
        profile = trace.profiles[check.slot]
        objects: dict[int, str] = {}
        for one in trace.exchanges(check.slot):
            objects.update(one.identity)
        models = [objects[number] for number in _MODEL_OBJECTS if objects.get(number)]
        if not models and objects.get(_NAME_OBJECT):
            models = [objects[_NAME_OBJECT]]
        expected = str(check.options.get("model", profile.id))
        serial = _text(trace.last(check.slot, "serial")) if has(profile, "serial") else ""
        wanted = str(check.options.get("serial", ""))
        values = {"expected": expected, "serial": serial, "wanted": wanted}
        serials = {_text(one) for one in trace.readings(check.slot, "serial")} - {""}
        if models and not _same(models[0], expected, profile.title):
            return failed("other_model", models[0], limit=expected, values=values)
        if len(serials) > 1:
            return failed("two", ", ".join(sorted(serials)), limit="1", values=values)
        if wanted and serial and serial != wanted:
            return failed("other_serial", serial, limit=wanted, values=values)
        shown = " ".join(part for part in (models[0] if models else "", serial) if part)
        if not models and not serial:
            return graded(Verdict.MARGINAL, "untold", "–", limit=expected, values=values)
        if wanted and not serial:
            return graded(Verdict.MARGINAL, "no_serial", shown, limit=wanted, values=values)
        return passed(shown, limit=expected)


class Plausible:
    """Every readable point read once: most of them good, none that tells of a wrong word order."""

    name = "plausible"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read everything."""
        await rig.read(check.slot)

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """FAIL where a third is bad, or where the other word order makes sense of what is not."""
        wanted, bad = _readable(check, trace)
        if len(bad) == len(wanted):
            return failed("nonsense", len(bad), **_told(trace.profiles[check.slot], wanted, bad))
        more = _told(trace.profiles[check.slot], wanted, bad)
        if bad and _swapped(check.slot, trace.profiles[check.slot], bad, trace):
            return failed("words", len(bad), **more)
        if by := _shifted(check.slot, trace.profiles[check.slot], bad, trace):
            more["values"] = {**more["values"], "by": f"{by:+d}"}
            return failed("shifted", len(bad), **more)
        if len(bad) * 3 > len(wanted):
            return failed("nonsense", len(bad), **more)
        if bad:
            return graded(Verdict.MARGINAL, "some", len(bad), **more)
        return passed(0, **more)


class Complete(Judging):
    """Every readable point has a reading; what is refused or missing is named."""

    name = "complete"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """None may be without."""
        wanted, bad = _readable(check, trace)
        more = _told(trace.profiles[check.slot], wanted, bad)
        return failed("without", len(bad), **more) if bad else passed(0, **more)


class ClockCheck:
    """A device's clock against ours."""

    name = "clock"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read it three times."""
        for _ in range(3):
            await rig.read(check.slot, check.options.get("point", "clock"))

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The difference; a clock of whole seconds is half a second behind on average.

        By the quickest answer: the device told it between our question and the moment at which we
        saw the answer, and that we came late is not its fault.
        """
        readings = [
            (one.time_ns - (one.asked_ns or one.time_ns), one.time_ns, float(one.value))
            for one in trace.readings(check.slot, check.options.get("point", "clock"))
            if isinstance(one.value, int | float)
        ]
        if not readings:
            return failed("bad", values={"point": "clock"})
        took, at, value = min(readings)
        least = value + 0.5 - at / 1e9
        off, most = least + took / 2e9, least + took / 1e9
        high = check.limit("high")
        more = {"unit": "s", "limit": f"± {plain(high)}"}
        if least <= high and most >= -high:
            return passed(min(max(off, -high), high), **more)
        hours = round(off / _ZONE_S) * _ZONE_S / 3600.0
        if hours and abs(off - hours * 3600.0) <= _NEAR_S and abs(hours) <= _MOST_HOURS:
            return failed("zone", off, values={"hours": plain(abs(hours))}, **more)
        return failed("off", off, **more)


def _readable(check: PlannedCheck, trace: Trace) -> tuple[list[str], list[str]]:
    """The points that can be asked for, and those of them that have no sensible reading."""
    profile = trace.profiles[check.slot]
    wanted = [point.id for point in profile.points if point.modbus and "r" in point.access]
    bad = []
    for name in wanted:
        reading = trace.last(check.slot, name)
        if reading is None or not _sensible(profile, name, reading):
            bad.append(name)
    return wanted, bad


def _told(profile: DeviceProfile, wanted: list[str], bad: list[str]) -> dict[str, Any]:
    titles = [title_of(profile, name) for name in bad[:3]]
    values = {
        "bad": len(bad),
        "count": len(wanted),
        "points": ", ".join(title for title, _ in titles),
        "points_zh": "、".join(title for _, title in titles),
    }
    return {"limit": "0", "values": values, "decimals": 0}


def has(profile: DeviceProfile, point: str) -> bool:
    """Whether the profile has the point."""
    return any(found.id == point for found in profile.points)


def _text(reading: Reading | None) -> str:
    return reading.value if reading and isinstance(reading.value, str) else ""


def _same(model: str, expected: str, title: str) -> bool:
    name = model.strip().lower()
    return name == expected.lower() or (len(name) > 3 and name in title.lower())


def _sensible(profile: DeviceProfile, name: str, reading: Reading) -> bool:
    point = profile.point(name)
    if not is_good(reading.quality):
        return False
    if _is_clock(point) and isinstance(reading.value, int | float):
        # A clock may be wrong by days; one that is wrong by ten years is not a clock at all.
        return abs(reading.value - reading.time_ns / 1e9) < 10 * 365 * 86_400
    return True


def _is_clock(point: Point) -> bool:
    return point.id == "clock" and point.unit == "s"


def _swapped(slot: str, profile: DeviceProfile, bad: list[str], trace: Trace) -> bool:
    """Whether only wide values make no sense, and the low word first makes sense of each."""
    points = [profile.point(name) for name in bad]
    wide = [point for point in points if point.modbus and width(point.modbus) > 1]
    return wide == points and all(
        _mended(slot, point, profile, trace, swap=True) for point in points
    )


def _shifted(slot: str, profile: DeviceProfile, bad: list[str], trace: Trace) -> int:
    """By how many registers the map lies elsewhere, if that makes sense of most; else 0."""
    points = [profile.point(name) for name in bad]
    for by in _SHIFTS if len(bad) >= _LEAST_SHIFTED else ():
        mended = sum(_mended(slot, point, profile, trace, by=by) for point in points)
        if mended >= _MOST_SHIFTED * len(bad):
            return by
    return 0


def _mended(  # what it is tried with is part of the question
    slot: str,
    point: Point,
    profile: DeviceProfile,
    trace: Trace,
    *,
    by: int = 0,
    swap: bool = False,
) -> bool:
    """Whether a value makes sense with its words swapped, or read some registers further on."""
    address = point.modbus
    if address is None or address.type == "string":
        return False
    for one in trace.exchanges(slot):
        start = address.address - one.request.address + by
        words = one.values[start : start + width(address)] if start >= 0 else ()
        if one.request.table is not address.table or len(words) != width(address):
            continue
        value, quality = raw.decode(point, words[::-1] if swap else words)
        if isinstance(value, float) and 0.0 < abs(value) < _TINY:
            continue
        reading = Reading(time_ns=one.time_ns, value=value, quality=quality)
        if _sensible(profile, point.id, reading):
            return True
    return False
