"""The line: does every request come back whole, how fast, and does it stay so."""

from __future__ import annotations

import math

from app.commissioning.checks.base import Finding, Judging, Lane, Rig, failed, passed, plain
from app.commissioning.checks.naming import first_point
from app.commissioning.frames import Exchange, Trace
from app.commissioning.planning import PlannedCheck
from app.core.errors import LinkDown, LinkError
from app.core.profiles import DeviceProfile
from app.profiles.messages import mappers


class Reads:
    """A number of reads of what never changes: answered whole, and always the same."""

    name = "reads"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read the constant points again and again; a lost answer is counted, not raised."""
        points = _constant(check, rig.profile(check.slot))
        lost = 0
        for _ in range(int(check.limit("reads"))):
            try:
                await rig.read(check.slot, *points)
            except LinkError as error:
                lost += 1
                if isinstance(error, LinkDown) and lost > 3:
                    raise
                if lost > 3 and not rig.last_try:
                    raise
                if lost > 3:
                    return

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """Every request counts, also those the link repeated by itself."""
        asked = _asked(check, trace)
        wanted = int(check.limit("reads"))
        least = math.ceil(check.limit("good") * wanted)
        limit = f"≥ {least} / {wanted}, CRC {check.limit('crc'):.0f}"
        if not asked:
            return failed("silent", 0, limit=limit, values={"reads": wanted}, decimals=0)
        first = asked[:wanted]
        answers = [one.values for one in first if not one.problem]
        usual = max(set(answers), key=answers.count) if answers else ()
        # A device that has nothing constant to tell can only be asked whether it answers.
        same = "points" in check.options
        good = sum(values == usual or not same for values in answers)
        crc = sum(one.problem in ("crc", "garbage") for one in asked)
        values = {"good": good, "reads": wanted, "crc": crc, "unlike": len(answers) - good}
        more = {"limit": limit, "values": values, "decimals": 0}
        if crc > check.limit("crc") or len(answers) > good:
            return failed("crc", crc + len(answers) - good, **more)
        if good < least:
            return failed("lost", good, **more)
        return passed(good, **more)


class ReplyTime(Judging):
    """How long the answers of those reads took."""

    name = "reply_time"

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The 95th percentile of the answered ones."""
        took = sorted(one.took_s * 1000 for one in _asked(check, trace) if not one.problem)
        serial = any(frame.kind == "modbus+rtu" for frame in trace.frames)
        high = check.limit("high_serial" if serial else "high_network")
        more = {"unit": "ms", "limit": f"≤ {plain(high)}", "decimals": 0}
        if not took:
            return failed("silent", "–", **more)
        p95 = took[min(len(took) - 1, math.ceil(0.95 * len(took)) - 1)]
        return passed(p95, **more) if p95 <= high else failed("slow", p95, **more)


class Stable:
    """The link for a while: what share of regular reads was answered."""

    name = "stable"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Read at a steady pace over the window; what is lost is counted."""
        end = rig.now_ns() + int(check.limit("window") * 1e9)
        while rig.now_ns() < end:
            try:
                await rig.read(check.slot, *check.options["points"])
            except LinkError as error:
                rig.note(check.slot, rig.why(error))
            await rig.sleep(check.limit("period"))

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The share of answered reads; a read that could not even be sent is a lost one."""
        asked = _asked(check, trace)
        if trace.lost and not trace.exchanges(check.slot):
            return failed("link_down", "–", values={"link_error": trace.lost})
        good = sum(not one.problem for one in asked)
        lost = sum(one.problem in ("silent", "unit") for one in asked)
        unsent = sum(frame.kind == "lost" and frame.device == check.slot for frame in trace.frames)
        total = good + max(lost, unsent)
        share = 100.0 * good / total if total else 0.0
        low = check.limit("low")
        values = {"window": plain(check.limit("window")), "lost": max(lost, unsent)}
        more = {"unit": "%", "limit": f"≥ {plain(low)}", "values": values}
        return passed(share, **more) if share >= low else failed("lost", share, **more)


class Messages:
    """The messages of the asset for a while: enough of them, and each readable."""

    name = "messages"
    lane = Lane.PASSIVE
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Listen."""
        await rig.listen(check.limit("window"))

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The share of readable messages, by the profile."""
        frames = trace.messages(check.slot)
        window = plain(check.limit("window"))
        if not frames:
            return failed("none", 0, values={"window": window})
        readable = 0
        made = mappers(trace.profiles[check.slot], check.slot)
        for frame in frames:
            payload = [(bytes.fromhex(frame.response), frame.time_ns)]
            readable += any(mapper.map(payload).batches for mapper in made)
        share = 100.0 * readable / len(frames)
        low = check.limit("low")
        values = {"bad": len(frames) - readable, "count": len(frames), "window": window}
        more = {"unit": "%", "limit": f"≥ {plain(low)}", "values": values}
        return passed(share, **more) if share >= low else failed("unreadable", share, **more)


def _constant(check: PlannedCheck, profile: DeviceProfile) -> list[str]:
    """The points to ask for: those named, else the first one that can be read."""
    return list(check.options.get("points", ())) or [first_point(profile)]


def _asked(check: PlannedCheck, trace: Trace) -> list[Exchange]:
    """The requests for the constant points; polls of other things do not count."""
    profile = trace.profiles[check.slot]
    places = {
        (point.modbus.table, point.modbus.address)
        for name in _constant(check, profile)
        if (point := profile.point(name)).modbus is not None
    }
    return [
        one
        for one in trace.exchanges(check.slot)
        if (one.request.table, one.request.address) in places and not one.request.writes
    ]
