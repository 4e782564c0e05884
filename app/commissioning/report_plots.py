"""The readings of a report as plots: ramps with their levels, and all other series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.commissioning.checks.ramp import command_of
from app.commissioning.planning import PlannedCheck
from app.commissioning.report_document import ReportDocument
from app.core.commissioning import Verdict
from app.core.profiles import Point
from app.store.records_reading import KeptAttempt

Points = tuple[tuple[float, float], ...]
_LEAST_POINTS, _LEAST_S = 6, 4.0
"""A series shorter than both says no more than the number in the table."""
_RAMP = "ramp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Seconds and values of one point; ``attempt`` is told where it failed (0: the last one)."""

    slot: str
    point: str
    points: Points
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A commanded level from its write to the next, in seconds and per cent."""

    level: float
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One plot. ``bands`` are limits as start, end, low and high; ``rated`` the value at 100 %.

    ``low`` and ``high`` are limits over the whole time. The first curve's attempt is told by
    ``started_ns`` and ``hash``.
    """

    checks: tuple[str, ...]
    curves: tuple[Curve, ...]
    unit: str
    started_ns: int
    hash: str
    stages: tuple[Stage, ...] = ()
    bands: tuple[tuple[float, float, float, float], ...] = ()
    rated: float | None = None
    low: float | None = None
    high: float | None = None


def ramps_of(document: ReportDocument, step: str) -> list[Plot]:
    """One plot for all ramps of a step that are the same check of other devices."""
    plans: dict[str, list[PlannedCheck]] = {}
    for check in document.first_of(_RAMP):
        if check.step == step:
            plans.setdefault(check.base, []).append(check)
    found = [_ramp(document, checks) for checks in plans.values()]
    return [plot for plot in found if plot is not None]


def series_of(document: ReportDocument, step: str) -> list[Plot]:
    """Every other series of a step, one plot for each check and unit."""
    found: list[Plot] = []
    for check in document.job.plan:
        if check.step == step and check.fitted and not _in_ramp(document, check):
            found.extend(_series(document, check))
    return found


def _in_ramp(document: ReportDocument, check: PlannedCheck) -> bool:
    source = check if not check.uses else document.job.check(check.uses)
    return source.kind == _RAMP and check.kind in (_RAMP, "follows")


def _ramp(document: ReportDocument, checks: list[PlannedCheck]) -> Plot | None:
    curves: list[Curve] = []
    stages: tuple[Stage, ...] = ()
    rated: float | None = None
    bands: list[tuple[float, float, float, float]] = []
    first: KeptAttempt | None = None
    for check in checks:
        attempts = document.of_check(check.id)
        if not attempts:
            continue
        last = attempts[-1]
        for kept in attempts:
            tried = 0 if kept is last else kept.attempt.number
            # A try that lost its link has nothing to be compared with.
            curves.extend(_effects(document, check, kept, tried))
        if first is None or not stages:
            first, stages = last, _stages(document, check, last)
        if rated is None:
            rated, tolerance = _nameplate(document, check, last)
            if rated is not None:
                low, high = rated * (1 - tolerance), rated * (1 + tolerance)
                bands = [(s.start, s.end, low, high) for s in stages if s.level == 100.0]
    if first is None or not curves:
        return None
    return Plot(
        checks=tuple(check.id for check in checks),
        curves=tuple(curves),
        unit=_unit(document, curves[0]),
        started_ns=first.attempt.started_ns,
        hash=first.hash,
        stages=stages,
        bands=tuple(bands),
        rated=rated,
    )


def _effects(
    document: ReportDocument, check: PlannedCheck, kept: KeptAttempt, tried: int
) -> Iterator[Curve]:
    """What the output did: the points that the check of the rise judged, else the level."""
    trace = document.trace(kept)
    profile = document.profiles.get(check.slot)
    if profile is None:
        return
    spec = command_of(profile, str(check.options["command"]))
    follows = [c for c in document.first_of("follows") if c.uses == check.id]
    names = [str(c.options.get("point", spec.effect.get("point", ""))) for c in follows]
    for name in [name for name in dict.fromkeys(names) if name] or [spec.feedback]:
        points = tuple(
            ((at - trace.start_ns) / 1e9, v) for at, v in trace.numbers(check.slot, name)
        )
        if len(points) > 1:
            yield Curve(slot=check.slot, point=name, points=points, attempt=tried)


def _stages(document: ReportDocument, check: PlannedCheck, kept: KeptAttempt) -> tuple[Stage, ...]:
    trace = document.trace(kept)
    profile = document.profiles.get(check.slot)
    if profile is None or not trace.frames:
        return ()
    spec = command_of(profile, str(check.options["command"]))
    writes = [w for w in trace.writes(check.slot, spec.point) if not isinstance(w.value, str)]
    ends = [write.time_ns for write in writes[1:]] + [trace.frames[-1].time_ns]
    levels = check.options["levels"]
    return tuple(
        Stage(
            level=float(write.value),
            start=(write.time_ns - trace.start_ns) / 1e9,
            end=(end - trace.start_ns) / 1e9,
        )
        for write, end, _ in zip(writes, ends, levels, strict=False)
    )


def _nameplate(
    document: ReportDocument, check: PlannedCheck, kept: KeptAttempt
) -> tuple[float | None, float]:
    """The rated value that the ramp was judged by, and its tolerance as a share."""
    profile = document.profiles[check.slot]
    for judge in document.first_of("at_level"):
        name = str(judge.options.get("rated", ""))
        if judge.uses == check.id and name:
            read = document.trace(kept).numbers(check.slot, name)
            rated = read[-1][1] if read else profile.constants.get(name)
            return rated, judge.limits.get("tolerance_pct", 0.0) / 100.0
    return None, 0.0


def _series(document: ReportDocument, check: PlannedCheck) -> Iterator[Plot]:
    attempts = document.of_check(check.id)
    by_unit: dict[str, list[Curve]] = {}
    for kept in attempts:
        outcome = kept.attempt.outcome
        tried = 0 if kept is attempts[-1] else kept.attempt.number
        if tried and outcome.verdict is not Verdict.FAIL:
            continue
        for key, points in outcome.values.items():
            slot, _, point = key.partition("/")
            curve = Curve(slot=slot, point=point, points=points, attempt=tried)
            if _worth(points) or outcome.verdict is Verdict.FAIL:
                by_unit.setdefault(_unit(document, curve), []).append(curve)
    for unit, curves in by_unit.items():
        low, high = _limits(document, check, curves[0])
        if check.kind != "window" and unit != attempts[-1].attempt.outcome.unit:
            # The limit is of something else than the readings, such as their spread in per cent.
            low = high = None
        yield Plot(
            checks=(check.id,),
            curves=tuple(curves),
            unit=unit,
            started_ns=attempts[-1].attempt.started_ns,
            hash=attempts[-1].hash,
            low=low,
            high=high,
        )


def _worth(points: Points) -> bool:
    return len(points) >= _LEAST_POINTS and points[-1][0] - points[0][0] >= _LEAST_S


def _limits(
    document: ReportDocument, check: PlannedCheck, curve: Curve
) -> tuple[float | None, float | None]:
    if check.kind != "window":
        return check.limits.get("low"), check.limits.get("high")
    low, high = (check.limits.get(f"{curve.point}_{end}") for end in ("low", "high"))
    point = point_of(document, curve)
    if low is None and point is not None and point.range is not None:
        return point.range.low, point.range.high
    return low, high


def point_of(document: ReportDocument, curve: Curve) -> Point | None:
    """The point of a curve; None where its profile is not in the report."""
    profile = document.profiles.get(curve.slot)
    return next((p for p in profile.points if p.id == curve.point), None) if profile else None


def _unit(document: ReportDocument, curve: Curve) -> str:
    point = point_of(document, curve)
    return point.unit if point else ""
