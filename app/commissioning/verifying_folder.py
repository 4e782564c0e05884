"""Proof of a data folder: the audit, every kept record, and the evidence of every job.

The store is opened only to read, so that a program that works with the folder is not disturbed;
what is proved is what was durable at one moment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.commissioning.evidence import profile_text
from app.commissioning.proofs import Proof, note, proof
from app.commissioning.proving_places import fewer, told
from app.commissioning.proving_readings import readings_proofs, summaries_proofs
from app.commissioning.replaying import ChainLink, judgeable, recorded_profiles, replay
from app.commissioning.sealing import SIGNED, sealed_file
from app.commissioning.verifying import verify, verify_remains
from app.core.errors import StoreUnavailable, UserFacing
from app.services.audit import flaw_text, read_anchors
from app.services.data_folder import DataFolder
from app.settings import RESOURCES, Texts
from app.store.opening import open_reader
from app.store.records_chain import ChainFlaw, Flaw
from app.store.records_damage import KeptRow
from app.store.records_filing import Filing
from app.store.records_reading import RecordReads
from app.store.records_rows import Table
from app.wording import worded


async def verify_folder(path: Path, texts: Texts) -> list[Proof]:
    """Every proof of a data folder, in order.

    Raises:
        UserFacing: there is no store in the folder.
    """
    folder = DataFolder(path)
    if not folder.store.is_file():
        raise worded(UserFacing, texts, "verify.no_folder", folder=path)
    try:
        store = await open_reader(folder.store_url)
    except StoreUnavailable as error:
        return [proof("store", texts, good=False, at=str(folder.store), reason=error.seen)]
    proofs: list[Proof] = []
    try:
        filing = await store.records.filing()
        if filing.store is not None:
            return [proof("store_number", texts, good=False, at="meta store_id", was=filing.store)]
        async for found in _proofs(folder, filing, store.records, texts):
            proofs.append(found)  # noqa: PERF401  # what was proved before an error is told, too
        proofs.extend(readings_proofs(await store.prove(), texts))
        proofs.extend(summaries_proofs(await store.prove_summaries(), texts))
        proofs.append(note("unproved", texts))
    except StoreUnavailable as error:
        reason = error.cause or error.seen
        proofs.append(proof("store", texts, good=False, at=str(folder.store), reason=reason))
    finally:
        await store.close()
    return proofs


async def _proofs(
    folder: DataFolder, filing: Filing, records: RecordReads, texts: Texts
) -> AsyncIterator[Proof]:
    for found in (*_audit(folder, filing, texts), *_records(filing, texts)):
        yield found
    known = {row.key: kept["document"] for row in filing.jobs if (kept := row.restored)}
    signed = _signed(filing)
    lost = {row.key for row in filing.jobs if row.restored is None}
    for job in sorted((set(signed) | set(filing.attempts)) - set(known)):
        if job in lost:
            yield note("without_job", texts, job=job, count=len(filing.attempts.get(job, ())))
        else:
            yield proof("orphan", texts, good=False, at=job)
    for job in sorted(job for job in set(signed) & set(known) if not known[job].get("seal")):
        yield proof("unsealed", texts, good=False, at=job)
    for job, document in known.items():
        rows = await records.kept_attempts(filing.attempts.get(job, ()))
        for found in _job(job, document, rows, folder, filing, texts):
            yield replace(found, text=f"{job}: {found.text}")
        if document.get("seal"):
            for found in _audited(signed.get(job, ()), document, filing, texts):
                yield replace(found, text=f"{job}: {found.text}")
    if not known and not lost:
        yield proof("no_job", texts, good=True)


def _audit(folder: DataFolder, filing: Filing, texts: Texts) -> Iterator[Proof]:
    anchors = [head for _, head in read_anchors(folder.anchors)]
    flaws = _besides_damage(filing.flaws(Table.AUDIT, "", filing.audit, anchors))
    altered = told(Table.AUDIT, filing.audit, texts)
    yield from altered
    yield from fewer([_flaw("audit", "audit", flaw, texts) for flaw in flaws], texts)
    yield from _cut(filing.audit, texts, "entries")
    if not flaws and not altered:
        yield proof("audit", texts, good=True, count=len(filing.audit))


def _flaw(key: str, table: str, flaw: ChainFlaw, texts: Texts) -> Proof:
    at = f"{table} {flaw.number}"
    return proof(key, texts, good=False, at=at, reason=flaw_text(flaw, texts))


def _cut(rows: Sequence[KeptRow], texts: Texts, what: str) -> Iterator[Proof]:
    """What a row that is lost means for those before and behind it."""
    places = [at for at, row in enumerate(rows) if row.restored is None]
    if places:
        after = len(rows) - 1 - places[-1]
        yield note(f"cut_{what}", texts, before=places[-1] + 1 - len(places), after=after)


def _besides_damage(flaws: Sequence[ChainFlaw]) -> list[ChainFlaw]:
    """Flaws of a chain without the damaged rows: those are told by themselves."""
    return [flaw for flaw in flaws if flaw.flaw is not Flaw.DAMAGED]


def _records(filing: Filing, texts: Texts) -> Iterator[Proof]:
    """The tables whose rows stand alone; audit and attempts are chains."""
    for table, (count, damaged) in filing.alone.items():
        yield from told(table, damaged, texts)
        if count and not damaged:
            yield proof(f"records_{table.sql}", texts, good=True, count=count)
    altered = told(Table.JOB, filing.jobs, texts)
    yield from altered
    if filing.jobs and not altered:
        yield proof("records_job", texts, good=True, count=len(filing.jobs))
    yield from told(Table.CHAIN, filing.heads, texts)


def _signed(filing: Filing) -> dict[str, list[tuple[int, str]]]:
    """The jobs that the audit says were signed: in which entries, and as what."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in filing.audit:
        if (entry := row.restored) is not None and entry["action"] == SIGNED:
            found.setdefault(str(entry["target"]), []).append((row.id, str(entry["detail"])))
    return found


def _job(
    job: str,
    document: Mapping[str, Any],
    rows: Sequence[KeptRow],
    folder: DataFolder,
    filing: Filing,
    texts: Texts,
) -> Iterator[Proof]:
    altered = told(Table.ATTEMPT, rows, texts, asset=str(document.get("asset", "")))
    yield from altered
    flaws = _besides_damage(filing.flaws(Table.ATTEMPT, job, rows))
    yield from fewer([_flaw("evidence", "attempt", flaw, texts) for flaw in flaws], texts)
    yield from _cut(rows, texts, "attempts")
    lost = bool(flaws) or any(row.restored is None for row in rows)
    plain = [{**found, "hash": row.hash} for row in rows if (found := row.restored) is not None]
    seal = document.get("seal")
    if seal and lost:
        body = {**seal["rest"], "attempts": plain}
        yield note("remains", texts)
        yield from verify_remains(body, seal["facts"], document, texts)
    elif seal:
        # What is compared is the record with its byte put back: not every byte is as signed.
        mended = bool(altered) or any(row.key == job and not row.is_whole for row in filing.jobs)
        said = verify(sealed_file(document, plain), texts)
        yield from (one for one in said if not (mended and one.good and one.id == "bytes"))
    else:
        if not lost and not altered:
            yield proof("chain", texts, good=True, count=len(rows))
        yield from _replayed([ChainLink.of(row) for row in plain], document, folder, texts)


def _audited(
    said: Sequence[tuple[int, str]], document: Mapping[str, Any], filing: Filing, texts: Texts
) -> Iterator[Proof]:
    """Whether the audit was told of this signature and no other."""
    same = len(said) == 1 and said[0][1] == document["seal"]["facts"].get("sha256")
    if not said and any(row.restored is None for row in filing.audit):
        yield note("audited", texts)
    else:
        yield proof("audited", texts, good=same, at=f"audit {said[-1][0]}" if said else "")


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
    gone = set(document.get("profiles", {})) - set(profiles)
    yield from replay(judgeable(links, gone), profiles, str(document.get("asset", "")), texts)
