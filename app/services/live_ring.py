"""The ring of one layout: parts in order of arrival, read as strided columns."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.codecs.rows import view
from app.core.quality import Quality, is_bad
from app.core.rows import Column, PointKey, RowBatch, RowLayout, Sample, ValueKind
from app.services.live_segment import Segment

_FIELD = {ValueKind.FLOAT: "f", ValueKind.INT: "i", ValueKind.BOOL: "i", ValueKind.TEXT: "s"}


@dataclass(frozen=True, slots=True)
class ColumnPlace:
    """Where a point stands in a row: array field, index inside it, index of its quality byte."""

    kind: ValueKind
    field: str
    index: int
    quality: int


@lru_cache(maxsize=1024)
def places(columns: tuple[Column, ...]) -> dict[str, ColumnPlace]:
    """The place of every point; one table for all devices of a model."""
    found: dict[str, ColumnPlace] = {}
    counts = {"f": 0, "i": 0, "s": 0}
    for number, column in enumerate(columns):
        field = _FIELD[column.kind]
        found[column.point] = ColumnPlace(column.kind, field, counts[field], number)
        counts[field] += 1
    return found


@dataclass(frozen=True, slots=True, eq=False)
class ColumnPart:
    """Samples of one point from one part of a ring, in order of arrival."""

    source_ns: NDArray[np.int64]
    received_ns: NDArray[np.int64]
    values: NDArray[np.generic]
    quality: NDArray[np.uint8]
    rising: bool


class Ring:
    """All rows of one layout that memory holds.

    ``total`` counts every row ever taken. ``complete_from_ns`` is the source time from which on
    memory holds every sample of this run: nothing at or after it was evicted.
    """

    __slots__ = ("complete_from_ns", "head", "layout", "places", "segments", "total")

    def __init__(self, layout: RowLayout, first_rows: int, first_received_ns: int) -> None:
        self.layout = layout
        self.places = places(layout.columns)
        self.head = Segment(layout, first_rows)
        self.segments: deque[Segment] = deque([self.head])
        self.total = 0
        self.complete_from_ns = first_received_ns

    def write(self, data: bytes, start: int, stop: int) -> None:
        """Copy whole rows into the head, which must have room for them."""
        head = self.head
        end = head.end + stop - start
        assert head.buffer is not None  # noqa: S101  # the head is never packed
        head.buffer[head.end : end] = data[start:stop]
        head.end = end

    def grow(self, rows: int) -> Segment:
        """Start a new head; returns the part that is full now."""
        full = self.head
        self.head = Segment(self.layout, rows)
        self.segments.append(self.head)
        return full

    def evict(self, segment: Segment) -> None:
        """Forget the oldest part, which must be the one given."""
        segment.scan()
        self.segments.remove(segment)
        self.complete_from_ns = max(self.complete_from_ns, segment.max_ns + 1)

    def with_own_texts(self, batch: RowBatch) -> bytes:
        """The batch's rows with TEXT columns indexing the head's own table."""
        rows = view(batch).copy()
        table = np.array([self._text(text) for text in batch.texts] or [-1], dtype=np.int64)
        known = (rows["s"] >= 0) & (rows["s"] < len(batch.texts))
        rows["s"] = np.where(known, table[np.where(known, rows["s"], 0)], -1)
        return rows.tobytes()

    def _text(self, text: str) -> int:
        head = self.head
        return head.texts.setdefault(text, len(head.texts))

    def parts(self, place: ColumnPlace, start_ns: int, end_ns: int) -> list[ColumnPart]:
        """The point's present samples with start_ns <= source time < end_ns, part by part."""
        found = []
        for segment in self.segments:
            if not segment.end:
                continue
            segment.scan()
            if segment.max_ns < start_ns or segment.min_ns >= end_ns:
                continue
            part = _cut(segment, place, start_ns, end_ns)
            if len(part.source_ns):
                found.append(part)
        return found

    def latest(self, key: PointKey, place: ColumnPlace) -> Sample | None:
        """The newest present sample of a point."""
        for segment in reversed(self.segments):
            if not segment.end:
                continue
            row, _ = segment.latest()
            rows = segment.rows()
            if rows["quality"][row, place.quality] == Quality.ABSENT:
                present = np.flatnonzero(rows["quality"][:, place.quality] != Quality.ABSENT)
                if not len(present):
                    continue
                row = int(present[-1])
            return _sample(key, place, segment, rows[row])
        return None

    def span(self) -> tuple[int, int] | None:
        """First and last source time of rows in memory."""
        filled = [segment for segment in self.segments if segment.end]
        if not filled:
            return None
        for segment in filled:
            segment.scan()
        return min(s.min_ns for s in filled), max(s.max_ns for s in filled)


def _cut(segment: Segment, place: ColumnPlace, start_ns: int, end_ns: int) -> ColumnPart:
    rows = segment.rows()
    source = rows["source"]
    whole = start_ns <= segment.min_ns and segment.max_ns < end_ns
    if not whole and segment.rising:
        low, high = np.searchsorted(source, (start_ns, end_ns))
        rows, source, whole = rows[low:high], source[low:high], True
    quality = rows["quality"][:, place.quality]
    present = quality != Quality.ABSENT
    if not whole:
        present &= (source >= start_ns) & (source < end_ns)
    values = rows[place.field][:, place.index]
    received = rows["received"]
    if not present.all():
        source, received = source[present], received[present]
        values, quality = values[present], quality[present]
    if place.kind is ValueKind.TEXT:
        table = np.array([*segment.texts, None], dtype=object)
        values = table[values]
    return ColumnPart(source, received, values, quality, segment.rising)


def _sample(key: PointKey, place: ColumnPlace, segment: Segment, row: np.void) -> Sample:
    raw = row[place.field][place.index]
    quality = int(row["quality"][place.quality])
    value: float | int | bool | str | None
    if is_bad(quality):
        value = None
    elif place.kind is ValueKind.TEXT:
        value = list(segment.texts)[int(raw)] if raw >= 0 else None
    elif place.kind is ValueKind.BOOL:
        value = bool(raw)
    elif place.kind is ValueKind.INT:
        value = int(raw)
    else:
        value = None if math.isnan(raw) else float(raw)
    return Sample(
        key=key,
        value=value,
        quality=quality,
        source_ns=int(row["source"]),
        received_ns=int(row["received"]),
    )
