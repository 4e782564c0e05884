"""Points as arrays with roll-ups, served as the history serves them, for the plot benchmark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.codecs.reduce import bucket_starts, bucket_width, empty_envelope
from app.codecs.series import Envelope, Series
from app.core.rows import PointKey, Sample, ValueKind

_CELL = 64


class RollupSource:
    """All points share their times. A wide window is reduced from cells of 64 samples."""

    def __init__(
        self, keys: Sequence[PointKey], times: NDArray[np.int64], values: NDArray[np.float64]
    ) -> None:
        self._row = {key: values[number] for number, key in enumerate(keys)}
        self._times = times
        cells = len(times) // _CELL
        self._cell_times = times[: cells * _CELL : _CELL]
        cut = values[:, : cells * _CELL].reshape(len(keys), cells, _CELL)
        low, high, mean = cut.min(axis=2), cut.max(axis=2), cut.mean(axis=2)
        self._cells = {key: (low[n], high[n], mean[n]) for n, key in enumerate(keys)}
        self.now_ns = int(times[-1])

    def live_envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """The window up to now."""
        end = min(end_ns, self.now_ns + 1)
        a, b = np.searchsorted(self._times, (start_ns, end))
        width = bucket_width(start_ns, end_ns, buckets)
        if b <= a:
            return empty_envelope(key)
        period = int(self._times[1] - self._times[0])
        if width >= 4 * _CELL * period:
            first, last = -(-a // _CELL), b // _CELL
            times = self._cell_times[first:last]
            low, high, mean = (part[first:last] for part in self._cells[key])
            weight = _CELL
        else:
            times = self._times[a:b]
            low = high = mean = self._row[key][a:b]
            weight = 1
        if not len(times):
            return empty_envelope(key)
        starts = bucket_starts(times, width)
        count = np.diff(np.append(starts, len(times)))
        return Envelope(
            key=key,
            time_ns=times[starts],
            low=np.minimum.reduceat(low, starts),
            high=np.maximum.reduceat(high, starts),
            mean=np.add.reduceat(mean, starts) / count,
            count=count.astype(np.int64) * weight,
            gap_before=np.zeros(len(starts), np.bool_),
        )

    async def envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """The same: there is no store here."""
        return self.live_envelope(key, start_ns, end_ns, buckets)

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Raw samples."""
        a, b = np.searchsorted(self._times, (start_ns, end_ns))
        return Series(
            key=key,
            kind=ValueKind.FLOAT,
            source_ns=self._times[a:b],
            received_ns=self._times[a:b],
            values=self._row[key][a:b],
            quality=np.zeros(b - a, np.uint8),
        )

    def latest(self, key: PointKey) -> Sample | None:
        """The sample at now."""
        at = int(np.searchsorted(self._times, self.now_ns, "right")) - 1
        moment = int(self._times[at])
        return Sample(
            key=key,
            value=float(self._row[key][at]),
            quality=0,
            source_ns=moment,
            received_ns=moment,
        )

    def version(self, key: PointKey) -> int:
        """Rises with now."""
        return self.now_ns
