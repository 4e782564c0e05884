"""Paints the crosshair, the measure cursors A and B, and where a dragged point would land."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.plots.paint_curves import paint_ring
from widgets.plots.paint_marks import Label, spread
from widgets.plots.scales import clock_text
from widgets.plots.scene import CurveScene, PlotScene, Scene
from widgets.plots.style import FLAG_HEIGHT, FLAG_WIDTH, HEADER, PlotStyle
from widgets.plots.text import Texts, hairline

_SPAN_ALPHA = 18
_RADIUS = 3.0
_PAD = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What lies over the curves: crosshair, cursors (the one with the keyboard), drop preview."""

    crosshair_ns: int | None = None
    cursors: tuple[int, int] | None = None
    active: int | None = None
    drop: QRectF | None = None


def value_under(curve: CurveScene, at_ns: int) -> float | None:
    """The value of the drawn line at a moment; None before, after and inside a gap."""
    found = curve.envelope
    after = int(np.searchsorted(found.time_ns, at_ns, "right"))
    if after == 0 or any(a < at_ns < b for a, b in curve.gaps):
        return None
    before = (found.low[after - 1] + found.high[after - 1]) / 2
    if after == len(found) or curve.info.step:
        return float(before)
    following = (found.low[after] + found.high[after]) / 2
    since = at_ns - int(found.time_ns[after - 1])
    share = since / max(1, int(found.time_ns[after]) - int(found.time_ns[after - 1]))
    return float(before + (following - before) * share)


def paint_overlay(
    painter: QPainter, scene: Scene, overlay: Overlay, style: PlotStyle, texts: Texts
) -> None:
    """Everything that lies over the curves."""
    if not scene.plots:
        _paint_drop(painter, overlay, style)
        return
    if overlay.cursors is not None:
        _paint_cursors(painter, scene, overlay, style, texts)
    if overlay.crosshair_ns is not None:
        _paint_crosshair(painter, scene, overlay.crosshair_ns, style, texts)
    _paint_drop(painter, overlay, style)


def _paint_cursors(
    painter: QPainter, scene: Scene, overlay: Overlay, style: PlotStyle, texts: Texts
) -> None:
    if overlay.cursors is None:
        return
    places = [_x(scene, ns) for ns in overlay.cursors]
    tint = QColor(style.accent)
    tint.setAlpha(_SPAN_ALPHA)
    left, right = sorted(places)
    for plot in scene.plots:
        inner = QRectF(left, plot.rect.top(), right - left, plot.rect.height())
        painter.fillRect(inner.intersected(plot.rect), tint)
    for number, (x, ns) in enumerate(zip(places, overlay.cursors, strict=True)):
        if not scene.plots[0].rect.left() <= x <= scene.plots[0].rect.right():
            continue
        _vertical(painter, scene, x, hairline(style.accent))
        for plot in scene.plots:
            _rings(painter, plot, x, ns, style)
        _flag(painter, scene, x, number, style, texts)
        if overlay.active == number:
            painter.setPen(QPen(QColor(style.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(flag_rect(scene, x).adjusted(-3, -3, 3, 3), 4, 4)


def _x(scene: Scene, ns: int) -> float:
    rect = scene.plots[0].rect
    return round(rect.left() + (ns - scene.view.start_ns) / scene.ns_per_px) + 0.5


def flag_rect(scene: Scene, x: float) -> QRectF:
    """The flag of a measure cursor, in the header of the first plot."""
    top = scene.plots[0].band.top() + (HEADER - FLAG_HEIGHT) / 2 - 4
    return QRectF(round(x - FLAG_WIDTH / 2), round(top), FLAG_WIDTH, FLAG_HEIGHT)


def _flag(
    painter: QPainter, scene: Scene, x: float, number: int, style: PlotStyle, texts: Texts
) -> None:
    rect = flag_rect(scene, x)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(style.accent))
    painter.drawRoundedRect(rect, 2, 2)
    letter = "AB"[number]
    texts.draw(painter, letter, rect.center(), style.on_accent, texts.bold, align=0.5)


def _vertical(painter: QPainter, scene: Scene, x: float, pen: QPen) -> None:
    """One line through all plots, from the flag down to the time axis."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(pen)
    top = scene.plots[0].band.top() + HEADER - 13
    for number, plot in enumerate(scene.plots):
        start = top if number == 0 else plot.band.top()
        if number and _title_reaches(plot, x):
            start = plot.rect.top()
        end = plot.rect.bottom() if number == len(scene.plots) - 1 else plot.band.bottom()
        painter.drawLine(QLineF(x, start, x, end))


def _title_reaches(plot: PlotScene, x: float) -> bool:
    """Whether a line through the header would cross the title (taken as 9 px a letter)."""
    letters = sum(len(title) + len(unit) + 3 for title, unit in plot.title)
    return x < 12 + 9 * letters


def _rings(painter: QPainter, plot: PlotScene, x: float, ns: int, style: PlotStyle) -> None:
    for curve in plot.curves:
        value = value_under(curve, ns)
        if value is None:
            continue
        y = curve.area.py(value)
        if plot.rect.top() <= y <= plot.rect.bottom():
            color = style.curve(curve.curve.colour)
            paint_ring(painter, QPointF(x, y), color, style.background)


def _paint_crosshair(
    painter: QPainter, scene: Scene, ns: int, style: PlotStyle, texts: Texts
) -> None:
    x = _x(scene, ns)
    rect = scene.plots[0].rect
    if not rect.left() <= x <= rect.right():
        return
    _vertical(painter, scene, x, hairline(style.text2))
    text = clock_text(ns, scene.view.span_ns)
    width = texts.width(text, texts.small) + 2 * _PAD
    left = min(max(x - width / 2, rect.left()), rect.right() - width)
    top = scene.plots[0].band.top() + HEADER - 13 - texts.height
    _plate(painter, QRectF(left, top, width, texts.height + 2), style)
    at = QPointF(left + width / 2, top + texts.height / 2 + 1)
    texts.draw(painter, text, at, style.text, align=0.5)
    for plot in scene.plots:
        _rings(painter, plot, x, ns, style)
        _values(painter, plot, (x, ns), style, texts)


def _values(
    painter: QPainter, plot: PlotScene, at: tuple[float, int], style: PlotStyle, texts: Texts
) -> None:
    """The value of each curve beside the crosshair, apart from each other."""
    x, ns = at
    labels = []
    for curve in plot.curves:
        value = value_under(curve, ns)
        if value is not None and plot.rect.contains(x, curve.area.py(value)):
            color = style.curve(curve.curve.colour)
            text = curve.info.text(value)
            labels.append(
                Label(y=curve.area.py(value), name="", value=text, color=color, curve=True)
            )
    labels.sort(key=_label_y)
    spread(labels, plot.rect.top() + 9, plot.rect.bottom() - 9)
    for label in labels:
        width = texts.width(label.value, texts.bold) + 2 * _PAD + 5
        left = x + 8 if x + 8 + width < plot.rect.right() else x - 8 - width
        plate = QRectF(left, round(label.at - texts.height / 2), width, texts.height)
        _plate(painter, plate, style)
        painter.fillRect(
            QRectF(plate.left() + 3, plate.top() + 3, 3, plate.height() - 6), QColor(label.color)
        )
        end = QPointF(plate.right() - _PAD, plate.center().y())
        texts.draw(painter, label.value, end, style.text, texts.bold, align=1.0)


def _label_y(label: Label) -> float:
    return label.y


def _plate(painter: QPainter, rect: QRectF, style: PlotStyle) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(QPen(QColor(style.divider), 1))
    painter.setBrush(QColor(style.background))
    painter.drawRoundedRect(rect, _RADIUS, _RADIUS)


def _paint_drop(painter: QPainter, overlay: Overlay, style: PlotStyle) -> None:
    """Where the dragged points would land."""
    if overlay.drop is None:
        return
    tint = QColor(style.accent)
    tint.setAlpha(2 * _SPAN_ALPHA)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(QPen(QColor(style.accent), 2))
    painter.setBrush(tint)
    painter.drawRoundedRect(overlay.drop.adjusted(1, 1, -1, -1), 4, 4)


def nearest_cursor(scene: Scene, cursors: Sequence[int], x: float, reach: float) -> int | None:
    """The cursor whose line is within ``reach`` pixels of an x."""
    if not scene.plots:
        return None
    away = [abs(_x(scene, ns) - x) for ns in cursors]
    best = int(np.argmin(away))
    return best if away[best] <= reach else None
