"""Reads: every sample of a point in a window, or its envelope in time that follows the pixels."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.codecs import reduce
from app.codecs.chunks import ColumnData
from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_rows import RowSet, Section, of_sections, spans
from app.codecs.chunks_seal import SEAL_SIZE
from app.codecs.reduce import bucket_width
from app.codecs.rollups import Cells, as_envelope, join, merged
from app.codecs.series import Envelope, Series
from app.core.quality import Quality
from app.core.rows import PointKey, ValueKind
from app.settings import limit
from app.store import chunkfile, rolling
from app.store.catalog import LayoutState, Place
from app.store.compaction import read_segments, usual_pause
from app.store.keys import LAST_UNIT, unit_of

_ABSENT = int(Quality.ABSENT)
_LEVEL_BITS = 3
_NARROWEST = 24
"""Cells are no narrower than 2**24 ns (17 ms): below, the samples themselves are read."""
_RUN_CHUNKS = 8
"""Chunks reduced at once: of arrays above 128 KiB the allocator asks the system for every one."""

Piece = tuple[NDArray[np.int64], NDArray[np.int64], ColumnData]
Span = tuple[int, int, int]
"""How many samples, and the first and last of their source times."""
_Samples = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """A column of the file and its rows that are not in chunks, for one read."""

    place: Place
    loose: tuple[Piece, ...]

    def loose_times(self) -> NDArray[np.int64]:
        """The source times of samples outside of chunks, not sorted."""
        times = [t[c.quality != _ABSENT] for t, _, c in self.loose]
        return np.concatenate(times) if times else np.empty(0, np.int64)

    def span(self) -> tuple[int, int] | None:
        """First and last source time; None without a sample."""
        times = self.loose_times()
        column = self.place.column
        first = [int(times.min())] if len(times) else []
        last = [int(times.max())] if len(times) else []
        if column.samples:
            first.append(column.first_ns)
            last.append(column.last_ns)
        return (min(first), max(last)) if first else None


class Reader:
    """Reads through one connection, on one thread."""

    def __init__(self, connection: sqlite3.Connection, store_id: int) -> None:
        self._connection = connection
        self._store_id = store_id
        self._columns = chunkfile.ColumnReader(connection, store_id)
        self._kept: tuple[tuple[int, tuple[bytes, ...]], list[RowSet]] | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for reads of other tables on this thread."""
        return self._connection

    def series(self, key: PointKey, places: Sequence[Place], start_ns: int, end_ns: int) -> Series:
        """Every sample of the window, in order, duplicates resolved."""
        with _Snapshot(self._connection):
            sources = [self._source(place) for place in places]
            return self._series(key, sources, start_ns, end_ns)

    def envelope(
        self, key: PointKey, places: Sequence[Place], window: tuple[int, int], buckets: int
    ) -> Envelope:
        """The envelope of the window, from roll-ups where these hold all there is."""
        start_ns, end_ns = window
        with _Snapshot(self._connection):
            sources = [s for s in map(self._source, places) if s.span() is not None]
            sources = [s for s in sources if s.place.kind is not ValueKind.TEXT]
            sources.sort(key=lambda s: s.span() or (0, 0))
            gap = max_gap_ns(sources)
            times = [s.span() or (0, 0) for s in sources]
            if any(a[1] >= b[0] for a, b in itertools.pairwise(times)):
                whole = self._series(key, sources, start_ns, end_ns)
                return reduce.envelope(
                    key, whole.source_ns, whole.values, whole.quality, *window, buckets, gap
                )
            width = bucket_width(start_ns, end_ns, buckets)
            # A long part is merged before it is joined: less is copied.
            cells = [
                merged(part, width) if len(part) > buckets else part
                for source in sources
                for part in self._cells(source, start_ns, end_ns, width)
            ]
            return as_envelope(key, merged(join(cells), width), gap)

    def max_gap_ns(self, places: Sequence[Place]) -> int:
        """The longest pause of a point over which a line is drawn."""
        with _Snapshot(self._connection):
            return max_gap_ns([self._source(place) for place in places])

    def spans(self, state: LayoutState, sections: Sequence[Section]) -> list[Span]:
        """Of each column of a layout: samples (late ones may count twice), first, last time."""
        with _Snapshot(self._connection):
            found = [(c.samples, c.first_ns, c.last_ns) for c in state.columns]
            for rows in self._loose(state, sections):
                for index, (count, first, last) in enumerate(zip(*spans(rows), strict=True)):
                    if count:
                        old = found[index]
                        some = old[0] > 0
                        found[index] = (
                            old[0] + int(count),
                            min(old[1], int(first)) if some else int(first),
                            max(old[2], int(last)) if some else int(last),
                        )
            return found

    def _source(self, place: Place) -> _Source:
        rows = self._loose(place.state, place.sections)
        pieces = ((part.source, part.received, part.column(place.index)) for part in rows)
        return _Source(place, tuple(pieces))

    def _loose(self, state: LayoutState, sections: Sequence[Section]) -> list[RowSet]:
        """Rows outside of chunks: of segments, then of memory."""
        stored = self._segments(state)
        return [*stored, of_sections(state.layout, sections)] if sections else stored

    def _segments(self, state: LayoutState) -> list[RowSet]:
        """The rows of a layout's segments; kept for the next point of the same layout."""
        found = self._connection.execute(
            "SELECT id, data FROM segments WHERE layout = ? ORDER BY id", (state.id,)
        ).fetchall()
        key = (state.id, tuple(data[:SEAL_SIZE] for _, data in found))
        if self._kept is None or self._kept[0] != key:
            stored = read_segments(self._store_id, state, found)
            self._kept = key, [of_sections(state.layout, stored)] if stored else []
        return self._kept[1]

    def _pieces(self, source: _Source, start_ns: int, end_ns: int) -> Iterator[Piece]:
        """What may hold samples of the window: chunks in order, then rows outside of chunks."""
        place = source.place
        layout_id = place.state.id
        begin = chunkfile.owner(self._connection, layout_id, unit_of(start_ns))
        units = (begin or 0, unit_of(end_ns - 1))
        owners = (layout_id, place.column.id)
        yield from self._columns.chunks(owners, units, start_ns, received=True)
        yield from source.loose

    def _series(
        self, key: PointKey, sources: Sequence[_Source], start_ns: int, end_ns: int
    ) -> Series:
        kind = _common_kind([source.place.kind for source in sources])
        parts = []
        for source in sources:
            if (source.place.kind is ValueKind.TEXT) != (kind is ValueKind.TEXT):
                continue
            parts += [
                _cut(piece, kind, start_ns, end_ns)
                for piece in self._pieces(source, start_ns, end_ns)
            ]
        times, received, values, quality = _resolved(parts, kind)
        if kind is ValueKind.FLOAT:
            values = np.where(quality >= Quality.BAD, np.nan, values.astype(np.float64))
        return Series(
            key=key,
            kind=kind,
            source_ns=times,
            received_ns=received,
            values=values,
            quality=quality,
        )

    def _cells(self, source: _Source, start_ns: int, end_ns: int, width: int) -> Iterator[Cells]:
        """Cells of the window that fit into buckets of this width, in order of time.

        Buckets that rows outside of chunks fall into are read sample by sample, because such a
        row may replace one that a roll-up has counted.
        """
        dirty = np.unique(source.loose_times() // width)
        finest = (width & -width).bit_length() - 1
        at = start_ns
        for first, last in _runs(dirty):
            low, high = max(start_ns, first * width), min(end_ns, (last + 1) * width)
            if high <= at or low >= end_ns:
                continue
            yield from self._clean(source, at, low, finest)
            yield self._raw(source, low, high)
            at = high
        yield from self._clean(source, at, end_ns, finest)

    def _raw(self, source: _Source, start_ns: int, end_ns: int) -> Cells:
        series = self._series(PointKey(device="-", point="-"), [source], start_ns, end_ns)
        return rolling.chunk_cells(series.source_ns, series.values, series.quality)

    def _clean(self, source: _Source, start_ns: int, end_ns: int, shift: int) -> Iterator[Cells]:
        """Cells no wider than 2**shift ns; the ends that are no whole cell from narrower ones."""
        if start_ns >= end_ns:
            return
        if shift < _NARROWEST:
            everything = (0, LAST_UNIT)
            yield from self._level(source, 0, everything, (start_ns, end_ns), shift)
            return
        width = 1 << shift
        low, high = -(-start_ns // width) * width, end_ns // width * width
        if low >= high:
            yield from self._clean(source, start_ns, end_ns, shift - _LEVEL_BITS)
            return
        yield from self._clean(source, start_ns, low, shift - _LEVEL_BITS)
        yield from self._level(source, rolling.LEVELS, (0, LAST_UNIT), (low, high), shift)
        yield from self._clean(source, high, end_ns, shift - _LEVEL_BITS)

    def _level(
        self,
        source: _Source,
        level: int,
        units: tuple[int, int],
        cut: tuple[int, int],
        shift: int,
    ) -> Iterator[Cells]:
        """Cells from pieces that begin in a range of places, of this level or below it."""
        layout_id, column_id = source.place.state.id, source.place.column.id
        first = max(units[0], self._begin(layout_id, level, cut[0]))
        last = min(units[1], unit_of(cut[1] - 1))
        if first > last:
            return
        if level == 0:
            yield from self._samples((layout_id, column_id), (first, last), cut)
            return
        at = units[0]
        for begin, end, cell in rolling.spans(self._connection, layout_id, level, first, last):
            if cell > shift:
                continue
            cells = self._rollup(column_id, level, begin)
            if cells is None:
                continue
            yield from self._level(source, level - 1, (at, begin - 1), cut, shift)
            yield cells[slice(*np.searchsorted(cells.start_ns, cut))]
            at = end
        yield from self._level(source, level - 1, (at, units[1]), cut, shift)

    def _samples(
        self, owners: tuple[int, int], units: tuple[int, int], cut: tuple[int, int]
    ) -> Iterator[Cells]:
        """The samples of chunks as runs of cells, a few chunks each."""
        chunks = self._columns.chunks(owners, units, cut[0])
        while some := list(itertools.islice(chunks, _RUN_CHUNKS)):
            inside = [slice(*np.searchsorted(source, cut)) for source, _, _ in some]
            parts = [
                (source[rows], data.values[rows], data.quality[rows])
                for (source, _, data), rows in zip(some, inside, strict=True)
            ]
            times, values, quality = (np.concatenate(part) for part in zip(*parts, strict=True))
            yield rolling.chunk_cells(times, values, quality)

    def _begin(self, layout_id: int, level: int, start_ns: int) -> int:
        """Where the piece of a level begins that may hold the first sample of a window."""
        return chunkfile.owner(self._connection, layout_id, unit_of(start_ns), level) or 0

    def _rollup(self, column_id: int, level: int, begin: int) -> Cells | None:
        """A roll-up; None where it is damaged, and the level below has to do."""
        try:
            cells = rolling.read_cells(self._connection, self._store_id, column_id, level, begin)
        except Corrupt:
            return None
        return join([]) if cells is None else cells


class _Snapshot:
    """One read transaction: all statements inside see the file at one moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN")

    def __exit__(self, *_: object) -> None:
        self._connection.execute("COMMIT")


def max_gap_ns(sources: Sequence[_Source]) -> int:
    """Three usual pauses of the column with the newest samples; 0 where that is not known."""
    known = [(span[1], source) for source in sources if (span := source.span()) is not None]
    if not known:
        return 0
    newest = max(known, key=lambda item: item[0])[1]
    period = newest.place.column.period_ns or usual_pause(np.unique(newest.loose_times()))
    return int(period * limit("store", "gap_periods"))


def _runs(values: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of consecutive integers in a sorted array, as first and last."""
    if len(values):
        for part in np.split(values, np.flatnonzero(np.diff(values) > 1) + 1):
            yield int(part[0]), int(part[-1])


def _common_kind(kinds: Sequence[ValueKind]) -> ValueKind:
    """The kind a point is read as: the newest layout's, or FLOAT where numbers are mixed."""
    if not kinds:
        return ValueKind.FLOAT
    numbers = {kind for kind in kinds if kind is not ValueKind.TEXT}
    if kinds[-1] is ValueKind.TEXT or len(numbers) == 1:
        return kinds[-1]
    return ValueKind.FLOAT if ValueKind.FLOAT in numbers else ValueKind.INT


def _cut(piece: Piece, kind: ValueKind, start_ns: int, end_ns: int) -> _Samples:
    """Present samples of the window; text indexes become texts."""
    times, received, data = piece
    inside = (times >= start_ns) & (times < end_ns) & (data.quality != _ABSENT)
    rows: Any = slice(None) if inside.all() else inside
    values = data.values[rows]
    if kind is ValueKind.TEXT:
        lookup = np.array([*data.texts, None], object)
        values = lookup[np.where(values < len(data.texts), values, -1)]
    return times[rows], received[rows], values, data.quality[rows]


def _resolved(parts: Sequence[_Samples], kind: ValueKind) -> _Samples:
    """Samples in order of source time; of two with one source time the one received last."""
    if not parts:
        dtype = {ValueKind.FLOAT: np.float64, ValueKind.TEXT: np.object_}.get(kind, np.int64)
        none = np.empty(0, np.int64)
        return none, none, np.empty(0, dtype), np.empty(0, np.uint8)
    times, received, values, quality = (np.concatenate(c) for c in zip(*parts, strict=True))
    if len(times) > 1 and not (times[1:] > times[:-1]).all():
        order = np.lexsort((received, times))
        last = np.append(times[order][1:] != times[order][:-1], True)
        order = order[last]
        return times[order], received[order], values[order], quality[order]
    return times, received, values, quality
