"""The evidence of one check as the wizard shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.bridge.commission_job_views import JobViews
from app.bridge.units import clock_text
from app.commissioning.job import CheckState
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Frame
from app.store.records_reading import KeptAttempt

MOST_FRAMES = 60
"""Frames that are shown; all of them are in the evidence."""


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
    views: JobViews,
) -> EvidenceView:
    """The newest attempt of a check; ``source`` are the attempts whose frames it judges."""
    last = own[-1] if own else None
    outcome = last.attempt.outcome if last else None
    frames = source[-1].attempt.outcome.frames if source else ()
    shown = [line for frame in frames[-MOST_FRAMES:] for line in _lines(frame)]
    return EvidenceView(
        check=check.id,
        title=views.title(check.id),
        state=state.verdict.value,
        measured=views.words(check, state.measured, state.unit),
        limit=views.words(check, state.expected, state.unit),
        basis=views.basis(check) if outcome and outcome.limits else "",
        device=views.devices.get(check.slot, ""),
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
            f"{views.words(check, one.attempt.outcome.measured, one.attempt.outcome.unit)}"
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
