"""The visible buckets of all curves of one axis, end to end.

A frame of many short curves is spent on calls, not on numbers: what is asked of every bucket is
asked of all curves at once here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.bridge.feed import Envelope

Floats = NDArray[np.float64]
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Buckets that touch the window and one on either side, curve after curve.

    ``members`` are the numbers of the curves that have any, ``starts`` where each begins (and
    after the last where it ends), ``ends`` the value each shows at the right edge.
    """

    members: tuple[int, ...]
    starts: tuple[int, ...]
    time_ns: NDArray[np.int64]
    low: Floats
    high: Floats
    gap_before: NDArray[np.bool_]
    inside: tuple[tuple[int, int], ...]

    def value_range(self) -> tuple[float, float] | None:
        """Lowest and highest value inside the window; None without a bucket.

        A curve without one inside counts with those on either side, whose line runs through.
        """
        if not self.members:
            return None
        shown = np.ones(len(self.time_ns), np.bool_)
        for number, (first, last) in enumerate(self.inside):
            if last > first:
                shown[self.starts[number] : first] = False
                shown[last : self.starts[number + 1]] = False
        return float(self.low[shown].min()), float(self.high[shown].max())

    def end_values(self) -> dict[int, float]:
        """By curve, the value of the last bucket up to the right edge."""
        known = [
            (member, last - 1)
            for number, (member, (_, last)) in enumerate(
                zip(self.members, self.inside, strict=True)
            )
            if last > self.starts[number]
        ]
        places = np.array([place for _, place in known], np.intp)
        values = (self.low[places] + self.high[places]) / 2
        return dict(zip((member for member, _ in known), values.tolist(), strict=True))

    def broken(self) -> frozenset[int]:
        """The curves with a gap before one of their buckets."""
        places = np.flatnonzero(self.gap_before)
        if not len(places):
            return frozenset()
        owners = np.searchsorted(self.starts, places, "right") - 1
        return frozenset(self.members[owner] for owner in np.unique(owners).tolist())


def bundle(envelopes: Sequence[Envelope | None], start_ns: int, end_ns: int) -> Bundle:
    """The part of each envelope that touches the window, both ends included."""
    edges = np.array((start_ns, end_ns + 1))
    members, starts, inside = [], [0], []
    parts: list[tuple[Envelope, slice]] = []
    for number, envelope in enumerate(envelopes):
        if envelope is None or not len(envelope.time_ns):
            continue
        first, last = envelope.time_ns.searchsorted(edges).tolist()
        begin, end = max(0, first - 1), min(len(envelope.time_ns), last + 1)
        offset = starts[-1] - begin
        members.append(number)
        inside.append((offset + first, offset + last))
        starts.append(offset + end)
        parts.append((envelope, slice(begin, end)))
    return Bundle(
        members=tuple(members),
        starts=tuple(starts),
        time_ns=_end_to_end([e.time_ns[part] for e, part in parts], np.int64),
        low=_end_to_end([e.low[part] for e, part in parts], np.float64),
        high=_end_to_end([e.high[part] for e, part in parts], np.float64),
        gap_before=_end_to_end([e.gap_before[part] for e, part in parts], np.bool_),
        inside=tuple(inside),
    )


def _end_to_end(parts: list[NDArray[Number]], kind: type[Number]) -> NDArray[Number]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, kind)
