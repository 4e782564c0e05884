"""One check from its start to a verdict: attempts, automatic retries, evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.commissioning.checks.base import Judging
from app.commissioning.checks.kinds import kind_of
from app.commissioning.field_access import AssetField
from app.commissioning.frames import Trace
from app.commissioning.job import Job
from app.commissioning.judging import RULES, outcome
from app.commissioning.outputs import Output
from app.commissioning.planning import PlannedCheck
from app.commissioning.rig import CheckRig, Hands
from app.core.commissioning import Attempt, Frame, Outcome
from app.core.errors import DeviceRefused, LinkDown, LinkError, UserFacing
from app.store.records_reading import RecordReads

Keep = Callable[[Attempt], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The frames of the newest attempt of a check, for those that judge them too."""

    number: int
    frames: tuple[Frame, ...]


async def kept_frames(records: RecordReads, job: Job) -> dict[str, Kept]:
    """Frames of attempts of an earlier run, for checks that judge them after a restart.

    The numbers of attempts in the job go on behind those that are kept.
    """
    found: dict[str, Kept] = {}
    for kept in await records.attempts(job.id):
        attempt = kept.attempt
        if attempt.check in job.states:
            state = job.states[attempt.check]
            state.attempts = max(state.attempts, attempt.number)
            found[attempt.check] = Kept(number=attempt.number, frames=attempt.outcome.frames)
    return found


class CheckRun:
    """Runs one check once; every attempt is kept before the next begins.

    Args:
        field: the asset.
        check: what to run.
        hands: what the engine lends.
        source: the frames of the check it uses, None where it gathers itself.
        first: the number of its first attempt.
        left: outputs that an earlier run of it could not put back.
    """

    def __init__(
        self,
        field: AssetField,
        check: PlannedCheck,
        hands: Hands,
        *,
        source: Kept | None,
        first: int,
        left: tuple[Output, ...] = (),
    ) -> None:
        self._field = field
        self.check = check
        self._hands = hands
        self._source = source
        self.number = first
        self.rig: CheckRig | None = None
        self.frames: tuple[Frame, ...] = ()
        self._left = left

    async def run(self, job: str, keep: Keep, again: Callable[[int], Awaitable[None]]) -> Outcome:
        """The outcome of the last attempt; transport errors were tried again some times.

        Raises:
            StoreUnavailable: an attempt could not be kept.
        """
        limits = self._hands.limits
        first, times = limits.get("retry_first_s").value, int(limits.get("retry_times").value)
        waits = [first * 2.0**tries for tries in range(times)]
        for tries, wait in enumerate((*waits, None)):
            attempt, lost = await self._attempt(job, last=wait is None)
            await keep(attempt)
            if not lost or wait is None:
                return attempt.outcome
            self.number += 1
            await again(tries + 1)
            await self._field.clock.sleep(wait)
        raise AssertionError("the last try returns")

    async def _attempt(self, job: str, *, last: bool) -> tuple[Attempt, bool]:
        check, field = self.check, self._field
        kind = kind_of(check.kind)
        started = field.clock.now_ns()
        lost = False
        answer = ""
        if isinstance(kind, Judging) or self._source is not None:
            self.frames = self._source.frames if self._source else ()
        else:
            # What is not put back yet is kept as it was before the first attempt.
            left = self.rig.outputs if self.rig is not None else self._left
            rig = self.rig = CheckRig(field, check, self._hands, last_try=last, left=left)
            try:
                await kind.gather(check, rig)
            except (DeviceRefused, UserFacing) as error:
                rig.note(check.slot, str(error), "refused")
            except KeyError as error:
                # The procedure names what the profile does not have.
                rig.note(check.slot, str(error), "procedure")
            except LinkDown as error:
                lost = True
                rig.note(check.slot, field.why_down(error), "down")
            except LinkError as error:
                lost = True
                rig.note(check.slot, str(error), "error")
            finally:
                await rig.close()
            lost |= await self._put_back(rig)
            self.frames = rig.frames()
            answer = rig.answer
        trace = Trace(self.frames, field.profiles, answer=answer, asset=field.number)
        # Judging the frames of minutes takes longer than a frame of the window may.
        found = await asyncio.to_thread(outcome, check, trace, with_frames=self._source is None)
        spec = check.spec()
        if self._source is not None:
            spec["frames_of"] = {"check": check.uses, "number": self._source.number}
        slot = check.slot or next(iter(check.slots), "")
        profile = field.profiles.get(slot)
        attempt = Attempt(
            job=job,
            check=check.id,
            number=self.number,
            started_ns=started,
            ended_ns=field.clock.now_ns(),
            outcome=found,
            who=self._hands.who,
            profile=profile.id if profile else "",
            profile_sha256=profile.sha256 if profile else "",
            method=check.method,
            level=check.level,
            spec=spec,
            answer=answer,
            rules=RULES,
        )
        return attempt, lost

    async def _put_back(self, rig: CheckRig) -> bool:
        """Restore what the check has not restored itself; a loss is told and kept for later."""
        try:
            await rig.restore()
        except LinkError as error:
            rig.note(self.check.slot, str(error), "error")
            return True
        return False
