"""All records of one moment, as a proof of the file needs them: damaged or not, without an index.

Only the table itself says which rows there are. An index, and the columns that rows are found by,
are not under a seal; whose a row is, its record says.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.codecs.chunks_seal import identify
from app.store.records_chain import ChainFlaw, Head, flaws_of, head_key
from app.store.records_damage import KeptRow, kept_row
from app.store.records_rows import RecordRow, Table

_TOGETHER = frozenset({Table.AUDIT, Table.JOB, Table.CHAIN, Table.ATTEMPT})
"""Tables whose rows rest on each other."""


@dataclass(slots=True, kw_only=True)
class Filing:
    """The records; of the attempts only where they are, as ids of rows by job.

    Of tables whose rows stand alone (commands, trials) it is how many there are, and those that are
    damaged. ``store`` is the number that the seals say, where it is not
    the number the file gives itself; then nothing else is here.
    """

    audit: list[KeptRow] = field(default_factory=list)
    jobs: list[KeptRow] = field(default_factory=list)
    heads: list[KeptRow] = field(default_factory=list)
    alone: dict[Table, tuple[int, list[KeptRow]]] = field(default_factory=dict)
    attempts: dict[str, list[int]] = field(default_factory=dict)
    store: int | None = None

    def head(self, table: Table, chain: str, rows: Sequence[KeptRow]) -> Head:
        """The kept end of a chain; where none can be read, that of its rows."""
        key = head_key(table, chain)
        for row in self.heads:
            if row.key == key and (document := row.restored) is not None:
                return Head(number=document["number"], hash=document["hash"])
        for row in reversed(rows):
            if (document := row.restored) is not None:
                return Head(number=document["number"], hash=row.hash)
        return Head()

    def flaws(
        self, table: Table, chain: str, rows: Sequence[KeptRow], anchors: Sequence[Head] = ()
    ) -> list[ChainFlaw]:
        """What is wrong with a chain besides rows that are damaged in one byte."""
        return flaws_of(table, map(_link, rows), self.head(table, chain, rows), anchors)


def filing(connection: sqlite3.Connection, store: int) -> Filing:
    """All records, in the caller's transaction."""
    found = Filing(store=_other_store(connection, store))
    if found.store is not None:
        return found
    found.audit = list(_rows(connection, store, Table.AUDIT))
    found.jobs = list(_rows(connection, store, Table.JOB))
    found.heads = list(_rows(connection, store, Table.CHAIN))
    for table in Table:
        if table not in _TOGETHER and _is_there(connection, table):
            count, damaged = 0, list[KeptRow]()
            for row in _rows(connection, store, table):
                count += 1
                if not row.is_whole:
                    damaged.append(row)
            found.alone[table] = (count, damaged)
    for row in _rows(connection, store, Table.ATTEMPT):
        found.attempts.setdefault(row.key, []).append(row.id)
    return found


def attempts(connection: sqlite3.Connection, store: int, places: Sequence[int]) -> list[KeptRow]:
    """The attempts in these rows."""
    query = "SELECT id, key, note, data FROM attempt WHERE id = ?"
    return [
        kept_row(store, Table.ATTEMPT, *row)
        for place in places
        for row in connection.execute(query, (place,))
    ]


def _rows(connection: sqlite3.Connection, store: int, table: Table) -> Iterator[KeptRow]:
    query = f"SELECT id, key, note, data FROM {table.sql} ORDER BY id"  # noqa: S608
    for row in connection.execute(query):
        yield kept_row(store, table, *row)


def _is_there(connection: sqlite3.Connection, table: Table) -> bool:
    """Whether the file has the table: one of an earlier version may not."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, (table.sql,)).fetchone() is not None


def _other_store(connection: sqlite3.Connection, store: int) -> int | None:
    """The number all seals say, where it is one and not the file's own; else None."""
    said = {
        found[1] if (found := identify(data)) is not None else None
        for table in ("layouts", "layout_copies", "audit", "chain")
        for (data,) in connection.execute(f"SELECT data FROM {table} LIMIT 100")  # noqa: S608
    }
    return said.pop() if len(said) == 1 and store not in said else None


def _link(row: KeptRow) -> RecordRow | int:
    document = row.restored
    return row.id if document is None else RecordRow(row.id, 0, row.hash, document)
