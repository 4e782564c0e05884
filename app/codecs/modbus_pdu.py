"""Modbus requests: what is asked, how its answer must begin, and how long that answer is.

Source: MODBUS Application Protocol V1.1b3, section 6; the limits of counts are those given there.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.core.errors import LocalProtocolError
from app.core.profiles import RegisterTable

READ_FUNCTION: dict[RegisterTable, int] = {
    RegisterTable.COIL: 1,
    RegisterTable.DISCRETE: 2,
    RegisterTable.HOLDING: 3,
    RegisterTable.INPUT: 4,
}
TABLE_READ_BY: dict[int, RegisterTable] = {code: table for table, code in READ_FUNCTION.items()}
BIT_TABLES = frozenset({RegisterTable.COIL, RegisterTable.DISCRETE})
WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS = 5, 6, 15, 16
READ_WRITE, ENCAPSULATED, READ_IDENTITY = 23, 43, 14
MAX_READ_REGISTERS, MAX_READ_BITS = 125, 2000
MAX_WRITE_REGISTERS, MAX_WRITE_BITS, MAX_READ_WRITE = 123, 1968, 121
COIL_ON, COIL_OFF = 0xFF00, 0x0000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request without its framing.

    ``echo`` is what the PDU of a normal answer begins with (function and byte count, or the
    function and what a write repeats); ``answer_size`` its length in bytes, 0 where only the
    answer itself tells. ``address`` and ``count`` are of the registers or bits read or written.
    """

    unit: int
    pdu: bytes
    echo: bytes
    answer_size: int
    table: RegisterTable | None = None
    address: int = 0
    count: int = 0

    @property
    def function(self) -> int:
        """The function code asked for."""
        return self.pdu[0]

    @property
    def writes(self) -> bool:
        """Whether the request changes something in the device."""
        return self.function in (WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS, 23)

    def __str__(self) -> str:
        if self.table is None:
            return f"device identification of unit {self.unit}"
        last = self.address + self.count - 1
        span = f"{self.address}" if self.count == 1 else f"{self.address}..{last}"
        verb = "write" if self.writes else "read"
        return f"{verb} {self.table.value} {span} of unit {self.unit}"


def _check(unit: int, address: int, count: int, most: int) -> None:
    if not 0 <= unit <= 255:
        raise LocalProtocolError(f"Modbus unit {unit} is not in 0..255.")
    if not 1 <= count <= most:
        raise LocalProtocolError(f"Modbus carries 1..{most} values a request, not {count}.")
    if not 0 <= address <= 65536 - count:
        raise LocalProtocolError(f"Modbus addresses {address}..{address + count - 1} pass 65535.")


def _registers(values: Sequence[int]) -> bytes:
    for value in values:
        if not 0 <= value <= 0xFFFF:
            raise LocalProtocolError(f"A Modbus register holds 0..65535, not {value}.")
    return struct.pack(f">{len(values)}H", *values)


def pack_bits(bits: Sequence[bool]) -> bytes:
    """Bits as Modbus packs them: the first in the lowest bit of the first byte."""
    packed = sum(1 << place for place, bit in enumerate(bits) if bit)
    return packed.to_bytes((len(bits) + 7) // 8, "little")


@lru_cache(maxsize=65536)
def read(unit: int, table: RegisterTable, address: int, count: int) -> Request:
    """Functions 1 to 4. The same poll comes again each period, so requests are kept."""
    bits = table in BIT_TABLES
    _check(unit, address, count, MAX_READ_BITS if bits else MAX_READ_REGISTERS)
    function = READ_FUNCTION[table]
    size = (count + 7) // 8 if bits else 2 * count
    return Request(
        unit=unit,
        pdu=struct.pack(">BHH", function, address, count),
        echo=bytes((function, size)),
        answer_size=2 + size,
        table=table,
        address=address,
        count=count,
    )


def _write(unit: int, table: RegisterTable, address: int, count: int, pdu: bytes) -> Request:
    return Request(
        unit=unit, pdu=pdu, echo=pdu[:5], answer_size=5, table=table, address=address, count=count
    )


def write_registers(
    unit: int, address: int, values: Sequence[int], *, many: bool = False
) -> Request:
    """Function 6 for one holding register, 16 for more, or always 16 with ``many``."""
    count = len(values)
    _check(unit, address, count, MAX_WRITE_REGISTERS)
    data = _registers(values)
    if count == 1 and not many:
        pdu = struct.pack(">BH", WRITE_REGISTER, address) + data
    else:
        pdu = struct.pack(">BHHB", WRITE_REGISTERS, address, count, len(data)) + data
    return _write(unit, RegisterTable.HOLDING, address, count, pdu)


def write_coils(unit: int, address: int, values: Sequence[bool], *, many: bool = False) -> Request:
    """Function 5 for one coil, 15 for more, or always 15 with ``many``."""
    count = len(values)
    _check(unit, address, count, MAX_WRITE_BITS)
    if count == 1 and not many:
        pdu = struct.pack(">BHH", WRITE_COIL, address, COIL_ON if values[0] else COIL_OFF)
    else:
        data = pack_bits(values)
        pdu = struct.pack(">BHHB", WRITE_COILS, address, count, len(data)) + data
    return _write(unit, RegisterTable.COIL, address, count, pdu)


def read_write_registers(
    unit: int, address: int, count: int, write_address: int, values: Sequence[int]
) -> Request:
    """Function 23: the device writes first, then answers with ``count`` registers read."""
    _check(unit, write_address, len(values), MAX_READ_WRITE)
    _check(unit, address, count, MAX_READ_REGISTERS)
    data = _registers(values)
    head = (READ_WRITE, address, count, write_address, len(values), len(data))
    return Request(
        unit=unit,
        pdu=struct.pack(">BHHHHB", *head) + data,
        echo=bytes((READ_WRITE, 2 * count)),
        answer_size=2 + 2 * count,
        table=RegisterTable.HOLDING,
        address=address,
        count=count,
    )


def read_identity(unit: int, code: int = 1, first: int = 0) -> Request:
    """Function 43/14, from an object id on; code 1 basic, 2 regular, 3 extended, 4 one object."""
    _check(unit, 0, 1, 1)
    pdu = bytes((ENCAPSULATED, READ_IDENTITY, code, first))
    return Request(unit=unit, pdu=pdu, echo=pdu[:3], answer_size=0)
