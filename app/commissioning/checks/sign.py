"""What a sign must do when nobody is there to tell it: fall back, whole, and come back."""

from __future__ import annotations

from app.commissioning.checks.base import Finding, Lane, Rig, failed, passed, plain
from app.commissioning.checks.ramp import command_of
from app.commissioning.frames import Trace
from app.commissioning.planning import PlannedCheck


class FailSafe:
    """Silence is played to the sign, and it must show its default and nothing else."""

    name = "fail_safe"
    lane = Lane.ACTUATES
    asks = False
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Start the test, watch what is shown until it is over and a little longer."""
        options = check.options
        watched = [options["lost"], options["face"], options["text"]]
        await rig.read(check.slot, *watched, options["default"])
        seconds = check.limit("silence")
        await rig.start(check.slot, options["command"], seconds)
        end = rig.now_ns() + int((seconds + check.limit("hold")) * 1e9)
        lost = False
        while rig.now_ns() < end:
            await rig.sleep(0.5)
            now = await rig.read(check.slot, *watched)
            is_lost = now[options["lost"]].value is True
            if lost and not is_lost:
                return
            lost = lost or is_lost

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """It fell back, showed exactly its default, and has recovered."""
        options = check.options
        wanted = trace.last(check.slot, options["default"])
        more = {"limit": str(wanted.value if wanted else "–")}
        lost = [r for r in trace.readings(check.slot, options["lost"]) if r.value is True]
        faces = trace.readings(check.slot, options["face"])
        shown = faces[-1].value if faces else "–"
        if not lost:
            return failed("kept", str(shown), **more)
        begin, end = lost[0].time_ns, lost[-1].time_ns
        command = command_of(trace.profiles[check.slot], options["command"])
        started = trace.writes(check.slot, command.point)
        seconds, slack = check.limit("silence"), check.limit("slack")
        took = (begin - started[0].time_ns) / 1e9 if started else 0.0
        if took > seconds + slack:
            # Late only where it was seen not to have fallen back: our look may be late, too.
            kept = [r.time_ns for r in trace.readings(check.slot, options["lost"])]
            least = max(at for at in (*kept, started[0].time_ns) if at < begin)
            took = max(seconds, (least - started[0].time_ns) / 1e9)
        if abs(took - seconds) > slack:
            timely = {"unit": "s", "limit": f"{plain(seconds - slack)}…{plain(seconds + slack)}"}
            return failed("late" if took > seconds else "early", took, **timely)
        during = [r.value for r in faces if begin <= r.time_ns <= end]
        texts = [
            r.value
            for r in trace.readings(check.slot, options["text"])
            if begin <= r.time_ns <= end and r.value
        ]
        if wanted is None or any(value != wanted.value for value in during) or texts:
            return failed("partial", str(texts[0] if texts else during[-1]), **more)
        after = [r.value for r in faces if r.time_ns > end]
        before = [r.value for r in faces if r.time_ns < begin]
        if not after or (before and after[-1] != before[0]):
            return failed("stays", str(after[-1] if after else "–"), **more)
        return passed(str(during[-1]) if during else str(wanted.value), **more)
