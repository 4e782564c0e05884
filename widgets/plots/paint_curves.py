"""Paints the curves of a plot: one pass over all of them, in the frame's cost budget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from widgets.plots.geometry import (
    Points,
    columns,
    dashed,
    is_dense,
    lines,
    markers,
    place,
    polylines,
)
from widgets.plots.primitives import draw_lines, draw_polyline, draw_rects
from widgets.plots.scene import CurveScene, PlotScene, Scene
from widgets.plots.style import CURVE_WIDTH, SELECTED_WIDTH, PlotStyle

FINE_LINES = 8_000
"""Lines between samples that may be wide and smooth in one frame: measured 0.8 µs each, against
0.1 µs for a hairline. A curve in columns is smooth at any number."""
_DOT = 2.5
_MANY_RUNS = 16


@dataclass(slots=True)
class Budget:
    """How many wide lines this frame may still have."""

    lines: int = FINE_LINES


def frame_budget(scene: Scene) -> Budget:
    """All sparse curves of a frame are wide and smooth, or none is."""
    sparse = 0
    for plot in scene.plots:
        for curve in plot.curves:
            count = len(curve.envelope)
            if count < 2 * plot.rect.width():
                sparse += count
    return Budget(FINE_LINES if sparse <= FINE_LINES else 0)


def paint_curves(painter: QPainter, plot: PlotScene, style: PlotStyle, budget: Budget) -> None:
    """Every curve of a plot, the selected one last and so on top."""
    painter.save()
    painter.setClipRect(plot.rect.adjusted(1, -1, 3, 1))
    for curve in sorted(plot.curves, key=_selected):
        _curve(painter, curve, style, budget)
    painter.restore()


def _selected(curve: CurveScene) -> bool:
    return curve.selected


def _curve(painter: QPainter, curve: CurveScene, style: PlotStyle, budget: Budget) -> None:
    found = curve.envelope
    points = place(found.time_ns, found.low, found.high, found.gap_before, curve.area)
    if not len(points):
        return
    color = QColor(style.curve(curve.curve.colour))
    width = SELECTED_WIDTH if curve.selected else CURVE_WIDTH
    dash = style.dash(curve.curve.colour)
    step = curve.info.step
    dense = is_dense(points, curve.area)
    fine = budget.lines > 0
    if dash[1] and (dense or fine):
        boxes = dashed(points, curve.area, width, dash, step=step)
        _fill(painter, color)
        draw_rects(painter, boxes)
    elif dense:
        boxes, links = columns(points, curve.area, width, step=step)
        _fill(painter, color)
        draw_rects(painter, boxes)
        _stroke(painter, color, width, fine=len(links) < FINE_LINES)
        draw_lines(painter, links)
    elif fine:
        _stroke(painter, color, width, fine=True)
        draw_lines(painter, lines(points, step=step))
    else:
        _hairlines(painter, points, color, dash, step=step)
    _dots(painter, points, color, width)


def _fill(painter: QPainter, color: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(color))


def _stroke(painter: QPainter, color: QColor, width: float, *, fine: bool) -> None:
    pen = QPen(color, width if fine else 1.0)
    pen.setCosmetic(True)
    # Each line is drawn by itself: square caps close the notch where two of them meet.
    pen.setCapStyle(Qt.PenCapStyle.SquareCap if fine else Qt.PenCapStyle.FlatCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=fine)
    painter.setPen(pen)


def _hairlines(
    painter: QPainter, points: Points, color: QColor, dash: tuple[int, int], *, step: bool
) -> None:
    """A sparse curve among very many: as fast as it goes."""
    pen = QPen(color, 1.0)
    pen.setCosmetic(True)
    if dash[1]:
        pen.setDashPattern([float(dash[0]), float(dash[1])])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(pen)
    if np.count_nonzero(points.broken) > _MANY_RUNS:
        draw_lines(painter, lines(points, step=step))
        return
    for vertices in polylines(points, step=step):
        draw_polyline(painter, vertices)
    tall = points.bottom - points.top > 1
    if tall.any():
        x = points.x[tall]
        draw_lines(painter, np.column_stack((x, points.top[tall], x, points.bottom[tall])))


def _dots(painter: QPainter, points: Points, color: QColor, width: float) -> None:
    """The samples themselves where they are few."""
    centres = markers(points)
    if not len(centres):
        return
    _fill(painter, color)
    radius = _DOT + (width - CURVE_WIDTH)
    for x, y in centres.tolist():
        painter.drawEllipse(QPointF(x, y), radius, radius)


def paint_ring(painter: QPainter, at: QPointF, color: str, background: str) -> None:
    """The ring that shows where a cursor meets a curve."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(QPen(QColor(color), 1.5))
    painter.setBrush(QColor(background))
    painter.drawEllipse(QRectF(at.x() - 3.5, at.y() - 3.5, 7, 7))
