"""A commissioning job as the wizard shows it: plain values, made anew after each change."""

from __future__ import annotations

from dataclasses import dataclass

ASKED = "asked"
"""State of a check that waits for a person's answer; all other states are values of Verdict."""
HELD = "held"
"""State of a check that lights, moves or sounds something and waits for a person to start it."""
QUEUED = "queued"
"""State of such a check that was started and has its turn when others are done."""
REVIEW = "review"
"""The step without checks in which a job is reviewed and signed."""
PERSON = frozenset({"fail", "blocked", ASKED, HELD})
"""States of a step in which it wants something from a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderView:
    """The facts of the header line; ``link`` is (state, words), times are seconds."""

    link: tuple[str, str] = ("closed", "")
    elapsed_s: float = 0.0
    soak_s: float = 0.0
    soak_of_s: float = 600.0
    saved: str = ""

    @property
    def soak_left_s(self) -> float:
        """Seconds until the soak is over."""
        return max(0.0, self.soak_of_s - self.soak_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field of a question; ``hint`` is what the reading may be off."""

    id: str
    title: str
    unit: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What a person is asked: ``kind`` is yes_no, choice, text or values.

    ``about`` is the device where naming it does not give the answer away; ``choices`` are
    (id, words); ``typed`` is what was typed before a restart; ``length`` is how many characters
    the answer has, 0 where that is not known.
    """

    kind: str
    text: str
    about: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    fields: tuple[FieldView, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One row. ``action`` is identify, blocker, connection or retry; empty where none is needed.

    ``target`` is the check the action is about, ``target_title`` what a person calls it.
    ``reopened`` counts how often live values have taken a pass back.
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
    reopened: int = 0
    required: bool = True
    waivable: bool = True
    punch: str = "A"
    reason: str = ""
    who: str = ""
    question: QuestionView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step; ``state`` is the gravest of its checks, ``done`` counts those with a verdict.

    ``note`` says what the step is for, ``danger`` what it does in the street, each once.
    """

    id: str
    title: str
    state: str
    note: str = ""
    danger: str = ""
    done: int = 0
    total: int = 0
    failed: int = 0
    blocked: int = 0
    deferred: int = 0
    asked: int = 0
    held: int = 0
    queued: int = 0
    moving: int = 0


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
    """The whole job. ``step`` is the step shown now, ``verdict`` a value of JobVerdict.

    ``serial`` is the one that was scanned, else the one the asset told; ``report`` is the path of
    the printed report once it is signed; ``soak_waiver`` says who let the soak be cut short.
    """

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
    soak_waiver: str = ""

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

    def next_number(self) -> int:
        """The number of the next step that wants a person, else of the last one."""
        number = self.number()
        for at, step in enumerate(self.steps[number:], number + 1):
            if step.failed or step.blocked or step.asked or step.held:
                return at
        return len(self.steps)
