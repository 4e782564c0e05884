"""Seals: each blob of the store says what it is, which store it is of, and whether it is whole.

A page of a damaged file is then evidence by itself: what it holds can be told apart and believed
without the tables around it, and a blob of another store is never taken for one of this.
"""

from __future__ import annotations

import struct
import zlib
from enum import Enum

from app.codecs.chunks_ints import Corrupt

_HEAD = struct.Struct("<2scII")
_MAGIC = b"Ws"
SEAL_SIZE = _HEAD.size


class BlobKind(Enum):
    """What a sealed blob holds."""

    LAYOUT = b"L"
    JOURNAL = b"J"
    SEGMENT = b"S"
    TIMES = b"T"
    COLUMN = b"C"
    ROLLUP = b"R"
    RECORD = b"D"


def seal(kind: BlobKind, store: int, place: int, body: bytes) -> bytes:
    """The body behind its seal.

    Args:
        kind: what the body is.
        store: the store's own 32-bit number.
        place: the row id it is stored under; a body under another id does not verify.
        body: the bytes to keep.
    """
    check = zlib.crc32(body, zlib.crc32(struct.pack("<cQ", kind.value, place)))
    return _HEAD.pack(_MAGIC, kind.value, store, check) + body


def unseal(kind: BlobKind, store: int, place: int, blob: bytes) -> bytes:
    """The body of a blob.

    Raises:
        Corrupt: the blob is damaged, or is not what should stand there.
    """
    found = identify(blob)
    if found != (kind, store):
        raise Corrupt(f"a {kind.name} blob of this store was expected, found {found}")
    body = blob[SEAL_SIZE:]
    _, code, _, check = _HEAD.unpack_from(blob)
    if zlib.crc32(body, zlib.crc32(struct.pack("<cQ", code, place))) != check:
        raise Corrupt(f"the {kind.name} blob fails its checksum")
    return body


def identify(blob: bytes) -> tuple[BlobKind, int] | None:
    """Kind and store of a blob by its seal; None where there is no seal."""
    if len(blob) < SEAL_SIZE:
        return None
    magic, code, store, _ = _HEAD.unpack_from(blob)
    if magic != _MAGIC or code not in b"LJSTCRD":
        return None
    return BlobKind(code), store
