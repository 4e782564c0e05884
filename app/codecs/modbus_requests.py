"""Modbus requests read back from the wire, for captures and for anything that listens."""

from __future__ import annotations

import struct

from app.codecs.modbus_crc import crc16
from app.codecs.modbus_pdu import (
    COIL_OFF,
    COIL_ON,
    ENCAPSULATED,
    READ_IDENTITY,
    READ_WRITE,
    TABLE_READ_BY,
    WRITE_COIL,
    WRITE_COILS,
    WRITE_REGISTER,
    WRITE_REGISTERS,
    Request,
    read,
    read_identity,
    read_write_registers,
    write_coils,
    write_registers,
)
from app.core.errors import LocalProtocolError, RemoteProtocolError

_MBAP = struct.Struct(">HHHB")


def parse_rtu(data: bytes) -> Request:
    """The request in one whole RTU frame.

    Raises:
        RemoteProtocolError: wrong check sum, or no request of the functions known here.
    """
    if len(data) < 4 or crc16(data):
        raise RemoteProtocolError("The bytes are no RTU frame with a right check sum.")
    return parse_pdu(data[0], data[1:-2])


def parse_tcp(data: bytes) -> tuple[int, Request]:
    """The transaction id and request in one whole MBAP frame.

    Raises:
        RemoteProtocolError: wrong head, or no request of the functions known here.
    """
    if len(data) <= _MBAP.size:
        raise RemoteProtocolError("The bytes end inside the head of a Modbus TCP frame.")
    transaction, protocol, length, unit = _MBAP.unpack_from(data)
    if protocol or length + 6 != len(data):
        raise RemoteProtocolError("The head of the Modbus TCP frame is wrong.")
    return transaction, parse_pdu(unit, data[_MBAP.size :])


def parse_pdu(unit: int, pdu: bytes) -> Request:
    """The request that a PDU makes of a unit; building it again gives the same bytes.

    Raises:
        RemoteProtocolError: it is no request of the functions known here.
    """
    try:
        request = _parse(unit, pdu)
    except (struct.error, IndexError, LocalProtocolError) as error:
        raise RemoteProtocolError(f"{pdu.hex(' ')} is no whole Modbus request.") from error
    if request is None or request.pdu != pdu:
        raise RemoteProtocolError(f"{pdu.hex(' ')} is no Modbus request known here.")
    return request


def _parse(unit: int, pdu: bytes) -> Request | None:
    function = pdu[0]
    if function == ENCAPSULATED and pdu[1] == READ_IDENTITY:
        return read_identity(unit, pdu[2], pdu[3])
    address, count = struct.unpack_from(">HH", pdu, 1)
    if function in TABLE_READ_BY:
        return read(unit, TABLE_READ_BY[function], address, count)
    if function == WRITE_REGISTER:
        return write_registers(unit, address, (count,))
    if function == WRITE_COIL and count in (COIL_ON, COIL_OFF):
        return write_coils(unit, address, (count == COIL_ON,))
    if function == WRITE_REGISTERS:
        return write_registers(unit, address, struct.unpack_from(f">{count}H", pdu, 6), many=True)
    if function == WRITE_COILS:
        packed = int.from_bytes(pdu[6:], "little")
        bits = [bool(packed >> place & 1) for place in range(count)]
        return write_coils(unit, address, bits, many=True)
    if function == READ_WRITE:
        write_address, size = struct.unpack_from(">HH", pdu, 5)
        values = struct.unpack_from(f">{size}H", pdu, 10)
        return read_write_registers(unit, address, count, write_address, values)
    return None
