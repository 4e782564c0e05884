"""The marks and words of verdicts: always both, so that no state is told by colour alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from widgets.base import marks
from widgets.base.marks import Mark
from widgets.base.tokens import Palette


def deferred(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A clock."""
    marks.circle(painter, box, palette)
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
    marks.letter_in_circle(painter, box, palette.text2, "W")


def held(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """A triangle to the right: it waits to be started."""
    painter.setPen(QPen(QColor(palette.accent), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = box.center().x(), box.center().y()
    painter.drawPolygon(QPolygonF([QPointF(x - 4, y - 5.5), QPointF(x + 5.5, y),
                                   QPointF(x - 4, y + 5.5)]))  # fmt: skip


def queued(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """Three dots: it has its turn soon."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.text2))
    for x in (-5, 0, 5):
        painter.drawEllipse(box.center() + QPointF(x, 0), 1.5, 1.5)


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
    "not_run": marks.not_run,
    "deferred": deferred,
    "skipped": skipped,
    "waived": waived,
    "asked": marks.asked,
    "held": held,
    "queued": queued,
    "not_fitted": marks.not_fitted,
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
        "held": translate("Verdict", "To start"),
        "queued": translate("Verdict", "Waiting"),
        "not_fitted": translate("Verdict", "Not fitted"),
    }
    return words[state]


def role(name: str) -> str:
    """The word of a role."""
    translate = QCoreApplication.translate
    words = {
        "installer": translate("Role", "Installer"),
        "lead": translate("Role", "Lead"),
        "customer_witness": translate("Role", "Customer witness"),
    }
    return words.get(name, name)


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
