"""The evidence of one check, and the ramp of a lighting step, as the wizard shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.bridge.units import clock_text
from app.commissioning.engine import JobEngine
from app.commissioning.job import CheckState
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Frame, Verdict
from app.core.quality import Quality, is_good
from app.core.rows import PointKey
from app.services.live import LiveBuffers
from app.store.records_reading import KeptAttempt

MOST_FRAMES = 60
"""Frames that are shown; all of them are in the evidence."""
FULL = 100
"""The level at which a lamp must take its rated power."""
_NS = 1_000_000_000
Points = tuple[tuple[float, float], ...]
Series = Mapping[str, Points]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """What is known of one check; ``frames`` are lines of text, ``hash`` is of its last attempt."""

    check: str
    title: str
    state: str
    measured: str = ""
    limit: str = ""
    basis: str = ""
    device: str = ""
    attempts: int = 0
    ended: str = ""
    method: str = ""
    profile: str = ""
    frames: tuple[str, ...] = ()
    more_frames: int = 0
    hash: str = ""
    previous_hash: str = ""
    times: tuple[str, ...] = ()


def evidence_of(
    check: PlannedCheck,
    state: CheckState,
    own: Sequence[KeptAttempt],
    source: Sequence[KeptAttempt],
    *,
    title: str,
) -> EvidenceView:
    """The newest attempt of a check; ``source`` are the attempts whose frames it judges."""
    last = own[-1] if own else None
    outcome = last.attempt.outcome if last else None
    frames = source[-1].attempt.outcome.frames if source else ()
    shown = [line for frame in frames[-MOST_FRAMES:] for line in _lines(frame)]
    return EvidenceView(
        check=check.id,
        title=title,
        state=state.verdict.value,
        measured=f"{state.measured} {state.unit}".strip(),
        limit=f"{state.expected} {state.unit}".strip(),
        basis=outcome.limits.source if outcome and outcome.limits else "",
        device=check.slot,
        attempts=len(own),
        ended=clock_text(last.attempt.ended_ns) if last else "",
        method=f"{check.method.value} {check.level}",
        profile=last.attempt.profile if last else "",
        frames=tuple(shown),
        more_frames=max(0, len(frames) - MOST_FRAMES),
        hash=last.hash if last else "",
        previous_hash=last.previous_hash if last else "",
        times=tuple(
            f"{one.attempt.number}  {clock_text(one.attempt.ended_ns)}  "
            f"{one.attempt.outcome.measured} {one.attempt.outcome.unit}".rstrip()
            for one in own
        ),
    )


def _lines(frame: Frame) -> list[str]:
    lines = []
    if frame.request:
        lines.append(f"TX {_spaced(frame.request)}")
    if frame.response:
        lines.append(f"RX {_spaced(frame.response)}")
    if frame.kind == "error" or not lines:
        lines.append(frame.note)
    return lines


def _spaced(text: str) -> str:
    if " " in text or len(text) % 2 or not all(c in "0123456789abcdefABCDEF" for c in text):
        return text
    return text.upper() if len(text) <= 2 else " ".join(
        text[at : at + 2] for at in range(0, len(text), 2)
    ).upper()  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RampCurve:
    """One head: its power over seconds; ``low`` and ``high`` are what full level must take."""

    slot: str
    title: str
    points: Points
    low: float | None = None
    high: float | None = None
    commanded: Points = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RampView:
    """The curves of the heads, in watts, on one axis of seconds from the first command."""

    curves: tuple[RampCurve, ...]
    seconds: float
    running: bool


class Ramps:
    """Collects the ramps of a job: finished ones from the evidence, the running one from live."""

    def __init__(self, engine: JobEngine, live: LiveBuffers, *, chinese: bool) -> None:
        self._engine = engine
        self._live = live
        self._chinese = chinese
        self._done: dict[str, Series] = {}
        self._since: dict[str, int] = {}

    def checks(self) -> tuple[str, ...]:
        """The checks that are ramps."""
        plan = self._engine.job.plan
        return tuple(check.id for check in plan if check.kind == "ramp" and check.fitted)

    def take(self, kept: Sequence[KeptAttempt]) -> None:
        """Learn what the evidence has."""
        ramps = self.checks()
        for one in kept:
            if one.attempt.check in ramps and one.attempt.outcome.values:
                self._done[one.attempt.check] = one.attempt.outcome.values

    def begun(self, check: str, now_ns: int) -> None:
        """A ramp runs from now on."""
        self._since.setdefault(check, now_ns)
        self._done.pop(check, None)

    def ended(self, check: str) -> None:
        """A ramp does not run any more."""
        self._since.pop(check, None)

    def view(self, step: str, now_ns: int) -> RampView | None:
        """The ramps of a step, None where it has none."""
        job = self._engine.job
        ramps = [job.check(name) for name in self.checks() if job.check(name).step == step]
        if not ramps:
            return None
        curves = tuple(self._curve(check, now_ns) for check in ramps)
        ends = [points[-1][0] for curve in curves for points in (curve.points, curve.commanded)
                if points]  # fmt: skip
        return RampView(
            curves=curves,
            seconds=max(ends, default=0.0),
            running=any(job.states[c.id].verdict is Verdict.RUNNING for c in ramps),
        )

    def _curve(self, check: PlannedCheck, now_ns: int) -> RampCurve:
        job = self._engine.job
        low, high = None, None
        for planned in job.plan:
            options = planned.options
            if planned.slot == check.slot and options.get("level") == FULL and "rated" in options:
                low, high = _band(job.states[planned.id].expected)
        done = self._done.get(check.id, {})
        if check.id in self._since:
            points = self._lived(check.slot, "lamp_power", self._since[check.id], now_ns)
            commanded = self._lived(check.slot, "dim_command", self._since[check.id], now_ns)
        else:
            points = done.get(f"{check.slot}/lamp_power", ())
            commanded = done.get(f"{check.slot}/dim_command", ())
        return RampCurve(
            slot=check.slot,
            title=check.device_zh if self._chinese else check.device,
            points=points,
            low=low,
            high=high,
            commanded=commanded,
        )

    def _lived(self, slot: str, point: str, since_ns: int, now_ns: int) -> Points:
        key = PointKey(device=self._engine.field.device(slot), point=point)
        found = self._live.window(key, since_ns, now_ns)
        return tuple(
            ((int(at) - since_ns) / _NS, float(value))
            for at, value, quality in zip(
                found.source_ns, found.values.tolist(), found.quality, strict=True
            )
            if is_good(Quality(int(quality)))
        )


def _band(text: str) -> tuple[float | None, float | None]:
    low, _, high = text.partition("\u2026")
    try:
        return float(low), float(high)
    except ValueError:
        return None, None
