"""The journal: each tick's rows of all layouts in one blob, one durable transaction."""

from __future__ import annotations

import json
import logging
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_rows import Section
from app.codecs.chunks_seal import BlobKind, unseal
from app.codecs.rows import row_dtype
from app.core.rows import RowBatch, RowLayout
from app.store.catalog import Catalog

_log = logging.getLogger(__name__)
_HEAD = struct.Struct("<III")


def section_of_batches(layout: RowLayout, batches: Sequence[RowBatch]) -> Section:
    """Batches of one layout as one section with one table of texts."""
    if len(batches) == 1:
        return Section(batches[0].data, batches[0].texts)
    if not layout.texts:
        return Section(b"".join([batch.data for batch in batches]))
    table: dict[str, int] = {}
    rows: list[bytes] = []
    for batch in batches:
        places = [table.setdefault(text, len(table)) for text in batch.texts]
        array = np.frombuffer(batch.data, row_dtype(layout)).copy()
        lookup = np.array([*places, -1], np.int64)
        ids = array["s"]
        array["s"] = lookup[np.where((ids >= 0) & (ids < len(places)), ids, len(places))]
        rows.append(array.tobytes())
    return Section(b"".join(rows), tuple(table))


def pack(sections: Iterable[tuple[int, Section]]) -> bytes:
    """Sections by layout id, one behind the other."""
    parts: list[bytes] = []
    for layout_id, section in sections:
        texts = json.dumps(section.texts).encode() if section.texts else b""
        parts += (_HEAD.pack(layout_id, len(texts), len(section.rows)), texts, section.rows)
    return b"".join(parts)


def unpack(data: bytes) -> Iterator[tuple[int, Section]]:
    """What ``pack`` packed.

    Raises:
        Corrupt: the bytes are damaged.
    """
    offset = 0
    while offset < len(data):
        try:
            layout_id, text_size, row_size = _HEAD.unpack_from(data, offset)
            offset += _HEAD.size
            texts = json.loads(data[offset : offset + text_size]) if text_size else ()
        except (struct.error, ValueError) as error:
            raise Corrupt(f"the journal is damaged: {error}") from error
        offset += text_size
        rows = data[offset : offset + row_size]
        if len(rows) != row_size:
            raise Corrupt("the journal ends early")
        offset += row_size
        yield layout_id, Section(rows, tuple(texts))


def load_journal(connection: sqlite3.Connection, catalog: Catalog) -> int:
    """Give the catalog the rows the file's journal holds; returns the journal's last id."""
    last = 0
    for place, blob in connection.execute("SELECT id, data FROM journal ORDER BY id"):
        last = place
        try:
            for layout_id, section in unpack(
                unseal(BlobKind.JOURNAL, catalog.store_id, place, blob)
            ):
                if (state := catalog.states.get(layout_id)) is not None:
                    catalog.take(state, section)
        except Corrupt as damage:
            _log.warning("a part of the journal cannot be read: %s", damage)
    return last
