"""How far a command got: its five steps with their marks and moments."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.bridge.switching_words import StepLine
from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.theme import Look

_MARK, _GAP, _AFTER = 16, 8, 64


class SwitchSteps(QWidget):
    """One line a step; the one under way, or at which it ended, is set in strong type."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._lines: tuple[StepLine, ...] = ()
        self._row = max(20, round(look.measures.caption * 1.7))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_lines(self, lines: Sequence[StepLine]) -> None:
        """Show other steps."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.setAccessibleName(", ".join(line.title for line in lines if line.mark == "pass"))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(200, self._row * len(self._lines))

    def minimumSizeHint(self) -> QSize:
        """Never fewer lines than there are."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw mark, title and how long after the beginning."""
        palette, measures = self._look.palette, self._look.measures
        painter = QPainter(self)
        middle = Qt.AlignmentFlag.AlignVCenter
        for at, line in enumerate(self._lines):
            box = QRect(0, at * self._row, self.width(), self._row)
            where = QRectF(0, box.center().y() - 7, _MARK, _MARK)
            marks.draw(marks.STEP_MARKS[line.mark], painter, where, palette)
            here = line.mark in ("running", "fail", "warn", "asked")
            font = sans(measures.body, SEMIBOLD) if here else sans(measures.body)
            painter.setFont(font)
            quiet = line.mark in ("none", "not_fitted")
            painter.setPen(QColor(palette.text2 if quiet else palette.text))
            room = box.adjusted(_MARK + _GAP, 0, -_AFTER, 0)
            cut = Qt.TextElideMode.ElideRight
            painter.drawText(room, middle, QFontMetrics(font).elidedText(
                line.title, cut, room.width()))  # fmt: skip
            painter.setFont(sans(measures.caption))
            painter.setPen(QColor(palette.text2))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | middle, line.after)
        painter.end()
