"""From a job to what the wizard shows of it, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.bridge.commission_asking import Asking
from app.bridge.commission_views import (
    ASKED,
    HELD,
    QUEUED,
    REVIEW,
    CheckView,
    JobView,
    PunchView,
    StepView,
)
from app.commissioning import wording
from app.commissioning.checks.base import Question
from app.commissioning.engine import JobEngine
from app.commissioning.job import CheckState
from app.commissioning.limits import source_in
from app.commissioning.planning import PlannedCheck
from app.commissioning.procedures import Procedure
from app.core.commissioning import STEP_PASSES, Verdict
from app.profiles.units import display
from app.settings import Texts

_CONNECTION_KINDS = frozenset({"reads", "reply_time", "stable", "answers", "messages"})
_ANSWERS = frozenset({"which", "question"})
"""Kinds whose measured value is what a person has answered."""
_GRAVE = ("fail", "blocked", ASKED, HELD, "running", QUEUED, "not_run", "skipped", "deferred",
          "waived", "marginal")  # fmt: skip
_V = Verdict
_OPENED = frozenset({_V.FAIL, _V.BLOCKED})


class JobViews:
    """Makes views of one job in one language."""

    def __init__(self, engine: JobEngine, procedure: Procedure, texts: Texts) -> None:
        self._job = job = engine.job
        self._texts = texts
        self._chinese = texts.language.startswith("zh")
        self._checks = fitted = [check for check in job.plan if check.fitted]
        used = {check.step for check in fitted}
        self._steps = [
            (step.id, wording.step_title(step.id, _own(step.title, step.title_zh, texts), texts))
            for step in procedure.steps
            if step.id in used or step.id == REVIEW
        ]
        self._titles = {check.id: wording.title(check, texts) for check in fitted}
        self.devices = {check.slot: self._device(check) for check in fitted if check.slot}
        self._asked_first = {
            check.slot: check.id for check in fitted if check.kind == "which" and check.slot
        }
        self._asking = Asking(engine.field.profiles, self.devices, texts.language)
        self._dangers = {step: self._danger(step) for step, _ in self._steps}

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
            serial=self._serial(),
            operator=job.operator,
            role=job.role,
            step=step if step in known else steps[0].id,
            steps=steps,
            checks=checks,
            punch=tuple(self._punch({check.id: check.state for check in checks})),
            waived=tuple(self._waived()),
            verdict=job.verdict().value,
            deferred=sum(check.state == "deferred" for check in checks),
            running=sum(check.state == "running" for check in checks),
            signed_ns=job.signed_ns,
            soak_waiver=f"{job.soak_waiver} ({job.soak_waived_by})" if job.soak_waiver else "",
        )

    def title(self, check: str) -> str:
        """What a person calls a check."""
        return self._titles.get(check, check)

    def words(self, check: PlannedCheck, text: str, unit: str) -> str:
        """A measured value or a limit as a person reads it."""
        if check.kind in _ANSWERS:
            return self._asking.words(text)
        return f"{text} {display(unit, self._texts.language)}".strip() if text else ""

    def basis(self, check: PlannedCheck) -> str:
        """Where each limit of a check comes from: ``198 V: GB/T 12325 ...``."""
        language = self._texts.language
        return "; ".join(
            f"{entry['value']:g} {display(entry['unit'], language)}".strip().replace("-", "\u2212")
            + f": {source_in(entry['source'], language)}"
            for entry in check.named.values()
            if entry.get("source")
        )

    def _serial(self) -> str:
        """The serial that was scanned, else what the first device told of itself."""
        if typed := self._job.fields.get("serial", ""):
            return typed
        first = next((c for c in self._checks if c.kind == "identity"), None)
        return self._job.states[first.id].measured.partition(" ")[2] if first else ""

    def _note(self, step: str) -> str:
        key = f"{wording.AREA}.note.{step}"
        found = self._texts.get(key)
        return "" if found == key else found

    def _device(self, check: PlannedCheck) -> str:
        return (check.device_zh if self._chinese else "") or check.device

    def _danger(self, step: str) -> str:
        """What a step does in the street: each thing once, with all the devices that do it."""
        found: dict[str, list[PlannedCheck]] = {}
        for check in self._checks:
            if check.step == step and check.danger:
                found.setdefault(check.danger, []).append(check)
        between = "、" if self._chinese else ", "
        lines = []
        for checks in found.values():
            devices = between.join(dict.fromkeys(self._device(check) for check in checks))
            whole = replace(checks[0], device=devices, device_zh=devices)
            lines.append(wording.danger(whole, self._texts))
        return "\n".join(lines)

    def _step(self, name: str, title: str, checks: tuple[CheckView, ...]) -> StepView:
        own = [check for check in checks if check.step == name]
        states = [check.state for check in own]
        open_still = ("not_run", "running", "blocked", ASKED, HELD, QUEUED)
        return StepView(
            id=name,
            title=title,
            state=_gravest(own) if own else self._review_state(),
            note=self._note(name),
            danger=self._dangers.get(name, ""),
            done=sum(state not in open_still for state in states),
            total=len(states),
            failed=states.count("fail"),
            blocked=states.count("blocked"),
            deferred=states.count("deferred"),
            asked=states.count(ASKED),
            held=states.count(HELD),
            queued=states.count(QUEUED),
            moving=sum(bool(c.danger) and c.state in ("running", ASKED) for c in own),
        )

    def _review_state(self) -> str:
        return "pass" if self._job.signed_ns else "not_run"

    def _check(self, check: PlannedCheck, question: Question | None) -> CheckView:
        state = self._job.states[check.id]
        action, target = self._action(check, state)
        asking = self._asking.view(check, question, self._job.fields) if question else None
        return CheckView(
            id=check.id,
            step=check.step,
            title=self._titles[check.id],
            state=_shown(check, state, question),
            device=self._device(check),
            measured=self.words(check, state.measured, state.unit),
            limit=self.words(check, state.expected, state.unit),
            method=f"{check.method.value} {check.level}",
            text=self._told(state),
            action=action,
            target=target,
            target_title=self._target_title(action, check, target),
            danger=wording.danger(check, self._texts),
            attempts=state.attempts,
            again=state.again,
            reopened=state.reopened,
            required=check.required,
            waivable=check.waivable,
            punch=check.punch,
            reason=state.reason,
            who=state.who,
            question=asking,
        )

    def _told(self, state: CheckState) -> str:
        # What blocks it is said with its title, by the row.
        if state.verdict is _V.BLOCKED:
            return ""
        return state.text_zh if self._chinese else state.text

    def _action(self, check: PlannedCheck, state: CheckState) -> tuple[str, str]:
        if state.held and state.text and state.verdict is _V.NOT_RUN:
            return "retry", check.id
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
            return self._device(check)
        return self.title(target) if target else ""

    def _punch(self, shown: Mapping[str, str]) -> Iterable[PunchView]:
        for item in self._job.punch_list():
            state = self._job.states[item.check]
            yield PunchView(
                check=item.check,
                title=self.title(item.check),
                punch=item.punch_class,
                state=shown.get(item.check, state.verdict.value),
                text=self._told(state),
                # That it is deferred, the state says already.
                reason="" if state.verdict is _V.DEFERRED else item.reason,
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
                    text=self._told(state),
                    reason=f"{state.who} ({state.role}): {state.reason}",
                )


def _shown(check: PlannedCheck, state: CheckState, question: Question | None) -> str:
    if question is not None:
        return ASKED
    if check.danger and state.verdict is _V.NOT_RUN:
        return HELD if state.held else QUEUED
    return state.verdict.value


def _gravest(checks: Sequence[CheckView]) -> str:
    states = {check.state for check in checks if check.required} or {c.state for c in checks}
    return next((state for state in _GRAVE if state in states), "pass")


def _own(title: str, title_zh: str, texts: Texts) -> str:
    return title_zh or title if texts.language.startswith("zh") else title
