"""The store's chunk format: times, and the values of one column, packed without any loss.

A chunk is about a thousand rows of one layout in order of source time. Its times are packed once
and shared by all columns. A column knows which rows it has a sample in (quality ABSENT: none).

Floats with a decimal resolution become integers, values that came as float32 keep 4 bytes, all
others are XORed with the value before. Each form is taken only where it gives back every bit.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.codecs.chunks_ints import (
    TIME_UNITS,
    Corrupt,
    Ints,
    deflate,
    inflate,
    pack_ints,
    pack_planes,
    unpack_ints,
    unpack_planes,
)
from app.core.quality import Quality
from app.core.rows import ValueKind

_VERSION = 1
_COLUMN = struct.Struct("<BBBBII")
_INTS, _DIVIDED, _MULTIPLIED, _XOR32, _XOR64, _TEXT = range(6)
_CONSTANT, _PACKED = range(2)
_NAN_NONE, _NAN_WHERE_BAD, _NAN_MASK = range(3)
_NAN_BITS = np.array([np.nan]).view(np.uint64)[0]
_EXACT = float(2**53)
_DECIMALS = tuple(float(10**n) for n in range(7))
_POWERS = np.array(_DECIMALS)
_FRACTIONS = (1.0, 0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6)
_ABSENT = int(Quality.ABSENT)


@dataclass(frozen=True, slots=True, eq=False)
class ColumnData:
    """A column over the rows of a chunk; values where quality is ABSENT mean nothing.

    ``values``: float64 (FLOAT), int64 (INT, BOOL), int64 indexes into ``texts``, -1 for none.
    """

    values: NDArray[Any]
    quality: NDArray[np.uint8]
    texts: tuple[str, ...] = ()


def pack_times(source_ns: Ints, received_ns: Ints) -> bytes:
    """Source and receive times of the rows."""
    delay = received_ns - source_ns
    head = bytes((_VERSION,))
    return head + pack_ints(source_ns, TIME_UNITS) + pack_ints(delay, TIME_UNITS)


def unpack_times(data: bytes, count: int) -> tuple[Ints, Ints]:
    """Source and receive times.

    Raises:
        Corrupt: the bytes are damaged, or a later version wrote them.
    """
    if data[:1] != bytes((_VERSION,)):
        raise Corrupt("the chunk is of an unknown version")
    source, offset = unpack_ints(data, 1, count)
    delay, offset = unpack_ints(data, offset, count)
    if offset != len(data):
        raise Corrupt("the times are followed by foreign bytes")
    delay += source
    return source, delay


def unpack_source(data: bytes, count: int) -> Ints:
    """The source times alone, in half the time.

    Raises:
        Corrupt: the bytes are damaged, or a later version wrote them.
    """
    if data[:1] != bytes((_VERSION,)):
        raise Corrupt("the chunk is of an unknown version")
    return unpack_ints(data, 1, count)[0]


def pack_column(kind: ValueKind, column: ColumnData) -> bytes:
    """The present values of a column and the quality of every row."""
    quality = column.quality
    quality_mode, quality_data, present = _pack_quality(quality)
    values = column.values if present is None else column.values[present]
    if kind is ValueKind.FLOAT:
        bad = quality if present is None else quality[present]
        mode, extra, nan, body = _pack_floats(values.astype(np.float64, copy=False), bad)
    else:
        mode, extra, nan = _INTS, 0, b""
        body = pack_ints(values.astype(np.int64, copy=False))
        if kind is ValueKind.TEXT:
            mode, nan = _TEXT, zlib.compress(json.dumps(column.texts).encode(), 1)
    head = _COLUMN.pack(_VERSION, mode, extra, quality_mode, len(quality_data), len(nan))
    return b"".join((head, quality_data, nan, body))


def unpack_column(data: bytes, count: int) -> ColumnData:
    """The column of a chunk of ``count`` rows; absent floats are NaN, other absent values 0.

    Raises:
        Corrupt: the bytes are damaged, or a later version wrote them.
    """
    try:
        version, mode, extra, quality_mode, quality_size, nan_size = _COLUMN.unpack_from(data)
    except struct.error as error:
        raise Corrupt(f"the column ends early: {error}") from error
    if version != _VERSION or mode > _TEXT or quality_mode > _PACKED:
        raise Corrupt("the column is of an unknown version or damaged")
    offset = _COLUMN.size + quality_size
    quality = _unpack_quality(quality_mode, data[_COLUMN.size : offset], count)
    present = None
    if quality_mode == _PACKED or (count and quality[0] == _ABSENT):
        present = np.flatnonzero(quality != _ABSENT)
    size = count if present is None else len(present)
    nan = data[offset : offset + nan_size]
    texts: tuple[str, ...] = ()
    values: NDArray[Any]
    if mode in (_INTS, _TEXT):
        values = _whole(data, offset + nan_size, size)
        texts = _texts(nan) if mode == _TEXT else ()
    else:
        bad = quality if present is None else quality[present]
        values = _unpack_floats(mode, extra, nan, data[offset + nan_size :], bad)
    if present is not None and size != count:
        spread = np.full(count, np.nan if values.dtype == np.float64 else 0, values.dtype)
        spread[present] = values
        values = spread
    return ColumnData(values=values, quality=quality, texts=texts)


def _whole(data: bytes, offset: int, size: int) -> Ints:
    values, end = unpack_ints(data, offset, size)
    if end != len(data):
        raise Corrupt("the values are followed by foreign bytes")
    return values


def _texts(data: bytes) -> tuple[str, ...]:
    try:
        return tuple(json.loads(zlib.decompress(data)))
    except (zlib.error, ValueError, TypeError) as error:
        raise Corrupt(f"the texts of the column are damaged: {error}") from error


def _pack_quality(
    quality: NDArray[np.uint8],
) -> tuple[int, bytes, NDArray[np.intp] | None]:
    """Mode, bytes, and the rows with a sample where not all have one."""
    if not len(quality):
        return _CONSTANT, b"\0", None
    if (quality == quality[0]).all():
        absent = quality[0] == _ABSENT
        return _CONSTANT, quality[:1].tobytes(), np.empty(0, np.intp) if absent else None
    present = np.flatnonzero(quality != _ABSENT)
    return _PACKED, deflate(quality.tobytes()), None if len(present) == len(quality) else present


def _unpack_quality(mode: int, data: bytes, count: int) -> NDArray[np.uint8]:
    if mode == _CONSTANT:
        if len(data) != 1:
            raise Corrupt("the quality of the column is damaged")
        return np.full(count, data[0], np.uint8)
    return np.frombuffer(inflate(data, count), np.uint8)


def _pack_floats(
    values: NDArray[np.float64], quality: NDArray[np.uint8]
) -> tuple[int, int, bytes, bytes]:
    """Mode, parameter, where NaN stands, and the packed values that are not NaN."""
    nan = np.isnan(values)
    nan_mode, mask = _NAN_NONE, b""
    if nan.any():
        if (values[nan].view(np.uint64) != _NAN_BITS).any():
            return (_XOR64, _NAN_NONE << 4, b"", _pack_xor64(values))
        where_bad = np.array_equal(nan, quality >= Quality.BAD)
        nan_mode = _NAN_WHERE_BAD if where_bad else _NAN_MASK
        mask = b"" if where_bad else np.packbits(nan).tobytes()
        values = values[~nan]
    mode, extra, body = _pack_numbers(values)
    return mode, extra | nan_mode << 4, mask, body


def _pack_numbers(values: NDArray[np.float64]) -> tuple[int, int, bytes]:
    bits = values.view(np.uint64)
    for decimals in _likely_decimals(values[:8]):
        power, fraction = _DECIMALS[decimals], _FRACTIONS[decimals]
        with np.errstate(over="ignore", invalid="ignore"):
            rounded = np.rint(values * power)
        if not np.abs(rounded).max(initial=0) < _EXACT:
            break
        whole = rounded.astype(np.int64)
        if np.array_equal((whole / power).view(np.uint64), bits):
            return _DIVIDED, decimals, pack_ints(whole)
        if np.array_equal((whole * fraction).view(np.uint64), bits):
            return _MULTIPLIED, decimals, pack_ints(whole)
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    if np.array_equal(single.astype(np.float64).view(np.uint64), bits):
        narrow = single.view(np.uint32).astype(np.uint64)
        narrow[1:] ^= narrow[:-1].copy()
        width, data = pack_planes(narrow)
        return _XOR32, 0, bytes((width,)) + data
    return _XOR64, 0, _pack_xor64(values)


def _likely_decimals(probe: NDArray[np.float64]) -> list[int]:
    """How many decimals the values may have, fewest first, by a look at the first few."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = probe[:, None] * _POWERS
        off = np.abs(np.rint(scaled) - scaled) <= 1e-6 * np.maximum(1.0, np.abs(scaled))
    return np.flatnonzero(off.all(axis=0)).tolist()


def _pack_xor64(values: NDArray[np.float64]) -> bytes:
    bits = values.view(np.uint64).copy()
    bits[1:] ^= bits[:-1].copy()
    width, data = pack_planes(bits)
    return bytes((width,)) + data


def _unpack_floats(
    mode: int, extra: int, nan: bytes, body: bytes, quality: NDArray[np.uint8]
) -> NDArray[np.float64]:
    decimals, nan_mode = extra & 15, extra >> 4
    if decimals >= len(_DECIMALS) or nan_mode > _NAN_MASK:
        raise Corrupt("the head of the column is damaged")
    if nan_mode == _NAN_NONE:
        return _unpack_numbers(mode, decimals, body, len(quality))
    where = quality >= Quality.BAD
    if nan_mode == _NAN_MASK:
        if len(nan) != (len(quality) + 7) // 8:
            raise Corrupt("the mask of the column is damaged")
        where = np.unpackbits(np.frombuffer(nan, np.uint8), count=len(quality)).astype(np.bool_)
    values = np.full(len(quality), np.nan)
    present = np.flatnonzero(~where)
    values[present] = _unpack_numbers(mode, decimals, body, len(present))
    return values


def _unpack_numbers(mode: int, decimals: int, body: bytes, count: int) -> NDArray[np.float64]:
    if mode in (_DIVIDED, _MULTIPLIED):
        whole = _whole(body, 0, count).astype(np.float64)
        if mode == _DIVIDED:
            return whole if not decimals else whole / _DECIMALS[decimals]
        return whole * _FRACTIONS[decimals]
    if not body or body[0] > 8:
        raise Corrupt("the values of the column are damaged")
    bits = unpack_planes(body[1:], body[0], count)
    np.bitwise_xor.accumulate(bits, out=bits)
    if mode == _XOR32:
        return bits.astype(np.uint32).view(np.float32).astype(np.float64)
    return bits.view(np.float64)
