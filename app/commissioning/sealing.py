"""Signing a job, and the report's file from what is kept: at once, or any time later.

The signature is kept with the job before a file of the report is written. A program that is killed
in between leaves a signed job, whose report is written again, byte for byte the same.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commissioning.evidence import file_of, profile_texts, seal_facts, statement
from app.commissioning.job import Job
from app.core.errors import UserFacing
from app.settings import Texts
from app.store.records_reading import AuditDraft, RecordReads
from app.store.records_rows import Table, canonical
from app.wording import worded

if TYPE_CHECKING:
    from app.commissioning.engine import JobEngine
    from app.commissioning.signing import OperatorKey
    from app.services.audit import Audit

Sealer = Callable[[dict[str, Any]], Awaitable[tuple[dict[str, Any], AuditDraft]]]
"""Makes the seal of a job's document, and the audit's entry of it."""
SIGNED = "job signed"
"""The action of that entry; its target is the job, its detail the SHA-256 of what was signed."""


async def sign_off(
    engine: JobEngine, key: OperatorKey, audit: Audit, folders: Sequence[Path], *, soaked: bool
) -> bytes:
    """Sign a job by its operator; returns the sealed file of its report.

    Args:
        engine: the job; nothing of it runs.
        key: the operator's.
        audit: where it is recorded, and whose store has the evidence.
        folders: where the profiles lie that the job was begun with.
        soaked: whether the soak must be over, or waived.

    Raises:
        UserFacing: the job cannot be signed as it stands; it is not signed then.
        StoreUnavailable: it cannot be kept, and is not signed.
    """
    job = engine.job
    rows: list[dict[str, Any]] = []

    async def make(document: dict[str, Any]) -> tuple[dict[str, Any], AuditDraft]:
        # Read only now, when nothing runs that could add one.
        rows.extend(await attempt_rows(audit.records, job.id))
        texts = await asyncio.to_thread(profile_texts, job.profiles, folders)
        rest = statement(job, texts)
        facts = await asyncio.to_thread(
            seal_facts,
            body_from(document, rest, rows),
            key=key,
            signer=job.operator,
            role=job.role,
            signed_ns=job.signed_ns,
        )
        draft = audit.draft(
            job.operator, SIGNED, job.id, detail=facts["sha256"], result=job.verdict().value
        )
        return {"facts": facts, "rest": rest}, draft

    signed = await engine.sign(make, soaked=soaked)
    return await asyncio.to_thread(sealed_file, signed, rows)


def body_from(
    document: Mapping[str, Any], rest: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Everything a report states, from a job's document as it is kept."""
    job = {name: value for name, value in document.items() if name != "seal"}
    return {**rest, "job": job, "attempts": list(rows)}


def sealed_file(document: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The report's file of a signed job, from its document and its attempts as they are kept.

    Raises:
        KeyError: the job is not signed.
    """
    seal = document["seal"]
    return file_of(body_from(document, seal["rest"], rows), seal["facts"])


async def attempt_rows(records: RecordReads, job: str) -> list[dict[str, Any]]:
    """The attempts of a job as plain data, exactly as they are kept; damaged ones are left out."""
    rows = await records.kept_rows(Table.ATTEMPT, job)
    return [{**row.document, "hash": row.hash} for row in rows if row.document is not None]


async def kept_report(records: RecordReads, job: str, texts: Texts) -> bytes:
    """The report's file of a job that was signed some time before.

    Raises:
        UserFacing: there is no such job, it is not signed, or what is kept is not what was signed.
    """
    document = await records.job(job)
    if document is None:
        jobs = await records.jobs()
        known = ", ".join(name for name, found in jobs.items() if found.get("seal")) or "-"
        raise worded(UserFacing, texts, "commissioning.report_file.no_job", job=job, known=known)
    if not Job.of(document).seal:
        raise worded(UserFacing, texts, "commissioning.report_file.unsigned", job=job)
    rows = await attempt_rows(records, job)
    seal = document["seal"]
    body = await asyncio.to_thread(canonical, body_from(document, seal["rest"], rows))
    if hashlib.sha256(body).hexdigest() != seal["facts"]["sha256"]:
        raise worded(UserFacing, texts, "commissioning.report_file.altered", job=job)
    return sealed_file(document, rows)
