"""Sheets of A4: where the next thing goes, and the head and foot that every page has."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPdfWriter, QPen
from PySide6.QtSvg import QSvgRenderer

from app.bridge.report_pdf_type import (
    ACCENT,
    BORDER,
    DIVIDER,
    HEADING,
    QUIET,
    SMALL,
    TEXT,
    Style,
    Type,
)

UNIT = 10.0
WIDTH, HEIGHT = 595.276, 841.89
LEFT, RIGHT = 42.52, WIDTH - 42.52
ACROSS = RIGHT - LEFT
_TOP, _BOTTOM = 63.0, 790.0
_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#1B2126" '
    'stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M10 21V4h6M6 21h8"/>'
    '<circle cx="17.5" cy="9.5" r="2.5" fill="{accent}" stroke="none"/></svg>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What each page repeats; ``page`` has ``{page}`` and ``{pages}``."""

    product: str
    head: str
    foot: str
    page: str


class Sheet:
    """Pages filled from the top; all lengths are in points from the upper left corner.

    ``y`` is where the next thing goes. ``pages`` is the number that the foot tells.
    """

    def __init__(self, writer: QPdfWriter, painter: QPainter, frame: Frame, pages: int) -> None:
        self.painter = painter
        self.type = Type(writer)
        self.page = 1
        self.y = _TOP
        self._writer = writer
        self._frame = frame
        self._pages = pages
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._furnish()

    @property
    def left(self) -> float:
        """Points down to the foot."""
        return _BOTTOM - self.y

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self._writer.newPage()
        self.page += 1
        self.y = _TOP
        self._furnish()

    def need(self, height: float) -> bool:
        """Make sure that so much fits below; whether a new page was begun."""
        if height <= self.left or self.y == _TOP:
            return False
        self.new_page()
        return True

    def text(
        self, x: float, y: float, text: str, style: Style, width: float, bold: int = 0
    ) -> float:
        """Paint a text; returns its height."""
        found = self.type.set(text, style, width, bold)
        found.paint(self.painter, x, y)
        return found.height

    def flow(self, text: str, style: Style, *, after: float = 0.0) -> None:
        """A paragraph over the whole width."""
        found = self.type.set(text, style, ACROSS)
        self.need(found.height)
        found.paint(self.painter, LEFT, self.y)
        self.y += found.height + after

    def heading(self, text: str, style: Style, *, with_next: float = 60.0) -> None:
        """A heading with the rule below it, on the page of what follows."""
        gap = 0.0 if self.y == _TOP else 11.0
        if not self.need(gap + 20.0 + with_next):
            self.y += gap
        self.y += self.text(LEFT, self.y, text, style, ACROSS) + 3.5
        self.rule(self.y, BORDER)

    def rule(
        self, y: float, colour: QColor, x1: float = LEFT, x2: float = RIGHT, width: float = 0.5
    ) -> None:
        """A horizontal line."""
        self.line(x1, y, x2, y, colour, width)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: QColor, width: float = 0.5
    ) -> None:
        """A line."""
        self.painter.setPen(pen(colour, width))
        self.painter.drawLine(QLineF(x1 * UNIT, y1 * UNIT, x2 * UNIT, y2 * UNIT))

    def box(self, x: float, y: float, width: float, height: float, line: QPen) -> None:
        """A frame with round corners."""
        self.painter.setPen(line)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(rect(x, y, width, height), 4 * UNIT, 4 * UNIT)

    def fill(self, x: float, y: float, width: float, height: float, colour: QColor) -> None:
        """A plain area."""
        self.painter.fillRect(rect(x, y, width, height), colour)

    def _furnish(self) -> None:
        mark = QSvgRenderer(QByteArray(_MARK.format(accent=ACCENT.name()).encode()))
        mark.render(self.painter, rect(LEFT - 1.0, 29.0, 18.0, 18.0))
        self.text(LEFT + 24.0, 31.0, self._frame.product, HEADING, 200.0)
        self.text(RIGHT - 400.0, 32.0, self._frame.head, QUIET.right(), 400.0)
        self.rule(50.0, TEXT, width=1.0)
        self.rule(800.0, DIVIDER)
        self.text(LEFT, 803.5, self._frame.foot, SMALL, ACROSS - 70.0)
        number = self._frame.page.format(page=self.page, pages=self._pages)
        self.text(RIGHT - 70.0, 803.5, number, SMALL.right(), 70.0)


def pen(colour: QColor, width: float, dashes: tuple[float, ...] = ()) -> QPen:
    """A pen; its width and dashes in points."""
    found = QPen(colour, width * UNIT)
    found.setCapStyle(Qt.PenCapStyle.FlatCap)
    found.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        found.setDashPattern([length / width for length in dashes])
    return found


def rect(x: float, y: float, width: float, height: float) -> QRectF:
    """A rectangle in painter units."""
    return QRectF(x * UNIT, y * UNIT, width * UNIT, height * UNIT)


def point(x: float, y: float) -> QPointF:
    """A point in painter units."""
    return QPointF(x * UNIT, y * UNIT)
