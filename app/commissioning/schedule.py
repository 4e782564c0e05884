"""Which checks may start now: pure, from where the job stands and what runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.commissioning.checks.base import Lane
from app.commissioning.checks.kinds import kind_of
from app.commissioning.job import Job
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import STEP_PASSES, Verdict

V = Verdict
AT_ONCE = 4
"""Checks that may read at the same time: a bus of 9600 baud has room for no more."""
_UNDER_WAY = frozenset({V.NOT_RUN, V.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A check that cannot be made because another has not passed."""

    check: str
    blocker: str


def next_checks(
    job: Job,
    running: Collection[str],
    kept: Collection[str],
    asking: Collection[str] = (),
) -> Iterator[PlannedCheck | Blocked]:
    """What to start or block, one at a time: ask again after each, ``running`` has it then.

    ``kept`` are the checks whose frames are at hand, ``asking`` those that wait for an answer:
    one that moves nothing leaves the line to others meanwhile.
    """
    for check in job.plan:
        state = job.states[check.id]
        if not check.fitted or state.verdict is not V.NOT_RUN or state.held:
            continue
        if check.id in running:
            continue
        if blocker := _blocker(job, check):
            yield Blocked(check=check.id, blocker=blocker)
            continue
        lane = kind_of(check.kind).lane
        if _waits(job, check, kept):
            if lane is Lane.EXCLUSIVE:
                return
            continue
        lanes = [
            kind_of(job.check(name).kind).lane
            for name in running
            if name not in asking or kind_of(job.check(name).kind).lane is not Lane.PASSIVE
        ]
        if Lane.EXCLUSIVE in lanes or (lane is Lane.EXCLUSIVE and lanes):
            return
        if lane is Lane.ACTUATES and Lane.ACTUATES in lanes:
            continue
        if not check.uses and lanes.count(Lane.PASSIVE) >= AT_ONCE:
            continue
        yield check


def _blocker(job: Job, check: PlannedCheck) -> str:
    for need in check.needs:
        verdict = job.states[need].verdict
        if verdict not in STEP_PASSES and verdict not in _UNDER_WAY:
            return need
    return ""


def _waits(job: Job, check: PlannedCheck, kept: Collection[str]) -> bool:
    waits_for = (*check.needs, *check.after, *((check.uses,) if check.uses else ()))
    if any(job.states[name].verdict in _UNDER_WAY for name in waits_for):
        return True
    return bool(check.uses) and check.uses not in kept
