"""What the plots keep of a point: its envelope at a few zooms, each growing at its live end.

All buckets lie on the grid of app.codecs.reduce, so a piece that is loaded later, and the live
end that grows with each frame, join what is there without a seam.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.codecs.reduce import bucket_width, empty_envelope
from app.codecs.series import Envelope
from app.core.rows import PointKey

KEPT_ZOOMS = 4
_TRIM_AT = 3
KEPT_BUCKETS = 8192
_ALIKE = 3

Reduce = Callable[[PointKey, int, int, int], Envelope]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Times from start to before end, UTC ns, on the grid of ``bucket_ns``."""

    start_ns: int
    end_ns: int
    bucket_ns: int

    @property
    def buckets(self) -> int:
        """The number to ask for, so that exactly this grid comes back."""
        return (self.end_ns - self.start_ns) // self.bucket_ns + 1

    def covers(self, other: Range) -> bool:
        """Whether the other lies inside, on the same grid."""
        same = self.bucket_ns == other.bucket_ns
        return same and self.start_ns <= other.start_ns and other.end_ns <= self.end_ns


def aligned(start_ns: int, end_ns: int, bucket_ns: int) -> Range:
    """The range with its ends moved outwards onto the grid."""
    first, last = start_ns // bucket_ns, -(-end_ns // bucket_ns)
    return Range(
        start_ns=first * bucket_ns,
        end_ns=max(last, first + 1) * bucket_ns,
        bucket_ns=bucket_ns,
    )


def zoom_bucket(span_ns: int, width_px: int) -> int:
    """The bucket of a picture of that width: one pixel, rounded up by an eighth at most."""
    return bucket_width(0, max(span_ns, width_px), width_px + 1)


class Zoom:
    """One point's envelope on one grid.

    ``complete`` says that the store was asked too. ``live`` says that the envelope ends at now
    and grows; ``end_ns`` is then how far it has grown.
    """

    __slots__ = ("bucket_ns", "complete", "end_ns", "envelope", "live", "start_ns", "version")

    def __init__(self, key: PointKey, bucket_ns: int) -> None:
        self.bucket_ns = bucket_ns
        self.envelope = empty_envelope(key)
        self.start_ns = self.end_ns = 0
        self.complete = self.live = False
        self.version = -1

    def covers(self, start_ns: int, end_ns: int) -> bool:
        """Whether the envelope holds this window as far as it can be known."""
        return self.start_ns <= start_ns and (self.live or end_ns <= self.end_ns)

    @property
    def empty(self) -> bool:
        """Whether nothing was read on this grid yet."""
        return self.start_ns == self.end_ns

    def load(
        self, envelope: Envelope, span: Range, late_ns: int, *, live: bool, complete: bool
    ) -> None:
        """Take a whole piece in place of what was there; pauses over ``late_ns`` break it."""
        self.envelope = _broken_by_pauses(envelope, 0, late_ns + self.bucket_ns)
        self.start_ns, self.end_ns = span.start_ns, span.end_ns
        self.live, self.complete = live, complete
        self.version = -1

    def grow(self, reduce: Reduce, now_ns: int, version: int, late_ns: int) -> None:
        """Add what arrived since: the last bucket again, and those after it."""
        old = self.envelope
        since = int(old.time_ns[-1]) if len(old) else self.start_ns
        span = aligned(since, max(now_ns, since) + 1, self.bucket_ns)
        fresh = reduce(old.key, span.start_ns, span.end_ns, span.buckets)
        self.end_ns, self.version = max(self.end_ns, span.end_ns), version
        if not len(fresh):
            return
        keep = int(old.time_ns.searchsorted(span.start_ns))
        if keep < len(old):
            if int(fresh.time_ns[0]) // self.bucket_ns == since // self.bucket_ns:
                fresh = _merged(old, keep, fresh)
            else:
                # Memory has let go of that bucket, or never had it: it stays as it was read.
                keep = len(old)
        joined = _joined(old, keep, fresh)
        self.envelope = _broken_by_pauses(joined, keep, late_ns + self.bucket_ns)

    def trim(self, start_ns: int, span_ns: int) -> None:
        """Forget what has run out of the window for long; few samples are kept for their line."""
        if start_ns - self.start_ns > _TRIM_AT * span_ns and len(self.envelope) > KEPT_BUCKETS:
            first = int(np.searchsorted(self.envelope.time_ns, start_ns - span_ns))
            self.envelope = _cut(self.envelope, slice(first, None))
            self.start_ns = start_ns - span_ns


class CurveCache:
    """One point's envelopes at the zooms used last; ``version`` is the newest sample announced."""

    __slots__ = ("_last", "_zooms", "key", "version")

    def __init__(self, key: PointKey) -> None:
        self.key = key
        self.version = -1
        self._zooms: dict[int, Zoom] = {}
        self._last: Zoom | None = None

    def known(self, bucket_ns: int) -> Zoom | None:
        """The envelope on this grid, None where it was not read yet; now the latest used."""
        last = self._last
        if last is not None and last.bucket_ns == bucket_ns:
            return last
        zoom = self._zooms.pop(bucket_ns, None)
        if zoom is not None:
            self._zooms[bucket_ns] = self._last = zoom
        return zoom

    def zoom(self, bucket_ns: int) -> Zoom:
        """The envelope on this grid, begun where it was not read yet; now the latest used."""
        zoom = self.known(bucket_ns)
        if zoom is None:
            zoom = self._zooms[bucket_ns] = self._last = Zoom(self.key, bucket_ns)
            while len(self._zooms) > KEPT_ZOOMS:
                del self._zooms[next(iter(self._zooms))]
        return zoom

    def covered(self, start_ns: int, end_ns: int) -> bool:
        """Whether some grid that the store was asked for covers the window."""
        return any(z.complete and z.covers(start_ns, end_ns) for z in self._zooms.values())

    def near(self, bucket_ns: int, start_ns: int, end_ns: int) -> bool:
        """Whether a grid covers the window that looks the same while the zoom still moves."""
        for grid, zoom in self._zooms.items():
            alike = bucket_ns <= 2 * grid <= _ALIKE * bucket_ns
            if alike and not zoom.empty and zoom.covers(start_ns, end_ns):
                return True
        return False

    def best(self, bucket_ns: int, start_ns: int, end_ns: int) -> Zoom:
        """What can be drawn now: this grid, or while it is loading the nearest that covers."""
        exact = self._zooms.get(bucket_ns)
        if exact is not None and exact.complete and exact.covers(start_ns, end_ns):
            return exact
        best, best_fit = exact, (1, True, 0)
        for grid, zoom in self._zooms.items():
            if zoom.start_ns == zoom.end_ns:
                continue
            end = end_ns if zoom.live or zoom.end_ns > end_ns else zoom.end_ns
            start = start_ns if zoom.start_ns < start_ns else zoom.start_ns
            tenths = (10 * (end - start) + 5) // (end_ns - start_ns) if end > start else 0
            fit = (-tenths, not zoom.complete, abs(grid - bucket_ns))
            if fit < best_fit:
                best, best_fit = zoom, fit
        return best or Zoom(self.key, bucket_ns)

    def stale(self) -> None:
        """Read everything again when it is next wanted; what is there is drawn until then."""
        for zoom in self._zooms.values():
            zoom.complete = False


def _cut(envelope: Envelope, part: slice) -> Envelope:
    return Envelope(
        key=envelope.key,
        time_ns=envelope.time_ns[part],
        low=envelope.low[part],
        high=envelope.high[part],
        mean=envelope.mean[part],
        count=envelope.count[part],
        gap_before=envelope.gap_before[part],
    )


def _broken_by_pauses(envelope: Envelope, since: int, longest_ns: int) -> Envelope:
    """The envelope with the line broken where buckets from ``since`` on stand too far apart.

    Whoever reduced the samples may have judged by a period of its own; on the screen it is the
    point's period that decides, so that memory and store break the line at the same places.
    """
    first = max(since, 1)
    times = envelope.time_ns[first - 1 :]
    late = times[1:] - times[:-1] > longest_ns
    if not late.any():
        return envelope
    gap = envelope.gap_before.copy()
    gap[first:] |= late
    return replace(envelope, gap_before=gap)


def _merged(old: Envelope, at: int, fresh: Envelope) -> Envelope:
    """The fresh buckets, the first one united with what the old one at ``at`` had.

    Memory may have let go of the older samples of a wide bucket, so it says nothing about what
    came before them.
    """
    time, gap = fresh.time_ns.copy(), fresh.gap_before.copy()
    low, high, count = fresh.low.copy(), fresh.high.copy(), fresh.count.copy()
    time[0] = min(time[0], old.time_ns[at])
    gap[0] = old.gap_before[at]
    low[0] = min(low[0], old.low[at])
    high[0] = max(high[0], old.high[at])
    count[0] = max(count[0], old.count[at])
    return Envelope(
        key=fresh.key,
        time_ns=time,
        low=low,
        high=high,
        mean=fresh.mean,
        count=count,
        gap_before=gap,
    )


def _joined(old: Envelope, keep: int, fresh: Envelope) -> Envelope:
    return Envelope(
        key=old.key,
        time_ns=np.concatenate((old.time_ns[:keep], fresh.time_ns)),
        low=np.concatenate((old.low[:keep], fresh.low)),
        high=np.concatenate((old.high[:keep], fresh.high)),
        mean=np.concatenate((old.mean[:keep], fresh.mean)),
        count=np.concatenate((old.count[:keep], fresh.count)),
        gap_before=np.concatenate((old.gap_before[:keep], fresh.gap_before)),
    )
