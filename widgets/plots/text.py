"""Text that is drawn in every frame: laid out once, kept while it is used."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText

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
        self._known: dict[tuple[str, int], QStaticText] = {}

    def width(self, text: str, font: QFont) -> float:
        """Width of a text in pixels."""
        return self._laid_out(text, font).size().width()

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
        font = font or self.small
        laid_out = self._laid_out(text, font)
        size = laid_out.size()
        painter.setFont(font)
        painter.setPen(QColor(color))
        x = round(at.x() - size.width() * align)
        painter.drawStaticText(QPointF(x, round(at.y() - size.height() / 2)), laid_out)

    def _laid_out(self, text: str, font: QFont) -> QStaticText:
        key = (text, id(font))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            known = QStaticText(text)
            known.setTextFormat(Qt.TextFormat.PlainText)
            known.prepare(font=font)
            self._known[key] = known
        return known


def _font(base: QFont, pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont(base)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font
