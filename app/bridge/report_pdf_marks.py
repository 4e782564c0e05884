"""Verdict marks as the window has them: a shape each, colour only in three of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPolygonF

from app.bridge.report_pdf_sheet import UNIT, pen, point, rect
from app.bridge.report_pdf_type import FAILED, MARGINAL, PASSED, TEXT, TEXT2, WHITE
from app.core.commissioning import JobVerdict, Verdict

Mark = Callable[[QPainter, float, float, float], None]


def paint_mark(painter: QPainter, verdict: Verdict, x: float, y: float, size: float) -> None:
    """Paint the mark of a verdict with its upper left corner there, ``size`` points wide."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _MARKS.get(verdict, _ring)(painter, x, y, size)
    painter.restore()


def of_job(verdict: JobVerdict) -> Verdict:
    """The mark under which a job's verdict is shown."""
    return {
        JobVerdict.COMMISSIONED: Verdict.PASS,
        JobVerdict.COMMISSIONED_LOCALLY: Verdict.DEFERRED,
        JobVerdict.CONDITIONAL: Verdict.MARGINAL,
        JobVerdict.REJECTED: Verdict.FAIL,
    }[verdict]


def _polyline(painter: QPainter, x: float, y: float, size: float, *places: float) -> None:
    pairs = zip(places[::2], places[1::2], strict=True)
    painter.drawPolyline(QPolygonF([point(x + a * size, y + b * size) for a, b in pairs]))


def _tick(painter: QPainter, x: float, y: float, size: float) -> None:
    painter.setPen(pen(PASSED, size * 0.16))
    _polyline(painter, x, y, size, 0.12, 0.55, 0.4, 0.82, 0.9, 0.2)


def _cross(painter: QPainter, x: float, y: float, size: float) -> None:
    painter.setPen(pen(TEXT, size * 0.06))
    painter.setBrush(FAILED)
    painter.drawEllipse(rect(x, y, size, size))
    painter.setPen(pen(WHITE, size * 0.14))
    _polyline(painter, x, y, size, 0.3, 0.3, 0.7, 0.7)
    _polyline(painter, x, y, size, 0.7, 0.3, 0.3, 0.7)


def _triangle(painter: QPainter, x: float, y: float, size: float) -> None:
    painter.setPen(pen(TEXT, size * 0.1))
    painter.setBrush(MARGINAL)
    corners = ((0.5, 0.08), (0.96, 0.9), (0.04, 0.9))
    painter.drawPolygon(QPolygonF([point(x + a * size, y + b * size) for a, b in corners]))


def _ring(painter: QPainter, x: float, y: float, size: float) -> None:
    painter.setPen(pen(TEXT2, size * 0.1))
    painter.drawEllipse(rect(x + size * 0.06, y + size * 0.06, size * 0.88, size * 0.88))


def _clock(painter: QPainter, x: float, y: float, size: float) -> None:
    _ring(painter, x, y, size)
    _polyline(painter, x, y, size, 0.5, 0.22, 0.5, 0.52, 0.72, 0.62)


def _barred(painter: QPainter, x: float, y: float, size: float) -> None:
    _ring(painter, x, y, size)
    painter.setPen(pen(TEXT2, size * 0.16))
    _polyline(painter, x, y, size, 0.25, 0.5, 0.75, 0.5)


def _skipped(painter: QPainter, x: float, y: float, size: float) -> None:
    painter.setPen(pen(TEXT2, size * 0.13))
    painter.drawArc(rect(x + size * 0.08, y + size * 0.25, size * 0.7, size * 0.8), 0, 180 * 16)
    _polyline(painter, x, y, size, 0.54, 0.48, 0.78, 0.68, 0.98, 0.44)


def _waived(painter: QPainter, x: float, y: float, size: float) -> None:
    _ring(painter, x, y, size)
    painter.setPen(pen(TEXT2, size * 0.1))
    _polyline(painter, x, y, size, 0.24, 0.34, 0.37, 0.68, 0.5, 0.38, 0.63, 0.68, 0.76, 0.34)


def _dash(painter: QPainter, x: float, y: float, size: float) -> None:
    painter.setPen(pen(TEXT2, size * 0.14))
    painter.drawLine(
        int((x + size * 0.15) * UNIT),
        int((y + size * 0.5) * UNIT),
        int((x + size * 0.85) * UNIT),
        int((y + size * 0.5) * UNIT),
    )


_MARKS: dict[Verdict, Mark] = {
    Verdict.PASS: _tick,
    Verdict.FAIL: _cross,
    Verdict.MARGINAL: _triangle,
    Verdict.DEFERRED: _clock,
    Verdict.BLOCKED: _barred,
    Verdict.SKIPPED: _skipped,
    Verdict.WAIVED: _waived,
    Verdict.NOT_FITTED: _dash,
    Verdict.NOT_RUN: _ring,
    Verdict.RUNNING: _ring,
}
