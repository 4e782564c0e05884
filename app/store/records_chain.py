"""Hash chains: each link holds the hash of the one before, so that nothing changes unseen.

A link's hash is the SHA-256 of its canonical JSON, which holds its number in the chain and the
previous hash. The head of each chain is kept beside it in the same transaction, and may be told to
the outside (an anchor: a report, a file on another disk), because whoever can write the whole file
can also write a whole new chain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from app.codecs.chunks_ints import Corrupt
from app.store.records_rows import (
    NO_HASH,
    RecordRow,
    Table,
    canonical,
    digest,
    insert,
    next_id,
    plain,
    rows_of,
    unpack,
    upsert,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a chain: how many links it has, and the hash of the last."""

    number: int = 0
    hash: str = NO_HASH


class Flaw(Enum):
    """What is wrong with a chain at one place."""

    DAMAGED = "damaged"
    MISSING = "missing"
    MOVED = "moved"
    BROKEN = "broken"
    TRUNCATED = "truncated"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFlaw:
    """One thing that is wrong, at link ``number``; missing ones are a run up to ``last``."""

    flaw: Flaw
    number: int
    last: int


Fields = Callable[[int, str], dict[str, Any]]
"""Makes the document of a link from its number and the previous hash."""


def append(
    connection: sqlite3.Connection, store: int, table: Table, chain: str, fields: Fields
) -> tuple[int, str]:
    """Add a link in the caller's transaction; returns its number and hash."""
    head = head_of(connection, store, table, chain)
    place = next_id(connection, table)
    number = head.number + 1
    if table is Table.AUDIT:
        # The number is the row's id; where somebody cut the end off, neither is used again.
        number = place = max(number, place)
    document = canonical(fields(number, head.hash))
    own = digest(document)
    insert(connection, store, table, place, document)
    state = canonical({"id": head_key(table, chain), "number": number, "hash": own})
    upsert(connection, store, Table.CHAIN, state)
    return number, own


def head_of(connection: sqlite3.Connection, store: int, table: Table, chain: str) -> Head:
    """The head of a chain; where it is damaged, the last link that is whole."""
    rows = rows_of(
        connection, store, Table.CHAIN, "WHERE key = ?", (plain(head_key(table, chain)),)
    )
    if rows:
        return Head(number=rows[0].document["number"], hash=rows[0].document["hash"])
    where, values = _of_chain(table, chain)
    last = rows_of(connection, store, table, f"{where} ORDER BY id DESC LIMIT 1", values)
    return Head(number=last[0].document["number"], hash=last[0].hash) if last else Head()


def verify(
    connection: sqlite3.Connection,
    store: int,
    table: Table,
    chain: str,
    anchors: Sequence[Head] = (),
) -> list[ChainFlaw]:
    """Every flaw of a chain in order, none where it is whole.

    Args:
        connection: reads the store.
        store: the store's number.
        table: AUDIT or ATTEMPT.
        chain: empty for the audit, the job for attempts.
        anchors: heads that were told to the outside before.
    """
    where, values = _of_chain(table, chain)
    query = f"SELECT id, data FROM {table.sql} {where} ORDER BY id"  # noqa: S608

    def links() -> Iterator[RecordRow | int]:
        for place, data in connection.execute(query, values):
            try:
                yield unpack(table, store, place, data)
            except Corrupt:
                yield int(place)

    return flaws_of(table, links(), head_of(connection, store, table, chain), anchors)


def flaws_of(
    table: Table, links: Iterable[RecordRow | int], head: Head, anchors: Sequence[Head] = ()
) -> list[ChainFlaw]:
    """Every flaw of a chain that ends with ``head``; a link that is an id is a damaged row."""
    walk = _Walk(table, {anchor.number: anchor.hash for anchor in anchors})
    for link in links:
        if isinstance(link, int):
            walk.unreadable(link)
        else:
            walk.link(link)
    walk.end(head)
    return walk.flaws


class _Walk:
    """One pass over a chain."""

    def __init__(self, table: Table, anchors: dict[int, str]) -> None:
        self.flaws: list[ChainFlaw] = []
        self._table = table
        self._anchors = anchors
        self._number = 0
        self._hash: str | None = NO_HASH

    def _flaw(self, flaw: Flaw, number: int, last: int = 0) -> None:
        self.flaws.append(ChainFlaw(flaw=flaw, number=number, last=last or number))

    def unreadable(self, place: int) -> None:
        """A row that is damaged or edited: only its place says which it was."""
        number = place if self._table is Table.AUDIT else self._number + 1
        self._gap(number)
        self._flaw(Flaw.DAMAGED, number)
        self._number, self._hash = max(number, self._number), None

    def _gap(self, number: int) -> None:
        if number > self._number + 1:
            self._flaw(Flaw.MISSING, self._number + 1, number - 1)
            self._hash = None

    def link(self, row: RecordRow) -> None:
        """A row that is whole in itself: does it follow the one before?"""
        number = int(row.document["number"])
        if number <= self._number or (self._table is Table.AUDIT and number != row.id):
            self._flaw(Flaw.MOVED, row.id if self._table is Table.AUDIT else number)
            return
        self._gap(number)
        if self._hash is not None and row.document["previous_hash"] != self._hash:
            self._flaw(Flaw.BROKEN, number)
        if self._anchors.get(number, row.hash) != row.hash:
            self._flaw(Flaw.ANCHOR, number)
        self._number, self._hash = number, row.hash

    def end(self, head: Head) -> None:
        """The chain's own head and the anchors: was the end cut off?"""
        last = max([head.number, *self._anchors])
        if last > self._number:
            self._flaw(Flaw.TRUNCATED, self._number + 1, last)
        elif self._hash is not None and head != Head(number=self._number, hash=self._hash):
            self._flaw(Flaw.BROKEN, self._number)


def head_key(table: Table, chain: str) -> str:
    """What the kept end of a chain is found by; the chain of attempts is its job."""
    return f"{table.sql}:{chain}"


def _of_chain(table: Table, chain: str) -> tuple[str, tuple[str, ...]]:
    return ("", ()) if table is Table.AUDIT else ("WHERE key = ?", (plain(chain),))
