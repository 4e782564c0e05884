"""Raw values in registers: types, word orders, bit fields, BCD, text; both ways, one point a call.

Registers are 16-bit values as the Modbus answer holds them, most significant byte first on the
wire (Modbus application protocol V1.1b3, section 4.2). How a wider value lies over several of them
is the maker's choice, the four word orders.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from app.core.profiles import ModbusAddress, Point, WordOrder
from app.core.quality import Quality
from app.core.rows import ValueKind
from app.profiles.kinds import BIT_TABLES, raw_limits, width
from app.profiles.values import Judge, Scaling, Value, accept, refused

CODES = {
    "uint16": "H",
    "int16": "h",
    "uint32": "I",
    "int32": "i",
    "uint64": "Q",
    "int64": "q",
    "float32": "f",
    "float64": "d",
    "bcd16": "H",
    "bcd32": "I",
    "bool": "H",
}
"""The struct code of each type but string."""

ORDERS = {
    WordOrder.ABCD: (">", ">"),
    WordOrder.BADC: ("<", ">"),
    WordOrder.CDAB: ("<", "<"),
    WordOrder.DCBA: (">", "<"),
}
"""Byte order in which registers are laid down, then that in which the value is read from them.

[CD][AB] laid down low byte first is D C B A, which read low byte first is ABCD; and so on.
"""


def code(address: ModbusAddress) -> str:
    """The struct code of a point's raw value."""
    return f"{2 * address.length}s" if address.type == "string" else CODES[address.type]


def from_bcd(raw: int) -> int | None:
    """The number that BCD digits spell, None where a digit is above 9."""
    text = f"{raw:x}"
    return int(text) if text.isdecimal() else None


def to_bcd(value: int) -> int:
    """The BCD digits of a number that is not negative."""
    return int(str(value), 16)


def text_of(raw: bytes) -> str | None:
    """The text up to the first NUL; None where it is not UTF-8 or the device has none (FF FF ...).

    A last character that the field's end has cut off is left out.
    """
    if raw and not raw.strip(b"\xff"):
        return None
    data = raw.split(b"\0", 1)[0]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data" or len(data) < len(raw):
            return None
        text = data[: error.start].decode("utf-8")
    return text.rstrip()


def judge_of(point: Point, address: ModbusAddress) -> Judge:
    """The judge of a point's register value."""
    return Judge(point, Scaling.of(address.scale, address.offset))


def judge_raw(
    judge: Judge, address: ModbusAddress, raw: float | bytes
) -> tuple[Value | None, Quality]:
    """Value and quality of what the struct code of a point has read."""
    if isinstance(raw, bytes):
        text = text_of(raw)
        if text is None:
            return None, Quality.BAD_TYPE if raw.strip(b"\xff") else Quality.BAD_MISSING
        return text, Quality.GOOD
    number = raw
    if address.bit is not None:
        number = (int(raw) >> address.bit) & ((1 << address.bits) - 1)
    elif address.type.startswith("bcd") and int(raw) not in judge.point.missing:
        digits = from_bcd(int(raw))
        if digits is None:
            return None, Quality.BAD_TYPE
        number = digits
    return judge(number)


def decode(point: Point, registers: Sequence[int]) -> tuple[Value | None, Quality]:
    """Value and quality of a point from its own registers; the value is None where it is bad.

    Raises:
        ValueError: the point has no register, or not that many, or one is no 16-bit value.
    """
    address = _address(point)
    if len(registers) != width(address):
        raise ValueError(f"{point.id} has {width(address)} registers, {len(registers)} were given")
    laid, read = ORDERS[address.word_order]
    try:
        data = struct.pack(f"{laid}{len(registers)}H", *registers)
    except struct.error as error:
        raise ValueError(f"{point.id}: {registers!r} are not 16-bit values") from error
    (raw,) = struct.unpack(read + code(address), data)
    return judge_raw(judge_of(point, address), address, raw)


def encode(point: Point, value: Value) -> list[int]:
    """The registers (a 0 or 1 in a bit table) to be written so that the point has the value.

    Raises:
        UserFacing: the value is of another type, outside the point's range, or does not fit.
        ValueError: the point has no register.
    """
    address = _address(point)
    if address.bit is not None:
        raise refused(point, value, "part")
    accepted = accept(point, value)
    if isinstance(accepted, str):
        data = _text_bytes(point, address, accepted)
    else:
        number = _number(point, address, accepted)
        if address.table in BIT_TABLES:
            return [int(number)]
        try:
            data = struct.pack(ORDERS[address.word_order][1] + code(address), number)
        except (OverflowError, struct.error) as error:
            raise refused(point, value, "type", type=address.type) from error
    laid = ORDERS[address.word_order][0]
    return list(struct.unpack(f"{laid}{width(address)}H", data))


def _address(point: Point) -> ModbusAddress:
    if point.modbus is None:
        raise ValueError(f"{point.id} has no register")
    return point.modbus


def _number(point: Point, address: ModbusAddress, value: float) -> float | int:
    if point.kind is ValueKind.BOOL:
        return int(value)
    limits = raw_limits(address)
    raw = (
        Scaling.of(address.scale, address.offset).invert(value)
        if point.kind is ValueKind.FLOAT
        else int(value)
    )
    if limits is None:
        return raw
    whole = round(raw)
    if not limits[0] <= whole <= limits[1]:
        raise refused(point, value, "type", type=address.type)
    if whole in point.missing:
        raise refused(point, value, "missing")
    return to_bcd(whole) if address.type.startswith("bcd") else whole


def _text_bytes(point: Point, address: ModbusAddress, value: str) -> bytes:
    data = value.encode("utf-8")
    room = 2 * address.length
    if len(data) > room:
        raise refused(point, value, "room", room=room)
    return data.ljust(room, b"\0")
