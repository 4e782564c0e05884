"""Proof of the readings: what of journal, segments and chunks fails its seal, and of when.

Rows are read one after another and let go; nothing is kept but what is damaged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.codecs.chunks import unpack_times
from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_rows import Section, of_section, unpack_section
from app.codecs.chunks_seal import SEAL_SIZE, BlobKind, seal, unseal
from app.core.rows import PointKey
from app.store.catalog import Catalog, LayoutState
from app.store.chunkfile import tie_of, untied
from app.store.journal import unpack
from app.store.keys import LAST_UNIT, UNIT_NS, row_id, unit_in
from app.store.records_damage import single_errors

ALWAYS = (-(2**63), 2**63 - 1)
_LAYOUT_SIZE = 4
_NAMES = 3
"""Devices that are named of a row that is of many."""
_CHUNKS = (
    "SELECT id, first_ns, last_ns, row_count, data FROM chunks"
    " WHERE id BETWEEN ? AND ? AND last_ns >= ? AND first_ns < ? ORDER BY id"
)
_COLUMNS = "SELECT id, data FROM column_chunks WHERE id BETWEEN ? AND ? ORDER BY id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """One row of readings that cannot be believed.

    ``span`` is its first and last source time, or, where ``exact`` is False, the times its
    neighbours leave for it; None is a side on which there is no neighbour.
    """

    table: str
    row: int
    device: str
    point: str = ""
    span: tuple[int | None, int | None] = (None, None)
    exact: bool = True

    def touches(self, start_ns: int, end_ns: int) -> bool:
        """Whether samples of the window may be in it."""
        first, last = self.span
        return (first is None or first < end_ns) and (last is None or last >= start_ns)


@dataclass(frozen=True, slots=True)
class Proved:
    """How many rows of readings were looked at, and those that are damaged."""

    pieces: int
    damaged: tuple[Damaged, ...]


def prove(
    connection: sqlite3.Connection,
    store: int,
    keys: Collection[PointKey] | None = None,
    window: tuple[int, int] = ALWAYS,
) -> Proved:
    """Check the seals of all readings, or of those of some points in a window of source times."""
    # One moment of the file, and the layouts of that moment: a program may be writing to it.
    connection.execute("BEGIN")
    try:
        catalog = Catalog(store)
        catalog.load(connection)
        pieces, damaged = 0, list[Damaged]()
        for found in _all(connection, catalog, keys, window):
            pieces += 1
            if found is not None and found.touches(*window):
                damaged.append(found)
    finally:
        connection.execute("COMMIT")
    return Proved(pieces, tuple(damaged))


def _all(
    connection: sqlite3.Connection,
    catalog: Catalog,
    keys: Collection[PointKey] | None,
    window: tuple[int, int],
) -> Iterator[Damaged | None]:
    devices = None if keys is None else {key.device for key in keys} | {""}
    yield from _journal(connection, catalog.store_id, catalog.states, devices)
    for found in _segments(connection, catalog.store_id, catalog.states):
        if found is None or devices is None or found.device in devices:
            yield found
    for state in catalog.states.values():
        if devices is None or state.layout.device in devices:
            yield from _chunks(connection, catalog.store_id, state, keys, window)


def _journal(
    connection: sqlite3.Connection,
    store: int,
    states: Mapping[int, LayoutState],
    devices: Collection[str] | None,
) -> Iterator[Damaged | None]:
    """None for each row of the journal that is whole; a row is of all devices of its moment."""
    for place, blob in connection.execute("SELECT id, data FROM journal ORDER BY id"):
        try:
            list(unpack(unseal(BlobKind.JOURNAL, store, place, blob)))
        except Corrupt:
            parts = _logged(store, place, blob, states)
        else:
            yield None
            continue
        names = list(dict.fromkeys(state.layout.device for state, _ in parts))
        if devices is not None and names and not set(names) & set(devices):
            continue
        times = [_times(state, section) for state, section in parts]
        yield Damaged(
            table="journal",
            row=place,
            device=", ".join(names[:_NAMES]) + (" ..." if len(names) > _NAMES else ""),
            span=(min(t[0] for t in times), max(t[1] for t in times)) if times else (None, None),
            exact=bool(times),
        )


def _logged(
    store: int, place: int, blob: bytes, states: Mapping[int, LayoutState]
) -> list[tuple[LayoutState, Section]]:
    """What a row of the journal held before one byte of it was changed; none where it was more."""
    for trial in _trials(BlobKind.JOURNAL, store, place, blob):
        try:
            parts = [(states.get(layout), section) for layout, section in unpack(trial)]
        except Corrupt:
            continue
        known = [
            (state, section)
            for state, section in parts
            if state is not None and len(section.rows) % state.layout.row_size == 0
        ]
        if known and len(known) == len(parts):
            return [(state, section) for state, section in known if section.rows]
    return []


def _segments(
    connection: sqlite3.Connection, store: int, states: Mapping[int, LayoutState]
) -> Iterator[Damaged | None]:
    """None for each segment that is whole; a damaged one when its neighbours are known."""
    ends = {place: state.last_ns for place, state in states.items()}
    waiting: dict[int, list[Damaged]] = {}
    # In order of the table, not of its index by layout: that column is not under the seal.
    for place, layout, count, blob in connection.execute(
        "SELECT id, layout, row_count, data FROM segments ORDER BY id"
    ):
        state = states.get(layout)
        try:
            body = unseal(BlobKind.SEGMENT, store, place, blob)
            span = None if state is None else _span(state, layout, count, body)
        except Corrupt:
            span = None
        if span is not None:
            ends[layout] = max(ends[layout] or span[0], span[1])
            for found in waiting.pop(layout, ()):
                yield found if found.exact else replace(found, span=(found.span[0], span[0]))
            yield None
            continue
        device = "" if state is None else state.layout.device
        found = Damaged(
            table="segments", row=place, device=device, span=(ends.get(layout), None), exact=False
        )
        if state is not None and (was := _before(store, place, blob, state)) is not None:
            found = replace(found, span=was, exact=True)
        waiting.setdefault(layout, []).append(found)
    for left in waiting.values():
        yield from left


def _span(state: LayoutState, layout: int, count: int, body: bytes) -> tuple[int, int]:
    """First and last source time of a segment.

    Raises:
        Corrupt: the row is not what was sealed.
    """
    section = unpack_section(state.layout, body[_LAYOUT_SIZE:])
    same = int.from_bytes(body[:_LAYOUT_SIZE], "little") == layout
    if not same or not count or len(section.rows) != count * state.layout.row_size:
        raise Corrupt("the row of the segment is not what was sealed")
    return _times(state, section)


def _times(state: LayoutState, section: Section) -> tuple[int, int]:
    source = of_section(state.layout, section).source
    return int(source.min()), int(source.max())


def _before(store: int, place: int, blob: bytes, state: LayoutState) -> tuple[int, int] | None:
    """The times of a segment before one byte of it was changed; None where it was more."""
    for trial in _trials(BlobKind.SEGMENT, store, place, blob):
        try:
            section = unpack_section(state.layout, trial[_LAYOUT_SIZE:])
        except Corrupt:
            continue
        if section.rows and int.from_bytes(trial[:_LAYOUT_SIZE], "little") == state.id:
            return _times(state, section)
    return None


def _trials(kind: BlobKind, store: int, place: int, blob: bytes) -> Iterable[bytes]:
    """What may have lain behind a seal before one byte was changed."""
    body = blob[SEAL_SIZE:]
    stored = int.from_bytes(blob[SEAL_SIZE - 4 : SEAL_SIZE], "little")
    now = seal(kind, store, place, body)[SEAL_SIZE - 4 : SEAL_SIZE]
    pattern = int.from_bytes(now, "little") ^ stored
    if sum(byte != 0 for byte in pattern.to_bytes(4, "little")) < 2:
        yield body
    for at, error in single_errors(pattern, len(body)) if pattern else ():
        yield body[:at] + bytes([body[at] ^ error]) + body[at + 1 :]


def _chunks(
    connection: sqlite3.Connection,
    store: int,
    state: LayoutState,
    keys: Collection[PointKey] | None,
    window: tuple[int, int],
) -> Iterator[Damaged | None]:
    """The chunks of a layout: their times, then each column of them."""
    device = state.layout.device
    whole: dict[int, tuple[bytes, tuple[int, int]]] = {}
    owned = (row_id(state.id, 0), row_id(state.id, LAST_UNIT))
    for place, first, last, count, blob in connection.execute(_CHUNKS, (*owned, *window)):
        tie = _tie(store, place, (first, last, count), blob)
        if tie is None:
            begin = unit_in(place) * UNIT_NS
            span = (begin, last if last >= begin else None)
            yield Damaged(table="chunks", row=place, device=device, span=span)
        else:
            whole[unit_in(place)] = (tie, (first, last))
            yield None
    for column, spec in zip(state.columns, state.layout.columns, strict=True):
        if whole and (keys is None or PointKey(device=device, point=spec.point) in keys):
            for found in _column(connection, store, column.id, whole):
                yield found and replace(found, device=device, point=spec.point)


def _tie(store: int, place: int, facts: tuple[int, int, int], blob: bytes) -> bytes | None:
    """What ties columns to the times of a chunk; None where the row is not what was sealed."""
    first, last, count = facts
    try:
        body = unseal(BlobKind.TIMES, store, place, blob)
        source, _ = unpack_times(body, count)
    except Corrupt:
        return None
    same = len(source) > 0 and (int(source[0]), int(source[-1])) == (first, last)
    return tie_of(body) if same else None


def _column(
    connection: sqlite3.Connection,
    store: int,
    column: int,
    whole: Mapping[int, tuple[bytes, tuple[int, int]]],
) -> Iterator[Damaged | None]:
    units = row_id(column, min(whole)), row_id(column, max(whole))
    for place, blob in connection.execute(_COLUMNS, units):
        if unit_in(place) not in whole:
            continue
        tie, span = whole[unit_in(place)]
        try:
            untied(unseal(BlobKind.COLUMN, store, place, blob), tie)
        except Corrupt:
            yield Damaged(table="column_chunks", row=place, device="", span=span)
        else:
            yield None
