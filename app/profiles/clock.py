"""Source times as messages write them, and whether one may be trusted."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from app.settings import limit

NS = {"ms": 1_000_000, "s": 1_000_000_000}
"""Nanoseconds of the numeric time units."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Reads times of one unit: ``ms`` or ``s`` since 1970 UTC, or ``iso`` texts."""

    def __init__(self, unit: str) -> None:
        self._factor = NS.get(unit, 0)
        self._oldest_ns = int(limit("messages", "oldest_s") * 1e9)
        self._future_ns = int(limit("messages", "future_s") * 1e9)

    def trusted(self, time: object, received_ns: int) -> int | None:
        """The time in ns; None where it cannot be read, was never set, or runs ahead of ours."""
        found: int | None = None
        if isinstance(time, str):
            found = None if self._factor else _iso(time)
        elif isinstance(time, int) and not isinstance(time, bool):
            found = time * self._factor
        elif isinstance(time, float) and math.isfinite(time * self._factor):
            found = round(time * self._factor)
        if found is None or not self._oldest_ns <= found <= received_ns + self._future_ns:
            return None
        return found


def _iso(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
    except (ValueError, OverflowError):
        return None
