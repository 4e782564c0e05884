"""Modbus answers: how long one is, whether it belongs to a request, and what it says.

Source: MODBUS Application Protocol V1.1b3, sections 6 and 7.
"""

from __future__ import annotations

import struct

from app.codecs.modbus_events import Answered, Identity, Refused
from app.codecs.modbus_pdu import (
    BIT_TABLES,
    ENCAPSULATED,
    READ_IDENTITY,
    READ_WRITE,
    TABLE_READ_BY,
    WRITE_COIL,
    WRITE_COILS,
    WRITE_REGISTER,
    WRITE_REGISTERS,
    Request,
)

_COUNTED = frozenset({*TABLE_READ_BY, READ_WRITE})
_FIXED = frozenset({WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS})
_FUNCTIONS = frozenset({*_COUNTED, *_FIXED, ENCAPSULATED})
EXCEPTION = 0x80


def answer_size(data: bytes | bytearray, start: int) -> int | None:
    """Bytes of the answer PDU that begins at ``start``.

    0 where no answer begins like that, None where more bytes are needed to tell.
    """
    have = len(data) - start
    if have < 1:
        return None
    function = data[start]
    if function & EXCEPTION:
        return 2 if function & 0x7F in _FUNCTIONS else 0
    if function in _FIXED:
        return 5
    if function in _COUNTED:
        return None if have < 2 else 2 + data[start + 1]
    return _identity_size(data, start) if function == ENCAPSULATED else 0


def _identity_size(data: bytes | bytearray, start: int) -> int | None:
    have = len(data) - start
    if have >= 2 and data[start + 1] != READ_IDENTITY:
        return 0
    if have < 7:
        return None
    size = 7
    for _ in range(data[start + 6]):
        if size > 253:
            return 0
        if have < size + 2:
            return None
        size += 2 + data[start + size + 1]
    return size


def belongs(request: Request, pdu: bytes) -> bool:
    """Whether a PDU of the right unit is an answer to the request: function, count, echo."""
    if pdu[0] == request.function | EXCEPTION:
        return len(pdu) == 2
    size = request.answer_size or answer_size(pdu, 0)
    return len(pdu) == size and pdu.startswith(request.echo)


def decode(request: Request, pdu: bytes) -> Answered | Refused:
    """What an answer that belongs to the request says."""
    if pdu[0] & EXCEPTION:
        return Refused(request, pdu[1])
    if request.function == ENCAPSULATED:
        return Answered(request, (), _identity(pdu))
    if request.function in _FIXED:
        return Answered(request)
    if request.table in BIT_TABLES:
        packed = int.from_bytes(pdu[2:], "little")
        return Answered(request, tuple(packed >> place & 1 for place in range(request.count)))
    return Answered(request, struct.unpack_from(f">{request.count}H", pdu, 2))


def _identity(pdu: bytes) -> Identity:
    objects: dict[int, str] = {}
    place = 7
    for _ in range(pdu[6]):
        end = place + 2 + pdu[place + 1]
        objects[pdu[place]] = pdu[place + 2 : end].decode("utf-8", "replace")
        place = end
    return Identity(objects=objects, more=pdu[4] == 0xFF, next_id=pdu[5])
