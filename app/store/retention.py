"""Retention: whole chunks go when they are too old or the file too large, the oldest first.

Roll-ups stay longer, so a year is still to be seen as a curve when its samples are gone. A sample
that comes late for a time that was dropped is not taken again.
"""

from __future__ import annotations

import sqlite3

import numpy as np

from app.settings import limit
from app.store.catalog import Catalog, LayoutState
from app.store.keys import LAST_UNIT, row_id, unit_in, unit_of
from app.store.rolling import LEVELS, covering

_DAY_NS = 86_400_000_000_000
_ROOM = 0.95
"""A file that is too large is brought to 95 % of the limit, so that it is not done every time."""


class Retention:
    """Drops what is past its limits; on the writer's connection, inside its transactions."""

    def __init__(self, connection: sqlite3.Connection, catalog: Catalog) -> None:
        self._connection = connection
        self._catalog = catalog

    def cutoff(self, now_ns: int) -> int:
        """The place in time before which samples go; 0 where all may stay."""
        found = 0
        if keep_days := limit("store", "keep_days"):
            found = unit_of(now_ns - int(keep_days * _DAY_NS))
        keep_bytes = limit("store", "keep_bytes")
        used = self.used_bytes()
        if keep_bytes and used > keep_bytes:
            ends = [
                end
                for (end,) in self._connection.execute(
                    "SELECT end_unit FROM spans WHERE id < ?", (row_id(0, 0, 1),)
                )
            ]
            if ends:
                share = min(1.0, (used - keep_bytes * _ROOM) / used)
                found = max(found, int(np.quantile(np.array(ends), share, method="lower")))
        return found

    def used_bytes(self) -> int:
        """The size of the file without its free pages."""
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def drop(self, state: LayoutState, cutoff: int) -> int:
        """Drop a layout's chunks that end before a place in time; returns how many samples."""
        low = row_id(state.id, 0)
        (last,) = self._connection.execute(
            "SELECT max(id) FROM spans WHERE id BETWEEN ? AND ? AND end_unit <= ?",
            (low, row_id(state.id, LAST_UNIT), cutoff),
        ).fetchone()
        if last is None:
            return 0
        last = self._at_a_roll_up(state, unit_in(last))
        if last is None:
            return 0
        dropped = 0
        for column in state.columns:
            span = (row_id(column.id, 0), row_id(column.id, last))
            (samples,) = self._connection.execute(
                "SELECT coalesce(sum(samples), 0) FROM column_chunks WHERE id BETWEEN ? AND ?", span
            ).fetchone()
            self._connection.execute("DELETE FROM column_chunks WHERE id BETWEEN ? AND ?", span)
            column.samples -= samples
            dropped += samples
        for table in ("chunks", "spans"):
            self._connection.execute(
                f"DELETE FROM {table} WHERE id BETWEEN ? AND ?",  # noqa: S608 - a fixed name
                (low, row_id(state.id, last)),
            )
        self._refresh(state)
        return dropped

    def _at_a_roll_up(self, state: LayoutState, last: int) -> int | None:
        """The last chunk to drop so that no roll-up loses only a part of its chunks."""
        span = covering(self._connection, state.id, 1, last)
        if span is None:
            return last
        (kept,) = self._connection.execute(
            "SELECT count(*) FROM spans WHERE id > ? AND id < ?",
            (row_id(state.id, last), row_id(state.id, span[1])),
        ).fetchone()
        if not kept:
            return last
        (before,) = self._connection.execute(
            "SELECT max(id) FROM spans WHERE id >= ? AND id < ?",
            (row_id(state.id, 0), row_id(state.id, span[0])),
        ).fetchone()
        return None if before is None else unit_in(before)

    def _refresh(self, state: LayoutState) -> None:
        """First times and the floor after a drop."""
        row = self._connection.execute(
            "SELECT first_ns FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1",
            (row_id(state.id, 0), row_id(state.id, LAST_UNIT)),
        ).fetchone()
        for column in state.columns:
            if column.samples and row is not None:
                column.first_ns = max(column.first_ns, row[0])
        self._connection.executemany(
            "UPDATE columns SET samples = ?, first_ns = ? WHERE id = ?",
            [(c.samples, c.first_ns, c.id) for c in state.columns],
        )
        state.loose.clear()

    def drop_rollups(self, state: LayoutState, now_ns: int) -> None:
        """Drop a layout's roll-ups that are older than their own limit."""
        keep_days = limit("store", "keep_rollup_days")
        if not keep_days:
            return
        cutoff = unit_of(now_ns - int(keep_days * _DAY_NS))
        for level in range(1, LEVELS + 1):
            old = self._connection.execute(
                "SELECT id FROM spans WHERE id BETWEEN ? AND ? AND end_unit <= ?",
                (row_id(state.id, 0, level), row_id(state.id, LAST_UNIT, level), cutoff),
            ).fetchall()
            begins = [unit_in(place) for (place,) in old]
            self._connection.executemany("DELETE FROM spans WHERE id = ?", old)
            for column in state.columns:
                self._connection.executemany(
                    "DELETE FROM rollups WHERE id = ?",
                    [(row_id(column.id, begin, level),) for begin in begins],
                )
        state.loose.clear()

    def set_floor(self, cutoff: int) -> None:
        """Remember before which place in time nothing is taken any more."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('floor', ?)", (cutoff,))
        self._catalog.floor = cutoff
