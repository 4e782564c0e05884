"""The names of keys beside a label; arrows are drawn, which the text font lacks."""

from __future__ import annotations

import re

from PySide6.QtCore import QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

ARROWS = {"←": -1, "→": 1}
_LONG, _HEAD, _GAP = 10, 3.5, 1
_PIECES = re.compile(f"([{''.join(ARROWS)}])")


def width(text: str, metrics: QFontMetrics) -> int:
    """How wide the keys are in pixels."""
    return sum(_width(piece, metrics) for piece in _PIECES.split(text))


def draw(painter: QPainter, box: QRect, text: str) -> None:
    """Draw the keys from the left of a box, in the painter's font and colour."""
    metrics = painter.fontMetrics()
    x, y = box.left(), box.center().y() + 1.0
    for piece in _PIECES.split(text):
        wide = _width(piece, metrics)
        if piece in ARROWS:
            to = ARROWS[piece]
            start, end = QPointF(x + _GAP, y), QPointF(x + _GAP + _LONG, y)
            tip = end if to > 0 else start
            heads = [QLineF(tip, tip + QPointF(-to * _HEAD, dy)) for dy in (-_HEAD, _HEAD)]
            painter.drawLines([QLineF(start, end), *heads])
        else:
            painter.drawText(QRect(x, box.top(), wide + 2, box.height()),
                             Qt.AlignmentFlag.AlignVCenter, piece)  # fmt: skip
        x += wide


def _width(piece: str, metrics: QFontMetrics) -> int:
    return _LONG + 2 * _GAP if piece in ARROWS else metrics.horizontalAdvance(piece)
