"""History: memory and store as one, so that a curve runs past the hour without a seam."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.codecs.reduce import bucket_width, empty_envelope, envelope
from app.codecs.series import Envelope, Series
from app.core.rows import PointKey, Sample
from app.services.live import LiveBuffers
from app.settings import limit
from app.store.base import Store


def gap_ns(every_s: float) -> int:
    """The pause that breaks the line of a point of this period, and makes its value an old one."""
    return int(every_s * limit("store", "gap_periods") * 1e9)


class History:
    """Reads a point over any time: the live part from memory, what is older from the store.

    Both parts reduce onto the same grid of buckets, and they are joined at an edge of it that
    lies where memory is complete. So no sample counts twice and none is left out; where memory
    has a sample, memory is right.
    """

    def __init__(
        self,
        live: LiveBuffers,
        store: Store | None,
        max_gap_ns: Callable[[PointKey], int] = lambda _key: 0,
    ) -> None:
        self._live = live
        self._store = store
        self._max_gap_ns = max_gap_ns

    def live_envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """What memory has of the window, reduced; at once, for a frame of a live plot."""
        return self._reduce(self._live.window(key, start_ns, end_ns), start_ns, end_ns, buckets)

    async def envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """The whole window, reduced to at most ``buckets`` buckets."""
        complete = self._live.complete_from(key)
        if self._store is None or (complete is not None and complete <= start_ns):
            return self.live_envelope(key, start_ns, end_ns, buckets)
        stored = await self._store.envelope(key, start_ns, end_ns, buckets)
        if complete is None:
            return stored
        width = bucket_width(start_ns, end_ns, buckets)
        seam = -(-complete // width) * width
        if seam >= end_ns:
            return stored
        live = self._reduce(self._live.window(key, seam, end_ns), start_ns, end_ns, buckets)
        return _join(key, stored, live, seam, width, self._max_gap_ns(key))

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Every sample of the window, for export and measuring."""
        complete = self._live.complete_from(key)
        if self._store is None or (complete is not None and complete <= start_ns):
            return self._live.window(key, start_ns, end_ns)
        if complete is None or complete >= end_ns:
            return await self._store.read(key, start_ns, end_ns)
        before = await self._store.read(key, start_ns, complete)
        after = self._live.window(key, complete, end_ns)
        if not len(before) or before.kind is not after.kind:
            return after
        return Series(
            key=key,
            kind=after.kind,
            source_ns=np.concatenate((before.source_ns, after.source_ns)),
            received_ns=np.concatenate((before.received_ns, after.received_ns)),
            values=np.concatenate((before.values, after.values)),
            quality=np.concatenate((before.quality, after.quality)),
        )

    def latest(self, key: PointKey) -> Sample | None:
        """The newest sample in memory; of an earlier run nothing is called the latest."""
        return self._live.latest(key)

    def version(self, key: PointKey) -> int:
        """A number that rises with each sample that comes in."""
        return self._live.version(key)

    async def first_ns(self, key: PointKey) -> int | None:
        """Source time of the point's oldest sample anywhere, None where there is none."""
        spans = [span[0]] if (span := self._live.span(key)) else []
        if self._store is not None:
            spans += [point.first_ns for point in await self._store.points() if point.key == key]
        return min(spans, default=None)

    def _reduce(self, series: Series, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        return envelope(
            series.key,
            series.source_ns,
            series.values,
            series.quality,
            start_ns,
            end_ns,
            buckets,
            self._max_gap_ns(series.key),
        )


def _join(
    key: PointKey, stored: Envelope, live: Envelope, seam: int, width: int, max_gap_ns: int
) -> Envelope:
    keep = int(np.searchsorted(stored.time_ns, seam))
    if not len(live):
        return _head(stored, keep)
    if not keep:
        return live
    gap = live.gap_before.copy()
    gap[0] |= _gap_at_seam(stored, keep, live, width, max_gap_ns)
    return Envelope(
        key=key,
        time_ns=np.concatenate((stored.time_ns[:keep], live.time_ns)),
        low=np.concatenate((stored.low[:keep], live.low)),
        high=np.concatenate((stored.high[:keep], live.high)),
        mean=np.concatenate((stored.mean[:keep], live.mean)),
        count=np.concatenate((stored.count[:keep], live.count)),
        gap_before=np.concatenate((stored.gap_before[:keep], gap)),
    )


def _gap_at_seam(stored: Envelope, keep: int, live: Envelope, width: int, max_gap_ns: int) -> bool:
    """The store saw both sides of the seam; where it did not yet, the distance decides."""
    first = int(live.time_ns[0])
    if keep < len(stored) and int(stored.time_ns[keep]) // width == first // width:
        return bool(stored.gap_before[keep])
    return 0 < max_gap_ns < first - (int(stored.time_ns[keep - 1]) + width)


def _head(stored: Envelope, keep: int) -> Envelope:
    if not keep:
        return empty_envelope(stored.key)
    return Envelope(
        key=stored.key,
        time_ns=stored.time_ns[:keep],
        low=stored.low[:keep],
        high=stored.high[:keep],
        mean=stored.mean[:keep],
        count=stored.count[:keep],
        gap_before=stored.gap_before[:keep],
    )
