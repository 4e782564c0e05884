"""Facts that a report tells and that the evidence holds: identities, settings, instruments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.commissioning.planning import ASSET, PlannedCheck
from app.commissioning.report_document import ReportDocument
from app.core.commissioning import Method
from app.store.records_rows import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One device as it said it is; ``config`` is a SHA-256 of its settings as they were left."""

    slot: str
    model: str
    firmware: str
    serial: str
    unit: int | None
    config: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: before anything was written, at the end, and as the asset type wants it."""

    slot: str
    point: str
    before: str
    after: str
    wanted: str

    @property
    def changed(self) -> bool:
        """Whether the job changed it."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What a person measured with, and for which checks; empty where nobody wrote it down."""

    name: str
    serial: str
    due: str
    checks: tuple[str, ...]


def identities_of(document: ReportDocument) -> tuple[Identity, ...]:
    """Every device that the job has a profile of, in the order of the plan."""
    slots = dict.fromkeys(c.slot for c in document.job.plan if c.fitted and c.slot)
    found = [slot for slot in slots if slot in document.profiles and slot != ASSET]
    units = {check.slot: check.unit for check in document.job.plan if check.unit}
    settings = settings_of(document)
    return tuple(
        Identity(
            slot=slot,
            model=document.profiles[slot].id,
            firmware=_said(document, slot, "firmware"),
            serial=_said(document, slot, "serial"),
            unit=units.get(slot),
            config=_config(slot, settings),
        )
        for slot in found
    )


def settings_of(document: ReportDocument) -> tuple[Setting, ...]:
    """Every setting that the job looked at, by device."""
    return tuple(_settings(document))


def instruments_of(document: ReportDocument) -> tuple[Instrument, ...]:
    """The instruments of the checks that a person measured."""
    measured = tuple(
        check.id
        for check in document.job.plan
        if check.fitted and check.method is Method.MEASURED and document.of_check(check.id)
    )
    if not measured:
        return ()
    used: dict[tuple[str, str, str], list[str]] = {}
    for check in measured:
        told = document.of_check(check)[-1].attempt.spec.get("options", {}).get("instrument", {})
        key = (told.get("name", ""), told.get("serial", ""), told.get("due", ""))
        used.setdefault(key, []).append(check)
    return tuple(
        Instrument(name=name, serial=serial, due=due, checks=tuple(checks))
        for (name, serial, due), checks in used.items()
    )


def as_built_of(document: ReportDocument) -> tuple[tuple[str, tuple[PlannedCheck, ...]], ...]:
    """The checks whose measured value belongs to the asset from now on, by their base."""
    found: dict[str, list[PlannedCheck]] = {}
    for check in document.job.plan:
        measured = document.job.states[check.id].measured
        if check.as_built and check.fitted and measured not in ("", "–"):
            found.setdefault(check.base, []).append(check)
    return tuple((base, tuple(checks)) for base, checks in found.items())


def _said(document: ReportDocument, slot: str, point: str) -> str:
    """The newest text that a device told of a point, in any attempt about it."""
    for kept in reversed(document.attempts):
        spec = kept.attempt.spec
        if spec.get("kind") in ("identity", "plausible", "reads") and spec.get("slot") == slot:
            reading = document.trace(kept).last(slot, point)
            if reading is not None and reading.value is not None:
                return str(reading.value)
    return ""


def _settings(document: ReportDocument) -> Iterator[Setting]:
    for check in document.first_of("config"):
        attempts = document.of_check(check.id)
        before = document.job.backups.get(check.slot, {})
        trace = document.trace(attempts[-1]) if attempts else None
        for point, wanted in check.settings.items():
            last = trace.last(check.slot, point) if trace else None
            yield Setting(
                slot=check.slot,
                point=point,
                before=_number(before.get(point)),
                after=_number(last.value if last else None),
                wanted=_number(wanted),
            )


def _config(slot: str, settings: tuple[Setting, ...]) -> str:
    own = {one.point: one.after for one in settings if one.slot == slot}
    return hashlib.sha256(canonical(own)).hexdigest() if own else ""


def _number(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool | int | float):
        return f"{float(value):.6g}"
    return str(value)
