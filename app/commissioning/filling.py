"""What a job fills into a check before it is made: the serial scanned, the instrument in hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.commissioning.job import Job
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Method


def filled(job: Job, check: PlannedCheck, first_slot: str, now_ns: int) -> PlannedCheck:
    """The check as it is made now; what is filled in is in the evidence of the attempt.

    ``first_slot`` is the device that stands for the asset, whose serial a person scans.
    """
    more: dict[str, object] = {}
    serial = job.fields.get("serial", "")
    if check.kind == "identity" and check.slot == first_slot and serial:
        more["serial"] = serial
    instrument = job.instruments.get(check.id)
    if instrument is not None and check.method is Method.MEASURED:
        day = datetime.fromtimestamp(now_ns / 1e9, UTC).date().isoformat()
        more["instrument"] = {
            "name": instrument.name,
            "serial": instrument.serial,
            "due": instrument.due,
            "overdue": instrument.overdue(day),
        }
    return replace(check, options={**check.options, **more}) if more else check
