"""A commissioning job as the wizard shows it: plain values, made anew after each change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.commissioning import wording
from app.commissioning.checks.base import Question
from app.commissioning.job import CheckState, Job
from app.commissioning.planning import PlannedCheck
from app.commissioning.procedures import Procedure
from app.core.commissioning import STEP_PASSES, Verdict
from app.profiles.units import display
from app.settings import Texts

ASKED = "asked"
"""State of a check that waits for a person's answer; all other states are values of Verdict."""
HELD = "held"
"""State of a check that lights, moves or sounds something and waits for a person to start it."""
REVIEW = "review"
"""The step without checks in which a job is reviewed and signed."""
_CONNECTION_KINDS = frozenset({"reads", "reply_time", "stable", "answers", "messages"})
_V = Verdict
_OPENED = frozenset({_V.FAIL, _V.BLOCKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderView:
    """The facts of the header line; ``link`` is (state, words), times are seconds."""

    link: tuple[str, str] = ("closed", "")
    elapsed_s: float = 0.0
    soak_s: float = 0.0
    soak_of_s: float = 600.0
    saved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What a person is asked: ``kind`` is yes_no, choice, text or values.

    ``choices`` and ``fields`` are (id, words); ``typed`` is what was typed before a restart.
    """

    kind: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One row. ``action`` is identify, blocker, connection or retry; empty where none is needed.

    ``target`` is the check the action is about, ``target_title`` what a person calls it.
    """

    id: str
    step: str
    title: str
    state: str
    device: str = ""
    measured: str = ""
    limit: str = ""
    method: str = ""
    text: str = ""
    action: str = ""
    target: str = ""
    target_title: str = ""
    danger: str = ""
    attempts: int = 0
    again: int = 0
    required: bool = True
    waivable: bool = True
    punch: str = "A"
    reason: str = ""
    who: str = ""
    question: QuestionView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step; ``state`` is the gravest of its checks, ``done`` counts those with a verdict."""

    id: str
    title: str
    state: str
    done: int = 0
    total: int = 0
    failed: int = 0
    deferred: int = 0
    asked: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchView:
    """One open item of the punch list."""

    check: str
    title: str
    punch: str
    state: str
    text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """The whole job. ``step`` is the step shown now, ``verdict`` a value of JobVerdict."""

    id: str
    asset: str
    serial: str
    operator: str
    role: str
    step: str
    steps: tuple[StepView, ...]
    checks: tuple[CheckView, ...]
    punch: tuple[PunchView, ...]
    waived: tuple[PunchView, ...]
    verdict: str
    deferred: int
    running: int
    signed_ns: int

    def check(self, check: str) -> CheckView | None:
        """The row of a check."""
        return next((found for found in self.checks if found.id == check), None)

    def of_step(self, step: str) -> tuple[CheckView, ...]:
        """The rows of a step."""
        return tuple(check for check in self.checks if check.step == step)

    def step_view(self) -> StepView:
        """The step shown now."""
        return self.steps[self.number() - 1]

    def number(self) -> int:
        """The number of the step shown now, from 1."""
        ids = [step.id for step in self.steps]
        return ids.index(self.step) + 1 if self.step in ids else 1


class JobViews:
    """Makes views of one job in one language."""

    def __init__(self, job: Job, procedure: Procedure, texts: Texts) -> None:
        self._job = job
        self._texts = texts
        self._chinese = texts.language.startswith("zh")
        fitted = [check for check in job.plan if check.fitted]
        used = {check.step for check in fitted}
        self._checks = fitted
        self._steps = [
            (step.id, wording.step_title(step.id, _own(step.title, step.title_zh, texts), texts))
            for step in procedure.steps
            if step.id in used or step.id == REVIEW
        ]
        self._titles = {check.id: wording.title(check, texts) for check in fitted}
        self._asked_first = {
            check.slot: check.id for check in fitted if check.kind == "which" and check.slot
        }

    def view(self, step: str, questions: Sequence[Question]) -> JobView:
        """The job as it stands."""
        job = self._job
        asked = {question.check: question for question in questions}
        checks = tuple(self._check(check, asked.get(check.id)) for check in self._checks)
        steps = tuple(self._step(name, title, checks) for name, title in self._steps)
        known = {found.id for found in steps}
        return JobView(
            id=job.id,
            asset=job.asset,
            serial=job.fields.get("serial", ""),
            operator=job.operator,
            role=job.role,
            step=step if step in known else steps[0].id,
            steps=steps,
            checks=checks,
            punch=tuple(self._punch()),
            waived=tuple(self._waived()),
            verdict=job.verdict().value,
            deferred=sum(check.state == "deferred" for check in checks),
            running=sum(check.state == "running" for check in checks),
            signed_ns=job.signed_ns,
        )

    def title(self, check: str) -> str:
        """What a person calls a check."""
        return self._titles.get(check, check)

    def _step(self, name: str, title: str, checks: tuple[CheckView, ...]) -> StepView:
        own = [check for check in checks if check.step == name]
        states = [check.state for check in own]
        open_still = ("not_run", "running", ASKED, HELD)
        return StepView(
            id=name,
            title=title,
            state=_gravest(own) if own else self._review_state(),
            done=sum(state not in open_still for state in states),
            total=len(states),
            failed=sum(state in ("fail", "blocked") for state in states),
            deferred=states.count("deferred"),
            asked=states.count(ASKED),
            held=states.count(HELD),
        )

    def _review_state(self) -> str:
        return "pass" if self._job.signed_ns else "not_run"

    def _check(self, check: PlannedCheck, question: Question | None) -> CheckView:
        state = self._job.states[check.id]
        shown = state.verdict.value
        if question is not None:
            shown = ASKED
        elif check.danger and state.held and state.verdict is _V.NOT_RUN:
            shown = HELD
        action, target = self._action(check, state)
        return CheckView(
            id=check.id,
            step=check.step,
            title=self._titles[check.id],
            state=shown,
            device=check.device_zh if self._chinese else check.device,
            measured=self._measured(state),
            limit=f"{state.expected} {display(state.unit, self._texts.language)}".strip()
            if state.expected
            else "",
            method=f"{check.method.value} {check.level}",
            text=(state.text_zh if self._chinese else state.text),
            action=action,
            target=target,
            target_title=self._target_title(action, check, target),
            danger=wording.danger(check, self._texts),
            attempts=state.attempts,
            again=state.again,
            required=check.required,
            waivable=check.waivable,
            punch=check.punch,
            reason=state.reason,
            who=state.who,
            question=self._question(check, question) if question is not None else None,
        )

    def _measured(self, state: CheckState) -> str:
        if not state.measured:
            return ""
        return f"{state.measured} {display(state.unit, self._texts.language)}".strip()

    def _action(self, check: PlannedCheck, state: CheckState) -> tuple[str, str]:
        if state.verdict not in _OPENED:
            return "", ""
        if state.verdict is _V.BLOCKED:
            return "blocker", state.blocker
        which = self._asked_first.get(check.slot, "")
        if which and which != check.id and self._may_run(which):
            return "identify", which
        if check.kind in _CONNECTION_KINDS:
            return "connection", check.id
        return "retry", check.id

    def _may_run(self, check: str) -> bool:
        needs = self._job.check(check).needs
        return all(self._job.states[need].verdict in STEP_PASSES for need in needs)

    def _target_title(self, action: str, check: PlannedCheck, target: str) -> str:
        if action == "identify":
            return check.device_zh if self._chinese else check.device
        return self.title(target) if target else ""

    def _question(self, check: PlannedCheck, question: Question) -> QuestionView:
        devices = {
            planned.slot: planned.device_zh if self._chinese else planned.device
            for planned in self._checks
            if planned.slot
        }
        key = f"answer.{check.id}"
        typed = {
            name.removeprefix(f"{key}."): value
            for name, value in self._job.fields.items()
            if name.startswith(f"{key}.")
        }
        none = QCoreApplication.translate("Commission", "None of them")
        return QuestionView(
            kind=question.kind.value,
            text=question.text_zh if self._chinese else question.text,
            choices=tuple(
                (name, none if name == "none" else devices.get(name, name))
                for name in question.choices
            ),
            fields=tuple((name, name) for name in question.fields),
            typed=tuple(typed.items()),
        )

    def _punch(self) -> Iterable[PunchView]:
        for item in self._job.punch_list():
            state = self._job.states[item.check]
            yield PunchView(
                check=item.check,
                title=self.title(item.check),
                punch=item.punch_class,
                state=state.verdict.value,
                text=state.text_zh if self._chinese else state.text,
                reason=item.reason,
            )

    def _waived(self) -> Iterable[PunchView]:
        for check in self._checks:
            state = self._job.states[check.id]
            if state.verdict is _V.WAIVED:
                yield PunchView(
                    check=check.id,
                    title=self.title(check.id),
                    punch=check.punch,
                    state=state.verdict.value,
                    text=state.text_zh if self._chinese else state.text,
                    reason=f"{state.who} ({state.role}): {state.reason}",
                )


_GRAVE = ("fail", "blocked", ASKED, HELD, "running", "not_run", "skipped", "deferred", "waived",
          "marginal")  # fmt: skip


def _gravest(checks: Sequence[CheckView]) -> str:
    states = {check.state for check in checks if check.required} or {c.state for c in checks}
    return next((state for state in _GRAVE if state in states), "pass")


def _own(title: str, title_zh: str, texts: Texts) -> str:
    return title_zh or title if texts.language.startswith("zh") else title
