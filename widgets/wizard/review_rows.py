"""The rows of the review: an item that stays open or was waived, and a step."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.bridge.commission_views import PunchView, StepView
from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.wizard import verdicts


class ItemRow(QWidget):
    """One open or waived item, with the way to it.

    Signals:
        go_requested: the check to go to.
    """

    go_requested = Signal(str)

    def __init__(self, look: Look, item: PunchView) -> None:
        super().__init__()
        self._look = look
        self._item = item
        text = f"{item.punch} · {verdicts.word(item.state)} · {item.title}"
        title = QLabel(text)
        title.setWordWrap(True)
        title.setFont(sans(look.measures.body, SEMIBOLD))
        more = QLabel(" ".join(part for part in (item.reason, item.text) if part))
        more.setWordWrap(True)
        if not more.text():
            more.hide()
        go = KeyButton(look, self.tr("Go to"), kind="small")
        go.setAccessibleName(self.tr("Go to {0}").format(item.title))
        go.setObjectName(f"go:{item.check}")
        go.clicked.connect(self._go)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(more)
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 6, 12, 6)
        row.addLayout(words, 1)
        row.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)

    def _go(self) -> None:
        self.go_requested.emit(self._item.check)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark and the line below."""
        palette = self._look.palette
        painter = QPainter(self)
        mark = verdicts.MARKS[self._item.state]
        marks.draw(mark, painter, QRectF(12, 8, 16, 16), palette)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.divider))
        painter.end()


class StepRow(QWidget):
    """One step: mark, number, name, and how many of its checks are done."""

    def __init__(self, look: Look, number: int, step: StepView) -> None:
        super().__init__()
        self._look = look
        self._number = number
        self._step = step
        self.setFixedHeight(look.measures.row)
        self.setAccessibleName(f"{number} {step.title}, {verdicts.word(step.state)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        palette, measures, step = self._look.palette, self._look.measures, self._step
        painter = QPainter(self)
        middle = (self.height() - 16) / 2
        mark = verdicts.MARKS[step.state]
        marks.draw(mark, painter, QRectF(12, middle, 16, 16), palette)
        center = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(sans(measures.body))
        painter.setPen(QColor(palette.text))
        words = (verdicts.word(step.state), f"{self._number} {step.title}")
        for text, left in zip(words, (36, 128), strict=True):
            painter.drawText(QRect(left, 0, self.width() - left, self.height()), center, text)
        count = self.tr("{0} of {1} checks done").format(step.done, step.total)
        painter.setPen(QColor(palette.text2))
        box = QRect(0, 0, self.width() - 12, self.height())
        painter.drawText(box, center | Qt.AlignmentFlag.AlignRight, count)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.divider))
        painter.end()
