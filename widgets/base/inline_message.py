"""A message inside the page, above what it is about: what, why, and one thing to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from widgets.base import marks
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import CARD_RADIUS


class InlineMessage(QWidget):
    """A strip with a verdict mark, a text and at most one action; hidden until ``show_text``.

    Signals:
        action_requested: the action's button was pressed.
        closed: the user dismissed the message.
    """

    action_requested = Signal()
    closed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._kind = "warn"
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = KeyButton(look, "", kind="small")
        self.action.clicked.connect(self.action_requested)
        self.close_button = KeyButton(look, "", icon="close", kind="flat")
        self.close_button.setAccessibleName(self.tr("Dismiss the message"))
        self.close_button.setToolTip(self.tr("Dismiss the message"))
        self.close_button.clicked.connect(self._dismissed)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(40, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.hide()

    def show_text(self, text: str, *, kind: str = "warn", action: str = "") -> None:
        """Show a text; ``kind`` is a verdict mark (pass, warn, fail, blocked)."""
        self._kind = kind
        self._label.setText(text)
        self.setAccessibleName(text)
        self.action.set_label(action)
        self.action.setVisible(bool(action))
        self.show()

    def text(self) -> str:
        """The text shown."""
        return self._label.text()

    def _dismissed(self) -> None:
        self.hide()
        self.closed.emit()

    def minimumSizeHint(self) -> QSize:
        """Tall enough for its text at its width."""
        return QSize(200, max(48, self._row.minimumSize().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and the mark."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.divider), 1))
        painter.setBrush(QColor(palette.raised))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        where = QRectF(12, self.height() / 2 - 8, 16, 16)
        marks.draw(marks.VERDICT_MARKS[self._kind], painter, where, palette)
        painter.end()
