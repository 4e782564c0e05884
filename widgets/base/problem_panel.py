"""The problem centre: every standing problem with its cause, what to do, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.bridge.problems_model import ProblemView
from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import CARD_RADIUS

_WIDTH = 520


class ProblemCard(QWidget):
    """One problem: title, cause, next action, time; buttons to copy and to dismiss."""

    def __init__(self, look: Look, problem: ProblemView) -> None:
        super().__init__()
        self._look = look
        self._mark = "fail" if problem.fault else "warn"
        self.title = QLabel(problem.title)
        self.title.setFont(sans(look.measures.body, SEMIBOLD))
        self.title.setWordWrap(True)
        self.since = QLabel(problem.since)
        self.since.setFont(sans(look.measures.caption))
        self.since.setStyleSheet(f"color: {look.palette.text2};")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.since, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        for text in (problem.detail, problem.action):
            if text:
                label = QLabel(text)
                label.setWordWrap(True)
                label.setTextFormat(Qt.TextFormat.PlainText)
                column.addWidget(label)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        column.addLayout(self.buttons)
        self.setAccessibleName(f"{problem.title} {problem.detail} {problem.action}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and its mark."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.divider), 1))
        painter.setBrush(QColor(palette.raised))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        marks.draw(marks.VERDICT_MARKS[self._mark], painter, QRectF(12, 11, 16, 16), palette)
        painter.end()


class ProblemPanel(QFrame):
    """A panel under the top bar.

    Signals:
        dismissed: the id of a problem that the user has read.
    """

    dismissed = Signal(str)

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._list = QVBoxLayout()
        self._list.setContentsMargins(8, 8, 8, 8)
        self._list.setSpacing(8)
        inner = QWidget()
        inner.setLayout(self._list)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inner)
        inner.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        self._area.setAccessibleName(self.tr("Problems"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self._area)
        self.setObjectName("problems")
        self.setStyleSheet(
            f"#problems {{ background: {look.palette.surface};"
            f" border: 1px solid {look.palette.border}; border-radius: 6px; }}"
        )
        self.hide()

    def set_problems(self, problems: Sequence[ProblemView]) -> None:
        """Show these problems, the worst first."""
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for problem in problems:
            self._list.addWidget(self._card(problem))
        if not problems:
            self._list.addWidget(QLabel(self.tr("No problem stands.")))
        self._list.addStretch(1)
        self._fit()

    def _card(self, problem: ProblemView) -> ProblemCard:
        card = ProblemCard(self._look, problem)
        copy = KeyButton(self._look, self.tr("Copy details"), icon="copy", kind="small")
        copy.clicked.connect(partial(_copy, problem.text()))
        card.buttons.addWidget(copy)
        if problem.dismissable:
            dismiss = KeyButton(self._look, self.tr("Dismiss"), kind="small")
            dismiss.clicked.connect(partial(self.dismissed.emit, problem.id))
            card.buttons.addWidget(dismiss)
        card.buttons.addStretch(1)
        return card

    def _fit(self) -> None:
        """As high as the cards need, if the window has the room."""
        window = self.parentWidget()
        if window is None:
            return
        self._list.activate()
        inside = _WIDTH - 2 - self._area.verticalScrollBar().sizeHint().width()
        wanted = self._list.totalMinimumSize().height()
        if self._list.hasHeightForWidth():
            wanted = max(wanted, self._list.totalHeightForWidth(inside))
        self.setGeometry(88, 44, _WIDTH, min(max(120, window.height() - 88), wanted + 4))

    def toggle(self) -> None:
        """Open or close; open takes the focus."""
        self._fit()
        self.setVisible(not self.isVisible())
        if self.isVisible():
            self.raise_()
            self._area.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


def _copy(text: str, _checked: bool = False) -> None:  # Qt's own argument
    QGuiApplication.clipboard().setText(text)
