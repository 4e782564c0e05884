"""What is live: the last hour of every point in memory, fed by copying row bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.codecs.rows import view
from app.codecs.series import Series
from app.core.rows import PointKey, RowBatch, RowLayout, Sample, ValueKind
from app.services.live_ring import ColumnPart, ColumnPlace, Ring
from app.services.live_segment import Segment
from app.settings import limit

_DTYPES = {
    ValueKind.FLOAT: np.dtype(np.float64),
    ValueKind.INT: np.dtype(np.int64),
    ValueKind.BOOL: np.dtype(np.int64),
    ValueKind.TEXT: np.dtype(object),
}
NS = 1_000_000_000
BATCHES_A_PACK = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLimits:
    """How much the live buffers may hold; the values are ``resources/limits/live.toml``."""

    hold_s: float
    budget_bytes: int
    first_rows: int
    segment_s: float
    segment_bytes: int
    pack_above: float
    pack_bytes_per_s: float

    @staticmethod
    def shipped() -> LiveLimits:
        """The limits as shipped."""
        return LiveLimits(
            hold_s=limit("live", "hold_s"),
            budget_bytes=int(limit("live", "budget_bytes")),
            first_rows=int(limit("live", "first_rows")),
            segment_s=limit("live", "segment_s"),
            segment_bytes=int(limit("live", "segment_bytes")),
            pack_above=limit("live", "pack_above"),
            pack_bytes_per_s=limit("live", "pack_bytes_per_s"),
        )


class LiveBuffers:
    """The newest samples of every point, held by time and by a budget of memory.

    ``take`` is the consumer of the bus: it copies the bytes of each batch and looks at nothing.
    A ring grows in parts, each sized to hold some minutes. Full parts stand in one queue by age:
    past the hour they are forgotten; over a share of the budget the oldest are packed, as fast as
    packing's share of the processor allows; over the budget they are forgotten. The store has
    them.
    """

    def __init__(self, limits: LiveLimits | None = None) -> None:
        self._limits = limits or LiveLimits.shipped()
        self._by_id: dict[int, Ring] = {}
        self._rings: dict[RowLayout, Ring] = {}
        self._devices: dict[str, list[Ring]] = {}
        self._keys: tuple[PointKey, ...] = ()
        self._keys_of = 0
        self._raw: deque[tuple[Ring, Segment]] = deque()
        self._packed: deque[tuple[Ring, Segment]] = deque()
        self._pack_from_ns = 0
        self._pack_above = int(self._limits.budget_bytes * self._limits.pack_above)
        self.bytes = 0

    def take(self, batches: Sequence[RowBatch]) -> None:
        """Copy the rows of every batch; nothing is decoded."""
        by_id = self._by_id
        for batch in batches:
            layout = batch.layout
            ring = by_id.get(id(layout))
            if ring is None or ring.layout is not layout:
                ring = self._ring(batch)
            data = ring.with_own_texts(batch) if layout.texts else batch.data
            size = len(data)
            head = ring.head
            end = head.end + size
            buffer = head.buffer
            if buffer is not None and end <= len(buffer):
                buffer[head.end : end] = data
                head.end = end
            else:
                self._spill(ring, batch, data)
            ring.total += size // layout.row_size
        if self.bytes > self._pack_above and self._raw and batches:
            self._pack_some(batches)

    def keys(self) -> tuple[PointKey, ...]:
        """Every point seen so far, in order of appearance; a new tuple when one is added."""
        if self._keys_of != len(self._rings):
            self._keys_of = len(self._rings)
            found = (
                PointKey(device=device, point=point)
                for device, rings in self._devices.items()
                for ring in rings
                for point in ring.places
            )
            self._keys = tuple(dict.fromkeys(found))
        return self._keys

    def kind(self, key: PointKey) -> ValueKind | None:
        """The type of a point's values, None for a point that never came."""
        homes = self._homes(key)
        return homes[-1][1].kind if homes else None

    def version(self, key: PointKey) -> int:
        """A number that rises with each sample of the point; 0 for a point that never came."""
        return sum(ring.total for ring, _ in self._homes(key))

    def latest(self, key: PointKey) -> Sample | None:
        """The newest sample, good or bad."""
        best: Sample | None = None
        for ring, place in self._homes(key):
            sample = ring.latest(key, place)
            if sample and (best is None or _moment(sample) >= _moment(best)):
                best = sample
        return best

    def span(self, key: PointKey) -> tuple[int, int] | None:
        """First and last source time in memory, None where there is no sample."""
        spans = [ring.span() for ring, _ in self._homes(key)]
        found = [span for span in spans if span]
        return (min(s[0] for s in found), max(s[1] for s in found)) if found else None

    def complete_from(self, key: PointKey) -> int | None:
        """The source time from which on memory holds all of the point; None: it holds nothing."""
        homes = self._homes(key)
        return max(ring.complete_from_ns for ring, _ in homes) if homes else None

    def window(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Samples with start_ns <= source time < end_ns; of equal times the last received."""
        homes = self._homes(key)
        kind = homes[-1][1].kind if homes else ValueKind.FLOAT
        parts = [
            part
            for ring, place in homes
            if place.kind is kind
            for part in ring.parts(place, start_ns, end_ns)
        ]
        return _series(key, kind, parts)

    def _homes(self, key: PointKey) -> list[tuple[Ring, ColumnPlace]]:
        rings = self._devices.get(key.device, ())
        return [(ring, place) for ring in rings if (place := ring.places.get(key.point))]

    def _ring(self, batch: RowBatch) -> Ring:
        layout = batch.layout
        ring = self._rings.get(layout)
        if ring is None:
            first_received = int(view(batch)["received"].min())
            ring = Ring(layout, self._limits.first_rows, first_received)
            self._rings[layout] = ring
            self.bytes += ring.head.bytes
            self._devices.setdefault(layout.device, []).append(ring)
        else:
            # An equal layout of a new mapper: keep one object, so that its id stays taken.
            self._by_id.pop(id(ring.layout), None)
            ring.layout = layout
        self._by_id[id(layout)] = ring
        return ring

    def _spill(self, ring: Ring, batch: RowBatch, data: bytes) -> None:
        row = ring.layout.row_size
        done = 0
        while done < len(data):
            head = ring.head
            room = len(head.buffer or b"") - head.end
            if room < row:
                self._grow(ring)
                # Texts belong to a part, so the rest is indexed again for the new one.
                if ring.layout.texts:
                    data = ring.with_own_texts(batch)
                continue
            stop = min(len(data), done + room // row * row)
            ring.write(data, done, stop)
            done = stop

    def _grow(self, ring: Ring) -> None:
        limits = self._limits
        most = max(limits.first_rows, limits.segment_bytes // ring.layout.row_size)
        rows, span_s = len(ring.head), ring.head.span_s()
        if span_s < limits.segment_s / 2:
            rows *= 2
        elif span_s > limits.segment_s * 2:
            rows //= 2
        full = ring.grow(max(limits.first_rows, min(rows, most)))
        self._raw.append((ring, full))
        self.bytes += ring.head.bytes
        self._make_room(full.last_received_ns())

    def _make_room(self, now_ns: int) -> None:
        expired = now_ns - int(self._limits.hold_s * NS)
        for queue in (self._packed, self._raw):
            while queue and queue[0][1].last_received_ns() < expired:
                self._evict(queue)
        while self.bytes > self._limits.budget_bytes and (self._raw or self._packed):
            self._evict(self._packed or self._raw)

    def _pack_some(self, batches: Sequence[RowBatch]) -> None:
        """Pack a few of the oldest parts; parts fill in step, so it is spread over the calls."""
        now_ns = int.from_bytes(batches[-1].data[8:16], "little")
        for _ in range(1 + len(batches) // BATCHES_A_PACK):
            if not self._raw or not self._may_pack(self._raw[0][1], now_ns):
                return
            ring, segment = self._raw.popleft()
            self.bytes -= segment.pack()
            self._packed.append((ring, segment))

    def _may_pack(self, segment: Segment, now_ns: int) -> bool:
        """Packing is paid from an allowance of bytes that refills with the time of the stream."""
        floor = now_ns - 10 * NS
        start = max(self._pack_from_ns, floor)
        cost = int(segment.bytes / self._limits.pack_bytes_per_s * NS)
        if start + cost > now_ns:
            return False
        self._pack_from_ns = start + cost
        return True

    def _evict(self, queue: deque[tuple[Ring, Segment]]) -> None:
        ring, segment = queue.popleft()
        self.bytes -= segment.bytes
        ring.evict(segment)


def _moment(sample: Sample) -> int:
    return min(sample.source_ns, sample.received_ns)


def _series(key: PointKey, kind: ValueKind, parts: list[ColumnPart]) -> Series:
    if not parts:
        none = np.empty(0, np.int64)
        empty = np.empty(0, _DTYPES[kind])
        return Series(
            key=key,
            kind=kind,
            source_ns=none,
            received_ns=none,
            values=empty,
            quality=np.empty(0, np.uint8),
        )
    source = np.concatenate([part.source_ns for part in parts])
    received = np.concatenate([part.received_ns for part in parts])
    values = np.concatenate([part.values for part in parts])
    quality = np.concatenate([part.quality for part in parts])
    rising = all(part.rising for part in parts) and all(
        before.source_ns[-1] < after.source_ns[0] for before, after in pairwise(parts)
    )
    if not rising:
        order = np.argsort(source, kind="stable")
        source = source[order]
        last = np.append(source[1:] != source[:-1], True)
        order, source = order[last], source[last]
        received, values, quality = received[order], values[order], quality[order]
    return Series(
        key=key,
        kind=kind,
        source_ns=source,
        received_ns=received,
        values=values,
        quality=quality,
    )
