"""Frame time of the plots against a bare QPainter polyline of decimated data, in one run.

The limit is the least that a picture of the same curves can cost: a bare QWidget that reduces
the visible samples to low and high a pixel column and draws one polyline a curve, with no axis,
text, gap or value on it. Both paint into the same size on the same platform.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QWidget

from app.bench.plot_source import RollupSource
from app.bench.report import BenchLine, Emit
from app.bridge.plot_board import PlotBoard
from app.bridge.plot_layout import Target
from app.bridge.plot_points import PointInfo
from app.core.rows import PointKey
from widgets.plots.canvas import PlotCanvas
from widgets.plots.style import PlotStyle

LOADS = ((1, 1_000_000), (8, 100_000), (32, 10_000), (64, 2_000))
ROLLUP_LOAD = (32, 1_000_000)
SIZE = QSize(1400 + 52 + 140, 600)
PERIOD_NS = 1_000_000
REACH, FRAME_MS = 1.3, 16.0
_LIVE_SAMPLES = 16


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

    def paintEvent(self, _event: QPaintEvent) -> None:
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
        x = np.linspace(0, 1400, columns)
        for number in range(len(load.keys)):
            painter.setPen(self._pens[number % len(self._pens)])
            painter.drawPolyline(
                _polygon(x, (top - low[number]) * scale, (top - high[number]) * scale)
            )
        painter.end()


def _polygon(
    x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> QPolygonF:
    """Two vertices a column, written straight into the polygon's memory."""
    import shiboken6

    polygon = QPolygonF([QPointF()] * (2 * len(x)))
    memory = shiboken6.VoidPtr(polygon.data(), 2 * len(x) * 16, True)  # noqa: FBT003 - C++ order
    points = np.frombuffer(memory, np.float64).reshape(-1, 2)
    points[0::2, 0] = points[1::2, 0] = x
    points[0::2, 1], points[1::2, 1] = low, high
    return polygon


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


async def _measure(frames: int, one: Callable[[int], None]) -> float:
    """Mean milliseconds of a frame and of the loop's turn after it, after a few to warm up."""
    for frame in range(3):
        one(frame)
    since = time.perf_counter()
    for frame in range(frames):
        one(frame)
        await asyncio.sleep(0)
    return (time.perf_counter() - since) * 1e3 / frames


def prototype_ms(load: Load, move: Move, frames: int) -> float:
    """Frame time of the limit."""
    widget = Prototype(load)
    target = QImage(widget.size(), QImage.Format.Format_RGB32)

    def one(frame: int) -> None:
        widget.start_ns, widget.end_ns, _ = move(frame)
        widget.render(target)

    return asyncio.run(_measure(frames, one))


def canvas_ms(load: Load, move: Move, frames: int, *, live: bool) -> float:
    """Frame time of the canvas with all that it shows: feed, scene and paint."""
    source = RollupSource(load.keys, load.times, load.values)
    clock = _Clock(0)
    board = PlotBoard(source, _Directory(), clock)
    board.add_points(load.keys, Target())
    canvas = PlotCanvas(board)
    canvas.resize(SIZE)
    board.feed.set_width(1400)
    target = QImage(SIZE, QImage.Format.Format_RGB32)

    def one(frame: int) -> None:
        start, end, clock.now_ns = move(frame)
        source.now_ns = clock.now_ns
        if live:
            board.time.set_span(end - start)
        else:
            board.time.show(start, end)
        board.feed.tick()
        canvas.render(target)

    return asyncio.run(_measure(frames, one))


def run(emit: Emit, quick: bool) -> None:
    """Print the ratio for each load and movement, and the frame time of 32 x 1 M."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication([])
    frames = 20 if quick else 60
    for curves, samples in LOADS:
        for name, movement in MOVES.items():
            load = make_load(curves, samples, frames)
            limit = prototype_ms(load, movement(load), frames)
            value = canvas_ms(load, movement(load), frames, live=name == "live")
            work = f"{curves} x {samples:,} {name}"
            emit(_line(work, value, limit, f"<= {REACH} x bare polyline", value <= REACH * limit))
    for name, movement in MOVES.items():
        load = make_load(*ROLLUP_LOAD, frames)
        value = canvas_ms(load, movement(load), frames, live=name == "live")
        curves, samples = ROLLUP_LOAD
        work = f"{curves} x {samples:,} {name}, roll-ups"
        emit(_line(work, value, FRAME_MS, f"<= {FRAME_MS:.0f} ms", value <= FRAME_MS))


def _line(work: str, value: float, limit: float, reach: str, ok: bool) -> BenchLine:
    return BenchLine(
        bench="plot",
        work=work,
        value=round(value, 3),
        unit="ms/frame",
        limit=round(limit, 3),
        ratio=round(value / limit, 3),
        reach=reach,
        ok=ok,
    )
