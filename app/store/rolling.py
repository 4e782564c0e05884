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
from app.store.catalog import ColumnState, LayoutState
from app.store.keys import row_id, unit_in

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


def loosen(connection: sqlite3.Connection, state: LayoutState, unit: int, level: int = 1) -> None:
    """A new piece that a roll-up of this level shall sum up."""
    loose = _loose(connection, state, level)
    place = bisect.bisect_left(loose, unit)
    if place == len(loose) or loose[place] != unit:
        loose.insert(place, unit)


def _loose(connection: sqlite3.Connection, state: LayoutState, level: int) -> list[int]:
    """Where pieces below this level begin that no span of it covers; read once from the file."""
    if level not in state.loose:
        last = (1 << 36) - 1
        found: list[int] = []
        covers = spans(connection, state.id, level, 0, last)
        place = 0
        for begin, _, _ in spans(connection, state.id, level - 1, 0, last):
            while place < len(covers) and covers[place][1] <= begin:
                place += 1
            if place == len(covers) or begin < covers[place][0]:
                found.append(begin)
        state.loose[level] = found
    return state.loose[level]


def roll(connection: sqlite3.Connection, store_id: int, state: LayoutState) -> None:
    """Sum up what is complete, level by level."""
    for level in range(1, LEVELS + 1):
        fan = int(limit("store", "rollup_chunks" if level == 1 else "rollup_fan"))
        loose = _loose(connection, state, level)
        if len(loose) < fan:
            return
        for run in _runs(connection, state.id, level, loose):
            for start in range(0, len(run) - fan + 1, fan):
                group = run[start : start + fan]
                _build(connection, store_id, state, level, (group[0], group[-1]))
                loosen(connection, state, group[0], level + 1)
                del loose[
                    bisect.bisect_left(loose, group[0]) : bisect.bisect_right(loose, group[-1])
                ]


def _runs(
    connection: sqlite3.Connection, layout_id: int, level: int, loose: list[int]
) -> list[list[int]]:
    """Loose pieces in runs that no span of the level parts."""
    between = [begin for begin, _, _ in spans(connection, layout_id, level, loose[0], loose[-1])]
    parts = np.split(np.array(loose), np.searchsorted(loose, between))
    return [part.tolist() for part in parts if len(part)]


def refresh(
    connection: sqlite3.Connection,
    store_id: int,
    state: LayoutState,
    owner: int | None,
    begins: list[int],
) -> None:
    """A chunk was written again, as one or more: sum up again whatever contains it."""
    low, high = begins[0], begins[-1]
    for level in range(1, LEVELS + 1):
        span = None if owner is None else covering(connection, state.id, level, owner)
        if span is None:
            if level == 1:
                _loose(connection, state, 1)
                for unit in begins:
                    loosen(connection, state, unit)
            return
        low, high = min(low, span[0]), max(high, span[1] - 1)
        _build(connection, store_id, state, level, (span[0], high))
        owner = span[0]


def _build(
    connection: sqlite3.Connection,
    store_id: int,
    state: LayoutState,
    level: int,
    units: tuple[int, int],
) -> None:
    """Write the roll-up of the pieces that begin from the first to the last place given."""
    pieces = spans(connection, state.id, level - 1, *units)
    begin, end = pieces[0][0], pieces[-1][1]
    if level == 1:
        shift = _first_shift(connection, state.id, units)
    else:
        shift = min(62, max(piece[2] for piece in pieces) + _STEP_BITS)
    blobs = []
    for column, spec in zip(state.columns, state.layout.columns, strict=True):
        if spec.kind is ValueKind.TEXT:
            continue
        if level == 1:
            cells = _cells_of_chunks(connection, store_id, state.id, column, units)
        else:
            cells = _cells_of_spans(connection, store_id, column, level - 1, pieces)
        if len(cells):
            at = row_id(column.id, begin, level)
            body = pack_cells(merged(cells, 1 << shift), shift)
            blobs.append((at, seal(BlobKind.ROLLUP, store_id, at, body)))
    connection.executemany("INSERT OR REPLACE INTO rollups VALUES (?, ?)", blobs)
    connection.execute(
        "INSERT OR REPLACE INTO spans VALUES (?, ?, ?)",
        (row_id(state.id, begin, level), end, shift),
    )


def _first_shift(connection: sqlite3.Connection, layout_id: int, units: tuple[int, int]) -> int:
    """The width of a cell of about 64 rows, as a power of two of nanoseconds."""
    first, last, rows = connection.execute(
        "SELECT min(first_ns), max(last_ns), sum(row_count) FROM chunks WHERE id BETWEEN ? AND ?",
        (row_id(layout_id, units[0]), row_id(layout_id, units[1])),
    ).fetchone()
    width = int((last - first) / rows * limit("store", "rollup_samples"))
    return min(62, width.bit_length())


def _cells_of_chunks(
    connection: sqlite3.Connection,
    store_id: int,
    layout_id: int,
    column: ColumnState,
    units: tuple[int, int],
) -> Cells:
    chunks = chunkfile.column_chunks(connection, store_id, (layout_id, column.id), units, -(2**63))
    return join([chunk_cells(source, data.values, data.quality) for source, _, data in chunks])


def _cells_of_spans(
    connection: sqlite3.Connection,
    store_id: int,
    column: ColumnState,
    level: int,
    pieces: list[Span],
) -> Cells:
    """The cells of roll-ups; for a damaged one the samples are summed up again."""
    parts: list[Cells] = []
    for begin, end, shift in pieces:
        try:
            part = read_cells(connection, store_id, column.id, level, begin)
        except Corrupt:
            (layout_id,) = connection.execute(
                "SELECT layout FROM columns WHERE id = ?", (column.id,)
            ).fetchone()
            units = (begin, end - 1)
            samples = _cells_of_chunks(connection, store_id, layout_id, column, units)
            part = merged(samples, 1 << shift)
        if part is not None:
            parts.append(part)
    return join(parts)


def chunk_cells(
    source: NDArray[np.int64], values: NDArray[np.generic], quality: NDArray[np.uint8]
) -> Cells:
    """The samples of a column, absent ones left out, each as a cell."""
    if (quality == _ABSENT).any():
        present = quality != _ABSENT
        source, values, quality = source[present], values[present], quality[present]
    return samples_as_cells(source, values.astype(np.float64), quality)


def read_cells(
    connection: sqlite3.Connection, store_id: int, column_id: int, level: int, unit: int
) -> Cells | None:
    """The cells of a column in the roll-up that begins here; None where it has no sample.

    Raises:
        Corrupt: the roll-up is damaged; the level below still has the samples.
    """
    place = row_id(column_id, unit, level)
    row = connection.execute("SELECT data FROM rollups WHERE id = ?", (place,)).fetchone()
    if row is None:
        return None
    return unpack_cells(unseal(BlobKind.ROLLUP, store_id, place, row[0]))
