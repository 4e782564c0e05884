"""The files of a report: the sealed JSON, and its checks as a table in one language."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from app.commissioning.planning import PlannedCheck
from app.commissioning.report_document import ReportDocument
from app.commissioning.wording import step_title, title
from app.core.errors import UserFacing
from app.profiles.units import display
from app.settings import Texts
from app.wording import os_reason, worded

COLUMNS = (
    *("asset", "job", "id", "step", "title", "method", "level", "requirement", "expected"),
    *("measured", "unit", "verdict", "attempts", "text", "action", "reason", "who", "role"),
)


def csv_of(document: ReportDocument, texts: Texts) -> str:
    """The check table as CSV, the last attempt of each check."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for check in document.job.plan:
        writer.writerow(_row(document, check, texts))
    return out.getvalue()


def _row(document: ReportDocument, check: PlannedCheck, texts: Texts) -> dict[str, object]:
    job = document.job
    state = job.states[check.id]
    chinese = texts.language.startswith("zh")
    return {
        "asset": job.asset,
        "job": job.id,
        "id": check.id,
        "step": step_title(check.step, job.step_title(check.step, chinese=chinese), texts),
        "title": title(check, texts),
        "method": check.method.value,
        "level": check.level,
        "requirement": check.requirement,
        "expected": state.expected,
        "measured": state.measured,
        "unit": display(state.unit, texts.language),
        "verdict": state.verdict.value,
        "attempts": state.attempts,
        "text": state.text_zh if chinese else state.text,
        "action": state.action_zh if chinese else state.action,
        "reason": state.reason,
        "who": state.who,
        "role": state.role,
    }


def write_report(base: Path, sealed: bytes, document: ReportDocument, texts: Texts) -> Path:
    """Write the sealed JSON and the table beside each other; each is whole or not there.

    Args:
        base: where to; its ending is replaced.
        sealed: the file of the report.
        document: the same, read.
        texts: the language of the table.

    Returns:
        The sealed file.

    Raises:
        UserFacing: a file cannot be written. The job stays signed, and ``wayside report`` writes
            its report again.
    """
    target = base.with_suffix(".json")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _put(base.with_suffix(".csv"), csv_of(document, texts).encode("utf-8-sig"))
        _put(target, sealed)
    except OSError as error:
        raise worded(
            UserFacing,
            texts,
            "commissioning.report_file.unwritable",
            folder=target.parent,
            error=os_reason(error),
            job=document.job.id,
        ) from error
    return target


def _put(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever finds half of it."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
