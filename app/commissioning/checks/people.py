"""What only a person can see, and so a person is asked; the answer is evidence like a reading."""

from __future__ import annotations

import secrets

from app.commissioning.checks.base import (
    Finding,
    Lane,
    Question,
    QuestionKind,
    Rig,
    failed,
    passed,
)
from app.commissioning.checks.ramp import command_of
from app.commissioning.frames import Trace
from app.commissioning.planning import PlannedCheck

YES, NO = "yes", "no"
_LETTERS = "ACEFHJKLMNPRTUVWXY347"
"""Characters that nobody takes for another one."""


class YesNo:
    """A question that is answered with yes or no."""

    name = "question"
    lane = Lane.PASSIVE
    asks = True
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Ask."""
        await rig.ask(question(check, QuestionKind.YES_NO))

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """The answer that was wanted."""
        wanted = check.options.get("wanted", YES)
        more = {"limit": wanted}
        if not trace.answer:
            return failed("unanswered", "–", **more)
        return (
            passed(wanted, **more) if trace.answer == wanted else failed("no", trace.answer, **more)
        )


class WhichHead:
    """The device is told to blink, and a person says which one does."""

    name = "which"
    lane = Lane.ACTUATES
    asks = True
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Blink, ask, stop blinking."""
        command = check.options["command"]
        await rig.start(check.slot, command, float(check.limit("seconds")))
        try:
            await rig.ask(question(check, QuestionKind.CHOICE, check.options["choices"]))
        finally:
            await rig.start(check.slot, command, 0.0)

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """It must be this device alone, and it must have been told to."""
        spec = command_of(trace.profiles[check.slot], check.options["command"])
        told = [write for write in trace.writes(check.slot, spec.point) if write.value]
        if not any(write.accepted for write in told):
            # Nobody can have seen it: the answer is a guess, or of another lamp.
            return failed("refused", told[0].problem if told else "–", limit=check.slot)
        seen = trace.answer
        if not seen:
            return failed("unanswered", "–", limit=check.slot)
        more = {"limit": check.slot, "values": {"seen": seen}}
        return passed(seen, **more) if seen == check.slot else failed("other", seen, **more)


class Challenge:
    """Characters by chance are shown, and a person types what there is to read."""

    name = "challenge"
    lane = Lane.ACTUATES
    asks = True
    watches = False

    async def gather(self, check: PlannedCheck, rig: Rig) -> None:
        """Show, ask, put back what was shown."""
        text = "".join(secrets.choice(_LETTERS) for _ in range(int(check.limit("characters"))))
        spec = command_of(rig.profile(check.slot), check.options["command"])
        await rig.command(check.slot, spec.id, text)
        if spec.feedback:
            await rig.read(check.slot, spec.feedback)
        await rig.ask(question(check, QuestionKind.TEXT))
        await rig.restore()

    def judge(self, check: PlannedCheck, trace: Trace) -> Finding:
        """What was read is what was written; the device's own word for it counts for nothing."""
        spec = command_of(trace.profiles[check.slot], check.options["command"])
        writes = trace.writes(check.slot, spec.point)
        if not writes:
            return failed("unshown", "–")
        wanted = str(writes[0].value)
        seen = trace.answer.strip().upper()
        more = {"limit": wanted, "values": {"wanted": wanted}}
        if not writes[0].accepted:
            return failed("refused", writes[0].problem, **more)
        if not seen:
            return failed("unanswered", "–", **more)
        return passed(seen, **more) if seen == wanted else failed("unlike", seen, **more)


def question(check: PlannedCheck, kind: QuestionKind, choices: list[str] | None = None) -> Question:
    """The question of a check as the procedure words it."""
    text = str(check.options["ask"])
    return Question(
        check=check.id,
        base=check.base,
        slot=check.slot,
        kind=kind,
        text=text,
        text_zh=str(check.options.get("ask_zh", text)),
        choices=tuple(choices or ()),
        eyes=str(check.options.get("eyes", "")),
    )
