"""The commissioning wizard between its widgets and the job engine: wishes in, views out."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.bridge.commission_evidence import EvidenceView, evidence_of
from app.bridge.commission_header import connection_of, header_of
from app.bridge.commission_job_views import JobViews
from app.bridge.commission_place import Place
from app.bridge.commission_ramps import Ramps, RampView
from app.bridge.commission_views import HeaderView, JobView
from app.bridge.commission_wishes import Wishes
from app.bridge.timers import timer
from app.bridge.workshop import AssetChoice, JobRow, OpenJob, Workshop
from app.core.errors import WaysideError
from app.settings import Texts
from app.store.records_reading import KeptAttempt
from app.tasks import Tasks
from app.wording import reworded

BATCH_MS = 50
"""Changes within this time are shown together."""


class CommissionPresenter(QObject):
    """Shows one job; it judges nothing. What a person wishes of it is ``wishes``.

    Signals:
        start_changed: ``rows`` and ``choices`` were looked up again.
        opened: a job is shown from now on; ``focus`` names the control to return to.
        closed: no job is shown any more.
        job_changed: ``view`` is another one.
        ticked: ``header`` is another one.
        evidence_changed: ``evidence`` is of another check or attempt.
        failed: a wish failed, in words: seen, cause, action.
        lost: live values took a pass back; the title of the check.
    """

    start_changed = Signal()
    opened = Signal()
    closed = Signal()
    job_changed = Signal()
    ticked = Signal()
    evidence_changed = Signal()
    failed = Signal(str)
    lost = Signal(str)

    def __init__(
        self,
        workshop: Workshop,
        texts: Texts,
        now_ns: Callable[[], int] = time.time_ns,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.workshop = workshop
        self.texts = texts
        self.rows: tuple[JobRow, ...] = ()
        self.choices: tuple[AssetChoice, ...] = ()
        self.signed: dict[str, str] = {}
        self.view: JobView | None = None
        self.header = HeaderView()
        self.evidence: EvidenceView | None = None
        self.tasks = Tasks("commission presenter")
        self.place = Place(workshop, self._do, self)
        self.wishes = Wishes(workshop, self._do, self.place, self)
        self.wishes.said.connect(self._show)
        self.busy = False
        self._now_ns = now_ns
        self._views: JobViews | None = None
        self._ramps: Ramps | None = None
        self._step = ""
        self._saved_ns = 0
        self._selected = ""
        self._reopened: dict[str, int] = {}
        self._stop: Callable[[], None] | None = None
        self._batch = timer(self, BATCH_MS, self._show, single=True)
        self._tick = timer(self, 1000, self._ticked)

    # The start page

    def refresh(self) -> None:
        """Look up what can be resumed or begun; shows the open job where there is one."""
        if self.workshop.open is not None and self.view is None:
            self._attach(self.workshop.open)
        self._do(self._refresh())

    async def _refresh(self) -> None:
        self.choices = self.workshop.assets()
        self.rows, self.signed = await self.workshop.kept()
        self.start_changed.emit()

    def begin(self, choice: AssetChoice, operator: str, role: str, serial: str) -> None:
        """Open a new job; ``opened`` or ``failed`` follows."""
        self._open(self.workshop.begin(choice, operator, role, serial))

    def resume(self, job: str) -> None:
        """Open a kept job; ``opened`` or ``failed`` follows."""
        self._open(self.workshop.resume(job))

    def leave(self) -> None:
        """Close the job; it stays in the list of those to resume."""
        self._do(self._leave())

    async def _leave(self) -> None:
        self._detach()
        await self.workshop.close()
        self.closed.emit()
        await self._refresh()

    async def close(self) -> None:
        """End what was begun for the window; an open job stays open."""
        job, keep_last = self.workshop.open, self._detach()
        await self.tasks.cancel()
        # What was wished in the last moment is kept before the window goes.
        if job is not None:
            await self._guarded(keep_last(job))

    def _open(self, work: Coroutine[Any, Any, OpenJob]) -> None:
        if self.busy or self.wishes.signing:
            work.close()
            return
        self.busy = True
        self._do(self._opening(work))

    async def _opening(self, work: Coroutine[Any, Any, OpenJob]) -> None:
        try:
            self._detach()
            self._attach(await work)
        finally:
            self.busy = False

    def _attach(self, job: OpenJob) -> None:
        self._views = JobViews(job.engine, job.procedure, self.texts)
        self._ramps = Ramps(job.engine, self.workshop.engine.live, self._views, self.texts.language)
        self._do(self._look_up_ramps())
        self._step = job.engine.job.focus.partition("|")[0]
        self._reopened = {name: one.reopened for name, one in job.engine.job.states.items()}
        self._stop = job.engine.on_change(self._moved)
        self._show()
        self._ticked()
        self._tick.start()
        self.opened.emit()

    def _detach(self) -> Callable[[OpenJob], Coroutine[Any, Any, None]]:
        """Show no job any more; returns what keeps the last moment of it."""
        for running in (self._batch, self._tick):
            running.stop()
        if self._stop is not None:
            self._stop()
        self.wishes.report = ""
        self._stop = self._views = self._ramps = self.view = self.evidence = None
        self._selected = ""
        return self.place.leave()

    # What is shown

    @property
    def report(self) -> str:
        """The path of the report of the job shown, empty until it is signed."""
        return self.wishes.report

    @property
    def focus(self) -> str:
        """The name of the control a person was at, empty where there is none."""
        job = self.workshop.open
        return job.engine.job.focus.partition("|")[2] if job else ""

    def _moved(self, check: str) -> None:
        self._saved_ns = self._now_ns()
        self._look_for_loss(check)
        if not self._batch.isActive():
            self._batch.start()
        if check and check == self._selected:
            self.select(check)
        job, ramps = self.workshop.open, self._ramps
        if job is not None and ramps is not None and check in ramps.checks():
            if check in job.engine.running():
                ramps.begun(check, self._now_ns())
            else:
                ramps.ended(check)
                self._do(self._look_up_ramps())

    def _look_for_loss(self, check: str) -> None:
        job, views = self.workshop.open, self._views
        if job is None or views is None or not check:
            return
        reopened = job.engine.state(check).reopened
        if reopened > self._reopened.get(check, 0):
            self.lost.emit(views.title(check))
        self._reopened[check] = reopened

    async def _look_up_ramps(self) -> None:
        job, ramps = self.workshop.open, self._ramps
        if job is not None and ramps is not None:
            ramps.take(await self._attempts(job))
            if not self._batch.isActive():
                self._batch.start()

    async def _attempts(self, job: OpenJob) -> list[KeptAttempt]:
        return await self.workshop.engine.audit.records.attempts(job.engine.job.id)

    @Slot()
    def _show(self) -> None:
        job = self.workshop.open
        if job is None or self._views is None:
            return
        self.view = self._views.view(self._step, job.engine.questions)
        self._step = self.view.step
        self.job_changed.emit()

    @Slot()
    def _ticked(self) -> None:
        job = self.workshop.open
        if job is None:
            return
        connections = self.workshop.engine.connections
        self.header = header_of(job, connections, self._now_ns(), self._saved_ns)
        self.ticked.emit()

    def connection_of(self) -> str:
        """The name of the first saved connection of the job."""
        job = self.workshop.open
        return connection_of(job, self.workshop.engine.connections) if job else ""

    def ramp(self) -> RampView | None:
        """The ramp of the step shown as far as it is known, None where the step has none."""
        if self._ramps is None or self.view is None:
            return None
        return self._ramps.view(self.view, self._now_ns())

    # What is to be shown

    def show_step(self, step: str) -> None:
        """Go to a step."""
        self._step = step
        self.set_focus("")
        self._show()

    def move(self, by: int) -> None:
        """Go so many steps on or back, within the job."""
        view = self.view
        if view is not None:
            number = min(len(view.steps), max(1, view.number() + by))
            self.show_step(view.steps[number - 1].id)

    def go_on(self) -> None:
        """Go to the next step that wants a person, else to the last."""
        view = self.view
        if view is not None:
            self.show_step(view.steps[view.next_number() - 1].id)

    def select(self, check: str) -> None:
        """Show the evidence of a check."""
        self._selected = check
        self._do(self._look_up(check))

    async def _look_up(self, check: str) -> None:
        job = self.workshop.open
        if job is None:
            return
        planned = next((p for p in job.engine.job.plan if p.id == check), None)
        if planned is None:
            return
        kept = await self._attempts(job)
        if check == self._selected and self._views is not None:
            source = [one for one in kept if one.attempt.check == (planned.uses or check)]
            own = [one for one in kept if one.attempt.check == check]
            state = job.engine.job.states[check]
            self.evidence = evidence_of(planned, state, own, source, self._views)
            self.evidence_changed.emit()

    # Where a person is

    def set_focus(self, control: str) -> None:
        """Keep where a person is, so that a killed program comes back there."""
        # A window that is being closed moves its focus about.
        if self._views is not None:
            self.place.moved(f"{self._step}|{control}")

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.tasks.spawn(self._guarded(work), "wish")
        # A wish that is cancelled before it began is closed, else Python warns of it.
        task.add_done_callback(lambda _task: work.close())

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except WaysideError as error:
            self.failed.emit(str(reworded(error, self.texts)))
