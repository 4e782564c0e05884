"""How small records lie in the file: sealed rows that can be read and believed one by one.

A row is ``(id, key, note, data)``; ``data`` is a seal (app.codecs.chunks_seal, bound to the row's
id) before one letter for the table, the revision (uint64, big-endian), the SHA-256 of the rest,
and the record as canonical JSON. ``key`` and ``note`` only serve to find rows: nothing is believed
that is not under the hash. Without any tree of the database a page still gives its records.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec
from sqlite_utils import Database

from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_seal import BlobKind, seal, unseal

_HEAD = struct.Struct(">cQ32s")
JSON_AT = 11 + _HEAD.size
"""Where the JSON begins in ``data``."""
NO_HASH = "0" * 64
"""The previous hash of the first link of a chain."""


class Table(Enum):
    """The tables of small records, by their letter."""

    AUDIT = b"A"
    COMMAND = b"C"
    JOB = b"J"
    ATTEMPT = b"T"
    CHAIN = b"H"
    TRIAL = b"P"

    @property
    def sql(self) -> str:
        """The name of the table in the file."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One row as it was read: whole, but not yet believed to be in its place."""

    id: int
    revision: int
    hash: str
    document: Any


def _create(db: Database, table: Table) -> None:
    columns = {"id": int, "key": str, "note": str, "data": bytes}
    made = db.table(table.sql).create(columns, pk="id", strict=True)
    made.create_index(["key"])
    if table is Table.COMMAND:
        made.create_index(["note"])


def create_trials(db: Database) -> None:
    """The migration that makes the table of what was switched for a while."""
    _create(db, Table.TRIAL)


def create_tables(db: Database) -> None:
    """The migration that makes the tables, and a view of the audit for human eyes."""
    for table in (Table.AUDIT, Table.COMMAND, Table.JOB, Table.ATTEMPT, Table.CHAIN):
        _create(db, table)
    names = ("time_ns", "who", "where", "action", "target", "detail", "result")
    shown = ", ".join(
        f"json_extract(CAST(substr(data, {JSON_AT + 1}) AS TEXT), '$.{name}') AS \"{name}\""
        for name in names
    )
    db.create_view("audit_entries", f"SELECT id AS number, {shown} FROM audit ORDER BY id")  # noqa: S608


def canonical(value: object) -> bytes:
    """A value as canonical JSON: keys sorted, no spaces, UTF-8.

    Dataclasses become objects, enums their values. A lone surrogate becomes its JSON escape.
    """
    plain = msgspec.to_builtins(value)
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def digest(document: bytes) -> str:
    """The SHA-256 of canonical JSON, in hexadecimal."""
    return hashlib.sha256(document).hexdigest()


def pack(table: Table, store: int, place: int, revision: int, document: bytes) -> bytes:
    """The ``data`` of a row."""
    body = _HEAD.pack(table.value, revision, hashlib.sha256(document).digest()) + document
    return seal(BlobKind.RECORD, store, place, body)


def unpack(table: Table, store: int, place: int, data: bytes) -> RecordRow:
    """What a row holds.

    Raises:
        Corrupt: it is damaged, edited, or belongs to another place.
    """
    found, row = _open(unseal(BlobKind.RECORD, store, place, data), place)
    if found is not table:
        raise Corrupt(f"a row of {table.sql} was expected, found one of {found.sql}")
    return row


def _open(body: bytes, place: int) -> tuple[Table, RecordRow]:
    if len(body) < _HEAD.size:
        raise Corrupt("the record is cut short")
    letter, revision, expected = _HEAD.unpack_from(body)
    document = body[_HEAD.size :]
    if hashlib.sha256(document).digest() != expected:
        raise Corrupt("the record does not have the hash it is kept under")
    try:
        return Table(letter), RecordRow(place, revision, expected.hex(), json.loads(document))
    except ValueError as error:
        raise Corrupt("the record cannot be read") from error


def plain(text: str) -> str:
    """Text that SQLite can keep and find; the exact one is in the record."""
    return text.encode("utf-8", "backslashreplace").decode()


def next_id(connection: sqlite3.Connection, table: Table) -> int:
    """The id after the last row's."""
    (last,) = connection.execute(f"SELECT max(id) FROM {table.sql}").fetchone()  # noqa: S608
    return int(last or 0) + 1


def insert(
    connection: sqlite3.Connection, store: int, table: Table, place: int, document: bytes
) -> None:
    """Add a row in the caller's transaction."""
    named = names_of(table, json.loads(document))
    _put(connection, store, table, (place, *named), (1, document))


def upsert(connection: sqlite3.Connection, store: int, table: Table, document: bytes) -> None:
    """Add the row of a key, or put a new revision in its place, in the caller's transaction."""
    named = names_of(table, json.loads(document))
    found = connection.execute(
        f"SELECT id, data FROM {table.sql} WHERE key = ?",  # noqa: S608
        (plain(named[0]),),
    ).fetchone()
    place, data = found or (next_id(connection, table), b"")
    try:
        revision = unpack(table, store, place, data).revision + 1 if data else 1
    except Corrupt:
        # A damaged row is replaced; a high number keeps it above whatever a page still holds.
        revision = 1 << 32
    _put(connection, store, table, (place, *named), (revision, document))


def _put(
    connection: sqlite3.Connection,
    store: int,
    table: Table,
    named: tuple[int, str, str],
    content: tuple[int, bytes],
) -> None:
    place, key, note = named
    data = pack(table, store, place, *content)
    connection.execute(
        f"INSERT OR REPLACE INTO {table.sql} VALUES (?, ?, ?, ?)",  # noqa: S608
        (place, plain(key), plain(note), data),
    )


class Salvage:
    """Collects the records of a damaged file page by page; the newest revision of each row wins."""

    def __init__(self) -> None:
        self._found: dict[tuple[Table, int], tuple[RecordRow, bytes]] = {}

    def take(self, place: int, body: bytes) -> None:
        """One row's body, its seal already taken off; damaged ones are left out."""
        try:
            table, row = _open(body, place)
        except Corrupt:
            return
        before = self._found.get((table, place))
        if before is None or before[0].revision <= row.revision:
            self._found[table, place] = (row, body[_HEAD.size :])

    def carry_over(self, connection: sqlite3.Connection, store: int) -> int:
        """Write what was found into a new store, in one transaction; returns how many rows."""
        connection.execute("BEGIN IMMEDIATE")
        for (table, place), (row, document) in self._found.items():
            named = (place, *names_of(table, row.document))
            _put(connection, store, table, named, (row.revision, document))
        connection.execute("COMMIT")
        return len(self._found)


def names_of(table: Table, document: Mapping[str, Any]) -> tuple[str, str]:
    """The key and the note that a record is found by."""
    if table is Table.AUDIT:
        return str(document["target"]), str(document["action"])
    if table is Table.COMMAND:
        return str(document["id"]), str(document["state"])
    if table is Table.ATTEMPT:
        return str(document["attempt"]["job"]), str(document["attempt"]["check"])
    if table is Table.TRIAL:
        note = "open" if document["open"] else ""
        return f"{document['device']} {document['point']}", note
    return str(document["id"]), ""


def rows_of(
    connection: sqlite3.Connection, store: int, table: Table, where: str, values: Iterable[object]
) -> list[RecordRow]:
    """The whole rows of a table that a clause selects; damaged ones are left out."""
    found: list[RecordRow] = []
    query = f"SELECT id, data FROM {table.sql} {where}"  # noqa: S608
    for place, data in connection.execute(query, tuple(values)):
        try:
            found.append(unpack(table, store, place, data))
        except Corrupt:
            continue
    return found
