"""Marks painted with the token colours: verdicts, link lights, set-point and feedback, hatch."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.tokens import Palette

Mark = Callable[[QPainter, QRectF, Palette], None]


def _pen(color: str, width: float = 2.0) -> QPen:
    pen = QPen(QColor(color), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _at(box: QRectF, *points: tuple[float, float]) -> list[QPointF]:
    return [
        QPointF(box.left() + x * box.width() / 16, box.top() + y * box.height() / 16)
        for x, y in points
    ]


def passed(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A tick in the colour of a pass."""
    painter.setPen(_pen(palette.passed))
    painter.drawPolyline(QPolygonF(_at(box, (2.5, 8.5), (6.5, 12.5), (13.5, 4))))


def failed(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A white cross on a round red sign, outlined."""
    painter.setPen(QPen(QColor(palette.outline), 1.5))
    painter.setBrush(QColor(palette.fail))
    painter.drawEllipse(box.adjusted(0.75, 0.75, -0.75, -0.75))
    painter.setPen(_pen(palette.on_fail))
    for start, end in (((5, 5), (11, 11)), ((11, 5), (5, 11))):
        painter.drawLine(QLineF(*_at(box, start, end)))


def warned(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """An outlined yellow triangle without a digit."""
    painter.setPen(_pen(palette.outline, 1.5))
    painter.setBrush(QColor(palette.marginal))
    painter.drawPolygon(QPolygonF(_at(box, (8, 1.5), (15, 14), (1, 14))))


def blocked(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A circle with a bar, in quiet text."""
    painter.setPen(_pen(palette.text2, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.adjusted(1.5, 1.5, -1.5, -1.5))
    painter.drawLine(QLineF(*_at(box, (5, 8), (11, 8))))


def running(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A circle, a quarter of it filled."""
    painter.setPen(_pen(palette.text2, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = box.adjusted(2, 2, -2, -2)
    painter.drawEllipse(inner)
    painter.setBrush(QColor(palette.text2))
    painter.drawPie(inner, 0, 90 * 16)


def circle(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A circle of quiet text."""
    painter.setPen(QPen(QColor(palette.text2), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.adjusted(2, 2, -2, -2))


def letter_in_circle(painter: QPainter, box: QRectF, color: str, letter: str) -> None:
    """A letter in a circle of the colour."""
    painter.setPen(QPen(QColor(color), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.adjusted(1.5, 1.5, -1.5, -1.5))
    painter.setFont(sans(9, SEMIBOLD))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def not_run(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """An empty circle."""
    circle(painter, box, palette)


def asked(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A question mark in a circle of accent."""
    letter_in_circle(painter, box, palette.accent, "?")


def not_fitted(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A dash."""
    painter.setPen(QPen(QColor(palette.text2), 1.5))
    y = box.center().y()
    painter.drawLine(QLineF(box.left() + 4, y, box.right() - 4, y))


def warning(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A triangle with an exclamation mark, as a line: something is about to happen."""
    painter.setPen(QPen(QColor(palette.text), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    left, top, x = box.left(), box.top(), box.center().x()
    painter.drawPolygon(QPolygonF([QPointF(x, top + 1.5), QPointF(box.right() - 0.5, top + 14.5),
                                   QPointF(left + 0.5, top + 14.5)]))  # fmt: skip
    painter.drawLine(QLineF(x, top + 6, x, top + 9.5))
    painter.drawPoint(QPointF(x, top + 12))


def dot(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A filled dot: connected. Normal is grey, never green."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.normal))
    painter.drawEllipse(box.center(), 4, 4)


def ring(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """An empty ring: closed."""
    painter.setPen(QPen(QColor(palette.normal), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.center(), 3.5, 3.5)


def dashed_ring(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A dashed ring: no communication, or on the way to it."""
    pen = QPen(QColor(palette.text), 2)
    pen.setDashPattern([1.2, 1.2])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.center(), 4.5, 4.5)


def setpoint(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """An open triangle of 10 px: what was commanded."""
    center = box.center()
    painter.setPen(QPen(QColor(palette.text2), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = center.x(), center.y()
    painter.drawPolygon(
        QPolygonF([QPointF(x - 3, y - 4.25), QPointF(x + 4, y), QPointF(x - 3, y + 4.25)])
    )


def feedback(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A filled dot: what the device says."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.text2))
    painter.drawEllipse(box.center(), 3.5, 3.5)


def hatch(painter: QPainter, box: QRectF, color: str, pitch: int = 5) -> None:
    """Lines at 45 degrees over a box, 1 px wide, one every ``pitch`` px."""
    painter.save()
    painter.setClipRect(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(color), 1))
    height = box.height()
    x = box.left() - height
    while x < box.right():
        painter.drawLine(QLineF(x, box.bottom(), x + height, box.top()))
        x += pitch
    painter.restore()


VERDICT_MARKS: dict[str, Mark] = {
    "pass": passed,
    "warn": warned,
    "fail": failed,
    "blocked": blocked,
    "running": running,
}
STEP_MARKS: dict[str, Mark] = VERDICT_MARKS | {
    "none": not_run,
    "asked": asked,
    "not_fitted": not_fitted,
}
LINK_MARKS: dict[str, Mark] = {
    "connected": dot,
    "closed": ring,
    "connecting": dashed_ring,
    "silent": dashed_ring,
    "waiting": dashed_ring,
    "failed": failed,
}
ROLE_MARKS: dict[str, Mark] = {"setpoint": setpoint, "feedback": feedback}


def draw(mark: Mark, painter: QPainter, box: QRectF, palette: Palette) -> None:
    """Draw a mark and leave the painter as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    mark(painter, box, palette)
    painter.restore()
