"""What a store promises, whichever database is behind the URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.codecs.series import Envelope, Series
from app.core.rows import PointKey, RowBatch, ValueKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPoint:
    """A point the store has samples of, with the span of its source times."""

    key: PointKey
    kind: ValueKind
    first_ns: int
    last_ns: int
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """The store now: size, what is not yet durable, and what stands in its way."""

    bytes: int
    pending_samples: int
    durable_ns: int
    problem: str = ""
    problem_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What became of a damaged file on start: where it is kept, what came back, what is lost."""

    set_aside: Path
    recovered_samples: int
    lost: str


class Store(Protocol):
    """Samples on disk. ``append`` never blocks the loop; reads run in the reader pool."""

    recovery: Recovery | None

    def append(self, batches: Sequence[RowBatch]) -> None:
        """Take batches; durable (FULL) within 250 ms. Late and duplicate samples are harmless."""

    async def flush(self) -> None:
        """Return when everything appended so far is durable, or raise StoreUnavailable."""

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Every sample with start_ns <= source time < end_ns, duplicates resolved."""

    async def envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """The point reduced to at most ``buckets`` buckets, in time independent of the span."""

    async def points(self) -> list[StoredPoint]:
        """Every point with samples."""

    def status(self) -> StoreStatus:
        """Size and state now; cheap, for the status bar."""

    async def close(self) -> None:
        """Flush, compact what is pending, close every connection and thread."""
