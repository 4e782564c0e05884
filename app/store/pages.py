"""The pages of a SQLite file and its log, read one by one, without any of its trees.

Format: SQLite's own description of its file format, sections 1.6 (b-tree pages), 2.1 (records) and
4.1 (log). Where the header or the trees are gone, every page that is still a leaf of a table gives
its rows; their seals tell which are ours and whole.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.codecs.chunks_seal import identify

MAGIC = b"SQLite format 3\0"
_LEAF = 0x0D
_SIZES = (16384, 4096, 8192, 32768, 65536)
_WAL_MAGIC = (0x377F0682, 0x377F0683)
_WAL_HEAD = struct.Struct(">IIIIIIII")
_FRAME = struct.Struct(">IIIIII")
_MAX_PAYLOAD = 1 << 28


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row with a sealed blob: its row id, the integers before the blob, and the blob."""

    rowid: int
    integers: tuple[int, ...]
    blob: bytes


class PageFile:
    """A database file and its log, mapped; whatever was damaged yields nothing."""

    def __init__(self, path: Path, wal: Path | None = None) -> None:
        self._data = _mapped(path)
        self._wal = _mapped(wal) if wal is not None else b""
        self._frames: dict[int, int] = {}
        self.page_size = self._find_size()
        self._offsets = list(self._frame_offsets())

    def close(self) -> None:
        """Let go of the files."""
        for data in (self._data, self._wal):
            if isinstance(data, mmap.mmap):
                data.close()

    def _find_size(self) -> int:
        head = bytes(self._data[:100])
        if head[:16] == MAGIC:
            size = int.from_bytes(head[16:18], "big")
            size = 65536 if size == 1 else size
            if size in _SIZES:
                return size
        for size in _SIZES:
            for at in range(size, min(len(self._data), 64 * size), size):
                if any(True for _ in self._rows_of(self._data, at, size)):
                    return size
        return _SIZES[0]

    def _frame_offsets(self) -> Iterator[int]:
        """Where the pages of the log begin; later frames of a page replace earlier ones."""
        if len(self._wal) < _WAL_HEAD.size:
            return
        magic, _, size, _, *salt = _WAL_HEAD.unpack_from(self._wal)[:6]
        if magic not in _WAL_MAGIC or size != self.page_size:
            return
        at = _WAL_HEAD.size
        while at + _FRAME.size + size <= len(self._wal):
            number, _, *found = _FRAME.unpack_from(self._wal, at)[:4]
            if found != salt:
                return
            self._frames[number] = at + _FRAME.size
            yield at + _FRAME.size
            at += _FRAME.size + size

    def rows(self) -> Iterator[SealedRow]:
        """Every sealed row of every leaf page: of the file first, then of the log."""
        for at in range(0, len(self._data), self.page_size):
            yield from self._rows_of(self._data, at, self.page_size)
        for at in self._offsets:
            yield from self._rows_of(self._wal, at, self.page_size)

    def _rows_of(self, data: mmap.mmap | bytes, at: int, size: int) -> Iterator[SealedRow]:
        page = bytes(data[at : at + size])
        head = 100 if page[:16] == MAGIC else 0
        if len(page) < head + 8 or page[head] != _LEAF:
            return
        count = int.from_bytes(page[head + 3 : head + 5], "big")
        if head + 8 + 2 * count > len(page):
            return
        for index in range(count):
            place = head + 8 + 2 * index
            cell = int.from_bytes(page[place : place + 2], "big")
            if cell >= head + 8 and (row := self._row(page, cell, size)) is not None:
                yield row

    def _row(self, page: bytes, cell: int, size: int) -> SealedRow | None:
        length, at = _varint(page, cell)
        rowid, at = _varint(page, at)
        if not 0 < length <= _MAX_PAYLOAD or at >= len(page):
            return None
        local = _local(length, size)
        payload = page[at : at + local]
        if local < length:
            payload += self._overflow(page[at + local : at + local + 4], length - local, size)
        if len(payload) != length:
            return None
        return _sealed(rowid - (1 << 64) if rowid >> 63 else rowid, payload)

    def _overflow(self, first: bytes, left: int, size: int) -> bytes:
        parts: list[bytes] = []
        number = int.from_bytes(first, "big")
        while left > 0 and number:
            page = self._page(number, size)
            if len(page) < 4:
                break
            parts.append(page[4 : 4 + left])
            left -= size - 4
            number = int.from_bytes(page[:4], "big")
        return b"".join(parts)

    def _page(self, number: int, size: int) -> bytes:
        if (at := self._frames.get(number)) is not None:
            return bytes(self._wal[at : at + size])
        return bytes(self._data[(number - 1) * size : number * size])


def _mapped(path: Path) -> mmap.mmap | bytes:
    if not path.exists() or not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, seven bits each, and what follows it."""
    value = 0
    for index in range(8):
        if at + index >= len(data):
            return 0, len(data)
        byte = data[at + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    if at + 8 >= len(data):
        return 0, len(data)
    return value << 8 | data[at + 8], at + 9


def _local(length: int, size: int) -> int:
    """How much of a payload a leaf page of a table keeps itself."""
    most = size - 35
    if length <= most:
        return length
    least = (size - 12) * 32 // 255 - 23
    kept = least + (length - least) % (size - 4)
    return kept if kept <= most else least


def _sealed(rowid: int, payload: bytes) -> SealedRow | None:
    """The row of a record whose last column is a sealed blob."""
    end, at = _varint(payload, 0)
    if not 1 < end <= len(payload):
        return None
    integers: list[int] = []
    place = end
    while at < end:
        serial, at = _varint(payload, at)
        if serial >= 12:
            size = (serial - 12) // 2
            blob = payload[place : place + size]
            if serial % 2 == 0 and len(blob) == size and identify(blob) is not None:
                return SealedRow(rowid, tuple(integers), blob)
            place += size
            continue
        size = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[serial]
        raw = payload[place : place + size]
        integers.append(serial - 8 if serial in (8, 9) else int.from_bytes(raw, "big", signed=True))
        place += size
    return None
