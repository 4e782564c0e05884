"""Which layouts and columns the store has, and the rows of each that are not in chunks yet.

The writer's thread changes it, under the lock; readers take snapshots. A snapshot is taken before
a read begins in the file, so a row that moves from memory to the file meanwhile is seen twice
(and resolved), never missed.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_rows import Section
from app.codecs.chunks_seal import BlobKind, seal, unseal
from app.core.rows import Column, PointKey, RowLayout, ValueKind
from app.store.keys import OWNER_BITS, row_id


@dataclass(slots=True)
class ColumnState:
    """A column in chunks: its id and how many samples from when to when, and how far apart."""

    id: int
    samples: int = 0
    first_ns: int = 0
    last_ns: int = 0
    period_ns: int = 0


@dataclass(slots=True)
class LayoutState:
    """A layout: its columns, the end of its chunks, and its rows outside of chunks.

    ``loose`` is, by level of roll-up, where the pieces begin that no roll-up sums up yet.
    """

    id: int
    layout: RowLayout
    columns: list[ColumnState]
    last_ns: int | None = None
    segment_rows: int = 0
    segments: int = 0
    sections: list[Section] = field(default_factory=list)
    pending_bytes: int = 0
    loose: dict[int, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where samples of a point are: a layout and a column of it, and its rows in memory."""

    state: LayoutState
    index: int
    sections: tuple[Section, ...]

    @property
    def column(self) -> ColumnState:
        """The column's counters."""
        return self.state.columns[self.index]

    @property
    def kind(self) -> ValueKind:
        """The type of the column."""
        return self.state.layout.columns[self.index].kind


class Catalog:
    """Every layout by id and by identity, every column by point."""

    def __init__(self, store_id: int) -> None:
        self.store_id = store_id
        self.lock = threading.Lock()
        self.states: dict[int, LayoutState] = {}
        self.pending_bytes = 0
        self.floor = 0
        self._by_layout: dict[RowLayout, LayoutState] = {}
        self._by_identity: dict[int, tuple[RowLayout, LayoutState]] = {}
        self._by_point: dict[PointKey, list[tuple[LayoutState, int]]] = {}
        self._next_column = 1

    def load(self, connection: sqlite3.Connection) -> None:
        """Read layouts, columns and the counters from a file; a damaged copy has a second."""
        for layout_id, data in connection.execute(
            "SELECT id, data FROM layouts UNION ALL SELECT id, data FROM layout_copies"
        ).fetchall():
            if layout_id not in self.states:
                self.add_blob(layout_id, data)
        floor = connection.execute("SELECT value FROM meta WHERE name = 'floor'").fetchone()
        self.floor = 0 if floor is None else floor[0]
        by_column = {c.id: c for s in self.states.values() for c in s.columns}
        for row in connection.execute(
            "SELECT id, samples, first_ns, last_ns, period_ns FROM columns"
        ):
            if (column := by_column.get(row[0])) is not None:
                _, column.samples, column.first_ns, column.last_ns, column.period_ns = row
        for layout_id, rows, segments in connection.execute(
            "SELECT layout, sum(row_count), count(*) FROM segments GROUP BY layout"
        ):
            if (state := self.states.get(layout_id)) is not None:
                state.segment_rows, state.segments = rows, segments
        for state in self.states.values():
            self._find_end(connection, state)

    def reload(self, connection: sqlite3.Connection, layout_id: int) -> None:
        """Read a layout's counters again, after a transaction that changed them was undone."""
        if (state := self.states.get(layout_id)) is None:
            return
        by_column = {column.id: column for column in state.columns}
        for row in connection.execute(
            "SELECT id, samples, first_ns, last_ns, period_ns FROM columns WHERE layout = ?",
            (layout_id,),
        ):
            column = by_column[row[0]]
            _, column.samples, column.first_ns, column.last_ns, column.period_ns = row
        state.segment_rows, state.segments = connection.execute(
            "SELECT coalesce(sum(row_count), 0), count(*) FROM segments WHERE layout = ?",
            (layout_id,),
        ).fetchone()
        state.loose.clear()
        self._find_end(connection, state)

    @staticmethod
    def _find_end(connection: sqlite3.Connection, state: LayoutState) -> None:
        row = connection.execute(
            "SELECT last_ns FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
            (row_id(state.id, 0), row_id(state.id + 1, 0) - 1),
        ).fetchone()
        state.last_ns = None if row is None else row[0]

    def add_blob(self, layout_id: int, blob: bytes) -> None:
        """Add a layout from its sealed definition; one that does not verify is left out."""
        try:
            body = json.loads(unseal(BlobKind.LAYOUT, self.store_id, layout_id, blob))
        except (Corrupt, ValueError):
            return
        columns = tuple(Column(point=p, kind=ValueKind(k)) for _, p, k in body["columns"])
        layout = RowLayout(device=body["device"], group=body["group"], columns=columns)
        self._add(LayoutState(layout_id, layout, [ColumnState(i) for i, _, _ in body["columns"]]))

    def _add(self, state: LayoutState) -> None:
        with self.lock:
            self.states[state.id] = state
            self._by_layout[state.layout] = state
            for index, column in enumerate(state.layout.columns):
                key = PointKey(device=state.layout.device, point=column.point)
                self._by_point.setdefault(key, []).append((state, index))
            self._next_column = max(self._next_column, *(c.id + 1 for c in state.columns))

    def of(self, layout: RowLayout) -> LayoutState | None:
        """The state of a layout, None for one never seen.

        Batches carry the same layout object again and again; its identity is looked up first,
        because a hash over forty columns costs more than the rest of a tick.
        """
        known = self._by_identity.get(id(layout))
        if known is not None and known[0] is layout:
            return known[1]
        state = self._by_layout.get(layout)
        if state is not None:
            if len(self._by_identity) > 1 << 17:
                self._by_identity.clear()
            self._by_identity[id(layout)] = (layout, state)
        return state

    def create(self, layout: RowLayout, connection: sqlite3.Connection) -> LayoutState:
        """Give a new layout its ids, in the caller's transaction; ``adopt`` it after the commit."""
        layout_id = max(self.states, default=0) + 1
        first = self._next_column
        self._next_column += len(layout.columns)
        if max(self._next_column, layout_id) >= 1 << OWNER_BITS:
            raise OverflowError("the store has no more column ids")
        columns = [ColumnState(first + index) for index in range(len(layout.columns))]
        body = {
            "device": layout.device,
            "group": layout.group,
            "columns": [
                [c.id, column.point, column.kind.value]
                for c, column in zip(columns, layout.columns, strict=True)
            ],
        }
        blob = seal(BlobKind.LAYOUT, self.store_id, layout_id, json.dumps(body).encode())
        connection.execute("INSERT OR REPLACE INTO layouts VALUES (?, ?)", (layout_id, blob))
        connection.execute("INSERT OR REPLACE INTO layout_copies VALUES (?, ?)", (layout_id, blob))
        rows = (
            (c.id, layout_id, _plain(layout.device), _plain(column.point), column.kind.value)
            for c, column in zip(columns, layout.columns, strict=True)
        )
        connection.executemany(
            "INSERT OR REPLACE INTO columns VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0)", rows
        )
        state = LayoutState(layout_id, layout, columns)
        self._add(state)
        return state

    def forget(self, states: Iterable[LayoutState]) -> None:
        """Take back layouts whose transaction failed."""
        with self.lock:
            for state in states:
                del self.states[state.id], self._by_layout[state.layout]
                for column in state.layout.columns:
                    key = PointKey(device=state.layout.device, point=column.point)
                    places = [p for p in self._by_point[key] if p[0] is not state]
                    self._by_point[key] = places
            self._by_identity.clear()

    def take(self, state: LayoutState, section: Section) -> None:
        """Rows that are now in the journal."""
        with self.lock:
            state.sections.append(section)
            state.pending_bytes += len(section.rows)
            self.pending_bytes += len(section.rows)

    def drop(self, state: LayoutState, sections: int) -> None:
        """The first sections of a layout are now in segments or chunks."""
        with self.lock:
            size = sum(len(section.rows) for section in state.sections[:sections])
            del state.sections[:sections]
            state.pending_bytes -= size
            self.pending_bytes -= size

    def places(self, key: PointKey) -> list[Place]:
        """Where samples of a point are, with its rows in memory now."""
        with self.lock:
            found = self._by_point.get(key, ())
            return [Place(state, index, tuple(state.sections)) for state, index in found]

    def snapshot(self) -> list[tuple[LayoutState, tuple[Section, ...]]]:
        """Every layout with its rows in memory now."""
        with self.lock:
            return [(state, tuple(state.sections)) for state in self.states.values()]


def _plain(text: str) -> str:
    """Text that SQLite can keep; the exact name is in the sealed definition."""
    return text.encode("utf-8", "backslashreplace").decode()
