"""The store in one SQLite file: the promises of ``Store``, kept by a writer and some readers."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import StoreUnavailable
from app.core.rows import RowBatch
from app.settings import Texts, limit
from app.store.base import Recovery, StoreStatus
from app.store.catalog import Catalog
from app.store.guard import StoreLock
from app.store.health import check, sidecar
from app.store.readers import ReaderPool, Reads
from app.store.records import Records
from app.store.salvage import recover
from app.store.schema import open_reader, open_writer, store_id
from app.store.writer import Writer
from app.wording import told


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A store that is locked, whole and loaded; ``unchecked``: its check goes on behind."""

    path: Path
    connection: sqlite3.Connection
    catalog: Catalog
    lock: StoreLock
    recovery: Recovery | None
    unchecked: bool


class SqliteStore(Reads):
    """Samples in a SQLite file. Reads see what is durable, and late samples in their place."""

    def __init__(
        self,
        opened: Opened,
        *,
        texts: Texts,
        on_problem: Callable[[StoreStatus], None] | None = None,
    ) -> None:
        self.recovery = opened.recovery
        self._path = opened.path
        self._lock = opened.lock
        self._texts = texts
        self._on_problem = on_problem
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(
            opened.path, opened.connection, opened.catalog, self._problem_changed, self._repair
        )
        self._pool = ReaderPool(opened.path, self._writer.doubt)
        super().__init__(self._pool, lambda: self._writer.catalog)
        self.records = Records(opened.path, self._writer, self._pool, texts)
        self._closed = False
        self._checking: asyncio.Future[None] | None = None
        self._writer.start()
        if opened.unchecked:
            self._checking = self._loop.run_in_executor(None, self._check)

    def append(self, batches: Sequence[RowBatch]) -> None:
        """Take batches; durable within 250 ms. Never blocks.

        Raises:
            StoreUnavailable: the store is closed.
        """
        if self._closed:
            raise told(StoreUnavailable, "store.unwritten.closed", path=self._path)
        self._writer.inbox.append(batches)

    async def flush(self) -> None:
        """Return when everything appended so far is durable, or raise StoreUnavailable."""
        done: asyncio.Future[None] = self._loop.create_future()

        def settle(error: Exception | None) -> None:
            self._loop.call_soon_threadsafe(_settle, done, error)

        self._writer.inbox.on_durable(settle)
        await done

    async def compact(self) -> None:
        """Move all rows out of the journal into segments and chunks now."""
        await self.flush()
        await self._on_writer(self._writer.compact)

    async def retain(self, now_ns: int) -> None:
        """Apply the limits of age and size as of a moment; done by itself every ten minutes."""
        await self._on_writer(lambda: self._writer.retain(now_ns))

    def status(self) -> StoreStatus:
        """Size and state now; cheap, for the status bar."""
        writer = self._writer
        return StoreStatus(
            bytes=writer.file_bytes,
            pending_samples=writer.inbox.samples,
            durable_ns=writer.durable_ns,
            problem=self._texts.get(f"store.{writer.problem}") if writer.problem else "",
            problem_id=writer.problem,
        )

    @property
    def dropped_samples(self) -> int:
        """Samples dropped because the disk was away for too long."""
        return self._writer.inbox.dropped_samples

    async def close(self) -> None:
        """Flush, compact what is pending, close every connection and thread."""
        if self._closed:
            return
        self._closed = True
        if self._checking is not None:
            await asyncio.wait({self._checking})
        self._writer.inbox.close()
        await asyncio.to_thread(self._writer.join)
        self.records.close()
        await self._pool.close()
        self._lock.release()

    async def _on_writer(self, job: Callable[[], None]) -> None:
        done: asyncio.Future[None] = self._loop.create_future()

        def run() -> None:
            job()
            self._loop.call_soon_threadsafe(_settle, done, None)

        self._writer.inbox.post(run)
        await done

    def _check(self) -> None:
        """The check that was too long for the start."""
        connection = open_reader(self._path)
        try:
            whole = check(connection, limit("store", "quick_check_most_s"), self._stop_check)
        except sqlite3.DatabaseError:
            whole = False
        finally:
            connection.close()
        if whole is False:
            self._writer.doubt()

    def _stop_check(self) -> bool:
        return self._closed

    def _repair(self) -> tuple[sqlite3.Connection, Catalog]:
        """Recover the file while running; on the writer's thread, its connection closed."""
        self._pool.renew()
        wal = sidecar(self._path, "-wal")
        self.recovery = recover(self._path, wal if wal.exists() else None, self._texts)
        connection = open_writer(self._path)
        catalog = Catalog(store_id(connection))
        catalog.load(connection)
        self._pool.renew()
        return connection, catalog

    def _problem_changed(self) -> None:
        if self._on_problem is not None:
            self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        if self._on_problem is not None:
            self._on_problem(self.status())


def _settle(future: asyncio.Future[None], error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
