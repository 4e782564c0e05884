"""What a report shows, ready to be drawn as PDF or written as CSV, in one language."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.commissioning.field_access import AssetField
from app.commissioning.frames import Trace
from app.commissioning.job import Job
from app.commissioning.planning import ASSET, PlannedCheck
from app.commissioning.wording import danger, step_title, title
from app.core.commissioning import JobVerdict, PunchItem, Verdict
from app.profiles.units import display
from app.settings import Texts
from app.store.records_reading import KeptAttempt

Curve = tuple[tuple[float, float], ...]
_COLUMNS = (
    "id",
    "step",
    "title",
    "method",
    "level",
    "requirement",
    "expected",
    "measured",
    "unit",
    "verdict",
    "attempts",
    "text",
    "reason",
    "who",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check as the report lists it, the last attempt; texts are in the model's language."""

    id: str
    step: str
    title: str
    method: str
    level: str
    requirement: str
    expected: str
    measured: str
    unit: str
    verdict: Verdict
    attempts: int
    text: str = ""
    action: str = ""
    danger: str = ""
    reason: str = ""
    who: str = ""
    role: str = ""
    curves: dict[str, Curve] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """One device of the identity table."""

    title: str
    profile: str
    profile_sha256: str
    unit: int | None
    firmware: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportModel:
    """Everything a report page needs, in one language.

    Times are UTC nanoseconds; ``changed`` are the limits in force that are not the shipped ones.
    """

    job: str
    asset: str
    asset_type: str
    site: str
    operator: str
    role: str
    procedure: str
    procedure_version: int
    app_version: str
    created_ns: int
    ended_ns: int
    soak_s: float
    verdict: JobVerdict
    counts: dict[str, int]
    steps: tuple[tuple[str, str], ...]
    checks: tuple[CheckRow, ...]
    punch: tuple[PunchItem, ...]
    waived: tuple[CheckRow, ...]
    devices: tuple[DeviceRow, ...]
    changed: dict[str, float]
    backups: dict[str, dict[str, object]]
    links: tuple[str, ...]
    head: str
    public_key: str = ""
    language: str = "en"


def model_of(
    job: Job,
    reach: AssetField,
    attempts: Sequence[KeptAttempt],
    texts: Texts,
    *,
    public_key: str = "",
) -> ReportModel:
    """The model of a job as it stands."""
    last = {kept.attempt.check: kept for kept in attempts}
    rows = tuple(_row(job, check, last.get(check.id), texts) for check in job.plan)
    steps = dict.fromkeys(check.step for check in job.plan)
    return ReportModel(
        job=job.id,
        asset=job.asset,
        asset_type=job.asset_type,
        site=job.site,
        operator=job.operator,
        role=job.role,
        procedure=job.procedure,
        procedure_version=job.procedure_version,
        app_version=job.app_version,
        created_ns=job.created_ns,
        ended_ns=job.ended_ns,
        soak_s=max(0.0, (job.ended_ns - job.soak_from_ns) / 1e9),
        verdict=job.verdict(),
        counts=job.counts(),
        steps=tuple((step, step_title(step, "", texts)) for step in steps),
        checks=rows,
        punch=job.punch_list(),
        waived=tuple(row for row in rows if row.verdict is Verdict.WAIVED),
        devices=_devices(reach, attempts, texts),
        changed=dict(job.changes),
        backups={slot: dict(values) for slot, values in job.backups.items()},
        links=job.links,
        head=attempts[-1].hash if attempts else "",
        public_key=public_key,
        language=texts.language,
    )


def csv_of(model: ReportModel) -> str:
    """The check table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["asset", "job", *_COLUMNS])
    for row in model.checks:
        values = [getattr(row, name) for name in _COLUMNS]
        values[_COLUMNS.index("verdict")] = row.verdict.value
        writer.writerow([model.asset, model.job, *values])
    return out.getvalue()


def _row(job: Job, check: PlannedCheck, kept: KeptAttempt | None, texts: Texts) -> CheckRow:
    state = job.states[check.id]
    chinese = texts.language.startswith("zh")
    return CheckRow(
        id=check.id,
        step=check.step,
        title=title(check, texts),
        method=check.method.value,
        level=check.level,
        requirement=check.requirement,
        expected=state.expected,
        measured=state.measured,
        unit=display(state.unit, texts.language),
        verdict=state.verdict,
        attempts=state.attempts,
        text=state.text_zh if chinese else state.text,
        action=state.action_zh if chinese else state.action,
        danger=danger(check, texts),
        reason=state.reason,
        who=state.who,
        role=state.role,
        curves=dict(kept.attempt.outcome.values) if kept else {},
    )


def _devices(
    reach: AssetField, attempts: Sequence[KeptAttempt], texts: Texts
) -> tuple[DeviceRow, ...]:
    told = {
        kept.attempt.spec.get("slot"): kept.attempt.outcome.frames
        for kept in attempts
        if kept.attempt.spec.get("kind") in ("identity", "plausible")
    }
    found: list[DeviceRow] = []
    for slot in reach.asset_type.devices:
        profile = reach.profiles.get(slot.id) or reach.profiles.get(ASSET)
        if profile is None:
            continue
        trace = Trace(told.get(slot.id, ()), reach.profiles)
        chinese = texts.language.startswith("zh")
        found.append(
            DeviceRow(
                title=(chinese and slot.title_zh) or slot.title,
                profile=profile.id,
                profile_sha256=profile.sha256,
                unit=reach.units.get(slot.id),
                firmware=_said(trace, slot.id, "firmware"),
                serial=_said(trace, slot.id, "serial"),
            )
        )
    return tuple(found)


def _said(trace: Trace, slot: str, point: str) -> str:
    reading = trace.last(slot, point)
    return reading.value if reading and isinstance(reading.value, str) else ""
