"""The marks and words of verdicts: always both, so that no state is told by colour alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.marks import Mark
from widgets.base.tokens import Palette


def not_run(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """An empty circle."""
    _circle(painter, box, palette)


def deferred(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A clock."""
    _circle(painter, box, palette)
    center = box.center()
    painter.drawPolyline(QPolygonF([center + QPointF(0, -4), center, center + QPointF(3, 1.5)]))


def skipped(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """An arrow that leaps over."""
    painter.setPen(QPen(QColor(palette.text2), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(box.adjusted(2, 4, -3, 4), 20 * 16, 160 * 16)
    tip = QPointF(box.right() - 2.5, box.center().y() + 1.5)
    painter.drawPolyline(QPolygonF([tip + QPointF(-4, -1), tip, tip + QPointF(1, -4)]))


def waived(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A letter W in a circle."""
    _letter(painter, box, palette.text2, "W")


def asked(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A question mark in a circle of accent."""
    _letter(painter, box, palette.accent, "?")


def held(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A triangle to the right: it waits to be started."""
    painter.setPen(QPen(QColor(palette.accent), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = box.center().x(), box.center().y()
    painter.drawPolygon(QPolygonF([QPointF(x - 4, y - 5.5), QPointF(x + 5.5, y),
                                   QPointF(x - 4, y + 5.5)]))  # fmt: skip


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


def _circle(painter: QPainter, box: QRectF, palette: Palette) -> None:
    painter.setPen(QPen(QColor(palette.text2), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.adjusted(2, 2, -2, -2))


def _letter(painter: QPainter, box: QRectF, color: str, letter: str) -> None:
    painter.setPen(QPen(QColor(color), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.adjusted(1.5, 1.5, -1.5, -1.5))
    painter.setFont(sans(9, SEMIBOLD))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def current(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A filled dot of accent: the step shown now."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.accent))
    painter.drawEllipse(box.center(), 5, 5)


MARKS: dict[str, Mark] = {
    "pass": marks.passed,
    "marginal": marks.warned,
    "fail": marks.failed,
    "blocked": marks.blocked,
    "running": marks.running,
    "not_run": not_run,
    "deferred": deferred,
    "skipped": skipped,
    "waived": waived,
    "asked": asked,
    "held": held,
    "not_fitted": not_fitted,
}


def word(state: str) -> str:
    """The word of a state."""
    translate = QCoreApplication.translate
    words = {
        "pass": translate("Verdict", "Pass"),
        "marginal": translate("Verdict", "Marginal"),
        "fail": translate("Verdict", "Fail"),
        "blocked": translate("Verdict", "Blocked"),
        "running": translate("Verdict", "Running"),
        "not_run": translate("Verdict", "Not run"),
        "deferred": translate("Verdict", "Deferred"),
        "skipped": translate("Verdict", "Skipped"),
        "waived": translate("Verdict", "Waived"),
        "asked": translate("Verdict", "Asked"),
        "held": translate("Verdict", "Waiting"),
        "not_fitted": translate("Verdict", "Not fitted"),
    }
    return words[state]


def job_word(verdict: str, deferred_count: int, open_count: int) -> str:
    """The verdict of a job in words."""
    translate = QCoreApplication.translate
    words = {
        "commissioned": translate("JobVerdict", "Commissioned"),
        "commissioned_locally": translate(
            "JobVerdict", "Commissioned locally ({0} deferred)"
        ).format(deferred_count),
        "conditional": translate("JobVerdict", "Conditional ({0} open items)").format(open_count),
        "rejected": translate("JobVerdict", "Rejected ({0} open items)").format(open_count),
    }
    return words[verdict]
