"""Small records that must never be lost: commands, audit, jobs and their attempts.

Each call is one transaction on the store's writer connection, synchronous to the disk (FULL), and
returns only when it is durable. Samples wait for the disk; a record is refused in words instead.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from app.core.commands import AuditEntry, Command, Trial
from app.core.commissioning import Attempt
from app.core.errors import StoreUnavailable
from app.settings import Texts
from app.store.ballast import Ballast
from app.store.catalog import Catalog
from app.store.faults import DAMAGED, problem_of
from app.store.inbox import Inbox
from app.store.records_chain import append
from app.store.records_reading import AuditDraft, Pool, RecordReads
from app.store.records_rows import Table, canonical, rows_of, upsert

T = TypeVar("T")
Work = Callable[[sqlite3.Connection, int], T]
_TIDY_EVERY = 64


class RecordWriter(Protocol):
    """What records need of the store's writer; the connection belongs to its thread."""

    inbox: Inbox
    ballast: Ballast
    catalog: Catalog
    connection: sqlite3.Connection

    def doubt(self) -> None:
        """Somebody met damage in the file."""


class Records(RecordReads):
    """Writes records. Made and used on the loop; the work is done on the writer's thread."""

    def __init__(
        self, path: Path, writer: RecordWriter, pool: Pool, texts: Texts | None = None
    ) -> None:
        super().__init__(pool, lambda: writer.catalog.store_id)
        self._path = path
        self._writer = writer
        self._texts = texts or Texts()
        self._loop = asyncio.get_running_loop()
        self._waiting: set[asyncio.Future[Any]] = set()
        self._done = 0
        self._closed = False

    async def append_audit(self, draft: AuditDraft) -> AuditEntry:
        """Add one entry to the audit.

        Raises:
            StoreUnavailable: it is not written, and the words say why.
        """
        return await self._write(lambda db, store: _audit(db, store, draft))

    async def save_command(
        self, command: Command, audit: AuditDraft | None = None, trial: Trial | None = None
    ) -> None:
        """Keep a command as it stands now; its audit entry and its trial in the same transaction.

        Raises:
            StoreUnavailable: nothing is written.
        """
        document = canonical(command)

        def work(db: sqlite3.Connection, store: int) -> None:
            upsert(db, store, Table.COMMAND, document)
            if trial is not None:
                upsert(db, store, Table.TRIAL, canonical(trial))
            if audit is not None:
                _audit(db, store, audit)

        await self._write(work)

    async def save_trial(self, trial: Trial, audit: AuditDraft) -> None:
        """Keep what became of a trial, in place of what was kept of its point.

        Raises:
            StoreUnavailable: it is not written.
        """

        def work(db: sqlite3.Connection, store: int) -> None:
            upsert(db, store, Table.TRIAL, canonical(trial))
            _audit(db, store, audit)

        await self._write(work)

    async def begin_command(self, command: Command, audit: AuditDraft) -> Command:
        """Keep a new command; where one of that id is kept already, that one is returned instead.

        Raises:
            StoreUnavailable: it is not written.
        """
        document = canonical(command)

        def work(db: sqlite3.Connection, store: int) -> Command:
            where = "WHERE key = ?"
            for row in rows_of(db, store, Table.COMMAND, where, (command.id,)):
                return msgspec.convert(row.document, Command)
            upsert(db, store, Table.COMMAND, document)
            _audit(db, store, audit)
            return command

        return await self._write(work)

    async def save_job(
        self, job: str, document: Mapping[str, Any], audit: AuditDraft | None = None
    ) -> None:
        """Keep a job's document, in place of the one before, with the audit entry of it.

        Raises:
            StoreUnavailable: the one before is still kept.
        """
        content = canonical({"id": job, "document": document})

        def work(db: sqlite3.Connection, store: int) -> None:
            upsert(db, store, Table.JOB, content)
            if audit is not None:
                _audit(db, store, audit)

        await self._write(work)

    async def save_attempt(self, attempt: Attempt) -> str:
        """Add an attempt to the evidence chain of its job; returns its hash.

        Raises:
            StoreUnavailable: it is not written.
        """
        plain = msgspec.to_builtins(attempt)

        def fields(number: int, previous: str) -> dict[str, Any]:
            return {"attempt": plain, "number": number, "previous_hash": previous}

        work = partial(append, table=Table.ATTEMPT, chain=attempt.job, fields=fields)
        _, own = await self._write(work)
        return own

    def close(self) -> None:
        """What still waits for a writer that has ended is refused; so is all that comes later."""
        self._closed = True
        for future in self._waiting:
            if not future.done():
                future.set_exception(self._refusal("closed"))

    async def _write(self, work: Work[T]) -> T:
        if self._closed:
            raise self._refusal("closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        self._writer.inbox.post(partial(self._attempt, work, future, 1))
        self._done += 1
        if self._done % _TIDY_EVERY == 0:
            # The writer looks at the size of its log with each tick; this makes one due.
            self._writer.inbox.on_durable(_no_matter)
        return await future

    def _attempt(self, work: Work[T], future: asyncio.Future[T], again: int) -> None:
        """One try of a transaction, on the writer's thread."""
        writer = self._writer
        problem = "fault"
        try:
            result = _transaction(writer.connection, writer.catalog.store_id, work)
            self._settle(future.set_result, result, future)
            problem = ""
        except sqlite3.Error as error:
            problem = problem_of(error) or "fault"
            if again and problem == "full" and writer.ballast.free():
                problem = ""
                self._attempt(work, future, again - 1)
            elif again and problem == DAMAGED:
                problem = ""
                writer.doubt()
                # Twice through the inbox: the writer mends the file in between.
                retry = partial(self._attempt, work, future, again - 1)
                writer.inbox.post(partial(writer.inbox.post, retry))
        finally:
            if problem:
                self._settle(future.set_exception, self._refusal(problem), future)

    def _settle(
        self, setter: Callable[[Any], None], value: object, future: asyncio.Future[T]
    ) -> None:
        def settle() -> None:
            if not future.done():
                setter(value)

        self._loop.call_soon_threadsafe(settle)

    def _refusal(self, problem: str) -> StoreUnavailable:
        key = f"records.refused.{problem}"
        return StoreUnavailable(
            self._texts.get(f"{key}.seen", path=self._path),
            action=self._texts.get(f"{key}.action", folder=self._path.parent),
        )


def _transaction(connection: sqlite3.Connection, store: int, work: Work[T]) -> T:
    """Run work in one transaction; after an error nothing of it is left."""
    connection.execute("BEGIN IMMEDIATE")
    done = False
    try:
        result = work(connection, store)
        connection.execute("COMMIT")
        done = True
        return result
    finally:
        if not done and connection.in_transaction:
            connection.execute("ROLLBACK")


def _audit(connection: sqlite3.Connection, store: int, draft: AuditDraft) -> AuditEntry:
    plain = msgspec.to_builtins(draft)
    kept: dict[str, Any] = {}

    def fields(number: int, previous: str) -> dict[str, Any]:
        kept.update(plain, number=number, previous_hash=previous)
        return kept

    _, own = append(connection, store, Table.AUDIT, "", fields)
    return AuditEntry(**kept, hash=own)


def _no_matter(error: Exception | None) -> None:
    """The tidying that was asked for is nobody's promise."""
    del error
