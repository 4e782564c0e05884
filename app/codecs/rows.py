"""Rows as numpy sees them: the structured dtype of a layout, and packing values into rows."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.quality import Quality
from app.core.rows import RowBatch, RowLayout


@lru_cache(maxsize=65536)
def row_dtype(layout: RowLayout) -> np.dtype[np.void]:
    """The dtype of a row: fields source, received, f (floats), i (ints), s (texts), quality.

    A field is left out where the layout has no column of its kind.
    """
    fields: list[tuple[Any, ...]] = [("source", "<i8"), ("received", "<i8")]
    if layout.floats:
        fields.append(("f", "<f8", (layout.floats,)))
    if layout.ints:
        fields.append(("i", "<i8", (layout.ints,)))
    if layout.texts:
        fields.append(("s", "<i8", (layout.texts,)))
    fields.append(("quality", "u1", (len(layout.columns),)))
    return np.dtype(fields)


def view(batch: RowBatch) -> NDArray[np.void]:
    """The batch's rows as a read-only structured array, without a copy."""
    return np.frombuffer(batch.data, dtype=row_dtype(batch.layout))


def doubt_times(batch: RowBatch) -> RowBatch:
    """The batch with GOOD made UNCERTAIN_TIME in rows that have no source time of their own.

    Such a row carries the receive time as its source time. For what a broker had retained that
    time says nothing: the value may be a week old.
    """
    rows = view(batch).copy()
    own = rows["source"] == rows["received"]
    quality = rows["quality"]
    quality[own[:, None] & (quality == Quality.GOOD)] = Quality.UNCERTAIN_TIME
    return RowBatch(layout=batch.layout, data=rows.tobytes(), texts=batch.texts)


class RowPacker:
    """Packs values of one layout into row bytes; values come in column order."""

    def __init__(self, layout: RowLayout) -> None:
        self.layout = layout
        self.all_good = bytes(len(layout.columns))
        self._pack = struct.Struct(layout.format).pack

    def pack(
        self,
        source_ns: int,
        received_ns: int,
        values: Sequence[float | int],
        quality: bytes | None = None,
    ) -> bytes:
        """One row; an absent or bad value is NaN (float) or 0 (int) with its quality byte."""
        good = self.all_good if quality is None else quality
        return self._pack(source_ns, received_ns, *values, good)
