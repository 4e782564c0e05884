"""An output moved through levels, and everything that must be seen to follow it.

The ramp gathers once; acknowledgement, read-back, settling, power, standby, power factor and the
meter are judged from the same frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from app.commissioning.checks.base import (
    Finding,
    Judging,
    Lane,
    Rig,
    failed,
    passed,
    plain,
    series,
)
from app.commissioning.frames import Trace, Write
from app.commissioning.planning import PlannedCheck
from app.core.profiles import CommandSpec, DeviceProfile

_STILL = 0.5
"""Per cent by which a level that has come to rest may still move between two looks."""
_LEAST_LOOKS = 4
"""So many looks are needed to say that something stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One level of a ramp: the write that asked for it, and until when it stood."""

    level: float
    write: Write
    end_ns: int

    def inside(self, numbers: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """The readings of that time."""
        return [(at, value) for at, value in numbers if self.write.time_ns < at < self.end_ns]


class Ramp:
    """Command each level, watch it arrive, and put back what was there before."""

    name = "ramp"
    lane = Lane.ACTUATES
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Levels in order; after each, looks at the output and at the meter that feeds it."""
        profile = rig.profile(check.slot)
        spec = command_of(profile, check.options["command"])
        watched = _watched(check, profile, spec)
        rated = [str(spec.effect["rated"])] if _is_point(profile, spec.effect.get("rated")) else []
        fade = ["fade_time"] if _is_point(profile, "fade_time") else []
        first = await rig.read(check.slot, *watched, *rated, *fade)
        slope = first[fade[0]].value if fade else 0.0
        # Whoever has not arrived by then is late; the street need not wait for the verdict.
        patience_s = float(slope or 0.0) + check.limit("ack") + check.limits.get("after_fade", 2.0)
        levels = check.options["levels"]
        looks = [check.limits.get("looks", 3)] * len(levels)
        looks[-1] = check.limits.get("looks_last", looks[-1])
        for level, times in zip(levels, looks, strict=True):
            await rig.move(check.slot, spec.id, float(level), patience_s)
            for _ in range(int(times)):
                await rig.sleep(check.limits.get("look_every", 0.6))
                await rig.read(check.slot, *watched)
                if check.supply:
                    meter = check.supply.partition("/")[0]
                    await rig.read(meter, *phases_of(rig.profile(meter), check.supply))
        await rig.restore()

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """Acknowledged: every level, in time."""
        profile = trace.profiles[check.slot]
        spec = command_of(profile, check.options["command"])
        levels = [float(level) for level in check.options["levels"]]
        writes = trace.writes(check.slot, spec.point)[: len(levels)]
        good = [write for write in writes if write.accepted]
        slowest = max((write.took_s for write in good), default=0.0)
        high = check.limit("ack")
        more = {
            "unit": "s",
            "limit": f"≤ {plain(high)}",
            "decimals": 2,
            "values": {"good": len(good), "count": len(levels)},
            "series": series(
                trace, check.slot, *(p for p in (spec.point, spec.feedback, effect_of(spec)) if p)
            ),
        }
        if any(write.problem == "refused" for write in writes):
            return failed("refused", slowest, **more)
        if len(good) < len(levels):
            return failed("unheard", slowest, **more)
        return passed(slowest, **more) if slowest <= high else failed("slow", slowest, **more)


class ReadBack(Judging):
    """Each level that came to rest is the level that was asked for."""

    name = "read_back"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The largest difference among the levels at rest."""
        spec, stages = stages_of(check, trace)
        numbers = trace.numbers(check.slot, spec.feedback)
        tolerance = check.limit("tolerance")
        more = {"unit": "%", "limit": f"± {plain(tolerance)}"}
        widest, judged, worst = 0.0, 0, (0.0, 0.0)
        for stage in stages:
            seen = [value for _, value in stage.inside(numbers)]
            if len(seen) < 2:
                return failed("bad", "–", **more)
            if abs(seen[-1] - seen[-2]) > _STILL:
                continue
            judged += 1
            if abs(seen[-1] - stage.level) >= widest:
                widest, worst = abs(seen[-1] - stage.level), (stage.level, seen[-1])
        words = {"level": plain(worst[0]), "seen": plain(round(worst[1], 1))}
        if not judged:
            return failed("moving", "–", values=words, **more)
        if widest > tolerance:
            return failed("off", worst[1], values=words, **more)
        return passed(widest, **more)


class Settles(Judging):
    """Each level arrives within the fade time and a little more."""

    name = "settles"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The longest time from the write to the first look that saw the level.

        It is late only where it was seen not to be there when it had to: a look of ours that came
        late is no fault of the device.
        """
        spec, stages = stages_of(check, trace)
        numbers = trace.numbers(check.slot, spec.feedback)
        fade = trace.numbers(check.slot, "fade_time")
        high = (fade[-1][1] if fade else 0.0) + check.limit("after_fade")
        tolerance = check.limit("tolerance")
        more = {"unit": "s", "limit": f"≤ {plain(high)}"}
        longest = 0.0
        for stage in stages:
            looks = stage.inside(numbers)
            arrived = [at for at, value in looks if abs(value - stage.level) <= tolerance]
            if not arrived:
                last = (stage.end_ns - stage.write.time_ns) / 1e9
                seen = plain(round(looks[-1][1], 1)) if looks else "–"
                words = {"level": plain(stage.level), "seen": seen}
                return failed("never", last, values=words, **more)
            before = [at for at, _ in looks if at < arrived[0]] or [stage.write.time_ns]
            took, least = ((at - stage.write.time_ns) / 1e9 for at in (arrived[0], before[-1]))
            longest = max(longest, took if least > high else min(took, high))
        if longest > high:
            return failed("late", longest, values={"level": "", "seen": ""}, **more)
        return passed(longest, **more)


class Follows(Judging):
    """What the output takes rises with its level: it really does what it says."""

    name = "follows"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """Each step up must raise the effect by a share of the rise over the whole ramp."""
        spec, stages = stages_of(check, trace)
        point = check.options.get("point", effect_of(spec))
        unit = trace.profiles[check.slot].point(point).unit
        decimals = trace.profiles[check.slot].point(point).decimals
        levels = [(stage.level, _rest(stage, trace.numbers(check.slot, point))) for stage in stages]
        known = [(level, value) for level, value in levels if value is not None]
        share = check.limit("step_share")
        more = {"unit": unit, "decimals": decimals, "series": series(trace, check.slot, point)}
        if len(known) < len(stages) or len(known) < 2:
            return failed("bad", "–", **more)
        rise = known[-1][1] - known[0][1]
        least = check.limit("least_rise")
        words = {"first": plain(known[0][0]), "last": plain(known[-1][0])}
        if rise < least:
            return failed("flat", rise, limit=f"≥ {plain(least)}", values=words, **more)
        span = known[-1][0] - known[0][0]
        for (low, before), (high, after) in pairwise(known):
            wanted = rise * (high - low) / span * share
            if after - before < wanted:
                words = {"first": plain(low), "last": plain(high)}
                return failed("step", after - before, limit=f"≥ {wanted:.3g}", values=words, **more)
        return passed(rise, limit=f"≥ {plain(least)}", **more)


class AtLevel(Judging):
    """A point while the output stands at one level, against numbers or a nameplate value."""

    name = "at_level"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The mean of the looks after it came to rest."""
        _, stages = stages_of(check, trace)
        point = check.options["point"]
        found = trace.profiles[check.slot].point(point)
        stage = next((s for s in stages if s.level == float(check.options["level"])), None)
        value = _rest(stage, trace.numbers(check.slot, point)) if stage else None
        low, high = check.limits.get("low"), check.limits.get("high")
        rated = _rated(check, trace)
        if rated is not None:
            share = check.limit("tolerance_pct") / 100.0
            low, high = rated * (1 - share), rated * (1 + share)
        limit = (
            f"{plain(low)}…{plain(high)}"
            if low is not None and high is not None
            else f"≥ {plain(low)}"
            if low is not None
            else f"≤ {plain(high or 0.0)}"
        )
        more = {
            "unit": "" if found.unit == "1" else found.unit,
            "decimals": found.decimals,
            "limit": limit,
            "values": {"level": plain(float(check.options["level"]))},
        }
        if value is None:
            return failed("bad", "–", **more)
        if low is not None and value < low:
            return failed("low", value, **more)
        if high is not None and value > high:
            return failed("high", value, **more)
        return passed(value, **more)


class Steady(Judging):
    """At one level the effect stands still: light that dips takes less in the dips."""

    name = "steady"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """From the lowest to the highest look after it came to rest, as a share of the mean."""
        spec, stages = stages_of(check, trace)
        point = check.options.get("point", effect_of(spec))
        wanted = float(check.options["level"])
        stage = next((stage for stage in stages if stage.level == wanted), None)
        since = _arrived(stage, trace.numbers(check.slot, spec.feedback)) if stage else 0
        looks = stage.inside(trace.numbers(check.slot, point)) if stage else []
        seen = [value for at, value in looks if at > since]
        high = check.limit("high")
        more = {
            "unit": "%",
            "limit": f"≤ {plain(high)}",
            "series": series(trace, check.slot, point),
            "values": {"level": plain(wanted), "looks": len(seen)},
        }
        mean = sum(seen) / len(seen) if seen else 0.0
        if len(seen) < _LEAST_LOOKS or mean <= 0.0:
            return failed("bad", "–", **more)
        share = 100.0 * (max(seen) - min(seen)) / mean
        return passed(share, **more) if share <= high else failed("unsteady", share, **more)


class Drop(Judging):
    """How far a point falls while the output is raised: a battery under load."""

    name = "drop"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """From the lowest level to the highest."""
        _, stages = stages_of(check, trace)
        point = check.options["point"]
        found = trace.profiles[check.slot].point(point)
        rise = rise_of(stages, trace.numbers(check.slot, point))
        high = check.limit("high")
        more = {"unit": found.unit, "decimals": found.decimals, "limit": f"≤ {plain(high)}"}
        if rise is None:
            return failed("bad", "–", **more)
        return passed(-rise, **more) if -rise <= high else failed("sags", -rise, **more)


def command_of(profile: DeviceProfile, command: str) -> CommandSpec:
    """A command of a profile; KeyError where it has none of that id."""
    for spec in profile.commands:
        if spec.id == command:
            return spec
    raise KeyError(f"profile {profile.id} has no command {command!r}")


def effect_of(spec: CommandSpec) -> str:
    """The point in which a command is seen in the physical world, empty where there is none."""
    return str(spec.effect.get("point", ""))


def _is_point(profile: DeviceProfile, name: object) -> bool:
    return any(point.id == name for point in profile.points)


def _watched(check: PlannedCheck, profile: DeviceProfile, spec: CommandSpec) -> list[str]:
    wanted = [spec.feedback, effect_of(spec), *check.options.get("watch", ())]
    return [name for name in dict.fromkeys(wanted) if _is_point(profile, name)]


def phases_of(profile: DeviceProfile, supply: str) -> list[str]:
    """The points of the meter that are alike: power_l1 and its neighbours."""
    own = supply.partition("/")[2]
    stem = own.rpartition("_")[0]
    unit = profile.point(own).unit
    return [p.id for p in profile.points if p.id.rpartition("_")[0] == stem and p.unit == unit]


def stages_of(check: PlannedCheck, trace: Trace) -> tuple[CommandSpec, list[Stage]]:
    """The levels as they were written; the write that restored the output ends the last."""
    profile = trace.profiles[check.slot]
    spec = command_of(profile, check.options["command"])
    levels = [float(level) for level in check.options["levels"]]
    writes = trace.writes(check.slot, spec.point)
    end = trace.frames[-1].time_ns + 1 if trace.frames else 0
    starts = [write.time_ns for write in writes[1:]] + [end]
    return spec, [
        Stage(level=level, write=write, end_ns=stop)
        for level, write, stop in zip(levels, writes, starts, strict=False)
    ]


def _arrived(stage: Stage, numbers: list[tuple[int, float]]) -> int:
    """When the level was first seen where it should be; what is seen later is at rest."""
    looks = stage.inside(numbers)
    return next((at for at, value in looks if abs(value - stage.level) <= _STILL), stage.end_ns)


def _rest(stage: Stage, numbers: list[tuple[int, float]]) -> float | None:
    """The mean of the later half of a stage's looks; the first ones may still move."""
    seen = [value for _, value in stage.inside(numbers)]
    late = seen[-2:]
    return sum(late) / len(late) if late else None


def rise_of(stages: list[Stage], numbers: list[tuple[int, float]]) -> float | None:
    """How far a point moved from the first level to the last; None where it is not known."""
    if len(stages) < 2:
        return None
    low, high = _rest(stages[0], numbers), _rest(stages[-1], numbers)
    return None if low is None or high is None else high - low


def _rated(check: PlannedCheck, trace: Trace) -> float | None:
    """The nameplate value: a point of the device, or a constant of its profile."""
    name = check.options.get("rated")
    if not name:
        return None
    profile = trace.profiles[check.slot]
    found = trace.numbers(check.slot, name) if _is_point(profile, name) else []
    if found:
        return found[-1][1]
    return profile.constants.get(name)
