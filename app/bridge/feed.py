"""The live feed: each frame it asks the live buffers what changed and emits one signal.

History is read beside the frames: asynchronously, once the view rests, cancelled when it is
stale. A hidden page pulls nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.bridge.plot_cache import CurveCache, Range, aligned, zoom_bucket
from app.bridge.plot_time import TimeAxis, TimeView
from app.codecs.series import Envelope, Series
from app.core.errors import WaysideError
from app.core.rows import PointKey, Sample
from app.services.history import gap_ns
from app.tasks import Tasks

__all__ = ["Envelope", "LiveFeed", "PlotSource", "gap_ns"]

FRAME_MS = 16
BUCKETS_A_FRAME = 36_000
"""25 curves over 1,400 pixels: beyond that two pixels share a bucket, so a frame keeps its time."""
DEBOUNCE_S = 0.06
REFRESH_NS = 15_000_000_000
TICK_BUDGET_S = 0.006
REACH_BUCKETS = 20_000
_AHEAD = 0.25

_log = logging.getLogger(__name__)


class PlotSource(Protocol):
    """Where curves come from: memory and store as one (services.history)."""

    def live_envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """What memory has of the window, at once."""

    async def envelope(self, key: PointKey, start_ns: int, end_ns: int, buckets: int) -> Envelope:
        """The whole window, memory and store."""

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Every sample of the window."""

    def latest(self, key: PointKey) -> Sample | None:
        """The newest sample, None where there is none yet."""

    def version(self, key: PointKey) -> int:
        """A number that rises with each sample."""


class LiveFeed(QObject):
    """Keeps the envelopes of the plotted points up to the frame.

    Signals:
        changed: the points whose picture changed in this frame; empty when only time went on.
    """

    changed = Signal(list)

    def __init__(
        self,
        source: PlotSource,
        axis: TimeAxis,
        every_s: Callable[[PointKey], float] = lambda _key: 5.0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tasks = Tasks("live feed")
        self._source = source
        self._axis = axis
        self._every_s = every_s
        self._caches: dict[PointKey, CurveCache] = {}
        self._width_px = 800
        self._shown: tuple[int, int, int] = (0, 0, 0)
        self._loading: Range | None = None
        self._loading_keys: frozenset[PointKey] = frozenset()
        self._load_task: asyncio.Task[Any] | None = None
        self._loaded_at_ns = 0
        self._dirty: set[PointKey] = set()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.tick)

    # What is shown

    def set_keys(self, keys: Iterable[PointKey]) -> None:
        """The points to keep; envelopes of points that stay are kept."""
        wanted = list(dict.fromkeys(keys))
        self._caches = {key: self._caches.get(key) or CurveCache(key) for key in wanted}
        self._dirty = set(wanted)

    def set_width(self, width_px: int) -> None:
        """The width of the plot area in pixels of the screen."""
        self._width_px = max(64, width_px)

    def set_active(self, active: bool) -> None:
        """Pull while the page is seen; a hidden page pulls nothing and loads nothing."""
        if active and not self._timer.isActive():
            self._shown = (0, 0, 0)
            self._set_stale(self._axis.now())
            self._timer.start()
        elif not active:
            self._timer.stop()
            self._cancel_load()

    @property
    def active(self) -> bool:
        """Whether frames are pulled."""
        return self._timer.isActive()

    @property
    def loading(self) -> bool:
        """Whether history is being read."""
        return self._load_task is not None and not self._load_task.done()

    def view(self) -> TimeView:
        """The window now, its start on a whole pixel so that curves do not shimmer."""
        view = self._axis.view()
        pixel = self.ns_per_px(view)
        shift = view.start_ns % pixel
        return TimeView(
            start_ns=view.start_ns - shift,
            end_ns=view.end_ns - shift,
            following=view.following,
            paused=view.paused,
        )

    def ns_per_px(self, view: TimeView) -> int:
        """Time of one pixel."""
        return max(1, view.span_ns // self._width_px)

    def bucket_ns(self, view: TimeView) -> int:
        """Time of one bucket: a pixel, and more once so many curves are shown that it counts."""
        pixels = max(1, -(-len(self._caches) * self._width_px // BUCKETS_A_FRAME))
        return zoom_bucket(view.span_ns, self._width_px // pixels)

    def envelope(self, key: PointKey, view: TimeView) -> Envelope | None:
        """What can be drawn of a point now, somewhat wider than the window."""
        (drawn,) = self.drawn([key], view)
        return drawn[0] if drawn is not None else None

    def drawn(self, keys: Iterable[PointKey], view: TimeView) -> list[tuple[Envelope, int] | None]:
        """What can be drawn of points now, and until when it is known that nothing is missing.

        A curve that was not read up to now says nothing about what came after.
        """
        bucket, now = self.bucket_ns(view), self._axis.now()
        found: list[tuple[Envelope, int] | None] = []
        for key in keys:
            cache = self._caches.get(key)
            if cache is None:
                found.append(None)
                continue
            zoom = cache.best(bucket, view.start_ns, view.end_ns)
            found.append((zoom.envelope, now if zoom.live or zoom.end_ns > now else zoom.end_ns))
        return found

    def latest(self, key: PointKey) -> Sample | None:
        """The newest sample of a point."""
        return self._source.latest(key)

    async def read(self, key: PointKey, start_ns: int, end_ns: int) -> Series:
        """Every sample of a point in a window, for measuring."""
        return await self._source.read(key, start_ns, end_ns)

    async def close(self) -> None:
        """Stop, and wait until every read has ended."""
        self._timer.stop()
        await self.tasks.cancel()

    # One frame

    def tick(self) -> None:
        """One frame: take what is new, emit once if the picture changed, load what it lacks."""
        view = self.view()
        bucket = self.bucket_ns(view)
        now = self._axis.now()
        changed = self._take_new(view, bucket, now)
        shown = (view.start_ns, view.span_ns, self._width_px)
        moved, self._shown = shown != self._shown, shown
        changed |= self._dirty
        self._dirty = set()
        if changed or moved:
            self.changed.emit(list(changed))
        if self._caches:
            self._load_missing(view, bucket, now)

    def _take_new(self, view: TimeView, bucket: int, now: int) -> set[PointKey]:
        """Grow the live ends; read what is new on the screen from memory, within a time budget."""
        changed: set[PointKey] = set()
        deadline = time.perf_counter() + TICK_BUDGET_S
        start, end = view.start_ns, min(view.end_ns, now)
        for key, cache in self._caches.items():
            zoom = cache.known(bucket)
            if zoom is None or not zoom.covers(start, end):
                if self._blank(cache, view, bucket, end) and time.perf_counter() < deadline:
                    self._read_memory(cache, view, bucket, now)
                    changed.add(key)
            elif (
                zoom.live
                and not view.paused
                # Detached, the picture ends before what is new.
                and view.end_ns >= zoom.end_ns - 2 * bucket
                and zoom.version != (version := self._source.version(key))
            ):
                zoom.grow(self._source.live_envelope, now, version, self._late_ns(key))
                zoom.trim(view.start_ns, view.span_ns)
                changed.add(key)
            if view.following and cache.version != (version := self._source.version(key)):
                cache.version = version
                changed.add(key)
        return changed

    def _blank(self, cache: CurveCache, view: TimeView, bucket: int, end_ns: int) -> bool:
        """Whether nothing good enough is there until history is read."""
        zoom = cache.known(bucket)
        if zoom is not None and not zoom.empty:
            return False
        if not view.following and cache.near(bucket, view.start_ns, end_ns):
            return False
        return not cache.covered(view.start_ns, end_ns)

    def _late_ns(self, key: PointKey) -> int:
        """The pause that breaks a point's line."""
        return gap_ns(self._every_s(key))

    def _read_memory(self, cache: CurveCache, view: TimeView, bucket: int, now: int) -> None:
        # Whoever zooms or pans goes on: the next steps find their window read.
        span = self._span(view, bucket, now, margin=0.0 if view.following else _AHEAD)
        found = self._source.live_envelope(cache.key, span.start_ns, span.end_ns, span.buckets)
        live = span.end_ns > now
        zoom = cache.zoom(bucket)
        zoom.load(found, span, self._late_ns(cache.key), live=live, complete=False)
        zoom.version = self._source.version(cache.key)

    def _span(self, view: TimeView, bucket: int, now: int, margin: float) -> Range:
        """The window and its margins on the grid; what would lie after now ends just after it."""
        reach = round(view.span_ns * margin)
        end = view.end_ns + reach
        # The window's end stands on a whole pixel, so up to one before now while following.
        to_now = end + 2 * self.ns_per_px(view) > now
        return aligned(view.start_ns - reach, now + 1 if to_now else end, bucket)

    # History

    def _load_missing(self, view: TimeView, bucket: int, now: int) -> None:
        refresh = now - self._loaded_at_ns > REFRESH_NS and not view.paused
        if refresh and not self.loading:
            self._set_stale(now)
        end = min(view.end_ns, now)
        lacking = frozenset(
            key
            for key, cache in self._caches.items()
            if (zoom := cache.known(bucket)) is None
            or not zoom.complete
            or not zoom.covers(view.start_ns, end)
        )
        if not lacking or view.start_ns >= now:
            return
        if self.loading and self._loading is not None:
            seen = self._span(view, bucket, now, margin=0.0)
            useful = self._loading.bucket_ns == bucket and (
                self._loading.start_ns <= seen.start_ns < self._loading.end_ns
            )
            if useful and lacking <= self._loading_keys:
                return
        self._start_load(view, bucket, now, lacking)

    def _set_stale(self, now: int) -> None:
        """Read all again: late samples lie anywhere, and memory may have let go of a while."""
        self._loaded_at_ns = now
        for cache in self._caches.values():
            cache.stale()

    def _start_load(
        self, view: TimeView, bucket: int, now: int, lacking: frozenset[PointKey]
    ) -> None:
        self._cancel_load()
        self._loading = self._span(view, bucket, now, margin=0.5)
        self._loading_keys = lacking
        work = self._load(self._loading, lacking, view.span_ns, live=self._loading.end_ns > now)
        self._load_task = _spawn_if_running(work, self)

    def _cancel_load(self) -> None:
        if self._load_task is not None:
            self._load_task.cancel()
            self._load_task = None

    async def _load(
        self, span: Range, keys: Iterable[PointKey], window_ns: int, *, live: bool
    ) -> None:
        await asyncio.sleep(DEBOUNCE_S)
        self._loaded_at_ns = self._axis.now()
        await asyncio.gather(*(self._load_one(key, span, window_ns, live=live) for key in keys))

    async def _load_one(self, key: PointKey, span: Range, window_ns: int, *, live: bool) -> None:
        # A point of one sample an hour needs the one before the window to draw its line.
        most = max(window_ns, REACH_BUCKETS * span.bucket_ns)
        reach = min(round(1.5e9 * self._every_s(key)), most)
        wide = aligned(span.start_ns - reach, span.end_ns, span.bucket_ns)
        try:
            found = await self._source.envelope(key, wide.start_ns, wide.end_ns, wide.buckets)
        except WaysideError as error:
            _log.info("no history of %s: %s", key, error)
            found = self._source.live_envelope(key, wide.start_ns, wide.end_ns, wide.buckets)
        cache = self._caches.get(key)
        if cache is None:
            return
        zoom = cache.zoom(span.bucket_ns)
        zoom.load(found, wide, self._late_ns(key), live=live, complete=True)
        self._dirty.add(key)


def _spawn_if_running(work: Coroutine[Any, Any, None], owner: LiveFeed) -> asyncio.Task[Any] | None:
    """Start the work; before the loop runs there is no history, only what memory holds."""
    try:
        return owner.tasks.spawn(work, "history")
    except RuntimeError:
        work.close()
        return None
