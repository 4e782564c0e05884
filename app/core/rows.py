"""Rows: how samples travel. One row is one device's values of one moment, packed.

A row is little-endian and unaligned: ``source_ns`` int64, ``received_ns`` int64, then the FLOAT
columns as float64, the INT and BOOL columns as int64, the TEXT columns as int64 indexes into the
batch's ``texts``, then one quality byte a column in column order. Packing once and copying bytes
is what lets the live buffers, the store's journal and a worker's pipe share one format.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from app.core.quality import Quality, is_bad

_ABSENT = bytes([Quality.ABSENT])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ValueKind(Enum):
    """The type a point's value keeps from the wire to the store."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"
    TEXT = "text"


_ORDER = {ValueKind.FLOAT: 0, ValueKind.INT: 1, ValueKind.BOOL: 1, ValueKind.TEXT: 2}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PointKey:
    """The address of one point: device key and point id."""

    device: str
    point: str

    def __str__(self) -> str:
        return f"{self.device}/{self.point}"

    @staticmethod
    def parse(text: str) -> PointKey:
        """The key written as ``device/point``; the device itself may hold slashes."""
        device, _, point = text.rpartition("/")
        if not device or not point:
            raise ValueError(f"{text!r} is not a point: write device/point")
        return PointKey(device=device, point=point)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a row layout."""

    point: str
    kind: ValueKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLayout:
    """Which points of a device arrive together, and how a row of them is packed.

    Columns must stand in packing order: FLOAT, then INT and BOOL, then TEXT; ``make`` sorts them.
    ``group`` tells layouts of one device apart (a poll group, a message kind).
    """

    device: str
    group: str
    columns: tuple[Column, ...]
    floats: int = field(init=False)
    ints: int = field(init=False)
    texts: int = field(init=False)
    format: str = field(init=False)
    row_size: int = field(init=False)

    def __post_init__(self) -> None:
        ranks = [_ORDER[column.kind] for column in self.columns]
        if not ranks or ranks != sorted(ranks):
            raise ValueError("columns must be FLOAT, then INT and BOOL, then TEXT, at least one")
        counts = [ranks.count(rank) for rank in range(3)]
        row_format = f"<qq{counts[0]}d{counts[1]}q{counts[2]}q{len(ranks)}s"
        for name, value in zip(("floats", "ints", "texts"), counts, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "format", row_format)
        object.__setattr__(self, "row_size", struct.calcsize(row_format))

    def __hash__(self) -> int:
        # Layouts are looked up with each batch; hashing every column would cost 20 us.
        return hash((self.device, self.group))

    @staticmethod
    def make(device: str, group: str, kinds: dict[str, ValueKind]) -> RowLayout:
        """A layout over points in any order; columns of one kind keep the order given."""
        ordered = sorted(kinds.items(), key=lambda item: _ORDER[item[1]])
        columns = tuple(Column(point=point, kind=kind) for point, kind in ordered)
        return RowLayout(device=device, group=group, columns=columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBatch:
    """Rows of one layout in order of arrival; ``texts`` is the table TEXT columns index."""

    layout: RowLayout
    data: bytes
    texts: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.data) // self.layout.row_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value of one point; made only where a single one is printed or tested.

    The value is None where the quality is bad: what stands in the row then was not measured.
    """

    key: PointKey
    value: float | int | bool | str | None
    quality: int
    source_ns: int
    received_ns: int


def present(batch: RowBatch) -> int:
    """How many samples a batch holds: a column that a row leaves absent is none."""
    size, columns = batch.layout.row_size, len(batch.layout.columns)
    data = batch.data
    ends = range(size, len(data) + 1, size)
    return len(ends) * columns - sum(data.count(_ABSENT, end - columns, end) for end in ends)


def samples(batch: RowBatch) -> list[Sample]:
    """Every present sample of a batch, row by row, column by column."""
    layout = batch.layout
    found: list[Sample] = []
    for row in struct.iter_unpack(layout.format, batch.data):
        source_ns, received_ns, *values, qualities = row
        for column, value, quality in zip(layout.columns, values, qualities, strict=True):
            if quality == Quality.ABSENT:
                continue
            found.append(
                Sample(
                    key=PointKey(device=layout.device, point=column.point),
                    value=None
                    if is_bad(quality)
                    else _python_value(column.kind, value, batch.texts),
                    quality=quality,
                    source_ns=source_ns,
                    received_ns=received_ns,
                )
            )
    return found


def _python_value(
    kind: ValueKind, value: float | int, texts: tuple[str, ...]
) -> float | int | bool | str | None:
    if kind is ValueKind.TEXT:
        return texts[int(value)] if 0 <= value < len(texts) else None
    if kind is ValueKind.BOOL:
        return bool(value)
    return None if value != value else value


def utc(ns: int) -> datetime:
    """The UTC-aware moment of a nanosecond time stamp, to the microsecond."""
    return _EPOCH + timedelta(microseconds=ns // 1000)
