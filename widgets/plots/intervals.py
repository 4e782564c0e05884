"""Intervals of time without data: per curve, and where every curve of a plot is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """The window drawn, UTC ns, and now, after which nothing can be missing."""

    start_ns: int
    end_ns: int
    now_ns: int


def curve_gaps(
    time_ns: NDArray[np.int64],
    gap_before: NDArray[np.bool_],
    window: Window,
    late_ns: int,
) -> list[Interval]:
    """Where a curve has no data inside the window.

    Before its first sample nothing is known to be missing. After its last one it is missing from
    there to now, once that is longer than ``late_ns``.
    """
    if not len(time_ns):
        return []
    places = np.flatnonzero(gap_before[1:]) + 1
    gaps = [(int(time_ns[n - 1]), int(time_ns[n])) for n in places]
    last = int(time_ns[-1])
    if window.now_ns - last > late_ns:
        gaps.append((last, window.now_ns))
    start, end = window.start_ns, min(window.end_ns, window.now_ns)
    return [(max(a, start), min(b, end)) for a, b in gaps if b > start and a < end]


def common(of_curves: Sequence[Sequence[Interval]]) -> list[Interval]:
    """Where all curves are missing at once."""
    if not of_curves:
        return []
    shared = list(of_curves[0])
    for gaps in of_curves[1:]:
        shared = [
            (max(a, c), min(b, d)) for a, b in shared for c, d in gaps if max(a, c) < min(b, d)
        ]
    return shared


def without(gaps: Sequence[Interval], removed: Sequence[Interval]) -> list[Interval]:
    """What is left of the gaps beside the removed ones."""
    left = list(gaps)
    for c, d in removed:
        rest: list[Interval] = []
        for a, b in left:
            if b <= c or d <= a:
                rest.append((a, b))
                continue
            if a < c:
                rest.append((a, c))
            if d < b:
                rest.append((d, b))
        left = rest
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
