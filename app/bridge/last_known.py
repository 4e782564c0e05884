"""What is last known of a point: while nobody answers, the last value and its age."""

from __future__ import annotations

from typing import Protocol

from app.codecs.series import Series
from app.core.quality import Quality, is_bad
from app.core.rows import PointKey, Sample, ValueKind

REACH_NS = 3_600_000_000_000
"""How far back a value is looked for; whatever is older is in the plots."""


class Recent(Protocol):
    """Where samples of late come from (app.services.live)."""

    def latest(self, key: PointKey) -> Sample | None:
        """The newest sample, None where there is none yet."""

    def window(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Every sample of the window."""


class LastKnown:
    """The newest sample, except that no answer is none: then the last value, as old as it is.

    Out of range, of a wrong type or refused by the device stays bad: that was an answer.
    """

    def __init__(self, recent: Recent) -> None:
        self._recent = recent
        self._kept: dict[PointKey, Sample] = {}

    def latest(self, key: PointKey) -> Sample | None:
        """The newest sample or the last one known, None where there never was one."""
        newest = self._recent.latest(key)
        if newest is None or newest.quality != Quality.BAD_COMMS:
            self._kept.pop(key, None)
            return newest
        if key not in self._kept:
            # Looked for once, not with each look at the row.
            self._kept[key] = self._before(newest) or newest
        return self._kept[key]

    def _before(self, newest: Sample) -> Sample | None:
        end_ns = newest.source_ns + 1
        series = self._recent.window(newest.key, end_ns - REACH_NS, end_ns)
        for at in range(len(series) - 1, -1, -1):
            quality = int(series.quality[at])
            if quality == Quality.BAD_COMMS:
                continue
            value = None if is_bad(quality) else series.values[at : at + 1].tolist()[0]
            return Sample(
                key=newest.key,
                value=bool(value) if series.kind is ValueKind.BOOL and value is not None else value,
                quality=quality,
                source_ns=int(series.source_ns[at]),
                received_ns=int(series.received_ns[at]),
            )
        return None
