"""Row ids: whose rows they are in the high bits, and the source time in the low 36.

A table in order of these ids holds the chunks of one point side by side, so a read is one range.
The time is in sixteenths of a second since 1970, which reaches the year 2106; times outside are
kept in full inside the chunks and only share the first or last place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UNIT_NS = 62_500_000
UNIT_BITS = 36
LAST_UNIT = (1 << UNIT_BITS) - 1
OWNER_BITS = 24
"""Layouts and columns have ids of 24 bits; three bits above hold the level of a roll-up."""


def unit_of(ns: int) -> int:
    """The place in time of a source time."""
    return min(max(ns // UNIT_NS, 0), LAST_UNIT)


def units_of(ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """``unit_of`` of an array."""
    return np.clip(ns // UNIT_NS, 0, LAST_UNIT)


def row_id(owner: int, unit: int, level: int = 0) -> int:
    """The row id of what an owner (layout or column) has from this place in time on."""
    return (level << OWNER_BITS | owner) << UNIT_BITS | unit


def unit_in(rowid: int) -> int:
    """The place in time of a row id."""
    return rowid & LAST_UNIT


def owner_in(rowid: int) -> int:
    """The layout or column of a row id."""
    return rowid >> UNIT_BITS & (1 << OWNER_BITS) - 1
