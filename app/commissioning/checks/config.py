"""Settings: what differs is backed up, written, read back, rolled back; and a restart keeps it."""

from __future__ import annotations

from contextlib import suppress

from app.commissioning.checks.base import Finding, Judging, Lane, Rig, failed, passed
from app.commissioning.frames import Trace
from app.commissioning.planning import PlannedCheck
from app.core.commands import Value
from app.core.errors import LinkError, LinkTimeout
from app.core.profiles import DeviceProfile, Point
from app.core.rows import ValueKind

_CLEARLY_S = 2.0
"""Seconds by which a count of time must fall behind to have begun anew."""


class Config:
    """The settings that the asset type wants, in the device."""

    name = "config"
    lane = Lane.ACTUATES
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read, back up, write what differs, read again; what did not keep is rolled back."""
        names = list(check.settings)
        before = await rig.read(check.slot, *names)
        found = {name: one.value for name, one in before.items() if one.value is not None}
        await rig.back_up(check.slot, found)
        profile = rig.profile(check.slot)
        changed = [name for name in names if found.get(name) != check.settings[name]]
        for name in changed:
            value = _typed(profile.point(name), check.settings[name])
            await rig.write_point(check.slot, name, value, keep=True)
        after = await rig.read(check.slot, *names)
        kept = all(after[name].value == check.settings[name] for name in names)
        if changed and not kept:
            for name in changed:
                if name in found:
                    await rig.write_point(check.slot, name, found[name], keep=True)

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """Every setting read back at least once as it is wanted, after the last write of it."""
        profile = trace.profiles[check.slot]
        wrong: list[str] = []
        for name, wanted in check.settings.items():
            writes = [w for w in trace.writes(check.slot, name) if w.value == wanted]
            since = writes[-1].time_ns if writes else 0
            seen = [r.value for r in trace.readings(check.slot, name) if r.time_ns > since]
            if not seen or (seen[0] if writes else seen[-1]) != wanted:
                wrong.append(profile.point(name).title)
        count = len(check.settings)
        words = {"points": ", ".join(wrong[:3]), "count": count}
        more = {"limit": f"{count}/{count}", "values": words}
        good = f"{count - len(wrong)}/{count}"
        return failed("not_kept", good, **more) if wrong else passed(good, **more)


class Restart:
    """Mark a setting in each device, restart, and look at what is left; then take the marks out."""

    name = "restart"
    lane = Lane.EXCLUSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Marks are other values than the device has, so that a factory value cannot pass."""
        marked: list[tuple[str, str, Value]] = []
        try:
            for slot, name in check.options["marks"].items():
                if slot not in rig.units:
                    continue
                try:
                    before = (await rig.read(slot, name))[name].value
                except LinkTimeout:
                    # A device that is silent keeps no setting; that is the matter of others.
                    continue
                if before is None:
                    continue
                mark = _mark(rig.profile(slot).point(name), before)
                marked.append((slot, name, before))
                await rig.write_point(slot, name, mark, keep=True)
            await self._wait_up(check, rig)
            # Its end is seen here, by the device's own count of its time.
            await rig.start(check.slot, check.options["command"], 1)
            await self._wait(check, rig)
            for slot, name, _ in marked:
                with suppress(LinkTimeout):
                    await rig.read(slot, name)
        finally:
            for slot, name, before in marked:
                await rig.write_point(slot, name, before, keep=True)

    async def _wait_up(self, check: PlannedCheck, rig: Rig) -> None:
        """A device that has only just started cannot be seen to start again."""
        begin = rig.now_ns()
        while rig.now_ns() < begin + int(check.limit("back") * 1e9):
            now = (await rig.read(check.slot, "uptime"))["uptime"].value
            if not isinstance(now, int | float) or now >= 2 * _CLEARLY_S:
                return
            await rig.sleep(1.0)

    async def _wait(self, check: PlannedCheck, rig: Rig) -> None:
        """Until it answers again with a count that has begun anew, or the time is over."""
        begin = rig.now_ns()
        while rig.now_ns() < begin + int(check.limit("back") * 1e9):
            await rig.sleep(1.0)
            try:
                now = (await rig.read(check.slot, "uptime"))["uptime"].value
            except LinkError:
                continue
            passed_s = (rig.now_ns() - begin) / 1e9
            if isinstance(now, int | float) and now < passed_s + 1.0:
                return

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """It came back, and within the time."""
        writes = trace.writes(check.slot, check.options["point"])
        uptimes = trace.numbers(check.slot, "uptime")
        high = check.limit("back")
        more = {"unit": "s", "limit": f"≤ {high:.0f}"}
        if not writes or writes[0].problem == "refused":
            return failed("refused", "–", **more)
        start = writes[0].time_ns
        before = [(at, value) for at, value in uptimes if at <= start]
        if not before:
            return failed("no_restart", "–", **more)
        seen, counted = before[-1]
        # A count that went on would be as far ahead now as the time that has passed.
        back = [
            at
            for at, value in uptimes
            if at > start and value < counted + (at - seen) / 1e9 - _CLEARLY_S
        ]
        # A count that never moves tells nothing, whatever it stands at.
        if not back or len({value for _, value in uptimes}) < 2:
            return failed("no_restart", "–", **more)
        took = (back[0] - start) / 1e9
        return passed(took, **more) if took <= high else failed("late", took, **more)


class Kept(Judging):
    """The mark of one device is still there after the restart."""

    name = "kept"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The first reading after the restart is the mark."""
        name = check.options["marks"].get(check.slot, "")
        writes = trace.writes(check.slot, name) if name else []
        restarts = trace.writes(check.options["restarts"], check.options["point"])
        if not writes or not restarts:
            return failed("unmarked", "–")
        mark, since = writes[0].value, restarts[0].time_ns
        before_undo = writes[1].time_ns if len(writes) > 1 else trace.frames[-1].time_ns + 1
        seen = [
            reading.value
            for reading in trace.readings(check.slot, name)
            if since < reading.time_ns < before_undo and reading.value is not None
        ]
        title = trace.profiles[check.slot].point(name).title
        more = {"limit": str(mark), "values": {"point": title, "point_zh": _zh(trace, check, name)}}
        if not seen:
            return failed("bad", "–", **more)
        return (
            passed(str(seen[-1]), **more)
            if seen[-1] == mark
            else failed("lost", str(seen[-1]), **more)
        )


def _zh(trace: Trace, check: PlannedCheck, name: str) -> str:
    point = trace.profiles[check.slot].point(name)
    return point.title_zh or point.title


def _typed(point: Point, value: float) -> Value:
    if point.kind is ValueKind.BOOL:
        return bool(value)
    return int(value) if point.kind is ValueKind.INT else value


def _mark(point: Point, before: Value) -> Value:
    """Another value the point may have, as near as its resolution allows."""
    if isinstance(before, bool):
        return not before
    if isinstance(before, str):
        return before + "-"
    step = point.modbus.scale if point.modbus else 1.0
    high = point.range.high if point.range else float("inf")
    value = before + step if before + step <= high else before - step
    return int(value) if point.kind is ValueKind.INT else round(value, 6)


def settable(profile: DeviceProfile, point: str) -> str:
    """The command that writes a point, empty where there is none."""
    return next((spec.id for spec in profile.commands if spec.point == point), "")
