"""One part of a layout's ring: row bytes that grow to a fixed size, then may be packed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.codecs.rows import row_dtype
from app.core.rows import RowLayout
from app.services.live_pack import pack, unpack


class Segment:
    """Rows of one layout in order of arrival, with what a reader needs to skip the whole part.

    ``texts`` is the table that TEXT columns of these rows index, in its order. Scanning for the
    span of source times is left to the first reader, so that taking a batch stays one slice copy.
    """

    __slots__ = (
        "_last_received_ns",
        "_latest_ns",
        "_latest_row",
        "_packed",
        "_rows",
        "_scanned",
        "_size",
        "buffer",
        "end",
        "layout",
        "max_ns",
        "min_ns",
        "rising",
        "texts",
    )

    def __init__(self, layout: RowLayout, rows: int) -> None:
        self.layout = layout
        self.buffer: bytearray | None = bytearray(rows * layout.row_size)
        self.end = 0
        self.texts: dict[str, int] = {}
        self.min_ns = 0
        self.max_ns = 0
        self.rising = True
        self._size = rows * layout.row_size
        self._packed = b""
        self._rows: NDArray[np.void] | None = None
        self._scanned = 0
        self._latest_row = 0
        self._latest_ns = 0
        self._last_received_ns = 0

    def __len__(self) -> int:
        return self.end // self.layout.row_size

    @property
    def bytes(self) -> int:
        """Memory held for rows now."""
        return self._size

    @property
    def packed(self) -> bool:
        """Whether the rows are compressed; such a part takes no more rows."""
        return self.buffer is None

    def rows(self) -> NDArray[np.void]:
        """The rows so far as a structured array; a copy only where the part is packed."""
        if self.buffer is None:
            return unpack(self.layout, self._packed, len(self))
        if self._rows is None:
            self._rows = np.frombuffer(self.buffer, dtype=row_dtype(self.layout))
        return self._rows[: len(self)]

    def scan(self) -> None:
        """Bring the span, the order and the latest row up to date with what was taken."""
        count = len(self)
        start = self._scanned
        if count == start:
            return
        rows = self.rows()[start:]
        source = rows["source"]
        low, high = int(source.min()), int(source.max())
        rising = len(source) < 2 or bool((source[1:] > source[:-1]).all())
        # A device whose clock runs ahead must not hold the latest value for ever, and an old
        # sample that comes late must not take it: the earlier of both times decides.
        moment = np.minimum(source, rows["received"])
        newest = len(moment) - 1 - int(np.argmax(moment[::-1]))
        if start == 0:
            self.min_ns, self.max_ns, self.rising = low, high, rising
            self._latest_row, self._latest_ns = newest, int(moment[newest])
        else:
            self.rising = self.rising and rising and low > self.max_ns
            self.min_ns, self.max_ns = min(self.min_ns, low), max(self.max_ns, high)
            if int(moment[newest]) >= self._latest_ns:
                self._latest_row, self._latest_ns = start + newest, int(moment[newest])
        self._scanned = count

    def latest(self) -> tuple[int, int]:
        """Row number and moment (the earlier of source and receive time) of the newest row."""
        self.scan()
        return self._latest_row, self._latest_ns

    def span_s(self) -> float:
        """Seconds from the first row's arrival to the last one's."""
        received = self.rows()["received"]
        return float(received[-1] - received[0]) / 1e9

    def last_received_ns(self) -> int:
        """Receive time of the row that came last."""
        if self.buffer is None:
            return self._last_received_ns
        return int(self.rows()["received"][-1])

    def pack(self) -> int:
        """Compress the rows; returns the bytes of memory saved."""
        self.scan()
        self._last_received_ns = self.last_received_ns()
        before = self._size
        self._packed = pack(self.layout, self.rows())
        self._size = len(self._packed)
        self.buffer = None
        self._rows = None
        return before - self._size
