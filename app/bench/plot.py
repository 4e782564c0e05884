"""Frame time of the plots against a bare QPainter polyline of decimated data, in one run.

The limit is the least that a picture of the same curves can cost: a bare QWidget that reduces
the visible samples to low and high a pixel column and draws one polyline a curve, with no axis,
text, gap or value on it. Both paint into the same size on the same platform.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app.bench.plot_source import RollupSource
from app.bench.report import BenchLine, Emit
from app.bridge.plot_board import PlotBoard
from app.bridge.plot_layout import Target
from app.bridge.plot_points import PointInfo
from app.core.rows import PointKey
from widgets.plots.canvas import PlotCanvas
from widgets.plots.primitives import draw_polyline
from widgets.plots.style import PlotStyle

LOADS = ((1, 1_000_000), (8, 100_000), (32, 10_000), (64, 2_000))
ROLLUP_LOAD = (32, 1_000_000)
SIZE = QSize(1400 + 52 + 140, 600)
PERIOD_NS = 1_000_000
REACH, FRAME_MS = 1.3, 16.0
_LIVE_SAMPLES = 16
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Load:
    """Curves and samples, all of one period, ending at ``end_ns``."""

    keys: tuple[PointKey, ...]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    shown: int

    @property
    def span_ns(self) -> int:
        """The time that the samples shown take."""
        return self.shown * PERIOD_NS


def make_load(curves: int, samples: int, frames: int) -> Load:
    """Random walks, with as many samples more as the frames of a live run add."""
    random = np.random.default_rng(1)
    count = samples + (frames + 2) * _LIVE_SAMPLES
    steps = random.normal(size=(curves, count)) * 0.02
    noise = random.normal(size=(curves, count)) * 0.4
    values = np.cumsum(steps, axis=1) + noise + np.arange(curves)[:, None]
    times = 1_700_000_000_000_000_000 + np.arange(count, dtype=np.int64) * PERIOD_NS
    keys = tuple(PointKey(device=f"A-{n:03d}/d", point="value") for n in range(curves))
    return Load(keys, times, values, samples)


class _Directory:
    """All points alike."""

    def info(self, key: PointKey) -> PointInfo | None:
        return PointInfo(key=key, title="Value", asset=key.device, unit="W", every_s=0.001)


class Prototype(QWidget):
    """The limit: decimate, draw a polyline, nothing else."""

    def __init__(self, load: Load) -> None:
        super().__init__()
        self.resize(1400, SIZE.height())
        self._load = load
        self.start_ns = self.end_ns = 0
        self._pens = [QPen(QColor(c), 1) for c in PlotStyle.light().curves]
        for pen in self._pens:
            pen.setCosmetic(True)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """One frame."""
        load = self._load
        a, b = np.searchsorted(load.times, (self.start_ns, self.end_ns))
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#F4F5F6"))
        columns = max(1, min(1400, (b - a) // 2))
        each = max(1, (b - a) // columns)
        part = load.values[:, a : a + columns * each]
        low = high = part
        if each > 1:
            cells = part.reshape(len(load.keys), columns, each)
            low, high = cells.min(axis=2), cells.max(axis=2)
        bottom, top = float(low.min()), float(high.max())
        scale = SIZE.height() / max(top - bottom, 1e-9)
        vertices = np.empty((2 * columns, 2))
        vertices[0::2, 0] = vertices[1::2, 0] = np.linspace(0, 1400, columns)
        for number in range(len(load.keys)):
            vertices[0::2, 1] = (top - low[number]) * scale
            vertices[1::2, 1] = (top - high[number]) * scale
            painter.setPen(self._pens[number % len(self._pens)])
            draw_polyline(painter, vertices)
        painter.end()


Move = Callable[[int], tuple[int, int, int]]
"""Frame number to the window's start and end, and to now."""


def _live(load: Load) -> Move:
    def move(frame: int) -> tuple[int, int, int]:
        now = int(load.times[load.shown + frame * _LIVE_SAMPLES])
        return now - load.span_ns, now, now

    return move


def _panning(load: Load) -> Move:
    def move(frame: int) -> tuple[int, int, int]:
        end = int(load.times[-1]) - (frame % 100) * load.span_ns // 400
        return end - load.span_ns * 3 // 4, end, int(load.times[-1])

    return move


def _zooming(load: Load) -> Move:
    def move(frame: int) -> tuple[int, int, int]:
        factor = 2 ** -(abs(frame % 24 - 12) / 4)
        middle = int(load.times[load.shown // 2])
        half = round(load.span_ns * factor / 2)
        return middle - half, middle + half, int(load.times[-1])

    return move


MOVES: dict[str, Callable[[Load], Move]] = {
    "live": _live,
    "panning": _panning,
    "zooming": _zooming,
}


@dataclass(slots=True)
class _Clock:
    now_ns: int

    def __call__(self) -> int:
        return self.now_ns


class _Raw:
    """The limit, frame by frame."""

    def __init__(self, load: Load) -> None:
        self._widget = Prototype(load)
        self._target = QImage(self._widget.size(), QImage.Format.Format_RGB32)

    def frame(self, start_ns: int, end_ns: int) -> None:
        self._widget.start_ns, self._widget.end_ns = start_ns, end_ns
        self._widget.render(self._target)


class _Whole:
    """The canvas with all that it shows, frame by frame: feed, scene and paint."""

    def __init__(self, load: Load, *, live: bool) -> None:
        self._source = RollupSource(load.keys, load.times, load.values)
        self._clock = _Clock(0)
        self._live = live
        self.board = PlotBoard(self._source, _Directory(), self._clock)
        self.board.add_points(load.keys, Target())
        self._canvas = PlotCanvas(self.board)
        self._canvas.resize(SIZE)
        self.board.feed.set_width(1400)
        self._target = QImage(SIZE, QImage.Format.Format_RGB32)

    def frame(self, start_ns: int, end_ns: int, now_ns: int) -> None:
        self._clock.now_ns = self._source.now_ns = now_ns
        if self._live:
            self.board.time.set_span(end_ns - start_ns)
        else:
            self.board.time.show(start_ns, end_ns)
        self.board.feed.tick()
        self._canvas.render(self._target)


async def _compare(load: Load, movement: str, frames: int) -> tuple[float, float]:
    """Median milliseconds of a frame: of the canvas, and of the limit.

    Processor time: both paint on this thread, and what else the machine does is not theirs. They
    take turns all the same, for the caches they share. A frame of the canvas includes the loop's
    turn after it, in which history is read.
    """
    move = MOVES[movement](load)
    raw, whole = _Raw(load), _Whole(load, live=movement == "live")
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(frames + WARM_UP):
        start, end, now = move(number)
        since = time.thread_time()
        whole.frame(start, end, now)
        await asyncio.sleep(0)
        between = time.thread_time()
        raw.frame(start, end)
        took[0].append(between - since)
        took[1].append(time.thread_time() - between)
    await whole.board.close()
    value, limit = (statistics.median(times[WARM_UP:]) * 1e3 for times in took)
    return value, limit


def run(emit: Emit, quick: bool) -> None:
    """Print the ratio for each load and movement, and the frame time of 32 x 1 M."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication([])
    frames = 20 if quick else 60
    for curves, samples in (*LOADS, ROLLUP_LOAD):
        rolled_up = (curves, samples) == ROLLUP_LOAD
        load = make_load(curves, samples, frames + WARM_UP)
        for movement in MOVES:
            value, limit = asyncio.run(_compare(load, movement, frames))
            work = f"{curves} x {samples:,} {movement}"
            if rolled_up:
                reach, ok = f"<= {FRAME_MS:.0f} ms a frame", value <= FRAME_MS
            else:
                reach, ok = f"<= {REACH} x a bare polyline", value <= REACH * limit
            emit(
                BenchLine(
                    bench="plot",
                    work=work,
                    value=round(value, 3),
                    unit="ms/frame",
                    limit=round(limit, 3),
                    ratio=round(value / limit, 3),
                    reach=reach,
                    ok=ok,
                )
            )
