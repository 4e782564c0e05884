"""Reading records: in the reader pool, newest revision, damaged rows left out but never unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec

from app.core.commands import FINISHED, AuditEntry, Command, Trial
from app.core.commissioning import Attempt
from app.store.reading import Reader
from app.store.records_chain import ChainFlaw, Head, head_of, verify
from app.store.records_damage import KeptRow, kept_rows
from app.store.records_filing import Filing, attempts, filing
from app.store.records_rows import RecordRow, Table, plain, rows_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDraft:
    """An audit entry before it has its place in the chain; the fields are those of AuditEntry."""

    time_ns: int
    who: str
    where: str
    action: str
    target: str
    detail: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAttempt:
    """An attempt with its link in the evidence chain of its job."""

    attempt: Attempt
    number: int
    previous_hash: str
    hash: str


class Pool(Protocol):
    """Where reads run (app.store.readers.ReaderPool)."""

    async def run(self, store: int, work: Callable[[Reader], T]) -> T:
        """Run a read of the store with this number."""


class RecordReads:
    """What can be asked of the records, also of a store that is open only to read."""

    def __init__(self, pool: Pool, store: Callable[[], int]) -> None:
        self._pool = pool
        self._store = store

    async def audit(
        self, *, after: int = 0, most: int = 1000, target: str = ""
    ) -> list[AuditEntry]:
        """Entries after a number, oldest first; only those about a target where one is given."""
        where = "WHERE id > ? AND (? = '' OR key = ?) ORDER BY id LIMIT ?"
        values = (after, target, plain(target), most)
        rows = await self._rows(Table.AUDIT, where, values)
        return [AuditEntry(**row.document, hash=row.hash) for row in rows]

    async def verify_audit(self, anchors: Sequence[Head] = ()) -> list[ChainFlaw]:
        """Every flaw of the audit's chain, none where nobody touched it."""
        return await self._read(lambda db, store: verify(db, store, Table.AUDIT, "", anchors))

    async def audit_head(self) -> Head:
        """The end of the audit now, to be kept elsewhere as an anchor."""
        return await self._read(lambda db, store: head_of(db, store, Table.AUDIT, ""))

    async def command(self, command: str) -> Command | None:
        """The command of that id as it was kept last."""
        rows = await self._rows(Table.COMMAND, "WHERE key = ?", (plain(command),))
        return _command(rows[0]) if rows else None

    async def commands(self, *, most: int = 1000, unfinished: bool = False) -> list[Command]:
        """Commands as they were kept last, the newest first; only those without an end."""
        states = tuple(sorted(state.value for state in FINISHED))
        where = f"WHERE note NOT IN ({','.join('?' * len(states))})" if unfinished else ""
        values = (*(states if unfinished else ()), most)
        rows = await self._rows(Table.COMMAND, f"{where} ORDER BY id DESC LIMIT ?", values)
        return [_command(row) for row in rows]

    async def trials(self) -> list[Trial]:
        """What was switched for a while and is still to be put back, in order of its beginning."""
        rows = await self._rows(Table.TRIAL, "WHERE note = 'open' ORDER BY id", ())
        return [msgspec.convert(row.document, Trial) for row in rows]

    async def job(self, job: str) -> dict[str, Any] | None:
        """The document of a job, None where there is none."""
        rows = await self._rows(Table.JOB, "WHERE key = ?", (plain(job),))
        return dict(rows[0].document["document"]) if rows else None

    async def jobs(self) -> dict[str, dict[str, Any]]:
        """The documents of all jobs by id, in order of their beginning."""
        rows = await self._rows(Table.JOB, "ORDER BY id", ())
        return {row.document["id"]: row.document["document"] for row in rows}

    async def attempts(self, job: str) -> list[KeptAttempt]:
        """Every attempt of a job, in order."""
        rows = await self._rows(Table.ATTEMPT, "WHERE key = ? ORDER BY id", (plain(job),))
        return [
            KeptAttempt(
                attempt=msgspec.convert(row.document["attempt"], Attempt),
                number=row.document["number"],
                previous_hash=row.document["previous_hash"],
                hash=row.hash,
            )
            for row in rows
        ]

    async def verify_attempts(self, job: str, anchors: Sequence[Head] = ()) -> list[ChainFlaw]:
        """Every flaw of a job's evidence chain, none where nobody touched it."""
        return await self._read(lambda db, store: verify(db, store, Table.ATTEMPT, job, anchors))

    async def attempts_head(self, job: str) -> Head:
        """The end of a job's evidence chain, which a signature covers."""
        return await self._read(lambda db, store: head_of(db, store, Table.ATTEMPT, job))

    async def kept_rows(
        self, table: Table, key: str | None = None, *, note: str | None = None
    ) -> list[KeptRow]:
        """Every row of a table in order, also the damaged ones, or those of one key or note."""
        own = None if key is None else plain(key)
        return await self._read(lambda db, store: kept_rows(db, store, table, key=own, note=note))

    async def filing(self) -> Filing:
        """All records of this moment, as a proof of the file needs them."""
        return await self._read(filing)

    async def kept_attempts(self, places: Sequence[int]) -> list[KeptRow]:
        """The attempts in the rows of these ids, damaged or not."""
        return await self._read(lambda db, store: attempts(db, store, places))

    async def _rows(self, table: Table, where: str, values: tuple[object, ...]) -> list[RecordRow]:
        return await self._read(lambda db, store: rows_of(db, store, table, where, values))

    async def _read(self, work: Callable[[sqlite3.Connection, int], T]) -> T:
        store = self._store()

        def snapshot(reader: Reader) -> T:
            reader.connection.execute("BEGIN")
            try:
                return work(reader.connection, store)
            finally:
                reader.connection.execute("ROLLBACK")

        return await self._pool.run(store, snapshot)


def _command(row: RecordRow) -> Command:
    return msgspec.convert(row.document, Command)
