"""Values against limits: once, over a window, against a reference, against each other."""

from __future__ import annotations

import json
from itertools import pairwise

from app.commissioning.checks.base import (
    Finding,
    Judging,
    Lane,
    Question,
    QuestionKind,
    Rig,
    between,
    failed,
    graded,
    passed,
    plain,
    series,
    title_of,
    unit_of,
)
from app.commissioning.checks.naming import fitted_points, points_of
from app.commissioning.frames import Trace
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Verdict
from app.core.quality import is_good

_FAR = 6.0
"""Times the tolerance: no sun and no shade explain that."""


class Limit:
    """Points within limits, each of a few samples; the worst decides."""

    name = "limit"
    lane = Lane.PASSIVE
    asks = False
    watches = True

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read the points as often as ``samples`` says, a second apart."""
        for turn in range(int(check.limits.get("samples", 1))):
            if turn:
                await rig.sleep(check.limits.get("period", 1.0))
            await rig.read(check.slot, *points_of(check))

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """FAIL outside low..high, MARGINAL outside the inner pair."""
        worst: Finding | None = None
        for point in points_of(check):
            found = self._point(check, trace, point)
            if worst is None or _rank(found.verdict) > _rank(worst.verdict):
                worst = found
        return worst or failed("nothing")

    def _point(self, check: PlannedCheck, trace: Trace, point: str) -> Finding:
        profile = trace.profiles[check.slot]
        unit, decimals = unit_of(profile, point)
        title, title_zh = title_of(profile, point)
        limits = check.limits
        low, high = limits.get("low"), limits.get("high")
        more = {
            "unit": unit,
            "decimals": decimals,
            "limit": between(low, high, plain),
            "values": {"point": title, "point_zh": title_zh},
            "series": series(trace, check.slot, point),
        }
        readings = trace.readings(check.slot, point)
        if not readings or not is_good(readings[-1].quality):
            return failed("bad", "–", **more)
        numbers = [value for _, value in trace.numbers(check.slot, point)]
        below = min(numbers)
        above = max(numbers)
        if low is not None and below < low:
            return failed("low", below, **more)
        if high is not None and above > high:
            return failed("high", above, **more)
        inner_low, inner_high = limits.get("marginal_low"), limits.get("marginal_high")
        if inner_low is not None and below < inner_low:
            return graded(Verdict.MARGINAL, "low", below, **more)
        if inner_high is not None and above > inner_high:
            return graded(Verdict.MARGINAL, "high", above, **more)
        return passed(below if low is not None and high is None else above, **more)


class WhenLight:
    """A point that must be above its limit while there is light; in the dark it is put off."""

    name = "when_light"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read the point and the light."""
        await rig.read(check.slot, check.options["point"], check.options["light"])

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """DEFERRED where there is too little light to say anything."""
        profile = trace.profiles[check.slot]
        unit, decimals = unit_of(profile, check.options["point"])
        low = check.limit("low")
        more = {"unit": unit, "decimals": decimals, "limit": f"≥ {plain(low)}"}
        light = trace.numbers(check.slot, check.options["light"])
        value = trace.numbers(check.slot, check.options["point"])
        if not light or not value:
            return failed("bad", "–", **more)
        words = {"light": f"{light[-1][1]:.0f}", "enough": plain(check.limit("light"))}
        if light[-1][1] < check.limit("light"):
            return graded(Verdict.DEFERRED, "dark", value[-1][1], values=words, **more)
        if value[-1][1] < low:
            return failed("low", value[-1][1], values=words, **more)
        return passed(value[-1][1], **more)


class Equals:
    """Points that must have one value: a door closed, no fault flag set."""

    name = "equals"
    lane = Lane.PASSIVE
    asks = False
    watches = True

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read them, where this check does not judge another's frames."""
        await rig.read(check.slot, *points_of(check))

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """Every reading counts, not only the last."""
        profile = trace.profiles[check.slot]
        wanted = check.options.get("value", 0)
        for point in points_of(check):
            title, title_zh = title_of(profile, point)
            values = {"point": title, "point_zh": title_zh}
            readings = trace.readings(check.slot, point)
            if not readings or not is_good(readings[-1].quality):
                return failed("bad", "–", limit=str(wanted), values=values)
            wrong = [r.value for r in readings if is_good(r.quality) and r.value != wanted]
            if wrong:
                return failed("differs", _shown(wrong[-1]), limit=str(wanted), values=values)
        return passed(_shown(wanted), limit=str(wanted))


class Window:
    """Points over a window, each inside the range that is plausible at commissioning."""

    name = "window"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read all points at a steady pace, as often as the window has periods.

        Where we come late it goes on for longer, and so it does for a point of ``moving`` that
        stands still: neither is held against the device before ``still`` seconds are over.
        """
        points = fitted_points(check, rig.profile(check.slot))
        period, window = check.limit("period"), check.limit("window")
        still = {point: set[object]() for point in check.options.get("moving", ())}
        begin, reads = rig.now_ns(), 0
        while True:
            found = await rig.read(check.slot, *points)
            reads += 1
            for point in still.keys() & found.keys():
                still[point].add(found[point].value)
            past = (rig.now_ns() - begin) / 1e9
            moved = all(len(values) > 1 or None in values for values in still.values())
            enough = past >= window and reads > window / period
            if enough and (moved or past >= check.limits.get("still", 0.0)):
                return
            await rig.sleep(max(period / 2, reads * period - past))

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The first point that leaves its range, or that has no reading."""
        profile = trace.profiles[check.slot]
        points = fitted_points(check, profile)
        curves = series(trace, check.slot, *points)
        shown = ""
        for point in points:
            low, high = (check.limits.get(f"{point}_{end}") for end in ("low", "high"))
            span = profile.point(point).range
            if low is None and span is not None:
                low, high = span.low, span.high
            unit, decimals = unit_of(profile, point)
            title, title_zh = title_of(profile, point)
            more = {
                "unit": unit,
                "decimals": decimals,
                "limit": between(low, high, plain),
                "values": {"point": title, "point_zh": title_zh},
                "series": curves,
            }
            readings = trace.readings(check.slot, point)
            if not readings or not all(is_good(r.quality) for r in readings):
                return failed("bad", "–", **more)
            for _, value in trace.numbers(check.slot, point):
                if (low is not None and value < low) or (high is not None and value > high):
                    return failed("out", value, **more)
            shown = f"{len(points)}/{len(points)}"
        return passed(shown, limit=shown, series=curves)


class Frozen(Judging):
    """Of the window's points each must have moved; those listed as quantised need not."""

    name = "frozen"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """Two distinct values of every point."""
        profile = trace.profiles[check.slot]
        quiet = check.options.get("quantised", ())
        least = int(check.limit("distinct"))
        fewest = 0
        for point in fitted_points(check, profile):
            if point in quiet:
                continue
            values = [value for _, value in trace.numbers(check.slot, point)]
            count = len(set(values))
            if values and count < least:
                unit, decimals = unit_of(profile, point)
                title, title_zh = title_of(profile, point)
                seconds = (trace.frames[-1].time_ns - trace.start_ns) / 1e9
                words = {
                    "point": title,
                    "point_zh": title_zh,
                    "window": f"{seconds:.0f}",
                    "distinct": count,
                    "limit": f"≥ {least}",
                }
                return failed(
                    "frozen",
                    values[-1],
                    unit=unit,
                    decimals=decimals,
                    limit=f"≥ {least}",
                    values=words,
                )
            fewest = min(fewest, count) if fewest else count
        return passed(fewest, limit=f"≥ {least}", decimals=0)


class Slew(Judging):
    """No step from one sample to the next beyond what the profile says nature can do."""

    name = "slew"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The allowance of a minute is the least a step may have: sensors are noisy."""
        profile = trace.profiles[check.slot]
        most = 0.0
        for point in fitted_points(check, profile):
            slew = profile.point(point).slew_per_min
            if slew is None:
                continue
            for (before, old), (after, new) in pairwise(trace.numbers(check.slot, point)):
                allowed = slew * max(1.0, (after - before) / 60e9)
                most = max(most, abs(new - old) / allowed)
                if abs(new - old) > allowed:
                    unit, decimals = unit_of(profile, point)
                    title, title_zh = title_of(profile, point)
                    return failed(
                        "step",
                        abs(new - old),
                        unit=unit,
                        decimals=decimals,
                        limit=f"≤ {plain(allowed)}",
                        values={"point": title, "point_zh": title_zh},
                    )
        return passed(100.0 * most, unit="%", limit="≤ 100", decimals=0)


class Share(Judging):
    """Of the samples that the window should have, how many came."""

    name = "share"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """Good samples of the point that has the fewest."""
        profile = trace.profiles[check.slot]
        wanted = max(1.0, check.limit("window") / check.limit("period"))
        counts = [
            sum(is_good(reading.quality) for reading in trace.readings(check.slot, point))
            for point in fitted_points(check, profile)
        ]
        share = min(100.0, 100.0 * min(counts, default=0) / wanted)
        low = check.limit("low")
        values = {"count": min(counts, default=0), "wanted": f"{wanted:.0f}"}
        more = {"unit": "%", "limit": f"≥ {plain(low)}", "decimals": 0, "values": values}
        return passed(share, **more) if share >= low else failed("few", share, **more)


class Reference:
    """Readings beside those of a hand meter or a neighbour that somebody types in."""

    name = "reference"
    lane = Lane.PASSIVE
    asks = True
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Ask for the reference, then read."""
        points = fitted_points(check, rig.profile(check.slot))
        text, text_zh = check.options["ask"], check.options.get("ask_zh", check.options["ask"])
        await rig.ask(
            Question(
                check=check.id,
                base=check.base,
                slot=check.slot,
                kind=QuestionKind.VALUES,
                text=text,
                text_zh=text_zh,
                fields=tuple(points),
                eyes=check.options.get("eyes", ""),
            )
        )
        for _ in range(3):
            await rig.read(check.slot, *points)
            await rig.sleep(1.0)

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The mean of the readings against the reference, point by point."""
        profile = trace.profiles[check.slot]
        given = _given(trace.answer)
        compared = 0
        widest = 0.0
        for point in fitted_points(check, profile):
            if point not in given:
                continue
            numbers = [value for _, value in trace.numbers(check.slot, point)]
            unit, decimals = unit_of(profile, point)
            title, title_zh = title_of(profile, point)
            tolerance = check.limit(point)
            words = {"point": title, "point_zh": title_zh, "reference": plain(given[point])}
            more = {
                "unit": unit,
                "decimals": decimals,
                "limit": f"± {plain(tolerance)}",
                "values": words,
            }
            if not numbers:
                return failed("bad", "–", **more)
            off = sum(numbers) / len(numbers) - given[point]
            if abs(off) > tolerance:
                return failed("off" if abs(off) <= _FAR * tolerance else "far", off, **more)
            compared += 1
            widest = max(widest, abs(off) / tolerance)
        if not compared:
            return failed("nothing", "–")
        return passed(100 * widest, unit="%", limit="≤ 100", decimals=0)


def _given(answer: str) -> dict[str, float]:
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: float(value)
        for name, value in found.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _rank(verdict: Verdict) -> int:
    return (Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL).index(verdict)


def _shown(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
