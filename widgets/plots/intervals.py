"""Intervals of time without data: per curve, and where every curve of a plot is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """The window drawn, UTC ns, and until when the samples are known: at most now."""

    start_ns: int
    end_ns: int
    known_ns: int


def curve_gaps(
    time_ns: NDArray[np.int64],
    gap_before: NDArray[np.bool_],
    window: Window,
    late_ns: int,
    least_ns: int = 0,
) -> list[Interval]:
    """Where a curve has no data inside the window, in order; gaps under ``least_ns`` left out.

    Before its first sample nothing is known to be missing. After its last one it is missing from
    there to where the samples are known, once that is longer than ``late_ns``.
    """
    if not len(time_ns):
        return []
    start, end = window.start_ns, min(window.end_ns, window.known_ns)
    begins, ends = time_ns[:-1], time_ns[1:]
    wide = gap_before[1:] & (ends - begins >= least_ns) & (ends > start) & (begins < end)
    places = np.flatnonzero(wide)
    gaps = zip(begins[places].tolist(), ends[places].tolist(), strict=True)
    inner = [(max(a, start), min(b, end)) for a, b in gaps]
    return inner + silence(time_ns, window, late_ns)


def silence(time_ns: NDArray[np.int64], window: Window, late_ns: int) -> list[Interval]:
    """The gap after the last sample, where there is one in the window."""
    if not len(time_ns):
        return []
    last, end = int(time_ns[-1]), min(window.end_ns, window.known_ns)
    if window.known_ns - last > late_ns and last < end:
        return [(max(last, window.start_ns), end)]
    return []


def common(of_curves: Sequence[Sequence[Interval]]) -> list[Interval]:
    """Where all curves are missing at once; each curve's gaps are in order and apart."""
    if not of_curves:
        return []
    shared = list(of_curves[0])
    for gaps in of_curves[1:]:
        shared = _both(shared, gaps)
    return shared


def _both(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    found: list[Interval] = []
    n = m = 0
    while n < len(first) and m < len(second):
        a, b = max(first[n][0], second[m][0]), min(first[n][1], second[m][1])
        if a < b:
            found.append((a, b))
        if first[n][1] < second[m][1]:
            n += 1
        else:
            m += 1
    return found


def without(gaps: Sequence[Interval], removed: Sequence[Interval]) -> list[Interval]:
    """What is left of the gaps beside the removed ones; both in order and apart."""
    left: list[Interval] = []
    m = 0
    for a, b in gaps:
        begin = a
        while m < len(removed) and removed[m][1] <= begin:
            m += 1
        place = m
        while place < len(removed) and removed[place][0] < b:
            if begin < removed[place][0]:
                left.append((begin, removed[place][0]))
            begin = max(begin, removed[place][1])
            place += 1
        if begin < b:
            left.append((begin, b))
    return left


def runs(time_ns: NDArray[np.int64], flagged: NDArray[np.bool_]) -> list[Interval]:
    """The spans of time in which consecutive samples are flagged."""
    if not len(time_ns) or not flagged.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flagged, [False])).astype(np.int8)))
    ends = np.minimum(edges[1::2], len(time_ns) - 1)
    return [(int(time_ns[a]), int(time_ns[b])) for a, b in zip(edges[::2], ends, strict=True)]


def merged(intervals: Sequence[Interval]) -> list[Interval]:
    """Overlapping intervals united, in order."""
    united: list[Interval] = []
    for a, b in sorted(intervals):
        if united and a <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], b))
        else:
            united.append((a, b))
    return united
