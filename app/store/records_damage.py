"""Rows of records as they lie in the file, also the damaged ones, with the byte that was changed.

A row is sealed with a CRC-32, and its record is kept under its SHA-256. One changed byte leaves a
pattern in the CRC that fits one place and one value only; the SHA-256 says whether it is right.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from dataclasses import dataclass
from typing import Any

from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_seal import SEAL_SIZE, BlobKind, seal
from app.store.records_rows import JSON_AT, Table, names_of, plain, unpack

_SHA_AT = JSON_AT - hashlib.sha256().digest_size
_BYTE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """One row of a table, believed or not.

    ``document`` is None where the row is damaged; ``key`` and ``note`` are then only hints.
    ``changed`` is the byte of the row that was changed, where it is a single one: which, what it is
    now, and what it was; ``was`` is then the record with that byte put back, proved by its SHA-256,
    and ``at`` which byte of the record it is, -1 where it is one of the seal. ``misfiled`` is what
    a whole row is found by, where that is not what the record says.
    """

    id: int
    key: str
    note: str
    document: dict[str, Any] | None
    hash: str = ""
    changed: tuple[int, int, int] | None = None
    was: bytes = b""
    at: int = -1
    misfiled: str = ""

    @property
    def restored(self) -> dict[str, Any] | None:
        """The record, with the changed byte put back where it is a single one; else None."""
        if self.document is not None or not self.was:
            return self.document
        found: dict[str, Any] = json.loads(self.was)
        return found

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the row was changed."""
        return self.document is not None and not self.misfiled


def kept_rows(
    connection: sqlite3.Connection,
    store: int,
    table: Table,
    *,
    key: str | None = None,
    note: str | None = None,
) -> list[KeptRow]:
    """Every row of a table in order, or those found under a key or a note."""
    known = "SELECT 1 FROM sqlite_master WHERE name = ?"
    if connection.execute(known, (table.sql,)).fetchone() is None:
        # A file of an earlier version that is open only to be read.
        return []
    where, values = "", tuple[str, ...]()
    if key is not None:
        where, values = "WHERE key = ? ", (key,)
    elif note is not None:
        where, values = "WHERE note = ? ", (note,)
    query = f"SELECT id, key, note, data FROM {table.sql} {where}ORDER BY id"  # noqa: S608
    return [kept_row(store, table, *row) for row in connection.execute(query, values)]


def kept_row(store: int, table: Table, place: int, key: str, note: str, data: bytes) -> KeptRow:
    """One row as it lies in the file."""
    try:
        row = unpack(table, store, place, data)
    except Corrupt:
        found = changed_byte(table, store, place, data)
        if found is None:
            return KeptRow(id=place, key=key, note=note, document=None)
        at, was, body = found
        record = body[JSON_AT - SEAL_SIZE :]
        key, note = names_of(table, json.loads(record))
        return KeptRow(
            id=place,
            key=plain(key),
            note=plain(note),
            document=None,
            hash=hashlib.sha256(record).hexdigest(),
            changed=(at, data[at], was),
            was=record,
            at=max(-1, at - JSON_AT),
        )
    said = tuple(plain(name) for name in names_of(table, row.document))
    # What a row is found by is not under its seal: it must be what the record says.
    misfiled = "" if said == (key, note) else " ".join(part for part in (key, note) if part)
    return KeptRow(
        id=place, key=said[0], note=said[1], document=row.document, hash=row.hash, misfiled=misfiled
    )


def changed_byte(
    table: Table, store: int, place: int, data: bytes
) -> tuple[int, int, bytes] | None:
    """The one byte of a row whose change explains its damage; None where no single one does.

    Returns:
        Which byte of the row's data, what it was, and what lay behind the seal then.
    """
    if len(data) < JSON_AT:
        return None
    body = data[SEAL_SIZE:]
    # A changed byte of the seal itself: what it should be is known.
    expected = seal(BlobKind.RECORD, store, place, body)[:SEAL_SIZE]
    wrong = [at for at in range(SEAL_SIZE) if data[at] != expected[at]]
    if len(wrong) == 1 and _is_whole(table, body):
        return wrong[0], expected[wrong[0]], body
    stored = int.from_bytes(data[SEAL_SIZE - 4 : SEAL_SIZE], "little")
    found = int.from_bytes(expected[SEAL_SIZE - 4 :], "little")
    for at, error in single_errors(found ^ stored, len(body)):
        trial = bytearray(body)
        trial[at] ^= error
        if _is_whole(table, bytes(trial)):
            return SEAL_SIZE + at, trial[at], bytes(trial)
    return None


def _is_whole(table: Table, body: bytes) -> bool:
    content = body[JSON_AT - SEAL_SIZE :]
    digest = body[_SHA_AT - SEAL_SIZE : JSON_AT - SEAL_SIZE]
    return body[:1] == table.value and hashlib.sha256(content).digest() == digest


def single_errors(pattern: int, size: int) -> list[tuple[int, int]]:
    """Place and error of every single byte that turns a CRC by this pattern, the last first.

    A CRC is linear: what a byte's error does to it depends on the bytes behind only by their
    number, so the pattern is taken back byte by byte until it is that of an error at the end.
    """
    forward = _table()
    at_end = {entry: error for error, entry in enumerate(forward) if error}
    back = {entry >> 24: index for index, entry in enumerate(forward)}
    found: list[tuple[int, int]] = []
    for at in range(size - 1, -1, -1):
        if pattern in at_end:
            found.append((at, at_end[pattern]))
        index = back[pattern >> 24]
        pattern = ((pattern ^ forward[index]) << 8 & 0xFFFFFFFF) | index
    return found


def _table() -> list[int]:
    """What one byte does to a CRC-32 that was zero."""
    ones = zlib.crc32(b"\0", 0xFFFFFFFF) ^ 0xFFFFFFFF
    return [zlib.crc32(bytes([value]), 0xFFFFFFFF) ^ 0xFFFFFFFF ^ ones for value in range(_BYTE)]
