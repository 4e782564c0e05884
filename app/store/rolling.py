"""Roll-ups in the file: chunks summed up by 32, these by 8, and so on, a column at a time.

A span says which pieces (chunks, or spans one level below) a roll-up covers; the span of level 0
is the index of a chunk. A roll-up is written once when its pieces are complete, and again when one
of them changed. What no span covers yet is read from the level below, so readers need not wait.
"""

from __future__ import annotations

import bisect
import sqlite3

import numpy as np
from numpy.typing import NDArray

from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_seal import BlobKind, seal, unseal
from app.codecs.rollups import Cells, join, merged, pack_cells, samples_as_cells, unpack_cells
from app.core.quality import Quality
from app.core.rows import ValueKind
from app.settings import limit
from app.store import chunkfile
from app.store.catalog import LayoutState
from app.store.keys import LAST_UNIT, row_id, unit_in

LEVELS = 6
_STEP_BITS = 2
_SPANS = "SELECT id, end_unit, shift FROM spans WHERE id BETWEEN ? AND ? ORDER BY id"
_ABSENT = int(Quality.ABSENT)

Span = tuple[int, int, int]
"""First place in time, the place behind the last, and the cell width as a power of two."""


def spans(
    connection: sqlite3.Connection, layout_id: int, level: int, low: int, high: int
) -> list[Span]:
    """Spans of a level that begin at a place from low to high, both included."""
    found = connection.execute(
        _SPANS, (row_id(layout_id, low, level), row_id(layout_id, high, level))
    )
    return [(unit_in(place), end, shift) for place, end, shift in found]


def covering(connection: sqlite3.Connection, layout_id: int, level: int, unit: int) -> Span | None:
    """The span of a level that a piece beginning at this place lies in."""
    row = connection.execute(
        "SELECT id, end_unit, shift FROM spans WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
        (row_id(layout_id, 0, level), row_id(layout_id, unit, level)),
    ).fetchone()
    if row is None or row[1] <= unit:
        return None
    return unit_in(row[0]), row[1], row[2]


class Roller:
    """Writes roll-ups, on the writer's connection and inside its transaction."""

    def __init__(self, connection: sqlite3.Connection, store_id: int) -> None:
        self._connection = connection
        self._store_id = store_id
        self._columns = chunkfile.ColumnReader(connection, store_id)

    def loosen(self, state: LayoutState, unit: int, level: int = 1) -> None:
        """A new piece that a roll-up of this level shall sum up."""
        loose = self._loose(state, level)
        place = bisect.bisect_left(loose, unit)
        if place == len(loose) or loose[place] != unit:
            loose.insert(place, unit)

    def _loose(self, state: LayoutState, level: int) -> list[int]:
        """Where pieces below this level begin that no span of it covers; read once."""
        if level not in state.loose:
            covers = spans(self._connection, state.id, level, 0, LAST_UNIT)
            found: list[int] = []
            place = 0
            for begin, _, _ in spans(self._connection, state.id, level - 1, 0, LAST_UNIT):
                while place < len(covers) and covers[place][1] <= begin:
                    place += 1
                if place == len(covers) or begin < covers[place][0]:
                    found.append(begin)
            state.loose[level] = found
        return state.loose[level]

    def roll(self, state: LayoutState) -> None:
        """Sum up what is complete, level by level."""
        for level in range(1, LEVELS + 1):
            fan = int(limit("store", "rollup_chunks" if level == 1 else "rollup_fan"))
            loose = self._loose(state, level)
            if len(loose) < fan:
                return
            for run in self._runs(state.id, level, loose):
                for start in range(0, len(run) - fan + 1, fan):
                    first, last = run[start], run[start + fan - 1]
                    self._build(state, level, (first, last))
                    self.loosen(state, first, level + 1)
                    begin, end = bisect.bisect_left(loose, first), bisect.bisect_right(loose, last)
                    del loose[begin:end]

    def _runs(self, layout_id: int, level: int, loose: list[int]) -> list[list[int]]:
        """Loose pieces in runs that no span of the level parts."""
        found = spans(self._connection, layout_id, level, loose[0], loose[-1])
        between = [begin for begin, _, _ in found]
        parts = np.split(np.array(loose), np.searchsorted(loose, between))
        return [part.tolist() for part in parts if len(part)]

    def refresh(self, state: LayoutState, owner: int | None, begins: list[int]) -> None:
        """A chunk was written again, as one or more: sum up again whatever contains it."""
        last = begins[-1]
        for level in range(1, LEVELS + 1):
            span = None
            if owner is not None:
                span = covering(self._connection, state.id, level, owner)
            if span is None:
                if level == 1:
                    for unit in begins:
                        self.loosen(state, unit)
                return
            last = max(last, span[1] - 1)
            self._build(state, level, (span[0], last))
            owner = span[0]

    def _build(self, state: LayoutState, level: int, units: tuple[int, int]) -> None:
        """Write the roll-up of the pieces that begin from the first to the last place given."""
        pieces = spans(self._connection, state.id, level - 1, *units)
        begin, end = units[0], pieces[-1][1]
        if level == 1:
            shift = self._first_shift(state.id, units)
        else:
            shift = min(62, max(piece[2] for piece in pieces) + _STEP_BITS)
        blobs = []
        for column, spec in zip(state.columns, state.layout.columns, strict=True):
            if spec.kind is ValueKind.TEXT:
                continue
            owners = (state.id, column.id)
            if level == 1:
                cells = self._cells_of_chunks(owners, units)
            else:
                cells = self._cells_of_spans(owners, level - 1, pieces)
            at = row_id(column.id, begin, level)
            body = pack_cells(merged(cells, 1 << shift), shift)
            blobs.append((at, seal(BlobKind.ROLLUP, self._store_id, at, body)))
        self._connection.executemany("INSERT OR REPLACE INTO rollups VALUES (?, ?)", blobs)
        self._connection.execute(
            "INSERT OR REPLACE INTO spans VALUES (?, ?, ?)",
            (row_id(state.id, begin, level), end, shift),
        )

    def _first_shift(self, layout_id: int, units: tuple[int, int]) -> int:
        """The width of a cell of about 64 rows, as a power of two of nanoseconds."""
        first, last, rows = self._connection.execute(
            "SELECT min(first_ns), max(last_ns), sum(row_count) FROM chunks"
            " WHERE id BETWEEN ? AND ?",
            (row_id(layout_id, units[0]), row_id(layout_id, units[1])),
        ).fetchone()
        width = int((last - first) / rows * limit("store", "rollup_samples"))
        return min(62, width.bit_length())

    def _cells_of_chunks(self, owners: tuple[int, int], units: tuple[int, int]) -> Cells:
        chunks = self._columns.chunks(owners, units, -(2**63))
        return join([chunk_cells(source, data.values, data.quality) for source, _, data in chunks])

    def _cells_of_spans(self, owners: tuple[int, int], level: int, pieces: list[Span]) -> Cells:
        """The cells of roll-ups; for a damaged one the samples are summed up again."""
        parts: list[Cells] = []
        for begin, end, shift in pieces:
            try:
                part = read_cells(self._connection, self._store_id, owners[1], level, begin)
            except Corrupt:
                part = merged(self._cells_of_chunks(owners, (begin, end - 1)), 1 << shift)
            if part is not None:
                parts.append(part)
        return join(parts)


def read_cells(
    connection: sqlite3.Connection, store_id: int, column_id: int, level: int, unit: int
) -> Cells | None:
    """The cells of a column in the roll-up that begins here; None where it has none.

    Raises:
        Corrupt: the roll-up is damaged; the level below still has the samples.
    """
    place = row_id(column_id, unit, level)
    row = connection.execute("SELECT data FROM rollups WHERE id = ?", (place,)).fetchone()
    if row is None:
        return None
    return unpack_cells(unseal(BlobKind.ROLLUP, store_id, place, row[0]))


def chunk_cells(
    source: NDArray[np.int64], values: NDArray[np.generic], quality: NDArray[np.uint8]
) -> Cells:
    """The samples of a column, absent ones left out, each as a cell."""
    if (quality == _ABSENT).any():
        present = quality != _ABSENT
        source, values, quality = source[present], values[present], quality[present]
    return samples_as_cells(source, values.astype(np.float64), quality)
