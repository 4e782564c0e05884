"""What the raw types are: width in registers, whether whole numbers, and the kind they become."""

from __future__ import annotations

from typing import Any

from app.core.profiles import ModbusAddress, RegisterTable
from app.core.rows import ValueKind

WIDTHS = {
    "bool": 1,
    "uint16": 1,
    "int16": 1,
    "bcd16": 1,
    "uint32": 2,
    "int32": 2,
    "bcd32": 2,
    "float32": 2,
    "uint64": 4,
    "int64": 4,
    "float64": 4,
}
"""Registers of each type but string, whose length is its own."""

UNSIGNED = {"uint16": 16, "uint32": 32, "uint64": 64}
"""Bits of the types a bit field may be cut from."""

LIMITS = {
    "uint16": (0, 2**16 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "uint32": (0, 2**32 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint64": (0, 2**64 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "bcd16": (0, 9_999),
    "bcd32": (0, 99_999_999),
    "bool": (0, 1),
}
"""Least and greatest raw value of the types that hold whole numbers."""

BIT_TABLES = frozenset({RegisterTable.COIL, RegisterTable.DISCRETE})
"""Tables whose items are bits, not registers."""


def width(address: ModbusAddress) -> int:
    """Registers (or bits, in a bit table) that a point takes up."""
    return address.length if address.type == "string" else WIDTHS[address.type]


def raw_limits(address: ModbusAddress) -> tuple[int, int] | None:
    """Least and greatest raw value of a point, None for floats and strings."""
    if address.bit is not None:
        return (0, 2**address.bits - 1)
    return LIMITS.get(address.type)


def natural_kind(point: dict[str, Any]) -> ValueKind:
    """The kind of a point that names none: by its raw type and labels, else a float."""
    address = point.get("modbus", {})
    if address.get("type") == "string":
        return ValueKind.TEXT
    if "labels" in point:
        return ValueKind.INT
    if address.get("type") == "bool" or address.get("table") in ("coil", "discrete"):
        return ValueKind.BOOL
    if "bit" in address and address.get("bits", 1) == 1:
        return ValueKind.BOOL
    return ValueKind.FLOAT
