"""Two devices of the asset that see the same thing: each tells whether the other is right."""

from __future__ import annotations

from collections.abc import Iterable

from app.commissioning.checks.base import (
    Finding,
    Judging,
    Lane,
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
from app.commissioning.checks.ramp import effect_of, phases_of, rise_of, stages_of
from app.commissioning.frames import Trace
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Verdict
from app.core.profiles import DeviceProfile


class Agreement:
    """Two points of the asset that measure the same thing."""

    name = "agreement"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read both a few times."""
        slot, _, point = _other(check).partition("/")
        for _ in range(3):
            await rig.read(check.slot, check.options["point"])
            await rig.read(slot, point)
            await rig.sleep(0.5)

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The means, apart by at most the tolerance."""
        slot, _, point = _other(check).partition("/")
        mine = [value for _, value in trace.numbers(check.slot, check.options["point"])]
        theirs = [value for _, value in trace.numbers(slot, point)]
        profile = trace.profiles[check.slot]
        unit, decimals = unit_of(profile, check.options["point"])
        title, title_zh = title_of(profile, check.options["point"])
        tolerance = check.limit("tolerance")
        more = {"unit": unit, "decimals": decimals, "limit": f"± {plain(tolerance)}"}
        if not mine or not theirs:
            return failed("bad", "–", values={"point": title, "point_zh": title_zh}, **more)
        own, other = sum(mine) / len(mine), sum(theirs) / len(theirs)
        words = {"point": title, "point_zh": title_zh, "reference": plain(round(other, decimals))}
        apart = own - other
        verdict = Verdict.PASS if abs(apart) <= tolerance else Verdict.FAIL
        return graded(verdict, "apart", apart, values=words, **more)


class Nameplate:
    """What the device says of itself is what was ordered: the wrong one may be right in itself."""

    name = "nameplate"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read those points."""
        await rig.read(check.slot, *check.options["nameplate"])

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """Each within the tolerance of a nameplate."""
        profile = trace.profiles[check.slot]
        share = check.limit("tolerance_pct") / 100.0
        shown = ""
        for point, wanted in check.options["nameplate"].items():
            unit, decimals = unit_of(profile, point)
            title, title_zh = title_of(profile, point)
            low, high = sorted((wanted * (1 - share), wanted * (1 + share)))
            more = {
                "unit": unit,
                "decimals": decimals,
                "limit": between(low, high, plain),
                "values": {"point": title, "point_zh": title_zh},
            }
            numbers = trace.numbers(check.slot, point)
            if not numbers:
                return failed("bad", "–", **more)
            value = numbers[-1][1]
            if not low <= value <= high:
                return failed("other", value, **more)
            shown = f"{value:.{decimals}f}"
        return passed(shown, limit=f"± {plain(100 * share)} %")


class InMeter(Judging):
    """The meter sees this output, and no other, move: it is the one at that place."""

    name = "in_meter"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The rise on the phase that feeds it, and on the others."""
        spec, stages = stages_of(check, trace)
        if not check.supply or len(stages) < 2:
            return failed("bad", "–")
        meter, _, own = check.supply.partition("/")
        point = check.options.get("point", effect_of(spec))
        mine = rise_of(stages, trace.numbers(check.slot, point))
        rises = {
            point: rise_of(stages, trace.numbers(meter, point))
            for point in phases_of(trace.profiles[meter], check.supply)
        }
        seen = rises.get(own)
        if mine is None or seen is None:
            return failed("bad", "–", unit="W")
        slack = abs(mine) * check.limit("tolerance_pct") / 100.0 + check.limit("noise")
        more = {
            "unit": "W",
            "limit": f"{mine - slack:.0f}…{mine + slack:.0f}",
            "series": series(trace, meter, *rises),
        }
        others = {
            point: rise
            for point, rise in rises.items()
            if point != own and rise is not None and abs(rise) > check.limit("elsewhere") * mine
        }
        if abs(seen + mine) <= slack and mine > slack:
            return failed("reversed", seen, **more)
        if abs(seen - mine) > slack:
            code = "elsewhere" if others else "unseen"
            return failed(code, seen, values=_titles(trace.profiles[meter], others), **more)
        if others:
            return failed("both", seen, values=_titles(trace.profiles[meter], others), **more)
        return passed(seen, **more)


def _other(check: PlannedCheck) -> str:
    """The point to compare with: named, or that of the phase which feeds the device."""
    if "other" in check.options:
        return str(check.options["other"])
    meter, _, own = check.supply.partition("/")
    return f"{meter}/{check.options['quantity']}_{own.rpartition('_')[2]}"


def _titles(profile: DeviceProfile, points: Iterable[str]) -> dict[str, str]:
    titles = [title_of(profile, point) for point in points]
    return {
        "other": ", ".join(title for title, _ in titles),
        "other_zh": "、".join(title for _, title in titles),
    }
