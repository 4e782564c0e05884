"""The window of the ingest benchmarks: eight live curves, each frame timed."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from app.bridge.collector import Collector
from app.bridge.plot_board import PlotBoard
from app.bridge.plot_points import PointInfo
from app.bridge.threads import yield_to_window
from app.core.rows import PointKey
from app.services.history import History
from widgets.plots.canvas import PlotCanvas

SIZE = (1366, 700)


def application() -> QApplication:
    """The one QApplication, set up as in the program; off-screen where there is no display."""
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    app.setQuitOnLastWindowClosed(False)
    yield_to_window()
    return app


class Directory:
    """Every point is plottable, in one unit."""

    def info(self, key: PointKey) -> PointInfo:
        """How the point is drawn."""
        return PointInfo(key=key, title=key.point, asset=key.device, unit="W")


class FrameTimes(QObject):
    """Notes when a widget has painted; intervals are the frames as a user sees them."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.moments: list[float] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt override
        """Note a paint and let it happen."""
        if event.type() == QEvent.Type.Paint:
            self.moments.append(time.perf_counter())
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameReport:
    """Frames a second and the 99th percentile of their distance in milliseconds."""

    fps: float
    p99_ms: float
    worst_ms: float
    frames: int = field(default=0)

    @staticmethod
    def of(moments: list[float], start: float, end: float) -> FrameReport:
        """The frames between two moments."""
        inside = [moment for moment in moments if start <= moment <= end]
        gaps = sorted(after - before for before, after in pairwise(inside))
        if not gaps:
            return FrameReport(fps=0.0, p99_ms=math.inf, worst_ms=math.inf)
        return FrameReport(
            fps=len(gaps) / (inside[-1] - inside[0]),
            p99_ms=gaps[int(0.99 * (len(gaps) - 1))] * 1e3,
            worst_ms=gaps[-1] * 1e3,
            frames=len(gaps),
        )


class LiveWindow:
    """A canvas with live curves of some points, shown at once."""

    def __init__(self, history: History, keys: list[PointKey]) -> None:
        self.collector = Collector()
        self.board = PlotBoard(history, Directory())
        self.canvas = PlotCanvas(self.board)
        self.frames = FrameTimes(self.canvas)
        self.canvas.resize(*SIZE)
        self.canvas.show()
        self.board.add_points(keys)

    async def close(self) -> None:
        """Close the window and stop its work."""
        self.canvas.hide()
        await self.board.feed.close()
        await self.board.tasks.cancel()
        self.canvas.deleteLater()
        self.collector.close()
