"""Recovery: a damaged store is set aside, and what its pages still hold goes into a new one."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.codecs.chunks import ColumnData, unpack_column, unpack_times
from app.codecs.chunks_ints import Corrupt
from app.codecs.chunks_rows import RowSet, Section, of_columns, of_section, together, unpack_section
from app.codecs.chunks_seal import BlobKind, identify, unseal
from app.core.rows import utc
from app.settings import Texts
from app.store import journal
from app.store.base import Recovery
from app.store.catalog import Catalog, LayoutState
from app.store.chunkfile import tie_of, untied
from app.store.compaction import Compactor
from app.store.health import sidecar
from app.store.keys import UNIT_NS, owner_in, row_id, unit_in
from app.store.pages import PageFile, SealedRow
from app.store.records_rows import Salvage
from app.store.schema import open_writer, store_id

_TOGETHER = 64


@dataclass(slots=True)
class _Found:
    """The sealed rows of a damaged file that verify, by what they are."""

    store: int
    layouts: dict[int, bytes] = field(default_factory=dict)
    times: dict[tuple[int, bytes], tuple[int, bytes]] = field(default_factory=dict)
    columns: dict[tuple[int, bytes], bytes] = field(default_factory=dict)
    sections: list[tuple[int, bytes | Section]] = field(default_factory=list)
    records: Salvage = field(default_factory=Salvage)


def recover(path: Path, wal: Path | None, texts: Texts) -> Recovery:
    """Make a new store of what can be read, then set the damaged file aside.

    Args:
        path: the damaged file; a whole store stands there afterwards.
        wal: its log, None where that belongs to another store.
        texts: the language of what was lost.
    """
    found = _scan(path, wal)
    fresh = sidecar(path, ".new")
    remove(fresh)
    connection = open_writer(fresh)
    catalog = Catalog(store_id(connection))
    compactor = Compactor(connection, catalog)
    try:
        old = Catalog(found.store)
        for layout_id, blob in sorted(found.layouts.items()):
            old.add_blob(layout_id, blob)
        for state in old.states.values():
            _carry_over(found, state, connection, catalog, compactor)
        found.records.carry_over(connection, catalog.store_id)
        samples = sum(c.samples for s in catalog.states.values() for c in s.columns)
        lost = _lost(path, wal, found, samples, texts)
        connection.execute("PRAGMA user_version = 1")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    aside = set_aside(path)
    fresh.replace(path)
    return Recovery(set_aside=aside, recovered_samples=samples, lost=lost)


def set_aside(path: Path, endings: tuple[str, ...] = ("", "-wal")) -> Path:
    """Rename a store's files to ``<name>.corrupt.<time>``; returns the new path."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"{path.name}.corrupt.{moment}")
    for ending in endings:
        if sidecar(path, ending).exists():
            sidecar(path, ending).rename(sidecar(aside, ending))
    sidecar(path, "-shm").unlink(missing_ok=True)
    return aside


def remove(path: Path) -> None:
    """Remove a store's files."""
    for ending in ("", "-wal", "-shm"):
        sidecar(path, ending).unlink(missing_ok=True)


def _scan(path: Path, wal: Path | None) -> _Found:
    pages = PageFile(path, wal)
    try:
        stores = Counter(
            kind[1] for row in pages.rows() if (kind := identify(row.blob)) is not None
        )
        found = _Found(stores.most_common(1)[0][0] if stores else 0)
        for row in pages.rows():
            kind = identify(row.blob)
            if kind is None or kind[1] != found.store:
                continue
            try:
                _keep(found, kind[0], row, unseal(*kind, row.rowid, row.blob))
            except Corrupt:
                continue
    finally:
        pages.close()
    return found


def _keep(found: _Found, kind: BlobKind, row: SealedRow, body: bytes) -> None:
    if kind is BlobKind.LAYOUT:
        found.layouts[row.rowid] = row.blob
    elif kind is BlobKind.TIMES and row.integers:
        found.times[row.rowid, tie_of(body)] = (row.integers[-1], body)
    elif kind is BlobKind.COLUMN:
        found.columns[row.rowid, body[:4]] = body
    elif kind is BlobKind.SEGMENT:
        found.sections.append((int.from_bytes(body[:4], "little"), body[4:]))
    elif kind is BlobKind.RECORD:
        found.records.take(row.rowid, body)
    elif kind is BlobKind.JOURNAL:
        found.sections.extend(journal.unpack(body))


def _carry_over(
    found: _Found,
    old: LayoutState,
    connection: sqlite3.Connection,
    catalog: Catalog,
    compactor: Compactor,
) -> None:
    """All rows of one layout into the new store, in order of time."""
    state: LayoutState | None = None
    parts: list[RowSet] = []
    for rows in (*_chunks(found, old), *_sections(found, old), None):
        if rows is not None:
            parts.append(rows)
        if parts and (rows is None or len(parts) == _TOGETHER):
            connection.execute("BEGIN IMMEDIATE")
            state = state or catalog.create(old.layout, connection)
            compactor.insert(state, together(parts), final=True)
            connection.execute("COMMIT")
            parts.clear()


def _chunks(found: _Found, old: LayoutState) -> Iterator[RowSet]:
    mine = sorted(key for key in found.times if owner_in(key[0]) == old.id)
    for place, tie in mine:
        count, body = found.times[place, tie]
        try:
            times = unpack_times(body, count)
        except Corrupt:
            continue
        columns: list[ColumnData | None] = []
        for column in old.columns:
            blob = found.columns.get((row_id(column.id, unit_in(place)), tie))
            columns.append(None)
            if blob is not None:
                try:
                    columns[-1] = unpack_column(untied(blob, tie), count)
                except Corrupt:
                    continue
        rows = of_columns(old.layout, times, columns)
        yield rows[(rows.quality != 0xC0).any(axis=1)]


def _sections(found: _Found, old: LayoutState) -> Iterator[RowSet]:
    for layout_id, body in found.sections:
        if layout_id != old.id:
            continue
        try:
            section = body if isinstance(body, Section) else unpack_section(old.layout, body)
        except Corrupt:
            continue
        if section.rows and len(section.rows) % old.layout.row_size == 0:
            yield of_section(old.layout, section)


def _lost(path: Path, wal: Path | None, found: _Found, samples: int, texts: Texts) -> str:
    """What is gone, in words: how many samples by the file's own count, and of which time."""
    expected, missing = _expected(path, wal, found)
    if expected is None:
        return texts.get("store.lost.unknown")
    lost = expected - samples
    if lost <= 0 and not missing:
        return texts.get("store.lost.nothing")
    count = max(lost, 0)
    if not missing:
        return texts.get("store.lost.count", count=count)
    start = utc(min(begin for begin, _ in missing) * UNIT_NS).isoformat(timespec="seconds")
    end = utc(max(end for _, end in missing) * UNIT_NS).isoformat(timespec="seconds")
    return texts.get("store.lost.period", count=count, start=start, end=end)


def _expected(
    path: Path, wal: Path | None, found: _Found
) -> tuple[int | None, list[tuple[int, int]]]:
    """Samples the file counted, and the chunks in its index that did not come back."""
    mode = "mode=ro" if wal is not None and wal.exists() else "immutable=1"
    kept = {place for place, _ in found.times}
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True)
        try:
            (expected,) = connection.execute("SELECT sum(samples) FROM columns").fetchone()
            spans = connection.execute("SELECT id, end_unit FROM spans WHERE id < 1 << 60")
            missing = [(unit_in(i), end) for i, end in spans if i not in kept]
            return int(expected or 0), missing
        finally:
            connection.close()
    except sqlite3.Error:
        return None, []
