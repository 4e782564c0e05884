"""Text that is drawn in every frame: laid out once, kept while it is used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QStaticText

_KEPT = 600


class Texts:
    """The texts of one canvas in its fonts: ``small`` for ticks and labels, ``bold``, ``title``."""

    def __init__(self, base: QFont, text_px: int, title_px: int) -> None:
        self.small = _font(base, text_px, QFont.Weight.Normal)
        self.bold = _font(base, text_px, QFont.Weight.DemiBold)
        self.title = _font(base, title_px, QFont.Weight.DemiBold)
        self.height = QFontMetricsF(self.small).height()
        self.title_height = QFontMetricsF(self.title).height()
        self._metrics = {id(f): QFontMetricsF(f) for f in (self.small, self.bold, self.title)}
        self._known: dict[tuple[str, int], _LaidOut] = {}

    def width(self, text: str, font: QFont) -> float:
        """Width of a text in pixels."""
        return self._laid_out(text, font).width

    def elided(self, text: str, font: QFont, width: float) -> str:
        """The text, cut with an ellipsis where it does not fit."""
        if self.width(text, font) <= width:
            return text
        return self._metrics[id(font)].elidedText(text, Qt.TextElideMode.ElideRight, width)

    def draw(
        self,
        painter: QPainter,
        text: str,
        at: QPointF,
        color: str,
        font: QFont | None = None,
        align: float = 0.0,
    ) -> None:
        """Draw a text whose middle line runs through ``at``; align 0 left, 0.5 middle, 1 right."""
        painter.setPen(tint(color))
        self.put(painter, text, at.x(), at.y(), font or self.small, align)

    def put(
        self, painter: QPainter, text: str, x: float, y: float, font: QFont, align: float = 0.0
    ) -> None:
        """Draw a text as ``draw`` does, in the painter's colour."""
        found = self._laid_out(text, font)
        painter.setFont(font)
        at = QPointF(round(x - found.width * align), round(y - found.height / 2))
        painter.drawStaticText(at, found.text)

    def _laid_out(self, text: str, font: QFont) -> _LaidOut:
        key = (text, id(font))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            laid_out = QStaticText(text)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=font)
            size = laid_out.size()
            known = self._known[key] = _LaidOut(laid_out, size.width(), size.height())
        return known


@dataclass(frozen=True, slots=True)
class _LaidOut:
    """A text with its glyphs in place, and its size in pixels."""

    text: QStaticText
    width: float
    height: float


@lru_cache(maxsize=256)
def tint(color: str) -> QColor:
    """The colour of a ``#RRGGBB``; kept, because every frame asks. Not to be changed."""
    return QColor(color)


@lru_cache(maxsize=64)
def hairline(color: str) -> QPen:
    """A one pixel pen. Not to be changed."""
    pen = QPen(QColor(color), 1)
    pen.setCosmetic(True)
    return pen


def _font(base: QFont, pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont(base)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font
