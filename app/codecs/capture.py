r"""The capture file (.wcap): what a link sent and received, byte for byte, with its times.

A header, then records until the end of the file; numbers are little-endian.

    header  magic "WCAP\r\n\x1a\n", u16 version, u16 length of the link URL, i64 start (UTC ns),
            URL (UTF-8, never with a secret), u32 CRC-32 of all before
    record  u8 direction (0 received, 1 sent), i64 UTC ns, u16 length of the note, u32 length of
            the data, note (UTF-8), data, u32 CRC-32 of all before in this record

The check sums tell a damaged file from a cut one; both are read up to the damage.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from enum import Enum

MAGIC = b"WCAP\r\n\x1a\n"
VERSION = 1
MAX_DATA = 1 << 24
_HEADER = struct.Struct("<8sHHq")
_RECORD = struct.Struct("<BqHI")
_CRC = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class CaptureHeader:
    """Which link was recorded, and since when."""

    url: str
    started_ns: int


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """One piece that was sent or received; ``note`` is the topic where the protocol has one."""

    time_ns: int
    sent: bool
    data: bytes = field(repr=False)
    note: str = ""


class Fault(Enum):
    """What is wrong with a capture file."""

    NOT_A_CAPTURE = "not_a_capture"
    NEWER = "newer"
    DAMAGED = "damaged"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class CaptureFault:
    """The reader stops here: ``place`` is the byte where the bad part begins.

    ``value`` is the version of a newer file, or the bytes that are left of a cut record.
    """

    fault: Fault
    place: int
    value: int = 0


CaptureEvent = CaptureHeader | CaptureRecord | CaptureFault


def encode_header(header: CaptureHeader) -> bytes:
    """The beginning of a file."""
    url = header.url.encode()
    packed = _HEADER.pack(MAGIC, VERSION, len(url), header.started_ns) + url
    return packed + _CRC.pack(zlib.crc32(packed))


def encode_record(record: CaptureRecord) -> bytes:
    """One record; a note longer than 65,535 bytes is cut."""
    note = record.note.encode("utf-8", "replace")[:0xFFFF]
    head = _RECORD.pack(record.sent, record.time_ns, len(note), len(record.data))
    packed = head + note + record.data
    return packed + _CRC.pack(zlib.crc32(packed))


class CaptureReader:
    """Bytes of a file in, header and records out; after a fault nothing more comes."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0
        self._place = 0
        self._begun = False
        self._over = False

    def receive_data(self, data: bytes) -> None:
        """Take the next bytes of the file."""
        if not self._over:
            del self._buffer[: self._at]
            self._at = 0
            self._buffer += data

    def next_event(self) -> CaptureEvent | None:
        """The next event; None when more bytes are needed."""
        if self._over:
            return None
        return self._record() if self._begun else self._header()

    def finish(self) -> CaptureFault | None:
        """The file has no more bytes: the fault of a record that is not whole, if there is one."""
        left = len(self._buffer) - self._at
        if self._over or (left == 0 and self._begun):
            return None
        return self._stop(Fault.CUT if self._begun else Fault.NOT_A_CAPTURE, left)

    def _header(self) -> CaptureEvent | None:
        have = bytes(self._buffer[: _HEADER.size])
        if not MAGIC.startswith(have[: len(MAGIC)]):
            return self._stop(Fault.NOT_A_CAPTURE)
        if len(have) < _HEADER.size:
            return None
        _, version, url_size, started_ns = _HEADER.unpack(have)
        if version > VERSION:
            return self._stop(Fault.NEWER, version)
        body = self._whole(_HEADER.size + url_size)
        if body is None or isinstance(body, CaptureFault):
            return body
        self._begun = True
        return CaptureHeader(body[_HEADER.size :].decode("utf-8", "replace"), started_ns)

    def _record(self) -> CaptureEvent | None:
        if len(self._buffer) - self._at < _RECORD.size:
            return None
        sent, time_ns, note_size, size = _RECORD.unpack_from(self._buffer, self._at)
        if sent > 1 or size > MAX_DATA:
            return self._stop(Fault.DAMAGED)
        body = self._whole(_RECORD.size + note_size + size)
        if body is None or isinstance(body, CaptureFault):
            return body
        data_at = _RECORD.size + note_size
        note = body[_RECORD.size : data_at].decode("utf-8", "replace")
        return CaptureRecord(time_ns, bool(sent), body[data_at:], note)

    def _whole(self, size: int) -> bytes | CaptureFault | None:
        """The next bytes with a right check sum behind them; None where they are not all here."""
        end = self._at + size
        if len(self._buffer) < end + _CRC.size:
            return None
        body = bytes(memoryview(self._buffer)[self._at : end])
        if zlib.crc32(body) != _CRC.unpack_from(self._buffer, end)[0]:
            return self._stop(Fault.DAMAGED)
        self._at = end + _CRC.size
        self._place += size + _CRC.size
        return body

    def _stop(self, fault: Fault, value: int = 0) -> CaptureFault:
        self._over = True
        self._buffer.clear()
        self._at = 0
        return CaptureFault(fault, self._place, value)
