"""A field with a magnifying glass and its shortcut at the right."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets.base import icons
from widgets.base.fonts import sans
from widgets.base.theme import Look


class SearchField(QLineEdit):
    """A line to search with; Escape empties it, the shortcut moves the focus to it."""

    def __init__(
        self, look: Look, placeholder: str, shortcut: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._hint = ""
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTextMargins(24, 0, 0, 0)
        self.show_hint(shortcut)
        if shortcut:
            QShortcut(QKeySequence(shortcut), self).activated.connect(self._take_focus)

    def show_hint(self, shortcut: str) -> None:
        """Show a shortcut at the right, whoever listens to it."""
        self._hint = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self.setTextMargins(24, 0, 8 + 8 * len(self._hint) if self._hint else 0, 0)

    def _take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the field first."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the glass and, in an empty field, the shortcut."""
        super().paintEvent(event)
        palette = self._look.palette
        painter = QPainter(self)
        picture = icons.pixmap("search", palette.text2, 16, self.devicePixelRatioF())
        painter.drawPixmap(8, (self.height() - 16) // 2, picture)
        if self._hint and not self.text():
            painter.setFont(sans(self._look.measures.caption))
            painter.setPen(QColor(palette.text2))
            box = QRect(0, 0, self.width() - 10, self.height())
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._hint
            )
        painter.end()
