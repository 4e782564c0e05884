"""Values that stand still for longer than their profile says is plausible."""

from __future__ import annotations

from struct import Struct

from app.core.profiles import DeviceProfile
from app.core.quality import Quality, is_bad
from app.core.rows import RowBatch, RowLayout, ValueKind

_RECEIVED = Struct("<8xq")
_HEAD = 16
_HOLE = 4
_QUIET = 10
_LOOKS = 1000
READINGS = 2 * _HOLE
"""So many readings at least fit into the time, or one late reading would be a hole."""


def frozen_watch(profile: DeviceProfile, layout: RowLayout) -> FrozenWatch | None:
    """The watch over a layout's rows; None where no point of it says ``frozen_after_s``."""
    after = {point.id: point.frozen_after_s for point in profile.points if point.frozen_after_s}
    watched = [
        _Watched(at, len(layout.columns), seconds)
        for at, column in enumerate(layout.columns)
        if column.kind is not ValueKind.TEXT and (seconds := after.get(column.point))
    ]
    return FrozenWatch(watched) if watched else None


class FrozenWatch:
    """Makes GOOD values UNCERTAIN_FROZEN once they have not changed for ``frozen_after_s``.

    Time is when rows were received, so a device's clock has no part in it. Only what was really
    watched counts: after a bad value, or a hole longer than a quarter of the time, it begins
    anew. A change is enough for a tenth of the time, and what does not move is looked at a
    thousand times within it: so a fast stream costs next to nothing, and what stands still is
    told a tenth late at most.
    """

    def __init__(self, watched: list[_Watched]) -> None:
        self._watched = watched
        self._quiet = (0, 0)

    def mark(self, batch: RowBatch) -> RowBatch:
        """The batch, with a copy's qualities where something in it stands still."""
        data, size = batch.data, batch.layout.row_size
        marked: bytearray | None = None
        for start in range(0, len(data), size):
            (now,) = _RECEIVED.unpack_from(data, start)
            if self._quiet[0] <= now < self._quiet[1]:
                continue
            for each in self._watched:
                if each.stands_still(data, start, now):
                    marked = bytearray(data) if marked is None else marked
                    marked[start + each.quality_at] = Quality.UNCERTAIN_FROZEN
            self._quiet = (now, min(each.look_ns for each in self._watched))
        if marked is None:
            return batch
        return RowBatch(layout=batch.layout, data=bytes(marked), texts=batch.texts)


class _Watched:
    """One column: where it lies in a row, since when it is what it is, when to look again."""

    __slots__ = ("_after_ns", "_at", "_seen_ns", "_since_ns", "_value", "look_ns", "quality_at")

    def __init__(self, column: int, columns: int, after_s: float) -> None:
        self._at = _HEAD + 8 * column
        self.quality_at = _HEAD + 8 * columns + column
        self._after_ns = int(after_s * 1e9)
        self._value = b""
        self._since_ns = self._seen_ns = self.look_ns = 0

    def stands_still(self, data: bytes, start: int, now: int) -> bool:
        """Whether the row's value is good and has been the same for too long."""
        if 0 < self.look_ns - now <= self._after_ns // _QUIET:
            return False
        self.look_ns = 0
        quality = data[start + self.quality_at]
        if quality == Quality.ABSENT:
            return False
        value = b"" if is_bad(quality) else data[start + self._at : start + self._at + 8]
        unbroken = 0 <= now - self._seen_ns <= self._after_ns // _HOLE
        self._seen_ns = now
        if value == self._value and unbroken:
            if now - self._since_ns >= self._after_ns:
                return quality == Quality.GOOD
            self.look_ns = now + self._after_ns // _LOOKS
            return False
        if value and self._value and unbroken:
            self.look_ns = now + self._after_ns // _QUIET
            value = b""
        self._value, self._since_ns = value, now
        return False
