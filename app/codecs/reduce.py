"""Reduction of a point's samples to the width of a picture: low, high, mean, count a bucket.

Buckets lie on a grid that starts at the epoch, not at the window's edge. So a curve does not
flicker while it pans, memory and store cut at the same places, and a bucket of the store is a
whole number of roll-up cells.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.codecs.series import Envelope
from app.core.quality import Quality
from app.core.rows import PointKey

_SIGNIFICANT_BITS = 3
_FEW = 16


def bucket_width(start_ns: int, end_ns: int, buckets: int) -> int:
    """The grid's width in ns: at most ``buckets`` (2 at least) of it touch the window.

    Widths are 4 to 8 times a power of two, so that roll-ups fit in; at most a quarter of the
    resolution is given up, a ninth on average.
    """
    span = max(1, end_ns - start_ns)
    exact = -(-span // (max(2, buckets) - 1))
    shift = max(0, exact.bit_length() - _SIGNIFICANT_BITS)
    return -(-exact >> shift) << shift


def usable(values: NDArray[np.float64], quality: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which samples may be drawn: quality good or uncertain, and a finite value."""
    drawn: NDArray[np.bool_] = (quality < Quality.BAD) & np.isfinite(values)
    return drawn


def bucket_starts(source_ns: NDArray[np.int64], width: int) -> NDArray[np.intp]:
    """The index of the first sample of each bucket that has one; times must be sorted."""
    first, last = int(source_ns[0]) // width, int(source_ns[-1]) // width
    if len(source_ns) < _FEW * (last - first + 1):
        bucket = source_ns // width
        changes = np.flatnonzero(bucket[1:] != bucket[:-1]) + 1
        return np.concatenate((np.zeros(1, np.intp), changes))
    edges = np.arange(first, last + 1, dtype=np.int64) * width
    bounds = np.searchsorted(source_ns, edges)
    bounds[0] = 0
    keep = np.append(bounds[1:], len(source_ns)) > bounds
    return bounds[keep]


def envelope(  # noqa: PLR0913 - a pure function of eight facts; a wrapper would only hide them
    key: PointKey,
    source_ns: NDArray[np.int64],
    values: NDArray[np.generic],
    quality: NDArray[np.uint8],
    start_ns: int,
    end_ns: int,
    buckets: int,
    max_gap_ns: int,
) -> Envelope:
    """Samples with start_ns <= source time < end_ns, reduced to at most ``buckets`` buckets.

    Times must be sorted. A bad, absent or non-finite sample is not drawn, and the line over it is
    broken, as it is over a pause longer than ``max_gap_ns`` (0: no pause is too long). Gaps
    inside a bucket are narrower than the picture can show. Texts have no envelope: it is empty.
    """
    if values.dtype == np.object_:
        return empty_envelope(key)
    low, high = np.searchsorted(source_ns, (start_ns, end_ns))
    times = source_ns[low:high]
    curve = values[low:high].astype(np.float64, copy=False)
    qualities = quality[low:high]
    if not len(times):
        return empty_envelope(key)
    order: NDArray[np.intp] | None = None
    with np.errstate(over="ignore", invalid="ignore"):
        total = curve.sum()
    if int(qualities.max()) >= Quality.BAD or not np.isfinite(total):
        order = np.flatnonzero(usable(curve, qualities))
        if not len(order):
            return empty_envelope(key)
        times, curve = times[order], curve[order]
    starts = bucket_starts(times, bucket_width(start_ns, end_ns, buckets))
    count = np.diff(np.append(starts, len(times)))
    gap = np.zeros(len(starts), np.bool_)
    later = starts[1:]
    if max_gap_ns > 0:
        gap[1:] = times[later] - times[later - 1] > max_gap_ns
    if order is not None:
        gap[1:] |= order[later] - order[later - 1] > 1
        gap[0] = order[0] > 0
    with np.errstate(over="ignore"):
        mean = np.add.reduceat(curve, starts) / count
    return Envelope(
        key=key,
        time_ns=times[starts],
        low=np.minimum.reduceat(curve, starts),
        high=np.maximum.reduceat(curve, starts),
        mean=mean,
        count=count.astype(np.int64),
        gap_before=gap,
    )


def empty_envelope(key: PointKey) -> Envelope:
    """An envelope without a bucket: nothing to draw."""
    none = np.empty(0, np.float64)
    return Envelope(
        key=key,
        time_ns=np.empty(0, np.int64),
        low=none,
        high=none,
        mean=none,
        count=np.empty(0, np.int64),
        gap_before=np.empty(0, np.bool_),
    )
