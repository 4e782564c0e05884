"""Roll-ups: samples of a column summed up in cells, from which every coarser envelope follows.

A cell is as wide as a power of two of nanoseconds, counted from the epoch. Two parts of one cell
(from two chunks) merge exactly, so roll-ups are made chunk by chunk and never straddle anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.codecs.chunks import ColumnData, pack_column, unpack_column
from app.codecs.chunks_ints import TIME_UNITS, Corrupt, pack_ints, unpack_ints
from app.codecs.reduce import bucket_starts, usable
from app.codecs.series import Envelope
from app.core.rows import PointKey, ValueKind

BAD_BEFORE, BAD_AFTER = 1, 2
_DUST = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells in order of time; cells without a drawn sample have count 0 and NaN values.

    ``flags``: BAD_BEFORE, a bad sample before the cell's first drawn one; BAD_AFTER, one behind
    its last. ``first_ns`` and ``last_ns`` are the times of the first and last drawn sample.
    """

    start_ns: NDArray[np.int64]
    first_ns: NDArray[np.int64]
    last_ns: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    total: NDArray[np.float64]
    count: NDArray[np.int64]
    flags: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.start_ns)

    def __getitem__(self, part: slice | NDArray[np.bool_]) -> Cells:
        return Cells(
            self.start_ns[part],
            self.first_ns[part],
            self.last_ns[part],
            self.low[part],
            self.high[part],
            self.total[part],
            self.count[part],
            self.flags[part],
        )


def samples_as_cells(
    source_ns: NDArray[np.int64], values: NDArray[np.float64], quality: NDArray[np.uint8]
) -> Cells:
    """Each sample a cell of its own; times sorted, absent samples already left out."""
    drawn = usable(values, quality)
    clean = values if drawn.all() else np.where(drawn, values, np.nan)
    return Cells(
        source_ns,
        source_ns,
        source_ns,
        clean,
        clean,
        clean,
        drawn.astype(np.int64),
        np.where(drawn, 0, BAD_BEFORE | BAD_AFTER).astype(np.uint8),
    )


def join(parts: Sequence[Cells]) -> Cells:
    """Parts one behind the other in time."""
    if len(parts) == 1:
        return parts[0]
    names = ("start_ns", "first_ns", "last_ns", "low", "high", "total", "count", "flags")
    if not parts:
        none = np.empty(0, np.int64)
        zero = np.empty(0, np.float64)
        return Cells(none, none, none, zero, zero, zero, none, np.empty(0, np.uint8))
    return Cells(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def merged(cells: Cells, width: int) -> Cells:
    """Cells of ``width``, which every cell must fit into; parts of one cell become one."""
    if not len(cells):
        return cells
    starts = bucket_starts(cells.start_ns, width)
    ends = np.append(starts[1:], len(cells))
    drawn = np.flatnonzero(cells.count > 0)
    k_first = np.searchsorted(drawn, starts)
    k_end = np.searchsorted(drawn, ends)
    some = k_end > k_first
    padded = np.append(drawn, 0)
    first, last = padded[np.where(some, k_first, 0)], padded[np.where(some, k_end - 1, 0)]
    bad = np.concatenate(([0], np.cumsum((cells.count == 0) & (cells.flags > 0))))
    before = (bad[first] > bad[starts]) | (cells.flags[first] & BAD_BEFORE > 0)
    after = (bad[ends] > bad[last + 1]) | (cells.flags[last] & BAD_AFTER > 0)
    flags = np.where(before, BAD_BEFORE, 0) | np.where(after, BAD_AFTER, 0)
    any_bad = np.where(bad[ends] > bad[starts], BAD_BEFORE | BAD_AFTER, 0)
    whole = len(drawn) == len(cells)
    total = cells.total if whole else np.where(cells.count > 0, cells.total, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.add.reduceat(total, starts)
    return Cells(
        cells.start_ns[starts] // width * width,
        np.where(some, cells.first_ns[first], 0),
        np.where(some, cells.last_ns[last], 0),
        np.fmin.reduceat(cells.low, starts),
        np.fmax.reduceat(cells.high, starts),
        np.where(some, sums, np.nan),
        np.add.reduceat(cells.count, starts),
        np.where(some, flags, any_bad).astype(np.uint8),
    )


def as_envelope(key: PointKey, cells: Cells, max_gap_ns: int) -> Envelope:
    """The envelope of cells that are already as wide as its buckets."""
    drawn = np.flatnonzero(cells.count > 0)
    bad = np.concatenate(([0], np.cumsum((cells.count == 0) & (cells.flags > 0))))
    gap = cells.flags[drawn] & BAD_BEFORE > 0
    if len(drawn):
        gap[0] |= bad[drawn[0]] > 0
    later, before = drawn[1:], drawn[:-1]
    gap[1:] |= (bad[later] > bad[before]) | (cells.flags[before] & BAD_AFTER > 0)
    if max_gap_ns > 0:
        gap[1:] |= cells.first_ns[later] - cells.last_ns[before] > max_gap_ns
    count = cells.count[drawn]
    return Envelope(
        key=key,
        time_ns=cells.first_ns[drawn],
        low=cells.low[drawn],
        high=cells.high[drawn],
        mean=cells.total[drawn] / count,
        count=count,
        gap_before=gap,
    )


def pack_cells(cells: Cells, shift: int) -> bytes:
    """Cells of width 2**shift ns, for the disk."""
    width = 1 << shift
    drawn = cells.count > 0
    count = len(cells)
    zero = np.zeros(count, np.uint8)
    columns = [pack_column(ValueKind.FLOAT, ColumnData(v, zero)) for v in _floats(cells)]
    ints = (
        pack_ints(cells.start_ns >> shift),
        pack_ints(cells.count),
        pack_ints(np.where(drawn, cells.first_ns - cells.start_ns, 0), TIME_UNITS),
        pack_ints(np.where(drawn, cells.start_ns + width - cells.last_ns, 0), TIME_UNITS),
        pack_ints(cells.flags.astype(np.int64)),
    )
    sizes = np.array([count, shift, *map(len, columns)], np.uint32).tobytes()
    return b"".join((sizes, *columns, *ints))


def _floats(cells: Cells) -> tuple[NDArray[np.float64], ...]:
    """Low, high and total, the total without floating-point dust.

    Sums of decimal values are decimal: where rounding changes no more than the last bits, it
    makes the sum truer and three times smaller.
    """
    low, high, total = cells.low, cells.high, cells.total
    known = total[cells.count > 0]
    size = float(np.abs(known).max()) if len(known) else 0.0
    for decimals in range(7):
        if not size < 2.0**53 / 10**decimals:
            break
        short = np.round(total, decimals)
        dust = np.abs(short - total) <= _DUST * np.maximum(np.abs(total), 1.0)
        if (dust | np.isnan(total)).all():
            return low, high, short
    return low, high, total


def unpack_cells(data: bytes) -> Cells:
    """What ``pack_cells`` packed.

    Raises:
        Corrupt: the bytes are damaged.
    """
    if len(data) < 20:
        raise Corrupt("the roll-up ends early")
    count, shift, *sizes = (int(n) for n in np.frombuffer(data, np.uint32, 5))
    if shift > 62 or count > 1 << 24:
        raise Corrupt("the head of the roll-up is damaged")
    offset = 20
    floats = []
    for size in sizes:
        floats.append(unpack_column(data[offset : offset + size], count).values)
        offset += size
    ints = []
    for _ in range(5):
        values, offset = unpack_ints(data, offset, count)
        ints.append(values)
    start = ints[0] << shift
    drawn = ints[1] > 0
    return Cells(
        start,
        np.where(drawn, start + ints[2], 0),
        np.where(drawn, start + (1 << shift) - ints[3], 0),
        floats[0],
        floats[1],
        floats[2],
        ints[1],
        ints[4].astype(np.uint8),
    )
