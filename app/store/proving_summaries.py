"""Proof of what stands beside the readings: roll-ups, their index, and what each layout holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_seal import BlobKind, unseal
from app.codecs.rollups import unpack_cells
from app.store.catalog import Catalog, LayoutState
from app.store.keys import LAST_UNIT, UNIT_NS, owner_in, row_id, unit_in, unit_of
from app.store.proving import Damaged, Proved
from app.store.rolling import LEVELS

_LEVEL_SHIFT = row_id(0, 0, 1).bit_length() - 1


def prove_summaries(connection: sqlite3.Connection, store: int) -> Proved:
    """Check the seals of layouts and roll-ups, and the index of both by what it points to."""
    connection.execute("BEGIN")
    try:
        catalog = Catalog(store)
        catalog.load(connection)
        found = [
            *_layouts(connection, catalog),
            *_rollups(connection, catalog),
            *_spans(connection, catalog),
        ]
    finally:
        connection.execute("COMMIT")
    return Proved(len(found), tuple(piece for piece in found if piece is not None))


def _layouts(connection: sqlite3.Connection, catalog: Catalog) -> Iterator[Damaged | None]:
    for table in ("layouts", "layout_copies"):
        for place, blob in connection.execute(f"SELECT id, data FROM {table} ORDER BY id"):  # noqa: S608
            try:
                unseal(BlobKind.LAYOUT, catalog.store_id, place, blob)
            except Corrupt:
                state = catalog.states.get(place)
                device = "" if state is None else state.layout.device
                yield Damaged(table=table, row=place, device=device)
            else:
                yield None


def _rollups(connection: sqlite3.Connection, catalog: Catalog) -> Iterator[Damaged | None]:
    columns = {
        column.id: (state, spec.point)
        for state in catalog.states.values()
        for column, spec in zip(state.columns, state.layout.columns, strict=True)
    }
    for place, blob in connection.execute("SELECT id, data FROM rollups ORDER BY id"):
        try:
            unpack_cells(unseal(BlobKind.ROLLUP, catalog.store_id, place, blob))
        except Corrupt:
            state, point = columns.get(owner_in(place), (None, ""))
            yield _piece("rollups", place, state, _end(connection, place, state), point)
        else:
            yield None


def _spans(connection: sqlite3.Connection, catalog: Catalog) -> Iterator[Damaged | None]:
    """A span ends where the last piece under it ends; what retention took leaves none to ask."""
    for place, end, _ in connection.execute("SELECT id, end_unit, shift FROM spans ORDER BY id"):
        state, level, unit = catalog.states.get(owner_in(place)), _level(place), unit_in(place)
        if level == 0:
            row = connection.execute("SELECT last_ns FROM chunks WHERE id = ?", (place,)).fetchone()
            right = row is not None and min(unit_of(row[0]) + 1, LAST_UNIT + 1) == end
        else:
            under = (row_id(owner_in(place), unit, level - 1), row_id(owner_in(place), 0, level))
            row = connection.execute(
                "SELECT end_unit FROM spans WHERE id BETWEEN ? AND ? AND id < ? "
                "ORDER BY id DESC LIMIT 1",
                (under[0], row_id(owner_in(place), min(end - 1, LAST_UNIT), level - 1), under[1]),
            ).fetchone()
            right = level <= LEVELS and (row is None or row[0] == end)
        yield None if right else _piece("spans", place, state, end)


def _level(place: int) -> int:
    return place >> _LEVEL_SHIFT


def _end(connection: sqlite3.Connection, place: int, state: LayoutState | None) -> int | None:
    """Where the span of a roll-up ends, as its index says."""
    if state is None:
        return None
    at = row_id(state.id, unit_in(place), _level(place))
    row = connection.execute("SELECT end_unit FROM spans WHERE id = ?", (at,)).fetchone()
    return None if row is None else int(row[0])


def _piece(
    table: str, place: int, state: LayoutState | None, end: int | None, point: str = ""
) -> Damaged:
    begin = unit_in(place) * UNIT_NS
    last = end * UNIT_NS if end is not None and end * UNIT_NS > begin else None
    device = "" if state is None else state.layout.device
    span = (begin, last)
    return Damaged(table=table, row=place, device=device, point=point, span=span, exact=False)
