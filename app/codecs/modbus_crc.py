"""CRC-16 of Modbus RTU: polynomial 0xA001 reflected, start 0xFFFF, sent low byte first.

Source: MODBUS over serial line V1.02, section 6.2.2.
"""

from __future__ import annotations


def _entry(index: int) -> int:
    for _ in range(8):
        index = (index >> 1) ^ 0xA001 if index & 1 else index >> 1
    return index


_TABLE = tuple(_entry(index) for index in range(256))


def crc16(data: bytes | bytearray | memoryview) -> int:
    """The check sum of bytes; over a frame with its own check sum it is 0."""
    crc = 0xFFFF
    table = _TABLE
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc


def with_crc(data: bytes) -> bytes:
    """The bytes with their check sum behind them."""
    return data + crc16(data).to_bytes(2, "little")
