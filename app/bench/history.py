"""``wayside bench history``: a day, a year, 32 points at once, beside the bare arrays on disk.

The limit of a read is numpy reading the same samples from plain files (times, values, qualities)
and reducing them to the same width. The limit of ingest is writing the same rows to a plain file,
synchronised to the disk. Data are as sensors give them: values with one or two decimals, noise,
times with some milliseconds of jitter, receive times some milliseconds later.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.bench.report import BenchLine, Emit
from app.codecs.reduce import envelope
from app.codecs.rows import row_dtype
from app.core.rows import PointKey, RowBatch, RowLayout, ValueKind
from app.store.opening import open_store
from app.store.sqlite import SqliteStore

SECOND = 1_000_000_000
DAY = 86_400
_START = 1_735_689_600 * SECOND
_BUCKETS = 1400
_BATCH = 65_536
_POINTS, _AT_ONCE = 40, 32
_ROUNDS = 7
_REACH_MS = {"day": 5.0, "year": 15.0, "points": 100.0}
_REACH_BYTES, _REACH_RATE = 2.5, 1_000_000.0


def run(emit: Emit, quick: bool) -> None:  # the signature of every bench
    """Measure all of it; ``quick`` takes 40 days for the year and six hours for the 32 points."""
    days, pole_s = (40, DAY // 4) if quick else (365, DAY)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_year(Path(folder), days, emit))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_pole(Path(folder), pole_s, emit))


@dataclass(frozen=True, slots=True)
class _Data:
    """Rows of one layout, generated a batch at a time and kept as plain files as well."""

    folder: Path
    layout: RowLayout
    count: int

    def batches(self) -> list[RowBatch]:
        """All rows as batches; the plain files are written on the way."""
        made = []
        files = [(self.folder / name).open("wb") for name in ("times", "quality", "values")]
        for start in range(0, self.count, _BATCH):
            rows = _rows(self.layout, start, min(_BATCH, self.count - start))
            made.append(RowBatch(layout=self.layout, data=rows.tobytes()))
            parts = (rows["source"], rows["quality"][:, 0], rows["f"][:, 0])
            for file, part in zip(files, parts, strict=True):
                file.write(np.ascontiguousarray(part).tobytes())
        for file in files:
            file.close()
        return made

    def bare(self, first: int, count: int) -> None:
        """Read a window from the plain files and reduce it."""
        times = np.fromfile(self.folder / "times", np.int64, count, offset=8 * first)
        values = np.fromfile(self.folder / "values", np.float64, count, offset=8 * first)
        quality = np.fromfile(self.folder / "quality", np.uint8, count, offset=first)
        key = PointKey(device="bench", point="p00")
        span = int(times[0]), int(times[-1]) + 1
        envelope(key, times, values, quality, *span, _BUCKETS, 3 * SECOND)


def _rows(layout: RowLayout, first: int, count: int) -> NDArray[np.void]:
    """A pole's sensors: daily curves with noise, one or two decimals, jitter in both times."""
    rng = np.random.default_rng(first)
    ms = SECOND // 1000
    seconds = np.arange(first, first + count)
    rows = np.zeros(count, row_dtype(layout))
    jitter = np.rint(rng.normal(0, 2, count)).astype(np.int64) * ms
    rows["source"] = _START + seconds * SECOND + jitter
    rows["received"] = rows["source"] + np.rint(rng.exponential(8, count)).astype(np.int64) * ms
    angle = 2 * np.pi * seconds / DAY
    for column in range(layout.floats):
        decimals = 1 + column % 2
        level = 20 * (1 + column % 5) + 5 * np.sin(angle + column)
        noise = rng.normal(0, (0.1, 0.05)[column % 2], count)
        rows["f"][:, column] = np.round(level + noise, decimals)
    return rows


def _layout(points: int) -> RowLayout:
    kinds = {f"p{number:02}": ValueKind.FLOAT for number in range(points)}
    return RowLayout.make("bench", "1s", kinds)


async def _year(folder: Path, days: int, emit: Emit) -> None:
    data = _Data(folder, _layout(1), days * DAY)
    store, batches = await _opened(folder), data.batches()
    try:
        emit(await _ingested(store, batches, f"{days} days of 1 Hz, one point, into the store"))
        end = _START + data.count * SECOND
        key = PointKey(device="bench", point="p00")
        whole = ("year", f"{days} days of 1 Hz", days * DAY)
        for name, work, seconds in (("day", "a day of 1 Hz", DAY), whole):
            start = end - seconds * SECOND

            read = partial(store.envelope, key, start, end, _BUCKETS)
            bare = partial(data.bare, data.count - seconds, seconds)
            emit(_line(f"{work}, read and reduced", name, *await _best_ms(read, bare)))
    finally:
        await store.close()


async def _pole(folder: Path, seconds: int, emit: Emit) -> None:
    data = _Data(folder, _layout(_POINTS), seconds)
    store, batches = await _opened(folder), data.batches()
    keys = [PointKey(device="bench", point=f"p{number:02}") for number in range(_AT_ONCE)]
    window = (_START, _START + seconds * SECOND)
    try:
        emit(await _ingested(store, batches, f"{_POINTS} points of a pole into the store"))

        async def read() -> None:
            await asyncio.gather(*(store.envelope(key, *window, _BUCKETS) for key in keys))

        found, limit = await _best_ms(read, partial(data.bare, 0, seconds))
        work = f"{_AT_ONCE} points at once, {seconds / 3600:g} h of 1 Hz each"
        emit(_line(work, "points", found, _AT_ONCE * limit))
    finally:
        await store.close()
    size = _used_bytes(folder / "samples.db") / (seconds * _POINTS)
    plain = 25.0
    emit(
        BenchLine(
            bench="history",
            work=f"size on disk, {_POINTS} points of a pole, with both times and quality",
            value=round(size, 3),
            unit="bytes/sample",
            limit=plain,
            ratio=size / plain,
            reach=f"<= {_REACH_BYTES} bytes",
            ok=size <= _REACH_BYTES,
        )
    )


def _used_bytes(path: Path) -> int:
    """The file without the free pages, which the next samples take."""
    with closing(sqlite3.connect(path)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


async def _opened(folder: Path) -> SqliteStore:
    return await open_store(f"sqlite://{(folder / 'samples.db').as_posix()}")


async def _ingested(store: SqliteStore, batches: list[RowBatch], work: str) -> BenchLine:
    """Append everything, wait until it is durable and in chunks; half of the limit on each side."""
    samples = sum(len(batch) * batch.layout.floats for batch in batches)
    half = len(batches) // 2
    bare_s = _written_s(batches[:half])
    start = time.perf_counter()
    for batch in batches:
        store.append([batch])
        if store.status().pending_samples > 2 * samples // len(batches) + 1:
            await store.flush()
    await store.compact()
    rate = samples / (time.perf_counter() - start)
    limit = samples / (bare_s + _written_s(batches[half:]))
    return BenchLine(
        bench="history",
        work=work,
        value=rate,
        unit="samples/s",
        limit=limit,
        ratio=rate / limit,
        reach=f">= {_REACH_RATE:,.0f} samples/s",
        ok=rate >= _REACH_RATE,
    )


def _written_s(batches: list[RowBatch]) -> float:
    """Seconds to write the rows to a plain file, each batch synchronised."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        for batch in batches:
            file.write(batch.data)
            file.flush()
            os.fsync(file.fileno())
    return time.perf_counter() - start


def _line(work: str, reach: str, found_ms: float, limit_ms: float) -> BenchLine:
    return BenchLine(
        bench="history",
        work=work,
        value=round(found_ms, 3),
        unit="ms",
        limit=round(limit_ms, 3),
        ratio=found_ms / limit_ms,
        reach=f"<= {_REACH_MS[reach]:g} ms",
        ok=found_ms <= _REACH_MS[reach],
    )


async def _best_ms(
    work: Callable[[], Awaitable[object]], bare: Callable[[], None]
) -> tuple[float, float]:
    """The best of some rounds of each; they take turns, so that what else runs falls on both."""
    found = limit = float("inf")
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        await work()
        between = time.perf_counter()
        bare()
        found = min(found, between - start)
        limit = min(limit, time.perf_counter() - between)
    return found * 1e3, limit * 1e3
