"""The presenter of the plots: layout, time, feed, cursors, and what a screen reader says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.bridge.feed import LiveFeed, PlotSource
from app.bridge.measure import Measured, measure_envelope, measure_series
from app.bridge.plot_layout import PlotLayout, Target, from_json, to_json
from app.bridge.plot_model import PlotModel
from app.bridge.plot_points import PointDirectory, PointInfo
from app.bridge.plot_time import TimeAxis, TimeView
from app.codecs.series import Envelope
from app.core.errors import WaysideError
from app.core.rows import PointKey
from app.services.history import gap_ns
from app.tasks import Tasks

RAW_LIMIT = 4_000_000
_IN_THREAD = 100_000
_SETTLE_S = 0.05
_FLAT_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """Points and the window to be written to a file; UTC ns, the end not included."""

    keys: tuple[PointKey, ...]
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTable:
    """What lies between the cursors, curve by curve in the order of the plots."""

    a_ns: int
    b_ns: int
    rows: tuple[tuple[PointInfo, Measured], ...] = ()

    @property
    def delta_s(self) -> float:
        """Time from A to B."""
        return (self.b_ns - self.a_ns) / 1e9


class PlotBoard(QObject):
    """One page of plots. Widgets draw it and hand it what the user did; it has no pixels.

    Signals:
        layout_changed: plots, axes or curves changed, or another curve is selected.
        time_changed: the user changed the window, the pause or the following.
        frame_changed: what to draw changed; once a frame, with the points that changed.
        cursors_changed: the measure cursors moved, came or went.
        measured: a new table of what lies between the cursors.
        export_requested: the user wants a window of points as a file.
    """

    layout_changed = Signal()
    time_changed = Signal()
    frame_changed = Signal(list)
    cursors_changed = Signal()
    measured = Signal(MeasureTable)
    export_requested = Signal(ExportRequest)

    def __init__(
        self,
        source: PlotSource,
        directory: PointDirectory,
        clock: Callable[[], int] = time.time_ns,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tasks = Tasks("plots")
        self.model = PlotModel()
        self.time = TimeAxis(clock)
        self.feed = LiveFeed(source, self.time, self._every_s, self)
        self._source = source
        self._directory = directory
        self._infos: dict[PointKey, PointInfo] = {}
        self._cursors: tuple[int, int] | None = None
        self._measure_task: asyncio.Task[None] | None = None
        self.table = MeasureTable(a_ns=0, b_ns=0)
        self.model.changed.subscribe(self._layout_changed)
        self.model.selection_changed.subscribe(self._selection_changed)
        self.time.changed.subscribe(self._time_changed)
        self.feed.changed.connect(self.frame_changed)

    # Points and layout

    @property
    def layout(self) -> PlotLayout:
        """The plots now."""
        return self.model.layout

    def set_directory(self, directory: PointDirectory) -> None:
        """Look points up elsewhere: other connections, or another language."""
        self._directory = directory
        self._infos.clear()
        self.layout_changed.emit()

    def info(self, key: PointKey) -> PointInfo:
        """How a point is named and drawn; a point nobody knows any more keeps its key as name."""
        known = self._infos.get(key) or self._directory.info(key)
        if known is not None:
            self._infos[key] = known
            return known
        curve = self.layout.curve(key)
        unit = curve.unit if curve is not None else ""
        return PointInfo(key=key, title=key.point, asset=key.device, unit=unit)

    def plottable(self, keys: Sequence[PointKey]) -> list[PointKey]:
        """Those of the points that can be drawn as curves."""
        return [key for key in keys if self._directory.info(key) is not None]

    def add_points(self, keys: Sequence[PointKey], target: Target | None = None) -> None:
        """Put points where the rules place them; without a target in a new plot."""
        points = [(key, self.info(key).unit) for key in self.plottable(keys)]
        self.model.add(points, target or Target())

    def toggle_point(self, key: PointKey) -> None:
        """Take a point off all plots, or plot it where its unit is already, else in a new plot."""
        if self.layout.curve(key) is not None:
            self.model.remove(key)
            return
        unit = self.info(key).unit
        joins = (p.id for p in self.layout.plots if any(a.unit == unit for a in p.axes))
        self.add_points([key], Target(plot=next(joins, None)))

    def colours(self) -> dict[PointKey, int]:
        """The palette place of each plotted point, for the key lines of the tree."""
        return {
            curve.key: curve.colour
            for plot in reversed(self.layout.plots)
            for curve in reversed(plot.curves())
        }

    def save(self) -> str:
        """The layout as text."""
        return to_json(self.layout)

    def restore(self, text: str) -> None:
        """Take a saved layout.

        Raises:
            UserFacing: the text is no layout.
        """
        self.model.restore(from_json(text))

    def visible(self, plot_id: int | None = None) -> ExportRequest:
        """What is on the screen now: one plot's points, or all."""
        view = self.time.view()
        plot = self.layout.plot(plot_id) if plot_id is not None else None
        keys = [c.key for c in plot.curves()] if plot is not None else self.layout.keys()
        return ExportRequest(keys=tuple(keys), start_ns=view.start_ns, end_ns=view.end_ns + 1)

    def request_export(self, plot_id: int | None = None, *, between_cursors: bool = False) -> None:
        """Ask for a file of what is visible, or of what lies between the cursors."""
        request = self.visible(plot_id)
        if between_cursors and self._cursors is not None:
            a_ns, b_ns = sorted(self._cursors)
            request = ExportRequest(keys=request.keys, start_ns=a_ns, end_ns=b_ns + 1)
        if request.keys:
            self.export_requested.emit(request)

    def drawn_span(self) -> tuple[int, int]:
        """From the first sample in the window to the last; the window where it is empty."""
        view = self.feed.view()
        times = []
        for key in self.layout.keys():  # noqa: SIM118 - a list of points, not a dict
            envelope = self.feed.envelope(key, view)
            if envelope is not None and (shown := _shown(envelope, view)).any():
                times.append(envelope.time_ns[shown])
        if not times:
            return view.start_ns, view.end_ns
        first, last = min(int(t[0]) for t in times), max(int(t[-1]) for t in times)
        return (first, last) if first < last else (view.start_ns, view.end_ns)

    def summary(self, key: PointKey) -> str:
        """One sentence for a screen reader: last, minimum, maximum, tendency in the window."""
        info, view = self.info(key), self.feed.view()
        envelope = self.feed.envelope(key, view)
        shown = _shown(envelope, view) if envelope is not None else None
        if envelope is None or shown is None or not shown.any():
            return self.tr("{0} {1}, no data").format(info.title, info.owner)
        low, high = float(envelope.low[shown].min()), float(envelope.high[shown].max())
        mean = envelope.mean[shown]
        text = self.tr("{0} {1}, last {2} {3}, min {4}, max {5}, {6}")
        return text.format(
            info.title,
            info.owner,
            info.text(float(mean[-1])),
            info.unit,
            info.text(low),
            info.text(high),
            self._tendency(mean, high - low),
        ).replace(" ,", ",")

    def _tendency(self, mean: np.ndarray, span: float) -> str:
        third = max(1, len(mean) // 3)
        change = float(mean[-third:].mean() - mean[:third].mean())
        if span == 0 or abs(change) < _FLAT_SHARE * span:
            return self.tr("steady")
        return self.tr("rising") if change > 0 else self.tr("falling")

    def _every_s(self, key: PointKey) -> float:
        return self.info(key).every_s

    # Cursors

    @property
    def cursors(self) -> tuple[int, int] | None:
        """The times of cursor A and B, None while nothing is measured."""
        return self._cursors

    def set_cursors(self, cursors: tuple[int, int] | None) -> None:
        """Move the cursors, or take them away; the table follows once they rest."""
        if cursors == self._cursors:
            return
        self._cursors = cursors
        self.cursors_changed.emit()
        self.remeasure()

    def remeasure(self) -> None:
        """Compute the table again, on the samples there are now."""
        if self._measure_task is not None:
            self._measure_task.cancel()
            self._measure_task = None
        if self._cursors is not None:
            a_ns, b_ns = sorted(self._cursors)
            self._measure_task = self.tasks.spawn(self._measure(a_ns, b_ns), "measure")

    async def _measure(self, a_ns: int, b_ns: int) -> None:
        await asyncio.sleep(_SETTLE_S)
        rows = []
        for key in self.layout.keys():  # noqa: SIM118 - a list of points, not a dict
            try:
                rows.append((self.info(key), await self._measure_one(key, a_ns, b_ns)))
            except WaysideError:
                continue
        self.table = MeasureTable(a_ns=a_ns, b_ns=b_ns, rows=tuple(rows))
        self.measured.emit(self.table)

    async def _measure_one(self, key: PointKey, a_ns: int, b_ns: int) -> Measured:
        info = self.info(key)
        reduced = await self._source.envelope(key, a_ns, b_ns + 1, 4096)
        count = int(reduced.count.sum())
        if count > RAW_LIMIT:
            return measure_envelope(reduced, a_ns, b_ns)
        # A and B may lie between samples, so one sample on either side is wanted too.
        reach = gap_ns(info.every_s) + 1
        series = await self._source.read(key, a_ns - reach, b_ns + reach)
        if count < _IN_THREAD:
            return measure_series(series, a_ns, b_ns, step=info.step)
        return await asyncio.to_thread(measure_series, series, a_ns, b_ns, step=info.step)

    # Plumbing

    def _layout_changed(self, layout: PlotLayout) -> None:
        self.feed.set_keys(layout.keys())
        self._infos.clear()
        self.layout_changed.emit()
        if self._cursors is not None:
            self.remeasure()

    def _selection_changed(self, _key: PointKey | None) -> None:
        self.layout_changed.emit()

    def _time_changed(self, _view: TimeView) -> None:
        self.time_changed.emit()

    async def close(self) -> None:
        """Stop the frames and end every read."""
        await self.feed.close()
        await self.tasks.cancel()


def _shown(envelope: Envelope, view: TimeView) -> np.ndarray:
    return (envelope.time_ns >= view.start_ns) & (envelope.time_ns <= view.end_ns)
