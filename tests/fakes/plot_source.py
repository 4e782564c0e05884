"""A PlotSource over plain arrays: what memory has, what only the store has, and faults."""

from __future__ import annotations

import asyncio
from collections import Counter

import numpy as np

from app.bridge.plot_points import PointInfo
from app.codecs.reduce import envelope
from app.codecs.series import Envelope, Series
from app.core.errors import StoreUnavailable
from app.core.quality import Quality
from app.core.rows import PointKey, Sample, ValueKind

SECOND = 1_000_000_000


class ArraySource:
    """Points as arrays. ``memory_from`` hides what is older from the synchronous reads."""

    def __init__(self, max_gap_s: float = 15.0) -> None:
        self.times: dict[PointKey, np.ndarray] = {}
        self.values: dict[PointKey, np.ndarray] = {}
        self.memory_from = 0
        self.max_gap_ns = round(max_gap_s * SECOND)
        self.calls: Counter[str] = Counter()
        self.windows: list[tuple[int, int]] = []
        self.broken = False
        self.gate: asyncio.Event | None = None
        self.cancelled = 0

    def put(self, key: PointKey, times, values) -> None:
        """The whole of a point; NaN is a bad sample."""
        self.times[key] = np.asarray(times, np.int64)
        self.values[key] = np.asarray(values, np.float64)

    def append(self, key: PointKey, time_ns: int, value: float) -> None:
        """One more sample."""
        self.times[key] = np.append(self.times[key], np.int64(time_ns))
        self.values[key] = np.append(self.values[key], value)

    def _series(self, key: PointKey, start: int, end: int) -> Series:
        times = self.times.get(key, np.empty(0, np.int64))
        a, b = np.searchsorted(times, (start, end))
        values = self.values.get(key, np.empty(0))[a:b]
        quality = np.where(np.isnan(values), Quality.BAD, Quality.GOOD).astype(np.uint8)
        return Series(
            key=key,
            kind=ValueKind.FLOAT,
            source_ns=times[a:b],
            received_ns=times[a:b],
            values=values,
            quality=quality,
        )

    def _reduce(self, key: PointKey, cut: int, start: int, end: int, buckets: int) -> Envelope:
        found = self._series(key, max(start, cut), end)
        return envelope(
            key,
            found.source_ns,
            found.values,
            found.quality,
            start,
            end,
            buckets,
            self.max_gap_ns,
        )

    def live_envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        self.calls["live"] += 1
        return self._reduce(key, self.memory_from, start_ns, end_ns, buckets)

    async def envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        self.calls["store"] += 1
        self.windows.append((start_ns, end_ns))
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.broken:
            raise StoreUnavailable("the store cannot be read")
        return self._reduce(key, 0, start_ns, end_ns, buckets)

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        self.calls["read"] += 1
        return self._series(key, start_ns, end_ns)

    def latest(self, key: PointKey) -> Sample | None:
        self.calls["latest"] += 1
        times = self.times.get(key)
        if times is None or not len(times):
            return None
        value = float(self.values[key][-1])
        bad = value != value
        return Sample(
            key=key,
            value=None if bad else value,
            quality=Quality.BAD if bad else Quality.GOOD,
            source_ns=int(times[-1]),
            received_ns=int(times[-1]),
        )

    def version(self, key: PointKey) -> int:
        self.calls["version"] += 1
        return len(self.times.get(key, ()))


class Directory:
    """Points by key."""

    def __init__(self, *infos: PointInfo) -> None:
        self.infos = {info.key: info for info in infos}

    def info(self, key: PointKey) -> PointInfo | None:
        return self.infos.get(key)


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self, now_ns: int = 1_763_820_151 * SECOND) -> None:
        self.now_ns = now_ns

    def __call__(self) -> int:
        return self.now_ns

    def advance(self, seconds: float) -> None:
        self.now_ns += round(seconds * SECOND)
