"""Paints what is said about the curves: gaps, limits, violated spans, labels at the right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.plots.intervals import Interval
from widgets.plots.primitives import draw_lines
from widgets.plots.scales import gap_text
from widgets.plots.scene import CurveScene, PlotScene
from widgets.plots.style import (
    CURVE_WIDTH,
    LABEL_GAP,
    LABEL_PAD,
    LANE_HEIGHT,
    MIN_LABEL_DISTANCE,
    PlotStyle,
)
from widgets.plots.text import Texts, hairline, tint

_HATCH_PITCH = 8
_LEAD = 6
_VIOLATED_ALPHA = 46
_DASH = (4.0, 4.0)


def paint_violated(painter: QPainter, plot: PlotScene, style: PlotStyle) -> None:
    """The spans beyond a limit: the priority's colour at 18 % between thin edges."""
    for (a, b), priority in plot.violated:
        rect = _span_rect(plot, (a, b))
        if rect.width() < 1:
            rect.setWidth(1)
        color = QColor(style.priorities[min(max(priority, 1), 4) - 1])
        color.setAlpha(_VIOLATED_ALPHA)
        painter.fillRect(rect, color)
        painter.setPen(hairline(style.text2))
        for x in (rect.left(), rect.right()):
            if plot.rect.left() < x < plot.rect.right():
                painter.drawLine(QLineF(round(x) + 0.5, rect.top(), round(x) + 0.5, rect.bottom()))


def paint_gaps(
    painter: QPainter, plot: PlotScene, style: PlotStyle, texts: Texts, no_data: str
) -> None:
    """Where all curves miss the whole height is hatched; where one does, a lane at the bottom."""
    for gap in plot.gaps:
        rect = _span_rect(plot, gap)
        if rect.width() < 2:
            continue
        _hatch(painter, rect, style.hatch)
        painter.setPen(_dashed(style.hatch, (2.0, 2.0)))
        for x in (rect.left(), rect.right()):
            painter.drawLine(QLineF(round(x) + 0.5, rect.top(), round(x) + 0.5, rect.bottom()))
        _gap_text(painter, rect, gap, style, texts, no_data)
    drawn: list[Interval] = []
    for curve in plot.curves:
        for lane in curve.lanes:
            above = sum(1 for a, b in drawn if a < lane[1] and lane[0] < b)
            drawn.append(lane)
            color = style.curve(curve.curve.colour)
            rect = _lane(painter, plot, lane, above, color, style)
            text = f"{no_data} {curve.name} {gap_text(*lane)[1]}"
            if above == 0 and texts.width(text, texts.small) + 4 <= rect.width():
                at = QPointF(rect.center().x(), rect.top() - 3 - texts.height / 2)
                texts.draw(painter, text, at, style.text, align=0.5)


def _gap_text(
    painter: QPainter, rect: QRectF, gap: Interval, style: PlotStyle, texts: Texts, no_data: str
) -> None:
    rows = [(no_data, texts.bold, style.text)]
    rows += [
        (text, texts.small, style.text)
        for text in gap_text(*gap)
        if texts.width(text, texts.small) + 4 <= rect.width()
    ]
    pitch = texts.height + 1
    rows = rows[: max(1, int(rect.height() // pitch) - 1)]
    widest = max(texts.width(text, font) for text, font, _ in rows)
    if widest + 4 > rect.width():
        return
    height = pitch * len(rows)
    middle = rect.center()
    paper = QRectF(middle.x() - widest / 2 - 2, middle.y() - height / 2, widest + 4, height)
    painter.fillRect(paper, QColor(style.background))
    for number, (text, font, color) in enumerate(rows):
        y = paper.top() + pitch * (number + 0.5)
        texts.draw(painter, text, QPointF(middle.x(), y), color, font, align=0.5)


def _lane(
    painter: QPainter, plot: PlotScene, lane: Interval, above: int, color: str, style: PlotStyle
) -> QRectF:
    """One curve misses: a hatched lane at the bottom under a line in its colour."""
    rect = _span_rect(plot, lane)
    rect.setTop(plot.rect.bottom() - LANE_HEIGHT)
    rect.translate(0, -above * (LANE_HEIGHT + 4))
    if rect.width() >= 2:
        _hatch(painter, rect, style.hatch)
        painter.fillRect(QRectF(rect.left(), rect.top() - 2, rect.width(), 2), QColor(color))
    return rect


def _hatch(painter: QPainter, rect: QRectF, color: str) -> None:
    """Lines at 45°, 8 px apart, that stand still while the plot scrolls under them."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(QPen(QColor(color), 1))
    height = rect.height()
    first = int((rect.left() - height) // _HATCH_PITCH) * _HATCH_PITCH
    lines = [
        QLineF(x, rect.bottom(), x + height, rect.top())
        for x in range(first, int(rect.right()) + _HATCH_PITCH, _HATCH_PITCH)
    ]
    painter.drawLines(lines)
    painter.restore()


def _span_rect(plot: PlotScene, span: Interval) -> QRectF:
    """The part of the plot's area that a span of time takes."""
    rect = plot.rect
    if not plot.curves:
        return QRectF()
    area = plot.curves[0].area
    left = max(rect.left(), area.px(span[0]))
    right = min(rect.right(), area.px(span[1]))
    return QRectF(left, rect.top(), max(0.0, right - left), rect.height())


def _dashed(color: str, pattern: tuple[float, float]) -> QPen:
    pen = QPen(hairline(color))
    pen.setDashPattern(list(pattern))
    return pen


def paint_limits(painter: QPainter, plot: PlotScene, style: PlotStyle) -> None:
    """Limits as dashed lines; their names stand in the right margin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for limit, area in plot.limits:
        y = round(area.py(limit.value)) + 0.5
        painter.setPen(_dashed(style.text2, _DASH))
        painter.drawLine(QLineF(plot.rect.left(), y, plot.rect.right(), y))


@dataclass(slots=True, kw_only=True)
class Label:
    """One line of the right margin: where it belongs, and where it can stand."""

    y: float
    name: str
    value: str
    color: str
    curve: bool
    at: float = 0.0


def labels_of(plot: PlotScene, style: PlotStyle) -> list[Label]:
    """The labels of a plot from top to bottom, apart from each other and inside the plot.

    Where there is no room for all, the limits go first, then the lowest curves.
    """
    room = int(plot.rect.height() // MIN_LABEL_DISTANCE) + 1
    top, bottom = plot.rect.top(), plot.rect.bottom()
    ends = [
        (min(max(curve.area.py(curve.end_value), top), bottom), curve)
        for curve in plot.curves
        if curve.end_value is not None
    ]
    several = len(plot.axes) > 1
    labels = []
    for y, curve in sorted(ends, key=_first)[:room]:
        value = f"{curve.value} {curve.info.unit}" if several else curve.value
        color = style.curve(curve.curve.colour)
        labels.append(Label(y=y, name=curve.name, value=value, color=color, curve=True))
    for limit, area in plot.limits[: room - len(labels)]:
        y, value = area.py(limit.value), f"{limit.value:g}"
        labels.append(Label(y=y, name=limit.label, value=value, color=style.text2, curve=False))
    labels.sort(key=_label_y)
    spread(labels, top, bottom)
    return labels


def _first(pair: tuple[float, CurveScene]) -> float:
    return pair[0]


def _label_y(label: Label) -> float:
    return label.y


def spread(labels: list[Label], top: float, bottom: float) -> None:
    """Move labels, sorted by y, apart by the least distance, as little as it takes."""
    last = top - MIN_LABEL_DISTANCE
    for label in labels:
        label.at = last = max(label.y, last + MIN_LABEL_DISTANCE)
    last = bottom + MIN_LABEL_DISTANCE
    for label in reversed(labels):
        label.at = last = min(label.at, last - MIN_LABEL_DISTANCE)


def paint_labels(
    painter: QPainter, plot: PlotScene, style: PlotStyle, texts: Texts, width: float
) -> None:
    """The direct labels: key line with its leader, name, value."""
    x, right = plot.rect.right(), width - LABEL_PAD
    left = x + LABEL_GAP
    labels = labels_of(plot, style)
    # One font after the other: each change costs as much as a text.
    for curves in (True, False):
        shown = [label for label in labels if label.curve == curves]
        font = texts.bold if curves else texts.small
        painter.setPen(tint(style.text if curves else style.text2))
        for label in shown:
            texts.put(painter, label.value, right, label.at, font, align=1.0)
        for label in shown:
            room = right - texts.width(label.value, font) - 8 - left
            name = texts.elided(label.name, texts.small, room)
            texts.put(painter, name, left, label.at, texts.small)
    _leaders(painter, [label for label in labels if label.curve], x)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for label in labels:
        if not label.curve:
            painter.setPen(_dashed(label.color, _DASH))
            ends = QPointF(x, round(label.y) + 0.5), QPointF(x + _LEAD, round(label.at) + 0.5)
            painter.drawLine(QLineF(*ends))
            painter.drawLine(QLineF(ends[1], QPointF(left - 4, round(label.at) + 0.5)))


def _leaders(painter: QPainter, labels: list[Label], x: float) -> None:
    """From the end of each curve to its label, all of one colour at once."""
    by_color: dict[str, list[tuple[float, float, float, float]]] = {}
    bend, end = x + _LEAD, x + LABEL_GAP - 4
    for label in labels:
        strokes = by_color.setdefault(label.color, [])
        strokes.append((x + 1, label.y, bend, label.at))
        strokes.append((bend, label.at, end, label.at))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    for color, strokes in by_color.items():
        # Square caps close the bend between two strokes; round ones cost five times as much.
        pen = QPen(tint(color), CURVE_WIDTH)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        draw_lines(painter, np.array(strokes))
