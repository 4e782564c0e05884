"""``wayside export``: what the store holds, as CSV or Parquet."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.core.errors import UserFacing
from app.core.rows import PointKey
from app.settings import Texts
from app.store.base import StoredPoint
from app.store.export import export_csv, export_parquet
from app.store.opening import open_reader
from app.store.proving import ALWAYS
from app.store.proving_words import device_of, span_text
from app.wording import os_reason, worded

NS = 1_000_000_000
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_AGO = re.compile(r"-(\d{1,9})([smhd])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What to export; points may hold ``*``, times are texts as the user gives them."""

    store: str
    points: tuple[str, ...]
    start: str
    end: str
    out: Path
    texts: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    out: str
    rows: int
    points: tuple[str, ...]
    damaged: tuple[str, ...] = ()
    """A line for each piece of the store that was left out because it is damaged."""

    def as_dict(self) -> dict[str, object]:
        """The summary as ``export --json`` prints it."""
        return asdict(self)


def parse_time(text: str, texts: Texts, now_ns: int) -> int:
    """A moment in UTC ns: ISO 8601 (without a zone it is UTC), ``now``, or ago like ``-90m``.

    Raises:
        UserFacing: it is none of these.
    """
    if text == "now":
        return now_ns
    if match := _AGO.fullmatch(text):
        return now_ns - int(match[1]) * _SECONDS[match[2]] * NS
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise worded(UserFacing, texts, "services.export.bad_time", value=text) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * NS + moment.microsecond * 1000


async def export(options: ExportOptions) -> Exported:
    """Write the file; returns what is in it.

    Raises:
        UserFacing: a time, a point or the file's ending is wrong; names the points there are.
        StoreError: the store cannot be read.
    """
    texts = options.texts
    writers = {".csv": export_csv, ".parquet": export_parquet}
    write = writers.get(options.out.suffix.lower())
    if write is None:
        raise worded(UserFacing, texts, "services.export.bad_ending", out=options.out)
    now_ns = time.time_ns()
    if not await asyncio.to_thread(Path(options.store.removeprefix("sqlite://")).exists):
        raise worded(UserFacing, texts, "services.export.no_store", store=options.store)
    store = await open_reader(options.store)
    try:
        stored = await store.points()
        keys = _chosen(options.points, stored, texts)
        spans = [point for point in stored if point.key in set(keys)]
        start = min(point.first_ns for point in spans)
        end = max(point.last_ns for point in spans) + 1
        if options.start:
            start = parse_time(options.start, texts, now_ns)
        if options.end:
            end = parse_time(options.end, texts, now_ns)
        if start >= end:
            raise worded(UserFacing, texts, "services.export.no_span")
        try:
            await asyncio.to_thread(options.out.parent.mkdir, parents=True, exist_ok=True)
            rows = await write(store, keys, start, end, options.out)
            # Without a start or end: also what is damaged beyond the readings that are left.
            window = (start if options.start else ALWAYS[0], end if options.end else ALWAYS[1])
            proved = await store.prove(keys, window)
        except OSError as error:
            reason = os_reason(error)
            raise worded(
                UserFacing, texts, "services.export.unwritable", out=options.out, error=reason
            ) from error
    finally:
        await store.close()
    damaged = tuple(
        texts.get(
            "services.export.damaged.seen",
            device=device_of(piece),
            span=span_text(piece, texts),
            at=f"{piece.table} {piece.row}",
        )
        for piece in proved.damaged
    )
    points = tuple(str(key) for key in keys)
    return Exported(out=str(options.out), rows=rows, points=points, damaged=damaged)


def _chosen(patterns: Sequence[str], stored: Sequence[StoredPoint], texts: Texts) -> list[PointKey]:
    names = {str(point.key): point.key for point in stored}
    if not names:
        raise worded(UserFacing, texts, "services.export.empty")
    found: dict[PointKey, None] = {}
    for pattern in patterns or ("*",):
        expression = re.compile(".*".join(re.escape(part) for part in pattern.split("*")))
        hits = [key for name, key in names.items() if expression.fullmatch(name)]
        if not hits:
            known = ", ".join(list(names)[:20]) + (", ..." if len(names) > 20 else "")
            raise worded(UserFacing, texts, "services.export.no_point", point=pattern, known=known)
        found.update(dict.fromkeys(hits))
    return list(found)
