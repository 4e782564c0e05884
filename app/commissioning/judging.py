"""From frames to an outcome with its words: one way, live and when it is replayed."""

from __future__ import annotations

from dataclasses import replace

from app.commissioning.checks.base import Finding, failed, plain
from app.commissioning.checks.kinds import kind_of
from app.commissioning.checks.ramp import command_of
from app.commissioning.frames import Trace
from app.commissioning.outputs import Output, left_in
from app.commissioning.planning import PlannedCheck
from app.commissioning.wording import outcome_of
from app.core.commissioning import Outcome, Verdict

RULES = 2
"""Rises whenever a check makes another verdict or measured text of the same bytes than before.

Without that, reports that were signed before would be told to be wrong.
"""
JUDGE_SILENCE = frozenset({"answers", "reads", "stable", "restart"})
"""Kinds that say themselves what it means when nothing answers."""


def judge(check: PlannedCheck, trace: Trace) -> Finding:
    """The verdict that the frames support; frames that end with an error support none but FAIL."""
    if trace.down:
        # Whatever the check is about: nothing was asked, and the link knows why.
        return failed("link_down", "–", values={"link_error": trace.down})
    if trace.error and check.kind not in JUDGE_SILENCE:
        return failed("no_answer", "–", values={"error": trace.error})
    mistake = next((frame.note for frame in trace.frames if frame.kind == "procedure"), "")
    if mistake:
        return failed("procedure", "–", values={"error": mistake})
    try:
        if not check.uses and (left := left_in(trace)) is not None:
            # Graver than whatever else was found: it is still switched in the street.
            return _left(left, trace)
        found = kind_of(check.kind).judge(check, trace)
    except (KeyError, ValueError, IndexError) as error:
        return failed("procedure", "–", values={"error": str(error)})
    return _measured_with(check, found)


def _left(left: Output, trace: Trace) -> Finding:
    """An output that its device refuses to put back: what it is, and what it was before."""
    profile = trace.profiles[left.slot]
    spec = command_of(profile, left.command)
    point = profile.point(spec.feedback or spec.point)
    measured, before = left.measured, left.value
    return failed(
        "not_put_back",
        int(measured) if isinstance(measured, bool) else "–" if measured is None else measured,
        unit=point.unit,
        decimals=point.decimals if isinstance(measured, float) else 0,
        limit=before if isinstance(before, str) else plain(float(before)),
        values={"point": point.title, "point_zh": point.title_zh or point.title},
    )


def _measured_with(check: PlannedCheck, found: Finding) -> Finding:
    """A pass that was measured with an instrument out of calibration is marginal."""
    instrument = check.options.get("instrument")
    if not isinstance(instrument, dict) or not instrument.get("overdue"):
        return found
    if found.verdict is not Verdict.PASS:
        return found
    values = {
        **found.values,
        "instrument": f"{instrument.get('name', '')} {instrument.get('serial', '')}".strip(),
        "due": instrument.get("due", ""),
    }
    return replace(found, verdict=Verdict.MARGINAL, code="instrument_overdue", values=values)


def outcome(check: PlannedCheck, trace: Trace, *, with_frames: bool = True) -> Outcome:
    """The judgement in words of both languages, with the frames it rests on."""
    found = outcome_of(check, judge(check, trace))
    if not with_frames:
        return found
    return Outcome(
        verdict=found.verdict,
        measured=found.measured,
        unit=found.unit,
        expected=found.expected,
        limits=found.limits,
        text=found.text,
        text_zh=found.text_zh,
        action=found.action,
        action_zh=found.action_zh,
        values=found.values,
        frames=trace.frames,
    )
