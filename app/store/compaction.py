"""Compaction: rows leave the journal for chunks, late ones find the chunk they belong to.

Rows of a layout wait in segments until they fill a chunk. A chunk owns the time from its first
row to the next chunk's; a row that comes late is put into its owner, which is written again.
"""

from __future__ import annotations

import itertools
import logging
import sqlite3
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_rows import (
    RowSet,
    Section,
    of_sections,
    pack_section,
    resolved,
    section_of,
    spans,
    together,
    unpack_section,
)
from app.codecs.chunks_seal import BlobKind, seal, unseal
from app.core.quality import Quality
from app.settings import limit
from app.store import chunkfile
from app.store.catalog import Catalog, LayoutState
from app.store.keys import row_id, unit_in, unit_of, units_of
from app.store.rolling import Roller

_log = logging.getLogger(__name__)
_ABSENT = int(Quality.ABSENT)


class Compactor:
    """Moves rows of one layout at a time, inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, catalog: Catalog) -> None:
        self._connection = connection
        self._catalog = catalog
        self._store_id = catalog.store_id
        self._roller = Roller(connection, catalog.store_id)
        self._chunk_rows = int(limit("store", "chunk_rows"))
        self._max_segments = int(limit("store", "segments"))

    def move(self, state: LayoutState, sections: list[Section]) -> None:
        """Write sections of a layout as chunks when they fill one, else as a segment."""
        rows = sum(len(section.rows) for section in sections) // state.layout.row_size
        if rows + state.segment_rows < self._chunk_rows and state.segments < self._max_segments:
            joined = of_sections(state.layout, sections)
            self._add_segment(state, section_of(joined) if len(sections) > 1 else sections[0])
            return
        parts = [*self.segments(state), *sections]
        self._clear_segments(state)
        self.insert(state, of_sections(state.layout, parts))

    def insert(self, state: LayoutState, rows: RowSet, *, final: bool = False) -> None:
        """Put rows into chunks; a rest that fills none becomes a segment, unless it is final."""
        rows = resolved(rows)
        units = units_of(rows.source)
        if self._catalog.floor and len(rows) and units[0] < self._catalog.floor:
            begin = int(np.searchsorted(units, self._catalog.floor))
            rows, units = rows[begin:], units[begin:]
        if state.last_ns is not None:
            split = int(np.searchsorted(units, unit_of(state.last_ns), "right"))
            if split:
                self._late(state, rows[:split], units[:split])
            rows, units = rows[split:], units[split:]
        while len(rows):
            cut = _cut(units, self._chunk_rows)
            if cut < self._chunk_rows and not final:
                self._add_segment(state, section_of(rows))
                break
            self._append(state, rows[:cut])
            rows, units = rows[cut:], units[cut:]
        self._roller.roll(state)
        self._save_counters(state)

    def _append(self, state: LayoutState, rows: RowSet) -> None:
        chunkfile.write(self._connection, self._store_id, state, rows)
        self._count(state, rows, 1)
        state.last_ns = int(rows.source[-1])
        _learn_periods(state, rows)
        self._roller.loosen(state, unit_of(int(rows.source[0])))

    def _late(self, state: LayoutState, rows: RowSet, units: NDArray[np.int64]) -> None:
        """Rows at or before the end of the chunks, each to the chunk that owns its time."""
        begin = chunkfile.owner(self._connection, state.id, int(units[0]))
        low = row_id(state.id, 0 if begin is None else begin)
        owners = np.array(
            [
                unit_in(place)
                for (place,) in self._connection.execute(
                    "SELECT id FROM spans WHERE id BETWEEN ? AND ? ORDER BY id",
                    (low, row_id(state.id, int(units[-1]))),
                )
            ],
            np.int64,
        )
        places = np.searchsorted(owners, units, "right") - 1
        bounds = [0, *(np.flatnonzero(np.diff(places)) + 1).tolist(), len(rows)]
        for start, end in itertools.pairwise(bounds):
            place = int(places[start])
            owner = None if place < 0 else int(owners[place])
            self._merge(state, owner, rows[start:end])

    def _merge(self, state: LayoutState, owner: int | None, rows: RowSet) -> None:
        old = None
        if owner is not None:
            old = chunkfile.read(self._connection, self._store_id, state, owner)
            chunkfile.remove(self._connection, state, owner)
        if old is not None:
            self._count(state, old, -1)
            rows = resolved(together([old, rows]))
        units = units_of(rows.source)
        keep_whole = len(rows) <= 2 * self._chunk_rows
        begins: list[int] = []
        while len(rows):
            cut = _cut(units, len(rows) if keep_whole else self._chunk_rows)
            chunkfile.write(self._connection, self._store_id, state, rows[:cut])
            self._count(state, rows[:cut], 1)
            begins.append(int(units[0]))
            state.last_ns = max(state.last_ns or 0, int(rows.source[cut - 1]))
            rows, units = rows[cut:], units[cut:]
        self._roller.refresh(state, owner, begins)

    def _count(self, state: LayoutState, rows: RowSet, sign: int) -> None:
        for column, count, first, last in zip(state.columns, *spans(rows), strict=True):
            if not count:
                continue
            if not column.samples:
                column.first_ns, column.last_ns = int(first), int(last)
            column.samples += sign * int(count)
            column.first_ns = min(column.first_ns, int(first))
            column.last_ns = max(column.last_ns, int(last))

    def _save_counters(self, state: LayoutState) -> None:
        self._connection.executemany(
            "UPDATE columns SET samples = ?, first_ns = ?, last_ns = ?, period_ns = ? WHERE id = ?",
            [(c.samples, c.first_ns, c.last_ns, c.period_ns, c.id) for c in state.columns],
        )

    def segments(self, state: LayoutState) -> list[Section]:
        """The sections in a layout's segments; a damaged one is left out."""
        rows = self._connection.execute(
            "SELECT id, data FROM segments WHERE layout = ? ORDER BY id", (state.id,)
        )
        return read_segments(self._store_id, state, rows)

    def _add_segment(self, state: LayoutState, section: Section) -> None:
        (place,) = self._connection.execute(
            "SELECT coalesce(max(id), 0) + 1 FROM segments"
        ).fetchone()
        rows = len(section.rows) // state.layout.row_size
        body = pack_section(state.layout, section)
        blob = seal(BlobKind.SEGMENT, self._store_id, place, state.id.to_bytes(4, "little") + body)
        values = (place, state.id, rows, blob)
        self._connection.execute("INSERT INTO segments VALUES (?, ?, ?, ?)", values)
        state.segment_rows += rows
        state.segments += 1

    def _clear_segments(self, state: LayoutState) -> None:
        self._connection.execute("DELETE FROM segments WHERE layout = ?", (state.id,))
        state.segment_rows = state.segments = 0


def read_segments(
    store_id: int, state: LayoutState, rows: Iterable[tuple[int, bytes]]
) -> list[Section]:
    """The sections in a layout's segments, given as ids and blobs; damaged ones are left out."""
    found: list[Section] = []
    for place, blob in rows:
        try:
            body = unseal(BlobKind.SEGMENT, store_id, place, blob)
            found.append(unpack_section(state.layout, body[4:]))
        except Corrupt as damage:
            _log.warning("a segment of %s is damaged: %s", state.layout.device, damage)
    return found


def _cut(units: NDArray[np.int64], size: int) -> int:
    """Where a chunk of about ``size`` rows ends: rows of one place in time stay together."""
    if len(units) <= size:
        return len(units)
    return int(np.searchsorted(units, units[size - 1], "right"))


def _learn_periods(state: LayoutState, rows: RowSet) -> None:
    """How far apart a column's samples usually are: nine of ten pauses are no longer."""
    present = rows.quality != _ABSENT
    whole = present.all(axis=0)
    dense = usual_pause(rows.source)
    for index, column in enumerate(state.columns):
        pause = dense if whole[index] else usual_pause(rows.source[present[:, index]])
        column.period_ns = pause or column.period_ns


def usual_pause(times: NDArray[np.int64]) -> int:
    """The pause that nine of ten are no longer than; 0 for fewer than three samples."""
    if len(times) < 3:
        return 0
    pauses = np.diff(times)
    place = (len(pauses) * 9 - 1) // 10
    return int(np.partition(pauses, place)[place])
