"""Puts back what was switched for a while: after its time, after a restart, before the end.

What is owed is in the book (app.services.trials_book) before the byte leaves. It is put back by a
new command with an intent and an audit entry of its own, as soon as its device can be reached, and
again at growing distances until the device is as it was. A point that somebody changed meanwhile is
left alone, and that is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from app.core.callbacks import Callbacks, Unsubscribe
from app.core.commands import Command, CommandRequest, CommandState, Trial
from app.core.errors import StoreUnavailable, UserFacing, WaysideError
from app.core.rows import PointKey
from app.services.audit import Audit
from app.services.commands import Commands
from app.services.commands_plan import Plan, Reach, equal, is_up, plan
from app.services.commands_run import Clocks
from app.services.problems import Problems
from app.services.trials_book import key_of
from app.services.trials_words import changed_problem, problem_id, waiting_problem
from app.settings import Texts, Words, account, limit
from app.tasks import Tasks
from app.wording import said, words_of

_log = logging.getLogger(__name__)
S = CommandState
_SLICE_S = 1.0
"""How long a trial is waited for without a look at the wall clock, which may be set or jump."""


@dataclass(slots=True)
class _Followed:
    """An open trial while it is followed.

    ``at_once`` says that it is not to wait for its time; ``waits`` why it is not back though it
    should be, ``last`` how its last try stands, ``gone`` that it can perhaps never be.
    """

    until: float
    gone: bool = False
    at_once: bool = False
    waits: Words | str = ""
    last: Command | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Trials:
    """Follows every open trial to its end.

    A wish wakes it, and so does its link where that was down; a try that failed is repeated after
    ``trial_retry_s``, then after twice as long each time, at most ``trial_retry_most_s``.
    """

    def __init__(
        self,
        commands: Commands,
        reach: Reach,
        audit: Audit,
        problems: Problems,
        *,
        texts: Texts | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self._commands = commands
        self._book = commands.trials
        self._reach = reach
        self._audit = audit
        self._problems = problems
        self._texts = texts or Texts()
        self._clocks = clocks or Clocks()
        self._followed: dict[PointKey, _Followed] = {}
        self._origins: dict[str, Command] = {}
        self._changed: Callbacks[PointKey] = Callbacks()
        self._tasks = Tasks("trials")
        self._closing = False
        self._stops = (
            self._book.on_change(self._moved),
            commands.on_change(self._told),
            reach.on_change(lambda _: self._wake_all()),
            problems.on_change(lambda _: self._let_go()),
        )

    async def start(self) -> None:
        """Follow what the last run of the program left switched."""
        try:
            await self._book.load()
            for trial in self._book.all():
                found = await self._audit.records.command(trial.id)
                if found is not None:
                    self._origins[trial.id] = found
        except StoreUnavailable as error:
            _log.warning("what is still to be put back could not be read: %s", error)
            return
        for trial in self._book.all():
            self._moved(key_of(trial))

    def on_change(self, listener: Callable[[PointKey], None]) -> Unsubscribe:
        """Be told of each point whose trial began, ended, or waits for something else."""
        return self._changed.subscribe(listener)

    def all(self) -> tuple[Trial, ...]:
        """Every open trial, the oldest first."""
        return self._book.all()

    def of(self, key: PointKey) -> Trial | None:
        """The open trial of a point."""
        return self._book.of(key)

    def origin(self, trial: Trial) -> Command | None:
        """The command of a trial that an earlier run of the program began."""
        return self._origins.get(trial.id)

    def waits(self, key: PointKey) -> str:
        """Why a point is not put back though its time is over; empty where there is no reason."""
        followed = self._followed.get(key)
        return said(followed.waits, self._texts) if followed is not None else ""

    def put_back(self, key: PointKey) -> None:
        """Do not wait any longer: put the point back now."""
        followed = self._followed.get(key)
        if followed is not None:
            followed.at_once = True
            followed.wake.set()

    async def keep(self, key: PointKey, who: str) -> None:
        """Somebody decided that the point stays as it is.

        Raises:
            StoreUnavailable: it is not recorded, so the point will be put back.
        """
        trial = self._book.of(key)
        if trial is not None:
            await self._end(trial, who, "trial_kept")

    async def hand_over(self, device: str, point: str, who: str) -> None:
        """Somebody else has durably taken over to put the point back, to the original value.

        Raises:
            StoreUnavailable: it is not recorded; then both will do it.
        """
        trial = self._book.of(PointKey(device=device, point=point))
        if trial is not None:
            await self._end(trial, who, "trial_handed_over")

    async def close(self) -> None:
        """Put back what can be reached, as long as a device may take to answer; then let go.

        What could not be put back is still owed, and done after the next start.
        """
        self._closing = True
        for trial in self._book.all():
            if isinstance(self._hindrance(trial), Plan):
                self.put_back(key_of(trial))
        work = {each.task for each in self._followed.values() if each.at_once and each.task}
        if work:
            await asyncio.wait(work, timeout=limit("commands", "ack_s"))
        for key, followed in list(self._followed.items()):
            taken, last = self._book.of(key), followed.last
            if taken is not None and last is not None and last.state is S.ACCEPTED:
                await self._quietly(self._done(taken, last))
        for stop in self._stops:
            stop()
        await self._tasks.cancel()

    # Following

    def _moved(self, key: PointKey) -> None:
        """A trial began, goes on with another value, or is over."""
        trial, followed = self._book.of(key), self._followed.pop(key, None)
        task = followed.task if followed is not None else None
        if task is not None and task is not asyncio.current_task():
            # What a try was for is not owed any more.
            task.cancel()
        if trial is None:
            self._problems.clear(problem_id(key))
        else:
            left_s = (trial.due_ns - self._clocks.now_ns()) / 1e9
            # Not longer than it was meant, whatever the clock was set to meanwhile.
            left_s = max(0.0, min(left_s, (trial.due_ns - trial.sent_ns) / 1e9))
            followed = _Followed(until=self._clocks.steady() + left_s)
            self._followed[key] = followed
            followed.task = self._tasks.spawn(self._follow(trial, followed), trial.id)
        self._changed.fire(key)

    async def _follow(self, trial: Trial, followed: _Followed) -> None:
        await self._until_due(trial, followed)
        wait_s = limit("commands", "trial_retry_s")
        while self._book.of(key_of(trial)) == trial:
            followed.wake.clear()
            found = self._hindrance(trial)
            if not isinstance(found, Plan):
                self._wait_for(trial, followed, *found)
                if self._closing:
                    return
                await followed.wake.wait()
                wait_s = limit("commands", "trial_retry_s")
                continue
            reason = await self._try(trial, followed, found)
            if not reason:
                return
            self._wait_for(trial, followed, reason, gone=False)
            if self._closing:
                return
            await self._rest(followed, wait_s)
            wait_s = min(2 * wait_s, limit("commands", "trial_retry_most_s"))

    async def _until_due(self, trial: Trial, followed: _Followed) -> None:
        steady, now_ns = self._clocks.steady, self._clocks.now_ns
        while not followed.at_once and now_ns() < trial.due_ns:
            if (left_s := followed.until - steady()) <= 0:
                return
            await self._rest(followed, min(left_s, _SLICE_S))

    async def _rest(self, followed: _Followed, seconds: float) -> None:
        """Wait so long, or until somebody wishes it to be put back now."""
        until = self._clocks.steady() + seconds
        followed.at_once = False
        while not followed.at_once and (left_s := until - self._clocks.steady()) > 0:
            followed.wake.clear()
            try:
                async with asyncio.timeout(left_s):
                    await followed.wake.wait()
            except TimeoutError:
                return

    async def _try(self, trial: Trial, followed: _Followed, found: Plan) -> str:
        """Put it back; empty where that is done with, else why it is not."""
        try:
            # A device that made something else of it is put back whatever it is at now.
            unlike = await self._is_unlike(trial, found)
            sent = await self._commands.send(
                CommandRequest(
                    device=trial.device,
                    command=trial.command,
                    value=trial.value,
                    who=trial.who,
                    why=f"put back after trial {trial.id}",
                    puts_back=trial.id,
                    only_from=() if unlike else trial.switched,
                )
            )
            if self._is_back(sent, found):
                await self._done(trial, sent)
            elif sent.state is S.REJECTED and not sent.sent_ns and sent.previous is not None:
                await self._end(trial, trial.who, "trial_left", sent.detail)
                self._problems.report(changed_problem(trial, found, sent, self._texts))
            else:
                return sent.detail
        except WaysideError as error:
            return str(error)
        return ""

    async def _is_unlike(self, trial: Trial, found: Plan) -> bool:
        """Whether the device was never seen at what it was switched to."""
        origin = await self._audit.records.command(trial.id)
        if origin is None or origin.state is not S.FAILED:
            return False
        seen, tolerance = origin.measured, found.spec.tolerance
        return seen is None or not any(equal(value, seen, tolerance) for value in trial.switched)

    @staticmethod
    def _is_back(sent: Command, found: Plan) -> bool:
        """Whether the device says of itself that it is as it was.

        That an effect is missing does not count: a dark lamp at the level it had is put back.
        """
        if sent.state in (S.ACCEPTED, S.CONFIRMED):
            return True
        measured = sent.measured if sent.sent_ns else None
        return measured is not None and equal(found.wanted, measured, found.spec.tolerance)

    async def _done(self, trial: Trial, sent: Command) -> None:
        await self._end(trial, trial.who, "trial_put_back", sent.id)

    async def _end(self, trial: Trial, who: str, action: str, detail: str = "") -> None:
        words = "; ".join(part for part in (trial.id, detail) if part)
        draft = self._audit.draft(who, action, trial.device, detail=words, result=trial.point)
        await self._book.end(trial, draft)

    # What stands in the way

    def _hindrance(self, trial: Trial) -> Plan | tuple[Words | str, bool]:
        """What putting back comes to; where it cannot be done, why, and whether it ever will."""
        request = CommandRequest(
            device=trial.device, command=trial.command, value=trial.value, who=trial.who
        )
        try:
            found = plan(request, self._reach, self._texts)
        except UserFacing as error:
            return words_of(error), True
        if found.point.id != trial.point:
            return Words("commands.trial.other_point", {"command": trial.command}), True
        link = found.attached.device.link
        if not is_up(self._reach.link(link)):
            return Words("commands.trial.link_down", {"link": link}), False
        return found

    def _wait_for(self, trial: Trial, followed: _Followed, reason: Words | str, gone: bool) -> None:
        followed.waits, followed.gone = reason, gone
        self._problems.report(waiting_problem(trial, reason, self._reach, self._texts, gone=gone))
        self._changed.fire(key_of(trial))

    def _let_go(self) -> None:
        """Who dismisses the problem of a device that is gone leaves its point as it is."""
        standing = {problem.id for problem in self._problems.standing()}
        for key, followed in self._followed.items():
            if followed.gone and problem_id(key) not in standing:
                followed.gone = False
                self._tasks.spawn(self._quietly(self.keep(key, account())), "let go")

    async def _quietly(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except StoreUnavailable as error:
            _log.warning("the end of a trial could not be recorded: %s", error)

    def _wake_all(self) -> None:
        for followed in self._followed.values():
            followed.wake.set()

    def _told(self, command: Command) -> None:
        for key, followed in self._followed.items():
            trial = self._book.of(key)
            if trial is not None and command.request.puts_back == trial.id:
                followed.last = command
