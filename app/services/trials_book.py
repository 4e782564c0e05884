"""The book of what was switched for a while: each point's original value, until it is back.

An entry is durable before the byte of its command leaves, in one transaction with the command, and
is struck out only when the point is back, or somebody has decided that it stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.core.callbacks import Callbacks, Unsubscribe
from app.core.commands import Command, CommandState, Trial
from app.core.rows import PointKey
from app.services.commands_plan import Plan
from app.store.records import Records
from app.store.records_reading import AuditDraft

S = CommandState
_NS = 1_000_000_000


def key_of(trial: Trial) -> PointKey:
    """The point that a trial is about."""
    return PointKey(device=trial.device, point=trial.point)


class TrialBook:
    """Open trials by point, as the store has them."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._open: dict[PointKey, Trial] = {}
        self._before: dict[str, Trial | None] = {}
        self._changed: Callbacks[PointKey] = Callbacks()

    def on_change(self, listener: Callable[[PointKey], None]) -> Unsubscribe:
        """Be told of each point whose trial began, went on or ended."""
        return self._changed.subscribe(listener)

    def of(self, key: PointKey) -> Trial | None:
        """The open trial of a point."""
        return self._open.get(key)

    def all(self) -> tuple[Trial, ...]:
        """Every open trial, the oldest first."""
        return tuple(self._open.values())

    async def load(self) -> None:
        """Take over what the last run of the program left open.

        Raises:
            StoreUnavailable: it cannot be read.
        """
        self._open = {key_of(trial): trial for trial in await self._records.trials()}

    def leaving(self, command: Command, plan: Plan) -> Trial | None:
        """The entry to be kept with a trial's command that is about to leave, None for others.

        What comes back in the end is what was there before the first of several trials.
        """
        request = command.request
        if not request.trial_s or command.previous is None:
            return None
        before = self._open.get(PointKey(device=plan.device, point=plan.point.id))
        return Trial(
            device=plan.device,
            point=plan.point.id,
            command=request.command,
            id=command.id,
            value=before.value if before else command.previous,
            switched=(*(before.switched if before else ()), plan.wanted),
            who=request.who,
            sent_ns=command.sent_ns,
            due_ns=command.sent_ns + int(request.trial_s * _NS),
        )

    def left(self, command: Command, plan: Plan) -> Trial | None:
        """The entry to be kept once the fate of the write is known, None where nothing changes.

        A trial that did nothing owes nothing new; a command that is for good ends the trial as
        soon as its device took it.
        """
        now = self._open.get(PointKey(device=plan.device, point=plan.point.id))
        if now is None or command.request.puts_back:
            return None
        before = self._before.pop(command.id, None)
        if command.request.trial_s:
            done = command.sent_ns and command.state is not S.REJECTED
            if done or now.id != command.id:
                return None
            return before or replace(now, open=False)
        return replace(now, open=False) if command.state in (S.ACCEPTED, S.CONFIRMED) else None

    def take(self, trial: Trial) -> None:
        """The store has this entry now."""
        key = key_of(trial)
        before = self._open.pop(key, None)
        self._before.pop(trial.id, None)
        if trial.open:
            self._open[key] = trial
            if before is None or before.id != trial.id:
                self._before[trial.id] = before
        if before is not None or trial.open:
            self._changed.fire(key)

    async def end(self, trial: Trial, audit: AuditDraft) -> None:
        """Nothing is owed any more for this trial, for the reason in the audit.

        Raises:
            StoreUnavailable: it is not recorded, so it is still owed.
        """
        if self._open.get(key_of(trial)) != trial:
            return
        over = replace(trial, open=False)
        await self._records.save_trial(over, audit)
        self.take(over)
