"""Proof of a data folder: the audit, every kept record, and the evidence of every job.

The store is opened only to read, so that a program that works with the folder is not disturbed;
what is proved is what was durable when it was opened.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from app.commissioning.evidence import profile_text
from app.commissioning.proofs import Proof, proof
from app.commissioning.proving_readings import readings_proofs
from app.commissioning.replaying import ChainLink, recorded_profiles, replay
from app.commissioning.sealing import SIGNED, sealed_file
from app.commissioning.verifying import verify
from app.core.errors import StoreUnavailable, UserFacing
from app.services.audit import flaw_text, read_anchors
from app.services.data_folder import DataFolder
from app.settings import RESOURCES, Texts
from app.store.opening import open_reader
from app.store.records_damage import KeptRow
from app.store.records_reading import RecordReads
from app.store.records_rows import Table
from app.wording import worded

_BY_THEMSELVES = (Table.COMMAND, Table.JOB, Table.CHAIN)
"""Tables whose rows stand alone; audit and attempts are chains."""


async def verify_folder(path: Path, texts: Texts) -> list[Proof]:
    """Every proof of a data folder, in order.

    Raises:
        UserFacing: there is no store in the folder.
    """
    folder = DataFolder(path)
    if not folder.store.is_file():
        raise worded(UserFacing, texts, "commissioning.verify.no_folder", folder=path)
    try:
        store = await open_reader(folder.store_url)
    except StoreUnavailable as error:
        return [proof("store", texts, good=False, at=str(folder.store), reason=error.seen)]
    proofs: list[Proof] = []
    try:
        async for found in _proofs(folder, store.records, texts):
            proofs.append(found)  # noqa: PERF401  # what was proved before an error is told, too
        proofs.extend(readings_proofs(await store.prove(), texts))
    except StoreUnavailable as error:
        reason = error.cause or error.seen
        proofs.append(proof("store", texts, good=False, at=str(folder.store), reason=reason))
    finally:
        await store.close()
    return proofs


async def _proofs(folder: DataFolder, records: RecordReads, texts: Texts) -> AsyncIterator[Proof]:
    for found in await _audit(folder, records, texts):
        yield found
    # Before the jobs: one that is begun or signed while this goes on is none that is gone.
    signed, tried = await _signed(records), set(await records.keys(Table.ATTEMPT))
    jobs: list[KeptRow] = []
    for table in _BY_THEMSELVES:
        rows = await records.kept_rows(table)
        for found in _records(table, rows, texts):
            yield found
        if table is Table.JOB:
            jobs = [row for row in rows if row.document is not None]
    known = {row.document["id"]: row.document["document"] for row in jobs if row.document}
    for orphan in sorted((signed | tried) - set(known)):
        yield proof("orphan", texts, good=False, at=orphan)
    for job in sorted(job for job in signed & set(known) if not known[job].get("seal")):
        yield proof("unsealed", texts, good=False, at=job)
    for job, document in known.items():
        for found in await _job(job, document, folder, records, texts):
            yield replace(found, text=f"{job}: {found.text}")
    if not known:
        yield proof("no_job", texts, good=True)


async def _audit(folder: DataFolder, records: RecordReads, texts: Texts) -> list[Proof]:
    anchors = [head for _, head in read_anchors(folder.anchors)]
    flaws = await records.verify_audit(anchors)
    if not flaws:
        head = await records.audit_head()
        return [proof("audit", texts, good=True, count=head.number)]
    bytes_of = {row.id: row.damage for row in await records.kept_rows(Table.AUDIT) if row.damage}
    return [
        proof(
            "audit",
            texts,
            good=False,
            at=_at(f"audit {flaw.number}", bytes_of.get(flaw.number, "")),
            reason=flaw_text(flaw, texts),
        )
        for flaw in flaws
    ]


def _records(table: Table, rows: Sequence[KeptRow], texts: Texts) -> Iterator[Proof]:
    """One proof for a table whose rows are whole, or one for each that is not."""
    damaged = [row for row in rows if row.document is None or row.damage]
    for row in damaged:
        at = _at(f"{table.sql} {row.id} ({row.key})", row.damage)
        yield proof("record", texts, good=False, at=at)
    if not damaged and rows and table is not Table.CHAIN:
        yield proof(f"records_{table.sql}", texts, good=True, count=len(rows))


async def _signed(records: RecordReads) -> set[str]:
    """The jobs that the audit says were signed."""
    rows = await records.kept_rows(Table.AUDIT, note=SIGNED)
    return {str(row.document["target"]) for row in rows if row.document is not None}


async def _job(
    job: str, document: Mapping[str, Any], folder: DataFolder, records: RecordReads, texts: Texts
) -> list[Proof]:
    rows = await records.kept_rows(Table.ATTEMPT, job)
    flaws = await records.verify_attempts(job)
    proofs = [
        proof(
            "evidence",
            texts,
            good=False,
            at=_at(f"attempt {flaw.number}", _hint(rows, flaw.number)),
            reason=flaw_text(flaw, texts),
        )
        for flaw in flaws
    ]
    if not flaws and not document.get("seal"):
        proofs.append(proof("chain", texts, good=True, count=len(rows)))
    if document.get("seal"):
        plain = [{**row.document, "hash": row.hash} for row in rows if row.document is not None]
        proofs.extend(verify(sealed_file(document, plain), texts))
        proofs.extend(await _audited(job, document, records, texts))
        return proofs
    links = [
        ChainLink.of({**row.document, "hash": row.hash}) for row in rows if row.document is not None
    ]
    proofs.extend(_replayed(links, document, folder, texts))
    return proofs


async def _audited(
    job: str, document: Mapping[str, Any], records: RecordReads, texts: Texts
) -> list[Proof]:
    """Whether the audit was told of this signature and no other."""
    told = [entry for entry in await records.audit(target=job) if entry.action == SIGNED]
    same = len(told) == 1 and told[0].detail == document["seal"]["facts"].get("sha256")
    return [proof("audited", texts, good=same, at=f"audit {told[-1].number}" if told else "")]


def _hint(rows: Sequence[KeptRow], number: int) -> str:
    """The check and the byte of a damaged attempt, by its place in the chain."""
    if not 0 < number <= len(rows) or rows[number - 1].document is not None:
        return ""
    row = rows[number - 1]
    return f"{row.note} {row.damage}".strip()


def _replayed(
    links: Sequence[ChainLink], document: Mapping[str, Any], folder: DataFolder, texts: Texts
) -> Iterator[Proof]:
    """Judged again with the profiles the job was begun with, as far as their files are there."""
    recorded: dict[str, Any] = {}
    for slot, entry in document.get("profiles", {}).items():
        text = profile_text(entry["id"], entry["sha256"], (RESOURCES, folder.path))
        if text is None:
            yield proof("profile_gone", texts, good=False, at=entry["id"])
        else:
            recorded[slot] = {**entry, "text": text}
    profiles, problems = recorded_profiles(recorded)
    for slot, why in problems:
        yield proof("profile", texts, good=False, at=slot, reason=why)
    if len(recorded) == len(document.get("profiles", {})):
        try:
            yield from replay(links, profiles, str(document.get("asset", "")), texts)
        except msgspec.ValidationError as error:
            yield proof("replay", texts, good=False, reason=str(error))


def _at(place: str, more: str) -> str:
    return f"{place}, {more}" if more else place
