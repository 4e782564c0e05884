"""The store in one SQLite file: the promises of ``Store``, kept by a writer and some readers."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.codecs.series import Envelope, Series
from app.core.errors import StoreUnavailable
from app.core.rows import PointKey, RowBatch, ValueKind
from app.settings import Texts, limit
from app.store.base import Recovery, StoredPoint, StoreStatus
from app.store.catalog import Catalog
from app.store.reading import Reader
from app.store.schema import open_reader
from app.store.writer import Writer

T = TypeVar("T")


class SqliteStore:
    """Samples in a SQLite file. Reads see what is durable, and late samples in their place."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        catalog: Catalog,
        *,
        texts: Texts,
        on_problem: Callable[[StoreStatus], None] | None = None,
        recovery: Recovery | None = None,
    ) -> None:
        self.recovery = recovery
        self._path = path
        self._catalog = catalog
        self._texts = texts
        self._on_problem = on_problem
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(path, connection, catalog, self._problem_changed)
        self._pool = ThreadPoolExecutor(int(limit("store", "readers")), "store-reader")
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False
        self._writer.start()

    def append(self, batches: Sequence[RowBatch]) -> None:
        """Take batches; durable within 250 ms. Never blocks.

        Raises:
            StoreUnavailable: the store is closed.
        """
        if self._closed:
            raise StoreUnavailable("Samples were appended to a store that is closed.")
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

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Every sample with start_ns <= source time < end_ns, duplicates resolved."""
        places = self._catalog.places(key)
        return await self._reading(lambda r: r.series(key, places, start_ns, end_ns))

    async def envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """The point reduced to at most ``buckets`` buckets, in time independent of the span.

        Buckets are those of ``app.codecs.reduce.bucket_width``; the pause over which no line is
        drawn is that of ``max_gap_ns``.
        """
        places = self._catalog.places(key)
        return await self._reading(lambda r: r.envelope(key, places, (start_ns, end_ns), buckets))

    async def max_gap_ns(self, key: PointKey) -> int:
        """The longest pause of a point that is no gap: three times its usual one, 0 unknown."""
        places = self._catalog.places(key)
        return await self._reading(lambda r: r.max_gap_ns(places))

    async def points(self) -> list[StoredPoint]:
        """Every point with samples; late ones may count twice until they are compacted."""
        return await self._reading(self._points)

    def _points(self, reader: Reader) -> list[StoredPoint]:
        found: list[StoredPoint] = []
        for key in self._catalog.point_keys():
            places = self._catalog.places(key)
            if (span := reader.span(places)) is not None:
                kind: ValueKind = places[-1].kind
                first, last, count = span
                found.append(
                    StoredPoint(key=key, kind=kind, first_ns=first, last_ns=last, samples=count)
                )
        return found

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
        self._writer.inbox.close()
        await self._loop.run_in_executor(None, self._writer.join)
        await self._loop.run_in_executor(None, self._pool.shutdown)
        for connection in self._connections:
            connection.close()

    async def _on_writer(self, job: Callable[[], None]) -> None:
        done: asyncio.Future[None] = self._loop.create_future()

        def run() -> None:
            job()
            self._loop.call_soon_threadsafe(_settle, done, None)

        self._writer.inbox.post(run)
        await done

    async def _reading(self, work: Callable[[Reader], T]) -> T:
        return await self._loop.run_in_executor(self._pool, self._read, work)

    def _read(self, work: Callable[[Reader], T]) -> T:
        try:
            reader = getattr(self._local, "reader", None)
            if reader is None:
                connection = open_reader(self._path)
                self._connections.append(connection)
                reader = self._local.reader = Reader(connection, self._catalog.store_id)
            return work(reader)
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"Samples could not be read from {self._path}.", cause=str(error)
            ) from error

    def _problem_changed(self, name: str) -> None:
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
