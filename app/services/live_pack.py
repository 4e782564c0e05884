"""Rows packed in memory without losing a bit: differences of integers, bytes sorted, deflated.

Sensors report in steps of their resolution, so most float columns are integers over a power of
ten; those become the integers they are. What is not, keeps its bits.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from app.codecs.rows import row_dtype
from app.core.rows import RowLayout

Ints = NDArray[np.int64]
_POWERS = (1.0, 10.0, 100.0, 1000.0)
_RAW, _SINGLE, _DIVIDED = 0, 1, 2
_MULTIPLIED = _DIVIDED + len(_POWERS)
_EXACT = 2.0**52
_LEVEL = 1


def pack(layout: RowLayout, rows: NDArray[np.void]) -> bytes:
    """At least one row as bytes; ``unpack`` gives the same bits back."""
    columns = [rows["source"][:, None], rows["received"][:, None]]
    modes = np.zeros(layout.floats, np.uint8)
    if layout.floats:
        modes, floats = _as_ints(np.ascontiguousarray(rows["f"]))
        columns.append(floats)
    columns += [rows[name] for name, count in _int_fields(layout) if count]
    table = np.concatenate(columns, axis=1)
    table[1:] -= table[:-1].copy()
    zigzag = (table << 1) ^ (table >> 63)
    planes = np.ascontiguousarray(zigzag.T).view(np.uint8).reshape(-1, 8).T
    quality = np.ascontiguousarray(rows["quality"].T)
    return zlib.compress(modes.tobytes() + planes.tobytes() + quality.tobytes(), _LEVEL)


def unpack(layout: RowLayout, data: bytes, count: int) -> NDArray[np.void]:
    """The rows that were packed; ``count`` says how many they are."""
    whole = np.frombuffer(zlib.decompress(data), np.uint8)
    width = 2 + layout.floats + layout.ints + layout.texts
    modes, rest = whole[: layout.floats], whole[layout.floats :]
    size = 8 * width * count
    planes = np.ascontiguousarray(rest[:size].reshape(8, -1).T)
    zigzag = planes.view(np.uint64).reshape(width, count)
    differences = (zigzag >> np.uint64(1)).view(np.int64) ^ -(zigzag & np.uint64(1)).view(np.int64)
    table = np.cumsum(differences, axis=1, dtype=np.int64)
    rows: NDArray[np.void] = np.empty(count, row_dtype(layout))
    rows["source"], rows["received"] = table[0], table[1]
    at = 2
    if layout.floats:
        rows["f"] = _as_floats(table[at : at + layout.floats], modes).T
        at += layout.floats
    for name, number in _int_fields(layout):
        if number:
            rows[name] = table[at : at + number].T
            at += number
    rows["quality"] = rest[size:].reshape(-1, count).T
    return rows


def _int_fields(layout: RowLayout) -> tuple[tuple[str, int], ...]:
    return ("i", layout.ints), ("s", layout.texts)


def _as_ints(floats: NDArray[np.float64]) -> tuple[NDArray[np.uint8], Ints]:
    """Each column in the first form that gives all of its bits back, and which form that is."""
    bits = floats.view(np.int64)
    found = bits.copy()
    modes = np.full(floats.shape[1], _RAW, np.uint8)
    with np.errstate(all="ignore"):
        for index, power in enumerate(_POWERS):
            scaled = floats * power
            # Through the integers, so that a zero with a minus sign is seen to lose it.
            ints = np.rint(np.where(np.abs(scaled) < _EXACT, scaled, 0.0)).astype(np.int64)
            for mode, back in ((_DIVIDED, ints / power), (_MULTIPLIED, ints * (1.0 / power))):
                same = (modes == _RAW) & (back.view(np.int64) == bits).all(axis=0)
                modes[same] = mode + index
                found[:, same] = ints[:, same]
        single = floats.astype(np.float32)
        same = (modes == _RAW) & (single.astype(np.float64).view(np.int64) == bits).all(axis=0)
    modes[same] = _SINGLE
    found[:, same] = single[:, same].view(np.int32)
    return modes, found


def _as_floats(table: Ints, modes: NDArray[np.uint8]) -> NDArray[np.float64]:
    floats = table.view(np.float64).copy()
    single = modes == _SINGLE
    floats[single] = table[single].astype(np.int32).view(np.float32)
    for index, power in enumerate(_POWERS):
        divided, multiplied = modes == _DIVIDED + index, modes == _MULTIPLIED + index
        floats[divided] = table[divided] / power
        floats[multiplied] = table[multiplied] * (1.0 / power)
    return floats
