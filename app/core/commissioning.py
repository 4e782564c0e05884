"""The nouns of commissioning: verdicts, attempts, evidence, jobs (UX of the wizard engine)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Verdict(Enum):
    """The state of a check. The two before a verdict are NOT_RUN and RUNNING."""

    NOT_RUN = "not_run"
    RUNNING = "running"
    PASS = "pass"  # noqa: S105  # a verdict, not a password
    MARGINAL = "marginal"
    FAIL = "fail"
    BLOCKED = "blocked"
    DEFERRED = "deferred"
    SKIPPED = "skipped"
    WAIVED = "waived"
    NOT_FITTED = "not_fitted"


STEP_PASSES = frozenset({Verdict.PASS, Verdict.MARGINAL, Verdict.WAIVED, Verdict.DEFERRED})
"""Verdicts with which a required check lets its step pass."""

VERDICT_TRANSITIONS: dict[Verdict, frozenset[Verdict]] = {
    Verdict.NOT_RUN: frozenset(
        {Verdict.RUNNING, Verdict.BLOCKED, Verdict.DEFERRED, Verdict.SKIPPED, Verdict.NOT_FITTED}
    ),
    # Cancelling a running check makes it not run; it never leaves half a verdict.
    Verdict.RUNNING: frozenset(
        {
            Verdict.PASS,
            Verdict.MARGINAL,
            Verdict.FAIL,
            Verdict.BLOCKED,
            Verdict.DEFERRED,
            Verdict.NOT_RUN,
        }
    ),
    # A pass can be lost: live data that go bad before sign-off re-open the check.
    Verdict.PASS: frozenset({Verdict.RUNNING, Verdict.FAIL, Verdict.NOT_RUN}),
    Verdict.MARGINAL: frozenset({Verdict.RUNNING, Verdict.FAIL, Verdict.WAIVED, Verdict.NOT_RUN}),
    Verdict.FAIL: frozenset({Verdict.RUNNING, Verdict.SKIPPED, Verdict.WAIVED, Verdict.NOT_RUN}),
    Verdict.BLOCKED: frozenset({Verdict.RUNNING, Verdict.SKIPPED, Verdict.NOT_RUN}),
    Verdict.DEFERRED: frozenset({Verdict.RUNNING, Verdict.NOT_RUN}),
    Verdict.SKIPPED: frozenset({Verdict.RUNNING, Verdict.NOT_RUN}),
    Verdict.WAIVED: frozenset({Verdict.RUNNING, Verdict.NOT_RUN}),
    Verdict.NOT_FITTED: frozenset({Verdict.NOT_RUN}),
}


class JobVerdict(Enum):
    """The verdict of a job; the exit codes of ``wayside commission`` follow from it."""

    COMMISSIONED = "commissioned"
    COMMISSIONED_LOCALLY = "commissioned_locally"
    CONDITIONAL = "conditional"
    REJECTED = "rejected"


class Method(Enum):
    """How a check is made: automatic, measured, visual, functional."""

    AUTOMATIC = "A"
    MEASURED = "M"
    VISUAL = "V"
    FUNCTIONAL = "F"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a measured value is judged by: outside low..high is FAIL, outside the inner MARGINAL."""

    low: float | None = None
    high: float | None = None
    marginal_low: float | None = None
    marginal_high: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Raw bytes of one exchange or message, as hexadecimal, with what they are about.

    ``kind`` is ``modbus`` (request and response PDU with unit), ``modbus+tcp`` or ``modbus+rtu``
    (whole frames as they were on the wire), ``mqtt`` (topic and payload), ``error`` (why the bytes
    end here, in the note), or ``down`` (why the link is not up, in its own words). ``took_s`` is
    from the request to the last byte of the response.
    """

    kind: str
    time_ns: int
    device: str
    note: str
    request: str
    response: str
    took_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run of a check found, in words and numbers; ``action`` is the one next action."""

    verdict: Verdict
    measured: str = ""
    unit: str = ""
    expected: str = ""
    limits: Limits | None = None
    text: str = ""
    text_zh: str = ""
    action: str = ""
    action_zh: str = ""
    values: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of one check, kept whole; ``number`` counts from 1.

    ``spec`` is the check as it was planned, limits resolved: with it and the frames anybody can
    judge again. ``answer`` is what a person said, where one was asked; ``rules`` numbers the rules
    by which it was judged (app.commissioning.judging), 1 where that was not kept yet.
    """

    job: str
    check: str
    number: int
    started_ns: int
    ended_ns: int
    outcome: Outcome
    who: str
    reason: str = ""
    profile: str = ""
    profile_sha256: str = ""
    method: Method = Method.AUTOMATIC
    level: str = "L1"
    spec: dict[str, Any] = field(default_factory=dict)
    answer: str = ""
    rules: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchItem:
    """A failed, skipped or deferred check that stays open after sign-off, class A, B or C."""

    check: str
    punch_class: str
    text: str
    reason: str = ""
