"""Column arrays: the values of one point over time, whole or reduced to a picture's width."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.rows import PointKey, ValueKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """Samples of one point in order of source time, all arrays of one length.

    ``values`` is float64 (FLOAT), int64 (INT, BOOL as 0 and 1) or object (TEXT); where ``quality``
    is bad a float is NaN. Times are UTC nanoseconds, int64.
    """

    key: PointKey
    kind: ValueKind
    source_ns: NDArray[np.int64]
    received_ns: NDArray[np.int64]
    values: NDArray[np.generic]
    quality: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.source_ns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Envelope:
    """A point reduced to buckets: time of the bucket's first sample, low, high, mean, count.

    Buckets without a good sample are left out, so a gap shows as distance in ``time_ns``.
    Where a bucket holds one sample, low = high = mean: the raw curve.
    ``gap_before`` is True where the line from the bucket before must not be drawn, because a bad
    sample or a pause longer than the point's period allows lies between.
    """

    key: PointKey
    time_ns: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    count: NDArray[np.int64]
    gap_before: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.time_ns)
