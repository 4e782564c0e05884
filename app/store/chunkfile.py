"""Chunks in the file: one row of times a chunk, one row a column that has samples in it."""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections import OrderedDict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.codecs.chunks import (
    ColumnData,
    pack_column,
    pack_times,
    unpack_column,
    unpack_source,
    unpack_times,
)
from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_rows import RowSet, of_columns
from app.codecs.chunks_seal import SEAL_SIZE, BlobKind, seal, unseal
from app.core.quality import Quality
from app.store.catalog import LayoutState
from app.store.keys import LAST_UNIT, row_id, unit_in, unit_of

_log = logging.getLogger(__name__)
_ABSENT = int(Quality.ABSENT)
_KEPT_CHUNKS = 1024
_RANGE = "SELECT id, row_count, data FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id"
_WITH_COLUMN = (
    "SELECT c.id, c.row_count, c.data, k.id, k.data FROM chunks c JOIN column_chunks k"
    " ON k.id = c.id + ? WHERE c.id BETWEEN ? AND ? AND c.last_ns >= ? ORDER BY c.id"
)


def owner(connection: sqlite3.Connection, layout_id: int, unit: int, level: int = 0) -> int | None:
    """Where the chunk begins that a row at this place in time belongs to; None before the first.

    The same for the span of a level above the chunks.
    """
    (found,) = connection.execute(
        "SELECT max(id) FROM spans WHERE id BETWEEN ? AND ?",
        (row_id(layout_id, 0, level), row_id(layout_id, unit, level)),
    ).fetchone()
    return None if found is None else unit_in(found)


def write(connection: sqlite3.Connection, store_id: int, state: LayoutState, rows: RowSet) -> None:
    """Write one chunk, in place of one that begins at the same place in time."""
    unit = unit_of(int(rows.source[0]))
    place = row_id(state.id, unit)
    first, last = int(rows.source[0]), int(rows.source[-1])
    body = pack_times(rows.source, rows.received)
    tie = tie_of(body)
    times = seal(BlobKind.TIMES, store_id, place, body)
    connection.execute(
        "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?)",
        (place, first, last, len(rows), times),
    )
    end = min(unit_of(last) + 1, LAST_UNIT + 1)
    connection.execute("INSERT OR REPLACE INTO spans VALUES (?, ?, 0)", (place, end))
    present = (rows.quality != _ABSENT).sum(axis=0)
    blobs = []
    for index, (column, spec) in enumerate(zip(state.columns, state.layout.columns, strict=True)):
        if present[index]:
            body = tie + pack_column(spec.kind, rows.column(index))
            at = row_id(column.id, unit)
            blobs.append((at, int(present[index]), seal(BlobKind.COLUMN, store_id, at, body)))
    connection.executemany("INSERT OR REPLACE INTO column_chunks VALUES (?, ?, ?)", blobs)


def remove(connection: sqlite3.Connection, state: LayoutState, unit: int) -> None:
    """Delete one chunk with its columns."""
    connection.execute("DELETE FROM chunks WHERE id = ?", (row_id(state.id, unit),))
    connection.execute("DELETE FROM spans WHERE id = ?", (row_id(state.id, unit),))
    connection.executemany(
        "DELETE FROM column_chunks WHERE id = ?",
        [(row_id(column.id, unit),) for column in state.columns],
    )


def read(
    connection: sqlite3.Connection, store_id: int, state: LayoutState, unit: int
) -> RowSet | None:
    """All columns of one chunk; None where its times are damaged or gone.

    A damaged column is left out: its samples cannot be believed.
    """
    place = row_id(state.id, unit)
    found = connection.execute(_RANGE, (place, place)).fetchone()
    if found is None:
        return None
    try:
        body = unseal(BlobKind.TIMES, store_id, place, found[2])
        times = unpack_times(body, found[1])
    except Corrupt as damage:
        _log.warning("a chunk of %s is damaged: %s", state.layout.device, damage)
        return None
    columns: list[ColumnData | None] = []
    for column in state.columns:
        at = row_id(column.id, unit)
        row = connection.execute("SELECT data FROM column_chunks WHERE id = ?", (at,)).fetchone()
        columns.append(None)
        if row is not None:
            try:
                blob = unseal(BlobKind.COLUMN, store_id, at, row[0])
                columns[-1] = unpack_column(untied(blob, tie_of(body)), found[1])
            except Corrupt as damage:
                _log.warning("a column of %s is damaged: %s", state.layout.device, damage)
    return of_columns(state.layout, times, columns)


class ColumnReader:
    """Reads columns of chunks. Keeps the last source times, which all columns of a layout share."""

    def __init__(self, connection: sqlite3.Connection, store_id: int) -> None:
        self._connection = connection
        self._store_id = store_id
        self._sources: OrderedDict[tuple[int, bytes], tuple[bytes, NDArray[np.int64]]] = (
            OrderedDict()
        )

    def chunks(
        self,
        owners: tuple[int, int],
        units: tuple[int, int],
        from_ns: int,
        *,
        received: bool = False,
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], ColumnData]]:
        """Source times, receive times and a column of each chunk in a range of places in time.

        Args:
            owners: ids of the layout and the column.
            units: the first and last place a chunk may begin at.
            from_ns: chunks that end before are left out.
            received: whether the receive times matter; if not the source times stand for them.
        """
        layout_id, column_id = owners
        span = (row_id(layout_id, units[0]), row_id(layout_id, units[1]))
        cursor = self._connection.execute(
            _WITH_COLUMN, (row_id(column_id - layout_id, 0), *span, from_ns)
        )
        for place, count, times, at, data in cursor:
            try:
                tie, *pair = self._times(place, times, count, received=received)
                body = untied(unseal(BlobKind.COLUMN, self._store_id, at, data), tie)
                column = unpack_column(body, count)
            except Corrupt as damage:
                _log.warning("a chunk of column %d is damaged: %s", column_id, damage)
                continue
            yield pair[0], pair[1], column

    def _times(
        self, place: int, blob: bytes, count: int, *, received: bool
    ) -> tuple[bytes, NDArray[np.int64], NDArray[np.int64]]:
        known = (place, blob[:SEAL_SIZE])
        if not received and (kept := self._sources.get(known)) is not None:
            return kept[0], kept[1], kept[1]
        body = unseal(BlobKind.TIMES, self._store_id, place, blob)
        tie = tie_of(body)
        if received:
            return tie, *unpack_times(body, count)
        source = unpack_source(body, count)
        source.flags.writeable = False
        self._sources[known] = (tie, source)
        if len(self._sources) > _KEPT_CHUNKS:
            self._sources.popitem(last=False)
        return tie, source, source


def tie_of(times: bytes) -> bytes:
    """What ties the columns of a chunk to its times, so that two versions never mix."""
    return zlib.crc32(times).to_bytes(4, "little")


def untied(body: bytes, tie: bytes) -> bytes:
    """A column's own bytes.

    Raises:
        Corrupt: the column belongs to other times.
    """
    if body[:4] != tie:
        raise Corrupt("the column belongs to another version of the chunk")
    return body[4:]
