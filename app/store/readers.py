"""Readers: a small pool of threads, each with a connection that can only read."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.codecs.series import Envelope, Series
from app.core.errors import StoreUnavailable
from app.core.rows import PointKey, RowBatch
from app.settings import limit
from app.store.base import Recovery, StoredPoint, StoreStatus
from app.store.catalog import Catalog
from app.store.faults import DAMAGED, problem_of
from app.store.health import sidecar
from app.store.journal import load_journal
from app.store.proving import ALWAYS, Proved, prove
from app.store.proving_summaries import prove_summaries
from app.store.reading import Reader
from app.store.records_reading import RecordReads
from app.store.schema import open_reader, store_id
from app.wording import told

T = TypeVar("T")


class ReaderPool:
    """Runs reads in threads; ``renew`` makes every thread open its connection again.

    Curves are asked for by the dozen, and reducing them is work of the interpreter: two threads
    on it wait for each other. So they have one thread, beside those of all other reads.

    ``at_rest`` is as ``open_reader`` has it: what is written later need not be seen.
    """

    def __init__(
        self,
        path: Path,
        on_damage: Callable[[], None] | None = None,
        *,
        at_rest: bool = False,
    ) -> None:
        self._path = path
        self._at_rest = at_rest
        self._on_damage = on_damage
        self._threads = ThreadPoolExecutor(int(limit("store", "readers")), "store-reader")
        self._curves = ThreadPoolExecutor(1, "store-curves")
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[sqlite3.Connection] = []
        self._generation = 0

    async def run(self, store: int, work: Callable[[Reader], T]) -> T:
        """Run a read of the store with this number.

        Raises:
            StoreUnavailable: the file cannot be read now.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._work, store, work)

    async def curve(self, store: int, work: Callable[[Reader], T]) -> T:
        """As ``run``, one after the other in the order in which they are asked for."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._curves, self._work, store, work)

    def _work(self, store: int, work: Callable[[Reader], T]) -> T:
        try:
            return work(self._reader(store))
        except sqlite3.Error as error:
            if problem_of(error) == DAMAGED and self._on_damage is not None:
                self._on_damage()
            raise told(StoreUnavailable, "store.unread", path=self._path, error=error) from error

    def _reader(self, store: int) -> Reader:
        if getattr(self._local, "generation", None) != self._generation:
            old = getattr(self._local, "connection", None)
            if old is not None:
                old.close()
            connection = open_reader(self._path, at_rest=self._at_rest)
            with self._lock:
                self._open.append(connection)
                self._local.generation = self._generation
            self._local.connection = connection
            self._local.reader = Reader(connection, store)
        reader: Reader = self._local.reader
        return reader

    def renew(self) -> None:
        """The file at the path is another one now."""
        with self._lock:
            self._generation += 1

    async def close(self) -> None:
        """Wait for running reads, then close every connection."""
        for threads in (self._threads, self._curves):
            await asyncio.to_thread(threads.shutdown)
        for connection in self._open:
            connection.close()


class Reads:
    """What can be asked of a store, over a pool and a catalog that may be replaced."""

    def __init__(self, pool: ReaderPool, catalog: Callable[[], Catalog]) -> None:
        self._pool = pool
        self._catalog_now = catalog

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Every sample with start_ns <= source time < end_ns, duplicates resolved."""
        catalog = self._catalog_now()
        places = catalog.places(key)
        return await self._pool.run(
            catalog.store_id, lambda r: r.series(key, places, start_ns, end_ns)
        )

    async def envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """The point reduced to at most ``buckets`` buckets, in time independent of the span.

        Buckets are those of ``app.codecs.reduce.bucket_width``; the pause over which no line is
        drawn is that of ``max_gap_ns``.
        """
        catalog = self._catalog_now()
        places = catalog.places(key)
        window = (start_ns, end_ns)
        return await self._pool.curve(
            catalog.store_id, lambda r: r.envelope(key, places, window, buckets)
        )

    async def max_gap_ns(self, key: PointKey) -> int:
        """The longest pause of a point that is no gap: three times its usual one, 0 unknown."""
        catalog = self._catalog_now()
        places = catalog.places(key)
        return await self._pool.run(catalog.store_id, lambda r: r.max_gap_ns(places))

    async def points(self) -> list[StoredPoint]:
        """Every point with samples; late ones may count twice until they are compacted."""
        catalog = self._catalog_now()
        return await self._pool.run(catalog.store_id, lambda r: _points(catalog, r))


def _points(catalog: Catalog, reader: Reader) -> list[StoredPoint]:
    found: dict[PointKey, StoredPoint] = {}
    for state, sections in catalog.snapshot():
        columns = zip(state.layout.columns, reader.spans(state, sections), strict=True)
        for column, span in columns:
            key = PointKey(device=state.layout.device, point=column.point)
            if not span[0]:
                continue
            counts, firsts, lasts = [span[0]], [span[1]], [span[2]]
            if (other := found.get(key)) is not None:
                counts.append(other.samples)
                firsts.append(other.first_ns)
                lasts.append(other.last_ns)
            found[key] = StoredPoint(
                key=key,
                kind=column.kind,
                first_ns=min(firsts),
                last_ns=max(lasts),
                samples=sum(counts),
            )
    return list(found.values())


class SqliteReader(Reads):
    """A store that another program may be writing to, opened only to read."""

    recovery: Recovery | None = None

    def __init__(self, path: Path, catalog: Catalog) -> None:
        super().__init__(ReaderPool(path, at_rest=True), lambda: catalog)
        self.records = RecordReads(self._pool, lambda: catalog.store_id)
        self._path = path

    @staticmethod
    def load(path: Path) -> SqliteReader:
        """Read what there is besides chunks and segments: layouts, counters and the journal.

        Raises:
            StoreUnavailable: the file cannot be read.
        """
        try:
            connection = open_reader(path, at_rest=True)
            try:
                connection.execute("BEGIN")
                catalog = Catalog(store_id(connection))
                catalog.load(connection)
                load_journal(connection, catalog)
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise told(
                StoreUnavailable, "store.closed_to.reading", path=path, error=error
            ) from error
        return SqliteReader(path, catalog)

    async def prove(
        self, keys: Collection[PointKey] | None = None, window: tuple[int, int] = ALWAYS
    ) -> Proved:
        """Check the seals of the readings, of all or of some points in a window."""
        store = self._catalog_now().store_id
        return await self._pool.run(store, lambda r: prove(r.connection, store, keys, window))

    async def prove_summaries(self) -> Proved:
        """Check what stands beside the readings: roll-ups, their index, and the layouts."""
        store = self._catalog_now().store_id
        return await self._pool.run(store, lambda r: prove_summaries(r.connection, store))

    def append(self, batches: Sequence[RowBatch]) -> None:
        """Refuse.

        Raises:
            StoreUnavailable: always.
        """
        del batches
        raise told(StoreUnavailable, "store.only_read", path=self._path)

    async def flush(self) -> None:
        """Nothing waits here."""

    def status(self) -> StoreStatus:
        """The size of the files."""
        files = (self._path, sidecar(self._path, "-wal"))
        size = sum(file.stat().st_size for file in files if file.exists())
        return StoreStatus(bytes=size, pending_samples=0, durable_ns=0)

    async def close(self) -> None:
        """Close every connection and thread."""
        await self._pool.close()
