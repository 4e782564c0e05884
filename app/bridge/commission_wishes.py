"""What a person wishes of the open job: run, stop, answer, leave out, waive, sign."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.bridge.commission_place import Place
from app.bridge.workshop import Workshop
from app.core.commissioning import Verdict

_AGAIN = frozenset({Verdict.FAIL, Verdict.BLOCKED})


class Wishes(QObject):
    """Hands wishes to the engine of the open job; without one they are nobody's.

    What is to be done is looked up in the engine: what the window shows is a moment behind.

    Args:
        workshop: where the open job is.
        do: carries out a wish beside the window, and tells where it fails.
        place: keeps what was typed.

    Signals:
        said: a wish was fulfilled, in words.
        key_wanted: a signature waits for the operator's key, which may be locked.
    """

    said = Signal(str)
    key_wanted = Signal()

    def __init__(
        self,
        workshop: Workshop,
        do: Callable[[Coroutine[Any, Any, None]], None],
        place: Place,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.report = ""
        self.signing = False
        self._workshop = workshop
        self._do = do
        self._place = place
        self._stops = 0

    # Checks

    def run(self, check: str) -> None:
        """Make a check now; one that is under way begins anew."""
        self._do(self._run_each([check]))

    def start(self, step: str) -> None:
        """Start what a step lights, moves or sounds: what waits for it, else all of it again."""
        if (job := self._workshop.open) is not None:
            plan, states = job.engine.job.plan, job.engine.job.states
            dangers = [c.id for c in plan if c.fitted and c.danger and c.step == step]
            held = [c for c in dangers if states[c].held and states[c].verdict is Verdict.NOT_RUN]
            self._do(self._run_each(held or dangers))

    def run_all(self) -> None:
        """Run every check that failed or is blocked."""
        if (job := self._workshop.open) is not None:
            states = job.engine.job.states
            self._do(self._run_each([c for c, state in states.items() if state.verdict in _AGAIN]))

    async def _run_each(self, checks: list[str]) -> None:
        job, stops = self._workshop.open, self._stops
        for check in checks if job is not None else ():
            # Whoever stops meanwhile does not want the rest of them to begin.
            if job is None or self._stops != stops:
                return
            await job.engine.cancel(check)
            await job.engine.run(check)

    def stop(self, step: str, check: str) -> None:
        """Stop a check of a step that is under way or has its turn soon, else the first such one.

        Nothing else of the step begins to light, move or sound until a person starts it again.
        """
        if (job := self._workshop.open) is not None:
            self._stops += 1
            engine = job.engine
            own = [planned.id for planned in engine.job.plan if planned.step == step]
            running, queued = engine.running(), engine.job.queued(step)
            busy = [*(c for c in own if c in running), *queued]
            if busy:
                self._do(engine.call_off(check if check in busy else busy[0]))

    # Answers

    def answer(self, check: str, text: str) -> None:
        """Answer a question with words or a choice."""
        if (job := self._workshop.open) is not None:
            # Kept as well: what was typed stands there again when the question is asked again.
            self._place.keep()
            job.engine.answer(check, text)

    def answer_values(self, check: str, values: Sequence[tuple[str, float]]) -> None:
        """Answer a question that wants readings."""
        self.answer(check, json.dumps(dict(values)))

    # Decisions

    def skip(self, check: str, reason: str, punch: str) -> None:
        """Leave a check out; it goes to the punch list."""
        if (job := self._workshop.open) is not None:
            who = job.engine.job.operator
            self._do(job.engine.skip(check, who=who, reason=reason, punch=punch))

    def waive(self, check: str, role: str, who: str, reason: str) -> None:
        """Accept a failure, where that may be."""
        if (job := self._workshop.open) is not None:
            self._do(job.engine.waive(check, who=who, role=role, reason=reason))

    def waive_soak(self, role: str, who: str, reason: str) -> None:
        """Let the soak be cut short, where that may be."""
        if (job := self._workshop.open) is not None:
            self._do(job.engine.waive_soak(who=who, role=role, reason=reason))

    # The end

    def sign(self) -> None:
        """Sign the job and write its report; ``said`` names the file."""
        self._do(self._sign())

    def reject(self) -> None:
        """Stop what runs or is asked, and sign the job as it then stands."""
        self._do(self._reject())

    async def _reject(self) -> None:
        if (job := self._workshop.open) is not None:
            for check in job.engine.running():
                await job.engine.cancel(check)
            await self._sign()

    async def _sign(self) -> None:
        job, signer = self._workshop.open, self._workshop.signer
        if job is None or signer is None:
            return
        self.key_wanted.emit()
        if self.signing:
            return
        self.signing = True
        try:
            report = await signer(job.engine)
        finally:
            self.signing = False
        self.report = str(report)
        self.said.emit(self.tr("Signed. The report is {0}").format(report))
