"""Row sets: rows of one layout as arrays, put together, ordered, duplicates resolved."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.codecs.chunks import ColumnData
from app.codecs.chunks_ints import Corrupt, deflate, inflate
from app.codecs.rows import row_dtype
from app.core.quality import Quality
from app.core.rows import RowLayout, ValueKind

_ABSENT = int(Quality.ABSENT)


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """Packed rows of one layout as they arrived, and the texts their TEXT columns index."""

    rows: bytes
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RowSet:
    """Rows of a layout: times (n), floats, ints and texts (n, columns of that kind), quality."""

    layout: RowLayout
    source: NDArray[np.int64]
    received: NDArray[np.int64]
    floats: NDArray[np.float64]
    ints: NDArray[np.int64]
    text_ids: NDArray[np.int64]
    quality: NDArray[np.uint8]
    texts: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.source)

    def __getitem__(self, rows: slice | NDArray[Any]) -> RowSet:
        return RowSet(
            self.layout,
            self.source[rows],
            self.received[rows],
            self.floats[rows],
            self.ints[rows],
            self.text_ids[rows],
            self.quality[rows],
            self.texts,
        )

    def column(self, index: int) -> ColumnData:
        """One column; a text column keeps only the texts it uses."""
        layout, quality = self.layout, self.quality[:, index]
        if index < layout.floats:
            return ColumnData(self.floats[:, index], quality)
        index -= layout.floats
        if index < layout.ints:
            return ColumnData(self.ints[:, index], quality)
        ids = self.text_ids[:, index - layout.ints]
        known = np.where((ids >= 0) & (ids < len(self.texts)), ids, -1)
        used, places = np.unique(known, return_inverse=True)
        missing = int(len(used) > 0 and used[0] < 0)
        texts = tuple(self.texts[i] for i in used[missing:])
        return ColumnData(places.astype(np.int64) - missing, quality, texts)


def of_section(layout: RowLayout, section: Section) -> RowSet:
    """A section's rows as arrays that look into its bytes."""
    rows = np.frombuffer(section.rows, dtype=row_dtype(layout))
    return RowSet(
        layout,
        rows["source"],
        rows["received"],
        rows["f"] if layout.floats else np.empty((len(rows), 0), np.float64),
        rows["i"] if layout.ints else np.empty((len(rows), 0), np.int64),
        rows["s"] if layout.texts else np.empty((len(rows), 0), np.int64),
        rows["quality"],
        section.texts,
    )


def of_sections(layout: RowLayout, sections: Sequence[Section]) -> RowSet:
    """The rows of sections of one layout, in the order given; one section at least."""
    if layout.texts:
        return together([of_section(layout, section) for section in sections])
    return of_section(layout, Section(b"".join([section.rows for section in sections])))


def of_columns(
    layout: RowLayout,
    times: tuple[NDArray[np.int64], NDArray[np.int64]],
    columns: Sequence[ColumnData | None],
) -> RowSet:
    """Rows from their columns; None is a column without a sample."""
    count = len(times[0])
    floats = np.full((count, layout.floats), np.nan)
    ints = np.zeros((count, layout.ints), np.int64)
    text_ids = np.full((count, layout.texts), -1, np.int64)
    quality = np.full((count, len(columns)), _ABSENT, np.uint8)
    table: dict[str, int] = {}
    for index, column in enumerate(columns):
        if column is None:
            continue
        quality[:, index] = column.quality
        kind = layout.columns[index].kind
        if kind is ValueKind.FLOAT:
            floats[:, index] = column.values
        elif kind is ValueKind.TEXT:
            place = index - layout.floats - layout.ints
            text_ids[:, place] = _renumbered(column.values, column.texts, table)
        else:
            ints[:, index - layout.floats] = column.values
    return RowSet(layout, *times, floats, ints, text_ids, quality, tuple(table))


def _renumbered(
    ids: NDArray[np.int64], texts: Sequence[str], table: dict[str, int]
) -> NDArray[np.int64]:
    """Indexes into ``texts`` as indexes into ``table``, which grows; unknown ones are -1."""
    places = np.array([*(table.setdefault(text, len(table)) for text in texts), -1], np.int64)
    known = (ids >= 0) & (ids < len(texts))
    return places[np.where(known, ids, len(texts))]


def together(sets: Sequence[RowSet]) -> RowSet:
    """All rows of several sets of one layout, in the order given."""
    if len(sets) == 1:
        return sets[0]
    table: dict[str, int] = {}
    text_ids = [part.text_ids for part in sets]
    if sets[0].layout.texts:
        text_ids = [_renumbered(part.text_ids, part.texts, table) for part in sets]
    return RowSet(
        sets[0].layout,
        np.concatenate([part.source for part in sets]),
        np.concatenate([part.received for part in sets]),
        np.concatenate([part.floats for part in sets]),
        np.concatenate([part.ints for part in sets]),
        np.concatenate(text_ids),
        np.concatenate([part.quality for part in sets]),
        tuple(table),
    )


def resolved(rows: RowSet) -> RowSet:
    """The rows in order of source time; of samples of one point and source time one is left.

    That is the one received last; where the receive times are equal too, the one that stands
    last. Its quality does not matter: a BAD correction of a GOOD value is a correction.
    """
    if len(rows) < 2 or bool((rows.source[1:] > rows.source[:-1]).all()):
        return rows
    rows = rows[np.lexsort((rows.received, rows.source))]
    same = rows.source[1:] == rows.source[:-1]
    if not same.any():
        return rows
    ends = np.append(np.flatnonzero(~same), len(rows) - 1)
    end_of = ends[np.searchsorted(ends, np.arange(len(rows)))]
    seen = np.cumsum(rows.quality != _ABSENT, axis=0)
    quality = np.where(seen[end_of] > seen, _ABSENT, rows.quality).astype(np.uint8)
    kept = (quality != _ABSENT).any(axis=1)
    return replace(rows, quality=quality)[kept]


def spans(rows: RowSet) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of each column: how many samples it has, and the first and last of their source times.

    Where a column has none the times mean nothing.
    """
    present = rows.quality != _ABSENT
    count = present.sum(axis=0)
    highest, lowest = np.iinfo(np.int64).max, np.iinfo(np.int64).min
    times = rows.source[:, None]
    first = np.where(present, times, highest).min(axis=0, initial=highest)
    last = np.where(present, times, lowest).max(axis=0, initial=lowest)
    return count, first, last


def pack_section(layout: RowLayout, section: Section) -> bytes:
    """A section for the disk: bytes of one place of all rows side by side, deflated."""
    size = layout.row_size
    planes = np.frombuffer(section.rows, np.uint8).reshape(-1, size).T.tobytes()
    texts = json.dumps(section.texts).encode() if section.texts else b""
    count = len(section.rows) // size
    head = count.to_bytes(4, "little") + len(texts).to_bytes(4, "little")
    return head + texts + deflate(planes)


def unpack_section(layout: RowLayout, data: bytes) -> Section:
    """What ``pack_section`` packed.

    Raises:
        Corrupt: the bytes are damaged.
    """
    count, size = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:8], "little")
    try:
        texts = tuple(json.loads(data[8 : 8 + size])) if size else ()
    except (ValueError, TypeError, zlib.error) as error:
        raise Corrupt(f"the texts of a segment are damaged: {error}") from error
    planes = inflate(data[8 + size :], count * layout.row_size)
    rows = np.frombuffer(planes, np.uint8).reshape(layout.row_size, count).T.tobytes()
    return Section(rows, texts)


def section_of(rows: RowSet) -> Section:
    """The rows packed as the links pack them."""
    packed = np.empty(len(rows), row_dtype(rows.layout))
    packed["source"], packed["received"] = rows.source, rows.received
    packed["quality"] = rows.quality
    for name, values in (("f", rows.floats), ("i", rows.ints), ("s", rows.text_ids)):
        if values.shape[1]:
            packed[name] = values
    return Section(packed.tobytes(), rows.texts)
