"""Paints what stands still around the curves: background, grid, axes, ticks, titles."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter

from widgets.plots.geometry import Area
from widgets.plots.primitives import draw_lines
from widgets.plots.scales import TimeTick, ValueRange, labelled_ticks, time_ticks
from widgets.plots.scene import PlotScene, Scene
from widgets.plots.style import LEFT_MARGIN, TICK_LENGTH, TIME_BAND, UNIT_ROW, PlotStyle
from widgets.plots.text import Texts, hairline, tint

_TITLE_X = 12
_TITLE_Y = 15


def ticks_of(scene: Scene, texts: Texts) -> list[TimeTick]:
    """The time ticks of a frame."""
    if not scene.plots:
        return []
    width = scene.plots[0].rect.width()
    label = "00:00:00.0" if scene.view.span_ns < 600_000_000_000 else "00:00:00"
    view = scene.view
    return time_ticks(view.start_ns, view.end_ns, width, texts.width(label, texts.small))


def paint_frame(painter: QPainter, scene: Scene, style: PlotStyle, texts: Texts) -> None:
    """Grid, axes and titles of every plot, and the time labels under the lowest."""
    ticks = ticks_of(scene, texts)
    for number, plot in enumerate(scene.plots):
        if number:
            painter.setPen(hairline(style.divider))
            painter.drawLine(
                QLineF(0, plot.band.top() + 0.5, plot.band.right(), plot.band.top() + 0.5)
            )
        _grid(painter, plot, scene, ticks, style)
        for place, (axis, scale) in enumerate(plot.axes):
            unit = axis.unit if len(plot.axes) > 1 else ""
            ticks_here = axis_ticks(plot, place, scale)
            _value_axis(painter, plot.rect, (place, scale, unit), ticks_here, (style, texts))
        paint_title(painter, plot, style, texts)
    if scene.plots:
        _time_labels(painter, scene, ticks, style, texts)


def paint_title(painter: QPainter, plot: PlotScene, style: PlotStyle, texts: Texts) -> None:
    """The points and units of a plot, above it."""
    x, y = float(_TITLE_X), plot.band.top() + _TITLE_Y
    room = plot.rect.right() - x
    for number, (title, unit) in enumerate(plot.title):
        if number:
            x += 8
        shown = texts.elided(title, texts.title, max(40.0, room - x))
        texts.draw(painter, shown, QPointF(x, y), style.text, texts.title)
        x += texts.width(shown, texts.title) + 8
        texts.draw(painter, unit, QPointF(x, y + 1), style.text2)
        x += texts.width(unit, texts.small) + 8
        if x > room:
            return


def _grid(
    painter: QPainter, plot: PlotScene, scene: Scene, ticks: list[TimeTick], style: PlotStyle
) -> None:
    rect = plot.rect
    painter.setPen(hairline(style.grid))
    area = _first_area(plot, scene)
    left, right = rect.left(), rect.right()
    top, bottom = rect.top(), rect.bottom()
    across = (round(area.px(tick.ns)) + 0.5 for tick in ticks)
    lines = [(x, top, x, bottom) for x in across if left < x < right]
    values = axis_ticks(plot, 0, plot.axes[0][1])
    rows = (round(area.py(value)) + 0.5 for value, _ in values)
    lines += [(left, y, right, y) for y in rows]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    draw_lines(painter, np.array(lines).reshape(-1, 4))


def _first_area(plot: PlotScene, scene: Scene) -> Area:
    scale = plot.axes[0][1]
    rect = plot.rect
    return Area(
        x=rect.x(),
        y=rect.y(),
        width=rect.width(),
        height=rect.height(),
        start_ns=scene.view.start_ns,
        ns_per_px=scene.ns_per_px,
        low=scale.low,
        high=scale.high,
    )


def axis_ticks(plot: PlotScene, axis: int, scale: ValueRange) -> list[tuple[float, str]]:
    """Values and their texts: the names of states where every curve of the axis has the same."""
    labels = {curve.info.labels for curve in plot.curves if curve.axis == axis}
    if len(labels) == 1 and (names := next(iter(labels))):
        return [(number, text) for number, text in names if scale.low <= number <= scale.high]
    return list(labelled_ticks(scale))


def _value_axis(
    painter: QPainter,
    rect: QRectF,
    axis: tuple[int, ValueRange, str],
    ticks: list[tuple[float, str]],
    look: tuple[PlotStyle, Texts],
) -> None:
    """One value axis; further axes stand left of the first, each with its unit above it."""
    (place, scale, unit), (style, texts) = axis, look
    x = rect.left() - place * LEFT_MARGIN
    painter.setPen(hairline(style.axis))
    painter.drawLine(QLineF(x + 0.5, rect.top(), x + 0.5, rect.bottom() + 1))
    if place == 0:
        painter.drawLine(QLineF(x, rect.bottom() + 0.5, rect.right(), rect.bottom() + 0.5))
    pitch = rect.height() / scale.span
    rows = [(rect.top() + (scale.high - value) * pitch, text) for value, text in ticks]
    if place:
        for y, _ in rows:
            painter.drawLine(QLineF(x - TICK_LENGTH, round(y) + 0.5, x, round(y) + 0.5))
    painter.setPen(tint(style.text2))
    for y, text in rows:
        shown = texts.elided(text, texts.small, LEFT_MARGIN - 10)
        texts.put(painter, shown, x - 8, y, texts.small, align=1.0)
    if unit:
        y = rect.top() - UNIT_ROW - 1
        texts.draw(painter, unit, QPointF(x - 8, y), style.text2, align=1.0)


def _time_labels(
    painter: QPainter, scene: Scene, ticks: list[TimeTick], style: PlotStyle, texts: Texts
) -> None:
    plot = scene.plots[-1]
    area = _first_area(plot, scene)
    y = plot.rect.bottom() + (TIME_BAND - 4) / 2
    end = 0.0
    painter.setPen(tint(style.text2))
    for tick in ticks:
        half = texts.width(tick.text, texts.small) / 2
        x = area.px(tick.ns)
        if x - half < end or x + half > plot.rect.right() + 40:
            continue
        texts.put(painter, tick.text, x, y, texts.small, align=0.5)
        end = x + half + 6
