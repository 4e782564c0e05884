"""The job engine: automatic checks by themselves, people only where they are needed, all kept.

It knows no window and no command line. A front end starts it, shows ``job`` after each
``on_change``, answers ``questions`` and calls ``run``, ``skip``, ``waive``, ``cancel``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.commissioning.checks.base import Lane, Question
from app.commissioning.checks.kinds import kind_of
from app.commissioning.deciding import Decisions
from app.commissioning.engine_record import JobRecord
from app.commissioning.field_access import AssetField
from app.commissioning.filling import filled
from app.commissioning.job import CheckState, Instrument, Job, Position
from app.commissioning.limits import LimitTable
from app.commissioning.outputs import Output
from app.commissioning.people import Desk
from app.commissioning.planning import PlannedCheck
from app.commissioning.restoring import DeadMan, Restorer
from app.commissioning.rig import Hands
from app.commissioning.runner import CheckRun, Kept, kept_frames
from app.commissioning.schedule import Blocked, next_checks
from app.commissioning.sealing import Sealer
from app.commissioning.watching import LiveWatch
from app.commissioning.wording import about_blocker, about_silence
from app.core.callbacks import Unsubscribe
from app.core.commissioning import Verdict
from app.core.errors import UserFacing, WaysideError
from app.services.audit import Audit
from app.services.live import LiveBuffers
from app.settings import Texts
from app.tasks import Tasks

V = Verdict
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineParts:
    """What the engine is built on."""

    audit: Audit
    live: LiveBuffers
    texts: Texts


class JobEngine:
    """Runs one job.

    Args:
        job: a new one, or one that was kept (``Job.of``).
        field: the asset.
        parts: the services.
    """

    def __init__(self, job: Job, field: AssetField, parts: EngineParts) -> None:
        self.job = job
        self.field = field
        self._parts = parts
        self._limits = LimitTable(job.changes)
        self._record = JobRecord(job, parts.audit.records, field.clock.now_ns)
        self._decisions = Decisions(job, parts.texts)
        self._tasks = Tasks(f"job {job.id}")
        self._running: dict[str, tuple[asyncio.Task[None], CheckRun]] = {}
        self._kept: dict[str, Kept] = {}
        self._stopping = False
        self._idle = asyncio.Event()
        self._line_free = asyncio.Event()
        self._line_free.set()
        self._restorer = Restorer(job, field, self._record.save)
        self._dead_man = DeadMan(job, field)
        self.desk = Desk(self._asked)
        self.watch = LiveWatch(field, parts.live, self._limits)

    def on_change(self, listener: Callable[[str], None]) -> Unsubscribe:
        """Be told the check (empty: the job) after each change, when it is durable."""
        return self._record.on_change(listener)

    def state(self, check: str) -> CheckState:
        """Where a check stands."""
        return self.job.states[check]

    def running(self) -> tuple[str, ...]:
        """Checks under way."""
        return tuple(self._running)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What people are asked just now."""
        return self.desk.open()

    def answer(self, check: str, text: str) -> None:
        """A person's answer to an open question; one that is not open is ignored."""
        self.desk.answer(check, text)

    async def _ask(self, question: Question) -> str:
        answer = await self.desk.ask(question)
        # Answered while everything restarts: nothing can be read until that is over.
        await self._line_free.wait()
        return answer

    def _asked(self, check: str) -> None:
        """A question was asked or answered: what waited for the line may have its turn now."""
        self._record.tell(check)
        self._pump()

    async def start(self, *, watch: bool = True, hold: bool = False) -> None:
        """Keep the job, put back what a killed run left switched, and run what runs by itself.

        ``hold``: what lights, moves or sounds waits for ``run``, when a person has read of it.
        """
        if self.job.signed_ns:
            return
        if hold:
            self.job.hold_dangers()
        self._kept = await kept_frames(self._parts.audit.records, self.job)
        await self._record.save("")
        await self._restorer.left()
        if watch:
            self._tasks.spawn(self._watch(), "watch")
        self._pump()

    async def idle(self) -> None:
        """Wait until nothing runs and nothing can start by itself."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Begin nothing more, cancel what runs, and put back what it had switched.

        What cannot be put back within ``put_back_s`` stays in the job, and ``switched`` tells it.
        """
        self._stopping = True
        await asyncio.gather(*(self.cancel(check) for check in list(self._running)))
        for check in self._restorer.untold():
            self._put_back(check, self._restorer.of(check))
        await self._restorer.settled(self._limits.get("put_back_s").value)

    async def close(self) -> None:
        """Stop, unless that was done or begun before, and let go of the asset."""
        if not self._stopping:
            await self.stop()
        await self._tasks.cancel()
        self.field.close()

    def switched(self, texts: Texts | None = None) -> tuple[str, ...]:
        """What is switched for a check and not known to be as before, each in words."""
        return self._restorer.told(texts or self._parts.texts)

    async def run(self, check: str) -> None:
        """Run a check now, again or for the first time; as often as anybody wants.

        Raises:
            UserFacing: the job is signed, or the check is not fitted.
        """
        self._decisions.must_be_open()
        planned = self.job.check(check)
        if not planned.fitted:
            raise UserFacing(self._parts.texts.get("commissioning.engine.not_fitted", check=check))
        root = planned.uses or check
        for name in dict.fromkeys((root, *self.job.users(root), check)):
            if name in self._running:
                continue
            self.job.states[name].verdict = V.NOT_RUN
            self.job.states[name].held = False
            self.job.states[name].blocker = ""
        self.job.free_blocked()
        await self._record.save(check)
        self._pump()

    async def skip(self, check: str, *, who: str, reason: str, punch: str) -> None:
        """Leave a check out; it stays open in the punch list.

        Raises:
            UserFacing: no reason, no such class, or a check that stands at a verdict.
        """
        self._decisions.may_skip(check, reason, punch)
        await self.cancel(check)
        self._decisions.skip(check, who, reason, punch)
        await self._record.save(check)
        self._pump()

    async def waive(self, check: str, *, who: str, role: str, reason: str) -> None:
        """Accept a failure by whoever may; it is on the first page of the report.

        Raises:
            UserFacing: it may not be waived, as ``Decisions.waive`` says.
        """
        self._decisions.waive(check, who, role, reason)
        self.job.free_blocked()
        await self._record.save(check)
        self._pump()

    async def waive_soak(self, *, who: str, role: str, reason: str) -> None:
        """Let the job be signed before its soak is over, or raise UserFacing."""
        self._decisions.waive_soak(who, role, reason)
        await self._record.save("")

    async def locate(self, position: Position) -> None:
        """Keep where the asset stands, or raise UserFacing where there is no such place."""
        self._decisions.locate(position)
        await self._record.save("")

    async def measure_with(self, check: str, instrument: Instrument) -> None:
        """Keep what a check is measured with from its next attempt on.

        Raises:
            UserFacing: the instrument cannot be told from others.
        """
        self._decisions.measure_with(check, instrument)
        await self._record.save(check)

    async def cancel(self, check: str) -> None:
        """Stop a running check within a second; its outputs go back to what they were."""
        found = self._running.get(check)
        if found is None:
            return
        task, run = found
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if run.rig is not None and run.rig.outputs:
            self._put_back(check, run.rig.outputs)
            await self._restorer.seen(run.rig.outputs)

    async def call_off(self, check: str) -> None:
        """Cancel a check, and hold what else of its step would light, move or sound then."""
        self.job.hold_dangers(self.job.check(check).step)
        await self.cancel(check)
        await self._record.save(check)

    def _put_back(self, check: str, outputs: tuple[Output, ...]) -> None:
        self._tasks.spawn(self._restorer.put_back(check, outputs), f"put back {check}")

    async def set_field(self, name: str, value: str) -> None:
        """Keep what a person typed; durable when this returns."""
        self._decisions.must_be_open()
        self.job.fields[name] = value
        await self._record.save("")

    async def set_focus(self, control: str) -> None:
        """Keep where the person is, so that a killed program comes back there."""
        if self.job.signed_ns:
            return
        self.job.focus = control
        await self._record.save("")

    def soak_left_s(self) -> float:
        """Seconds until the job has been recorded for as long as it must be, by its limits."""
        soaked = (self.field.clock.now_ns() - self.job.soak_from_ns) / 1e9
        return max(0.0, self._limits.get("soak_s").value - soaked)

    async def sign(self, make: Sealer, *, soaked: bool = True) -> dict[str, Any]:
        """Close the job: its seal and the audit's entry of it are kept in one transaction.

        Nothing of the job changes from now on. Whatever its verdict is, it can be signed: a
        rejected job as rejected.

        ``make`` makes the seal, ``soaked`` says whether the soak must be over, or waived. Returns
        the job's document as it was signed.

        Raises:
            UserFacing: it is signed, a check runs, or the soak goes on; it is not signed then.
            StoreUnavailable: it cannot be kept, and is not signed.
        """

        def may() -> None:
            soak_left_s = self.soak_left_s() if soaked else 0.0
            self._decisions.may_sign(self._running, soak_left_s, self.switched())

        return await self._record.sign(make, may)

    def _pump(self) -> None:
        """Start whatever may start now."""
        if self._stopping or self.job.signed_ns:
            return
        again = True
        while again:
            again = False
            asking = {question.check for question in self.questions}
            for step in next_checks(self.job, self._running, self._kept, asking):
                if isinstance(step, Blocked):
                    state = self.state(step.check)
                    state.move(V.BLOCKED)
                    state.blocker = step.blocker
                    state.text, state.text_zh = about_blocker(self.job.check(step.blocker))
                    again = True
                else:
                    self._begin(step)
        if self._running:
            self._idle.clear()
        else:
            self._tasks.spawn(self._rest(), "rest")

    async def _rest(self) -> None:
        await self._record.save("")
        if not self._running:
            self._idle.set()

    def _begin(self, check: PlannedCheck) -> None:
        state = self.state(check.id)
        state.move(V.RUNNING)
        state.again = 0
        source = self._kept.get(check.uses) if check.uses else None
        hands = Hands(
            ask=self._ask,
            moved=lambda outputs: self._record.moved(check.id, outputs),
            back_up=self._record.back_up,
            who=self.job.operator,
            limits=self._limits,
        )
        slot, now_ns = self.field.asset_type.devices[0].id, self.field.clock.now_ns()
        planned = filled(self.job, check, slot, now_ns)
        first, left = state.attempts + 1, self._restorer.of(check.id)
        run = CheckRun(self.field, planned, hands, source=source, first=first, left=left)
        task = self._tasks.spawn(self._carry(check, run), check.id)
        self._running[check.id] = (task, run)
        if kind_of(check.kind).lane is Lane.EXCLUSIVE:
            self._line_free.clear()

    async def _carry(self, check: PlannedCheck, run: CheckRun) -> None:
        state = self.state(check.id)
        try:
            await self._record.save(check.id)
            found = await run.run(
                self.job.id, self._record.add, lambda tries: self._again(check.id, tries)
            )
            state.take(found)
            self._kept[check.id] = Kept(number=run.number, frames=run.frames)
        finally:
            if state.verdict is V.RUNNING:
                state.move(V.NOT_RUN)
                # What was cancelled waits for a person, else it would begin again at once.
                state.held = True
            self._running.pop(check.id, None)
            if kind_of(check.kind).lane is Lane.EXCLUSIVE:
                self._line_free.set()
            self.job.free_blocked(check.id)
            self._pump()
        await self._record.save(check.id)

    async def _again(self, check: str, tries: int) -> None:
        self.state(check).again = tries
        await self._record.save(check)

    async def _watch(self) -> None:
        told = ""
        while True:
            await self.field.clock.sleep(1.0)
            try:
                await self._look()
            except WaysideError as error:
                # A full disk, or a connection that is gone, must not end the watch.
                if told != (told := str(error)):
                    _log.warning("job %s: %s", self.job.id, error)

    async def _look(self) -> None:
        """What is done once a second: outputs go back, and passes that are lost are opened."""
        self.watch.rest(self.job, self._running)
        # Also after the signature: the street must not stay as a check left it.
        for check in self._restorer.due(self._running):
            self._put_back(check, self._restorer.of(check))
        if self.job.signed_ns:
            return
        for check in self._dead_man.late([question.check for question in self.questions]):
            state = self.state(check)
            # Said first: what cannot be put back then has the last word.
            state.text, state.text_zh = about_silence(self._dead_man.limit_s)
            await self.cancel(check)
            await self._record.save(check)
        for check in [lost for lost in self.watch.lost(self.job) if lost not in self._running]:
            await self.run(check)
