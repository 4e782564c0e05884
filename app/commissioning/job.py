"""One job: what it is about, where each check stands, and what its verdict is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.commissioning.planning import PlannedCheck
from app.commissioning.procedure_schema import ROLES
from app.core.commissioning import (
    VERDICT_TRANSITIONS,
    JobVerdict,
    Outcome,
    PunchItem,
    Verdict,
)

V = Verdict
_ORDER = {"A": 0, "B": 1, "C": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an asset stands: WGS-84 degrees, how it was found, and how sure that is in metres."""

    latitude: float
    longitude: float
    source: str = ""
    accuracy_m: float | None = None
    time_ns: int = 0

    def text(self) -> str:
        """As a person reads it: latitude and longitude with six decimals, a tenth of a metre."""
        told = f"{self.latitude:.6f}, {self.longitude:.6f} (WGS-84)"
        if self.accuracy_m is not None:
            told += f" ± {self.accuracy_m:g} m"
        return f"{told}, {self.source}" if self.source else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What a person measures with; ``due`` is the ISO date its calibration ends, if it has one."""

    name: str
    serial: str
    due: str = ""

    def overdue(self, day: str) -> bool:
        """Whether the calibration was over before that ISO date."""
        return bool(self.due) and self.due < day


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTitle:
    """A step of the job's procedure, with its own titles where its file gives them."""

    id: str
    title: str = ""
    title_zh: str = ""


@dataclass(slots=True, kw_only=True)
class CheckState:
    """Where one check stands now; the attempts themselves are in the evidence.

    ``reason``, ``who`` and ``role`` are of a skip or a waiver; ``blocker`` is the check that
    must pass first. ``again`` counts automatic retries of the attempt under way; ``held`` says
    that it waits for a person to start it; ``reopened`` counts passes that live values took back.
    """

    verdict: Verdict = Verdict.NOT_RUN
    attempts: int = 0
    reason: str = ""
    who: str = ""
    role: str = ""
    punch: str = ""
    blocker: str = ""
    again: int = 0
    held: bool = False
    reopened: int = 0
    measured: str = ""
    unit: str = ""
    expected: str = ""
    text: str = ""
    text_zh: str = ""
    action: str = ""
    action_zh: str = ""

    def move(self, verdict: Verdict) -> None:
        """Go to another verdict.

        Raises:
            ValueError: the transition table does not lead there.
        """
        if verdict is not self.verdict and verdict not in VERDICT_TRANSITIONS[self.verdict]:
            raise ValueError(f"a check does not go from {self.verdict.value} to {verdict.value}")
        self.verdict = verdict

    def take(self, found: Outcome) -> None:
        """Stand where an attempt came out."""
        self.move(found.verdict)
        self.measured, self.unit, self.expected = found.measured, found.unit, found.expected
        self.text, self.text_zh = found.text, found.text_zh
        self.action, self.action_zh = found.action, found.action_zh


@dataclass(slots=True, kw_only=True)
class Job:
    """One run of a procedure on one asset, as it is kept after every change.

    ``plan`` are the checks as planned; ``profiles`` the id and SHA-256 of each slot's profile;
    ``soak_by`` the roles that may let it be signed before its soak is over; ``outputs`` what is
    switched for a check just now and must be put back; ``backups`` the settings
    found before anything was written; ``focus`` the control a person was at; ``instruments`` what a
    check is measured with. ``seal`` is the signature over all the rest (evidence.Sealing), kept in
    one transaction with the time of it.
    """

    id: str
    asset: str
    asset_type: str
    type_title: str = ""
    type_title_zh: str = ""
    procedure: str
    procedure_version: int
    procedure_sha256: str
    operator: str
    role: str = "installer"
    site: str = ""
    created_ns: int = 0
    soak_from_ns: int = 0
    ended_ns: int = 0
    app_version: str = ""
    links: tuple[str, ...] = ()
    profiles: dict[str, dict[str, str]] = field(default_factory=dict)
    changes: dict[str, float] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    position: Position | None = None
    instruments: dict[str, Instrument] = field(default_factory=dict)
    steps: tuple[StepTitle, ...] = ()
    plan: tuple[PlannedCheck, ...] = ()
    states: dict[str, CheckState] = field(default_factory=dict)
    outputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    backups: dict[str, dict[str, Any]] = field(default_factory=dict)
    focus: str = ""
    soak_by: tuple[str, ...] = ROLES[1:]
    soak_waiver: str = ""
    soak_waived_by: str = ""
    soak_waived_as: str = ""
    signed_ns: int = 0
    seal: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The job as plain data."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @staticmethod
    def of(document: Mapping[str, Any]) -> Job:
        """The job a document holds; what was running when it was kept is not run.

        Raises:
            msgspec.ValidationError: it is none.
        """
        job = msgspec.convert(document, Job)
        for state in job.states.values():
            if state.verdict is V.RUNNING:
                state.verdict = V.NOT_RUN
        return job

    def step_title(self, step: str, *, chinese: bool) -> str:
        """The title that the procedure gives a step itself; empty where it gives none."""
        for found in self.steps:
            if found.id == step:
                return (chinese and found.title_zh) or found.title
        return ""

    def users(self, check: str) -> list[str]:
        """The fitted checks that judge the frames of another."""
        return [p.id for p in self.plan if p.uses == check and p.fitted]

    def check(self, check: str) -> PlannedCheck:
        """A planned check; KeyError where there is none of that id."""
        for planned in self.plan:
            if planned.id == check:
                return planned
        raise KeyError(f"the job has no check {check!r}")

    def queued(self, step: str = "") -> tuple[str, ...]:
        """What lights, moves or sounds and has its turn soon; of one step where one is named."""
        return tuple(
            check.id
            for check in self.plan
            if check.fitted
            and check.danger
            and step in ("", check.step)
            and self.states[check.id].verdict is V.NOT_RUN
            and not self.states[check.id].held
        )

    def hold_dangers(self, step: str = "") -> None:
        """What is queued waits for a person to start it."""
        for check in self.queued(step):
            self.states[check].held = True

    def free_blocked(self, blocker: str = "") -> None:
        """What was blocked, by this check or by any, may be tried again."""
        for state in self.states.values():
            if state.verdict is V.BLOCKED and blocker in ("", state.blocker):
                state.move(V.NOT_RUN)
                state.blocker = ""

    def punch_list(self) -> tuple[PunchItem, ...]:
        """What stays open, the gravest first."""
        items = [item for check in self.plan if (item := self._punch(check)) is not None]
        return tuple(sorted(items, key=lambda item: _ORDER[item.punch_class]))

    def _punch(self, check: PlannedCheck) -> PunchItem | None:
        state = self.states[check.id]
        if state.verdict is V.SKIPPED:
            return PunchItem(
                check=check.id,
                punch_class=state.punch or check.punch,
                text=state.text,
                reason=state.reason,
            )
        open_still = state.verdict in (V.FAIL, V.BLOCKED, V.NOT_RUN, V.RUNNING)
        if not check.fitted or (not open_still and state.verdict is not V.DEFERRED):
            return None
        if state.verdict is V.DEFERRED:
            return PunchItem(check=check.id, punch_class="C", text=state.text, reason="deferred")
        # What was never judged is as grave as a failure: unknown is not pass.
        return PunchItem(check=check.id, punch_class=check.punch, text=state.text)

    def verdict(self) -> JobVerdict:
        """What the job comes to as it stands."""
        items = self.punch_list()
        states = self.states
        opened = [item for item in items if states[item.check].verdict is not V.DEFERRED]
        if any(item.punch_class == "A" for item in opened):
            return JobVerdict.REJECTED
        if opened:
            return JobVerdict.CONDITIONAL
        if len(items) > len(opened):
            return JobVerdict.COMMISSIONED_LOCALLY
        return JobVerdict.COMMISSIONED

    def counts(self) -> dict[str, int]:
        """How many checks stand at each verdict."""
        found: dict[str, int] = {}
        for check in self.plan:
            name = self.states[check.id].verdict.value
            found[name] = found.get(name, 0) + 1
        return found


def first_states(plan: Iterable[PlannedCheck]) -> dict[str, CheckState]:
    """Where the checks of a new job stand: not run, not fitted, or deferred to the platform."""
    found: dict[str, CheckState] = {}
    for check in plan:
        state = CheckState()
        if not check.fitted:
            state.move(V.NOT_FITTED)
            state.reason = check.reason
        elif check.level == "L3":
            state.move(V.DEFERRED)
            state.reason = "offline"
        found[check.id] = state
    return found
