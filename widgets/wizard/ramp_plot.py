"""The ramp: power of each head over seconds, the commanded level behind it, the band at the top."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.bridge.commission_ramps import RampCurve, RampView
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.theme import Look
from widgets.base.tokens import CARD_RADIUS
from widgets.plots.scales import ValueRange, fit_range, nice_step

RAMP_HEIGHT = 176
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 156, 28, 28
_FULL = 100.0
_LABEL = 48
At = Callable[[float, float], QPointF]
Label = tuple[QPointF, QColor, RampCurve]


class RampPlot(QWidget):
    """Draws a ramp; without one it says what will be drawn here."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._view = RampView(curves=(), seconds=0.0, running=False)
        self.setFixedHeight(RAMP_HEIGHT)
        self.setAccessibleName(self.tr("What followed the level, over the test"))

    def show_ramp(self, view: RampView) -> None:
        """Show a ramp."""
        if view != self._view:
            self._view = view
            told = [f"{c.title} {self._value(c)}" for c in view.curves if c.points]
            self.setAccessibleDescription(", ".join(told))
            self.update()

    def _value(self, curve: RampCurve) -> str:
        return f"{curve.points[-1][1]:.1f} {self._view.unit}".rstrip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, axes, band, commanded level, curves and their labels."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.divider), 1))
        painter.setBrush(QColor(palette.raised))
        frame = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, CARD_RADIUS, CARD_RADIUS)
        if not any(curve.points for curve in self._view.curves):
            painter.setFont(sans(self._look.measures.body))
            painter.setPen(QColor(palette.text2))
            text = self.tr("Measuring…") if self._view.running else self.tr(
                "What follows the level is drawn here while the test runs."
            )  # fmt: skip
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        else:
            self._draw(painter)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        view = self._view
        box = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        highs = [value for curve in view.curves for _, value in curve.points]
        highs += [curve.full for curve in view.curves]
        highs += [curve.high for curve in view.curves if curve.high is not None]
        scale = fit_range(0.0, max([*highs, 10.0]), 5)
        span = max(view.seconds, 5.0)

        def at(second: float, watts: float) -> QPointF:
            share = (watts - scale.low) / (scale.high - scale.low)
            return QPointF(box.left() + second / span * box.width(),
                           box.bottom() - share * box.height())  # fmt: skip

        self._grid(painter, box, at, span, scale)
        self._commanded(painter, box, at, span)
        labels: list[Label] = []
        for place, curve in enumerate(view.curves):
            if not curve.points:
                continue
            color = QColor(self._look.palette.curves[place % 6])
            painter.setPen(QPen(color, 1.5))
            painter.drawPolyline(QPolygonF([at(*point) for point in curve.points]))
            end = at(*curve.points[-1])
            painter.setBrush(QColor(self._look.palette.raised))
            painter.drawEllipse(end, 3.5, 3.5)
            labels.append((end, color, curve))
        self._labels(painter, box, labels)

    def _grid(self, painter: QPainter, box: QRectF, at: At, span: float, scale: ValueRange) -> None:
        palette = self._look.palette
        painter.setFont(sans(self._look.measures.caption))
        middle = Qt.AlignmentFlag.AlignVCenter
        for value in scale.ticks():
            y = at(0, value).y()
            painter.setPen(QPen(QColor(palette.divider), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(palette.text2))
            label = QRectF(0, y - 8, _LEFT - 8, 16)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | middle, scale.label(value))
        painter.drawText(QRectF(12, 6, 40, 16), middle, self._view.unit)
        every = nice_step(span, 6)
        second = 0.0
        while second <= span:
            x = at(second, scale.low).x()
            painter.setPen(QPen(QColor(palette.divider), 1))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            painter.setPen(QColor(palette.text2))
            label = QRectF(x - 30, box.bottom() + 4, 60, 16)
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter | middle, f"{second:g} s")
            second += every
        painter.setPen(QPen(QColor(palette.border), 1))
        painter.drawLine(box.topLeft(), box.bottomLeft())
        painter.drawLine(box.bottomLeft(), box.bottomRight())

    def _commanded(self, painter: QPainter, box: QRectF, at: At, span: float) -> None:
        """The level that was asked for as dots, scaled to watts by the nameplate."""
        palette = self._look.palette
        curve = next((c for c in self._view.curves if c.commanded), None)
        if curve is None:
            return
        rated = curve.full
        pen = QPen(QColor(palette.text2), 1.5)
        pen.setDashPattern([1.4, 2])
        painter.setPen(pen)
        line = QPolygonF()
        before, looked, free_x = None, 0.0, 0.0
        for second, level in (*curve.commanded, (span, curve.commanded[-1][1])):
            if before is not None and before != level:
                # It was asked for soon after the look before this one.
                line.append(at(looked, level * rated / _FULL))
            line.append(at(second, level * rated / _FULL))
            x = at(looked, 0).x()
            looked = second
            if before != level and before is not None and x >= free_x:
                free_x = x + _LABEL
                painter.setFont(sans(self._look.measures.caption))
                painter.drawText(QRectF(x + 2, 6, 60, 16), f"{level:g} %")
            before = level
        painter.drawPolyline(line)
        full = [second for second, level in curve.commanded if level >= _FULL]
        after = [s for s, level in curve.commanded if full and s > full[-1] and level < _FULL]
        if curve.low is not None and curve.high is not None and full:
            first = at(full[0], curve.high)
            shade = QColor(palette.text2)
            shade.setAlphaF(0.10)
            band = QRectF(first, at(after[0] if after else span, curve.low))
            painter.fillRect(band, shade)
            pen = QPen(QColor(palette.text2), 1)
            pen.setDashPattern([4, 4])
            painter.setPen(pen)
            painter.drawLine(band.topLeft(), band.topRight())
            painter.drawLine(band.bottomLeft(), band.bottomRight())

    def _labels(self, painter: QPainter, box: QRectF, labels: list[Label]) -> None:
        palette = self._look.palette
        floor = box.top() - 18
        for end, color, curve in sorted(labels, key=lambda one: one[0].y()):
            y = min(max(end.y(), floor + 18), box.bottom())
            floor = y
            painter.setPen(QPen(color, 1.5))
            painter.drawPolyline(QPolygonF([QPointF(box.right() + 2, end.y()),
                                            QPointF(box.right() + 12, y),
                                            QPointF(box.right() + 24, y)]))  # fmt: skip
            painter.setPen(QColor(palette.text))
            painter.setFont(sans(self._look.measures.caption))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(box.right() + 28, y - 9, 70, 18), middle, curve.title)
            painter.setFont(sans(self._look.measures.caption, SEMIBOLD))
            where = QRectF(self.width() - 72, y - 9, 60, 18)
            painter.drawText(where, middle | Qt.AlignmentFlag.AlignRight, self._value(curve))
