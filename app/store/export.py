"""Export: what the store holds, as CSV or Parquet, written beside the target and renamed at last.

A CSV row is one sample: source_time, receive_time (ISO 8601, UTC), device, point, value, quality.
A bad sample has no value. Texts that a spreadsheet would run as a formula begin with an apostrophe.
"""

from __future__ import annotations

import asyncio
import csv
import importlib.util
import io
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.codecs.series import Series
from app.core.errors import UserFacing
from app.core.quality import Quality
from app.core.rows import PointKey, ValueKind
from app.store.base import Store
from app.wording import told

Progress = Callable[[float], None]
"""Told now and then, on the loop, which part of the work is done, from 0 to 1."""

HEADER = ("source_time", "receive_time", "device", "point", "value", "quality")
_SLICE_SAMPLES = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PARQUET = """
COPY (SELECT make_timestamp_ns(source_ns) AS source_time,
    make_timestamp_ns(receive_ns) AS receive_time,
    device, point, value, whole AS integer, text, quality
  FROM read_csv($source, header = false, delim = ',', quote = '"', escape = '"',
    auto_detect = false, nullstr = '\\N', max_line_size = 16777216,
    columns = {'source_ns': 'BIGINT', 'receive_ns': 'BIGINT', 'device': 'VARCHAR',
    'point': 'VARCHAR', 'value': 'DOUBLE', 'whole': 'BIGINT', 'text': 'VARCHAR',
    'quality': 'VARCHAR'}))
TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""


async def export_csv(
    store: Store,
    keys: Sequence[PointKey],
    start_ns: int,
    end_ns: int,
    path: Path,
    progress: Progress | None = None,
) -> int:
    """Write the samples of the window as CSV, point by point; returns the number of rows.

    Raises:
        OSError: the file cannot be written; what stood there before is untouched.
        StoreError: the store cannot be read.
    """
    with _beside(path) as part, part.open("wb") as file:
        file.write((",".join(HEADER) + "\r\n").encode())
        return await _write(file, _slices(store, keys, start_ns, end_ns, progress), _csv_rows)


def has_parquet() -> bool:
    """Whether the library for Parquet files is installed."""
    return importlib.util.find_spec("duckdb") is not None


async def export_parquet(
    store: Store,
    keys: Sequence[PointKey],
    start_ns: int,
    end_ns: int,
    path: Path,
    progress: Progress | None = None,
) -> int:
    """Write the samples of the window as Parquet; returns the number of rows.

    Numbers stand in ``value``, whole numbers also exactly in ``integer``, texts in ``text``.

    Raises:
        UserFacing: the library is not installed; names the command that installs it.
        OSError: the file cannot be written; what stood there before is untouched.
        StoreError: the store cannot be read.
    """
    if not has_parquet():
        how = "frozen" if getattr(sys, "frozen", False) else "installed"
        raise told(UserFacing, f"store.no_parquet.{how}", name=path.name)
    with _beside(path) as target, tempfile.TemporaryDirectory(dir=path.parent) as folder:
        rows = Path(folder) / "rows.csv"
        with rows.open("wb") as file:
            parts = _slices(store, keys, start_ns, end_ns, progress)
            count = await _write(file, parts, _plain_rows)
        await asyncio.to_thread(_convert, rows, target)
    return count


def _convert(rows: Path, target: Path) -> None:
    import duckdb

    name = str(target).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(_PARQUET.replace("{target}", name), {"source": str(rows)})


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file beside the target, which takes its place when all went well."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        with part.open("rb+") as whole:
            os.fsync(whole.fileno())
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


async def _write(
    file: BinaryIO,
    parts: AsyncIterator[Series],
    rows_of: Callable[[Series], list[Sequence[object]]],
) -> int:
    count = 0
    async for series in parts:
        count += len(series)
        file.write(await asyncio.to_thread(_encode, series, rows_of))
    return count


def _encode(series: Series, rows_of: Callable[[Series], list[Sequence[object]]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows_of(series))
    return text.getvalue().encode("utf-8", "backslashreplace")


async def _slices(
    store: Store,
    keys: Sequence[PointKey],
    start_ns: int,
    end_ns: int,
    progress: Progress | None,
) -> AsyncIterator[Series]:
    """Each point's samples in slices of about a hundred thousand."""
    known = {point.key: point for point in await store.points()}
    for index, key in enumerate(keys):
        if (point := known.get(key)) is None:
            continue
        start, end = max(start_ns, point.first_ns), min(end_ns, point.last_ns + 1)
        span = point.last_ns - point.first_ns + 1
        step = max(1, span * _SLICE_SAMPLES // max(point.samples, 1))
        for at in range(start, end, step):
            yield await store.read(key, at, min(at + step, end))
            if progress is not None:
                progress((index + (at - start) / (end - start)) / len(keys))
    if progress is not None:
        progress(1.0)


def _csv_rows(series: Series) -> list[Sequence[object]]:
    device, point = _harmless(series.key.device), _harmless(series.key.point)
    source, received = iso_times(series.source_ns), iso_times(series.received_ns)
    return [
        (s, r, device, point, value, quality)
        for s, r, value, quality in zip(
            source, received, _values(series), _words(series.quality), strict=True
        )
    ]


def _plain_rows(series: Series) -> list[Sequence[object]]:
    device, point = series.key.device, series.key.point
    none = ["\\N"] * len(series)
    numbers, whole, texts = none, none, none
    values = [
        "\\N" if q >= Quality.BAD or v is None or v != v else v
        for v, q in zip(series.values.tolist(), series.quality.tolist(), strict=True)
    ]
    if series.kind is ValueKind.TEXT:
        texts = values
    else:
        numbers = values
        whole = none if series.kind is ValueKind.FLOAT else values
    times = (series.source_ns.tolist(), series.received_ns.tolist())
    names = ([device] * len(series), [point] * len(series))
    columns = (*times, *names, numbers, whole, texts, _words(series.quality))
    return list(zip(*columns, strict=True))


def iso_times(ns: NDArray[np.int64]) -> list[str]:
    """UTC times in ISO 8601 with as many digits as they need: ms, us or ns."""
    moments = ns.view("datetime64[ns]")
    if not (ns % 1_000_000).any():
        moments = moments.astype("datetime64[ms]")
    elif not (ns % 1000).any():
        moments = moments.astype("datetime64[us]")
    return [f"{moment}Z" for moment in np.datetime_as_string(moments).tolist()]


def _values(series: Series) -> list[object]:
    values: list[Any] = series.values.tolist()
    bad = (series.quality >= Quality.BAD).tolist()
    if series.kind is ValueKind.TEXT:
        return ["" if b or v is None else _harmless(v) for v, b in zip(values, bad, strict=True)]
    if series.kind is ValueKind.BOOL:
        words = ("false", "true")
        return ["" if b else words[bool(v)] for v, b in zip(values, bad, strict=True)]
    return ["" if b or v != v else v for v, b in zip(values, bad, strict=True)]


def _words(quality: NDArray[np.uint8]) -> list[str]:
    known = {int(q): q.name.lower() for q in Quality}
    return [known.get(q) or f"0x{q:02x}" for q in quality.tolist()]


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
