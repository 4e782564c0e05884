"""Paints the curves of a plot: one pass over all of them, in the frame's cost budget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from widgets.plots.geometry import (
    Area,
    Points,
    columns,
    dashed,
    dense,
    dotted,
    lines,
    markers,
    place,
    polylines,
    traced,
    whole,
)
from widgets.plots.primitives import Boxes, draw_lines, draw_polyline, draw_rects
from widgets.plots.scene import PlotScene, Scene, Sheaf
from widgets.plots.style import CURVE_WIDTH, SELECTED_WIDTH, PlotStyle
from widgets.plots.text import tint

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
    fine = budget.lines > 0
    strokes = [_Strokes(sheaf, style, fine=fine) for sheaf in plot.sheaves if sheaf.bundle.members]
    for selected in (False, True):
        for each in strokes:
            for number, curve in enumerate(each.curves):
                if curve.selected == selected:
                    each.paint(painter, number)
    painter.restore()


class _Strokes:
    """The curves of one axis that have samples, computed together and painted one by one."""

    def __init__(self, sheaf: Sheaf, style: PlotStyle, *, fine: bool) -> None:
        self.curves = [sheaf.curves[member] for member in sheaf.bundle.members]
        self._style, self._fine = style, fine
        self._points = place(sheaf.bundle, sheaf.area)
        self._dots = frozenset(dotted(self._points))
        self._columns: dict[int, tuple[Boxes, Boxes]] = {}
        self._pitch = max(1, round(sheaf.area.column_px))
        together = []
        for number, is_dense in enumerate(dense(self._points, sheaf.area)):
            curve = self.curves[number]
            if is_dense and not curve.info.step:
                together.append(number)
            elif is_dense or (fine and self._dash(number)[1]):
                self._columns[number] = self._alone(number, sheaf.area, is_dense=is_dense)
        if together:
            points = self._points.some(together)
            found = columns(points, sheaf.area, [self._width(number) for number in together])
            dashes = [self._dash(number) for number in together]
            found = dashed(found, sheaf.area, dashes, self._pitch)
            self._columns.update((number, found.of(n)) for n, number in enumerate(together))
        sparse = not fine and len(self._columns) < len(self.curves)
        self._whole = whole(self._points) if sparse else {}

    def _alone(self, number: int, area: Area, *, is_dense: bool) -> tuple[Boxes, Boxes]:
        points, width = self._points.curve(number), self._width(number)
        step = self.curves[number].info.step
        found = (
            columns(points, area, [width], step=step)
            if is_dense
            else traced(points, area, width, step=step)
        )
        return dashed(found, area, [self._dash(number)], self._pitch if is_dense else 1).of(0)

    def _width(self, number: int) -> float:
        return SELECTED_WIDTH if self.curves[number].selected else CURVE_WIDTH

    def _dash(self, number: int) -> tuple[int, int]:
        return self._style.dash(self.curves[number].curve.colour)

    def paint(self, painter: QPainter, number: int) -> None:
        """One curve: its boxes or lines, and its dots."""
        curve, width = self.curves[number], self._width(number)
        color = tint(self._style.curve(curve.curve.colour))
        if number in self._columns:
            boxes, links = self._columns[number]
            _fill(painter, color)
            draw_rects(painter, boxes)
            if len(links):
                _stroke(painter, color, width, fine=len(links) < FINE_LINES)
                draw_lines(painter, links)
        elif self._fine:
            _stroke(painter, color, width, fine=True)
            draw_lines(painter, lines(self._points.curve(number), step=curve.info.step))
        else:
            _hairline(painter, color, self._dash(number))
            if number in self._whole and not curve.info.step:
                draw_polyline(painter, self._whole[number])
            else:
                _parted(painter, self._points.curve(number), step=curve.info.step)
        if number in self._dots:
            _dots(painter, self._points.curve(number), color, width)


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


def _hairline(painter: QPainter, color: QColor, dash: tuple[int, int]) -> None:
    """The pen of a sparse curve among very many: as fast as it goes."""
    pen = QPen(color, 1.0)
    pen.setCosmetic(True)
    if dash[1]:
        pen.setDashPattern([float(dash[0]), float(dash[1])])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(pen)


def _parted(painter: QPainter, points: Points, *, step: bool) -> None:
    """Lines around gaps, and from low to high of a bucket of several samples."""
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
