"""Lossless packing of int64 arrays: predict, fold the sign, cut into byte planes, deflate.

The predictor is a constant step (regular time stamps), the value before (slow quantities) or
nothing; whichever leaves the smallest residue is taken. Arithmetic is modulo 2**64, so every int64
comes back whatever its neighbours are.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

TIME_UNITS = (1_000_000_000, 1_000_000, 1_000)
"""Resolutions tried for times and delays, in ns: second, millisecond, microsecond."""

_HEAD = struct.Struct("<BBIqq")
_UNFOLDED = np.array([n >> 1 if n % 2 == 0 else -(n >> 1) - 1 for n in range(256)], np.int64)
_INT64_MAX = 2**63 - 1
_PROBES = 256
"""So many values tell which predictor leaves least; the choice need not be the very best."""
_PLAIN, _DELTA, _LINE = range(3)
_ALL_UNITS = (1, *TIME_UNITS)


class Corrupt(ValueError):
    """The bytes are not what the encoder writes."""


def deflate(data: bytes) -> bytes:
    """Raw deflate that codes runs and byte frequencies: residues hold no longer repeats.

    Memory level 4 ends a block after 1,024 symbols, so each byte plane gets a code of its own.
    """
    packer = zlib.compressobj(1, zlib.DEFLATED, -10, 4, zlib.Z_RLE)
    return packer.compress(data) + packer.flush()


def inflate(data: bytes, size: int) -> bytes:
    """The ``size`` bytes that were deflated.

    Raises:
        Corrupt: the data are damaged, or of another size.
    """
    unpacker = zlib.decompressobj(-15)
    try:
        out = unpacker.decompress(data, size + 1)
    except zlib.error as error:
        raise Corrupt(f"deflated data are damaged: {error}") from error
    if len(out) != size or not unpacker.eof:
        raise Corrupt(f"deflated data hold {len(out)} bytes or more, not {size}")
    return out


def pack_planes(folded: NDArray[np.uint64]) -> tuple[int, bytes]:
    """The byte planes that are not all zero, deflated; their number goes into the header."""
    width = (int(folded.max()).bit_length() + 7) // 8 if len(folded) else 0
    if not width:
        return 0, b""
    if width == 1:
        return 1, deflate(folded.astype(np.uint8).tobytes())
    planes = folded.view(np.uint8).reshape(-1, 8)[:, :width]
    return width, deflate(planes.T.tobytes())


def unpack_planes(data: bytes, width: int, count: int) -> NDArray[np.uint64]:
    """What ``pack_planes`` packed."""
    if not width:
        return np.zeros(count, np.uint64)
    raw = np.frombuffer(inflate(data, width * count), np.uint8)
    folded = np.zeros((count, 8), np.uint8)
    folded[:, :width] = raw.reshape(width, count).T
    return folded.view(np.uint64).reshape(count)


def fold(values: Ints) -> NDArray[np.uint64]:
    """Small negative and positive numbers become small unsigned ones (zig-zag)."""
    folded: NDArray[np.uint64] = ((values << 1) ^ (values >> 63)).view(np.uint64)
    return folded


def unfold(folded: NDArray[np.uint64]) -> Ints:
    """The inverse of ``fold``."""
    half = (folded >> np.uint64(1)).view(np.int64)
    half ^= -(folded & np.uint64(1)).view(np.int64)
    return half


def pack_ints(values: Ints, units: Sequence[int] = ()) -> bytes:
    """Pack an array; ``units`` are divisors that may hold for all differences, coarsest first."""
    if not len(values):
        return _HEAD.pack(_PLAIN, 0, 0, 0, 0)
    low = values.min()
    if int(values.max()) - int(low) > _INT64_MAX:
        low = values[0]
    scaled = values - low
    unit = next((u for u in units if not (scaled % u).any()), 1)
    if unit != 1:
        scaled = scaled // unit
    mode, base, step, folded = _predict(scaled)
    width, data = pack_planes(folded)
    exponent = _ALL_UNITS.index(unit)
    first = (int(low) + base * unit + 2**63) % 2**64 - 2**63
    return _HEAD.pack(mode | exponent << 4, width, len(data), first, step) + data


def _predict(values: Ints) -> tuple[int, int, int, NDArray[np.uint64]]:
    """Mode, what to begin from, step, and the residue without a sign."""
    plain = _PLAIN, 0, 0, values.view(np.uint64)
    if len(values) < 3:
        return plain
    every = -(-len(values) // _PROBES)
    delta = np.empty_like(values)
    delta[0] = 0
    np.subtract(values[1:], values[:-1], out=delta[1:])
    probes = np.sort(delta[1::every])
    step = int(probes[len(probes) // 2])
    costs = [float(values[::every].view(np.uint64).sum(dtype=np.float64))]
    line = values
    if step:
        line = values - np.arange(len(values), dtype=np.int64) * np.int64(step) - values[0]
        costs.append(2 * float(np.abs(line[::every]).sum(dtype=np.float64)))
        delta[1:] -= step
    costs.append(2 * float(np.abs(delta[::every]).sum(dtype=np.float64)))
    best = costs.index(min(costs))
    if best == 0:
        return plain
    begin = int(values[0])
    if best == len(costs) - 1:
        return _DELTA, begin, step, fold(delta)
    return _LINE, begin, step, fold(line)


def unpack_ints(data: bytes, offset: int, count: int) -> tuple[Ints, int]:
    """``count`` integers packed at ``offset``, and the offset behind them.

    Raises:
        Corrupt: the bytes are damaged.
    """
    try:
        code, width, size, base, step = _HEAD.unpack_from(data, offset)
    except struct.error as error:
        raise Corrupt(f"packed integers end early: {error}") from error
    mode, exponent = code & 15, code >> 4
    begin = offset + _HEAD.size
    if mode > _LINE or exponent >= len(_ALL_UNITS) or width > 8 or begin + size > len(data):
        raise Corrupt("the head of the packed integers is damaged")
    body = data[begin : begin + size]
    if mode == _PLAIN:
        values = unpack_planes(body, width, count).view(np.int64)
    elif width == 1:
        values = _UNFOLDED[np.frombuffer(inflate(body, count), np.uint8)]
    else:
        values = unfold(unpack_planes(body, width, count))
    if mode == _DELTA:
        if step and count:
            values[1:] += np.int64(step)
        np.cumsum(values, out=values)
    elif mode == _LINE:
        values += np.arange(count, dtype=np.int64) * np.int64(step)
    if exponent:
        values *= np.int64(_ALL_UNITS[exponent])
    if base:
        values += np.int64(base)
    return values, begin + size
