"""Where dragged points land: on a plot, on an axis, or in empty space between plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, QRectF

from app.bridge.plot_layout import Target
from app.core.rows import PointKey
from widgets.plots.style import LEFT_MARGIN

if TYPE_CHECKING:
    from widgets.plots.canvas import PlotCanvas

MIME_SOURCE = "application/x-wayside-plot"
"""Set beside the points when they come off a plot: its id, so that they move."""
_EDGE = 12.0
_BAR = 8.0


@dataclass(frozen=True, slots=True)
class Landing:
    """Where points would go, and what to show for it."""

    target: Target
    preview: QRectF


def landing(canvas: PlotCanvas, at: QPointF) -> Landing:
    """The target under a position of the canvas."""
    scene = canvas.shown_scene
    whole = QRectF(0, 0, canvas.width(), canvas.height())
    if not scene.plots:
        return Landing(Target(), whole.adjusted(8, 8, -8, -8))
    plot = scene.plot_at(at.y())
    if plot is None or at.y() >= plot.band.bottom() - _EDGE:
        number = scene.plots.index(plot) + 1 if plot is not None else len(scene.plots)
        y = plot.band.bottom() if plot is not None else scene.plots[-1].band.bottom()
        return Landing(Target(before=number), _bar(whole, y))
    if at.y() < plot.band.top() + _EDGE:
        number = scene.plots.index(plot)
        return Landing(Target(before=number), _bar(whole, plot.band.top()))
    if at.x() < plot.rect.left():
        left = QRectF(
            plot.rect.left() - LEFT_MARGIN, plot.rect.top(), LEFT_MARGIN, plot.rect.height()
        )
        return Landing(Target(plot=plot.plot.id, own_axis=True), left)
    return Landing(Target(plot=plot.plot.id), plot.rect)


def _bar(whole: QRectF, y: float) -> QRectF:
    top = min(max(y - _BAR / 2, 0.0), whole.bottom() - _BAR)
    return QRectF(8, top, whole.width() - 16, _BAR)


def put(
    canvas: PlotCanvas, keys: Sequence[PointKey], at: QPointF, mime: QMimeData
) -> list[PointKey]:
    """Put points where they were dropped; returns those that cannot be plotted."""
    board = canvas.board
    target = landing(canvas, at).target
    known = board.plottable(keys)
    if mime.hasFormat(MIME_SOURCE):
        source = int(bytes(mime.data(MIME_SOURCE).data()).decode())
        for key in keys:
            board.model.move(key, source, target)
        return []
    board.add_points(known, target)
    return [key for key in keys if key not in known]
