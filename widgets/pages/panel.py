"""Frames that pages are made of: a tool bar row, and a panel with a title line."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import TITLE_HEIGHT, TOOLBAR_HEIGHT


class ToolRow(QWidget):
    """The page's tool bar: controls of 32 with 8 around, on the ground colour.

    Where it is too narrow for its labels, the last buttons that have an icon show that alone.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 0, 8, 1)
        self.row.setSpacing(8)
        self.setFixedHeight(max(TOOLBAR_HEIGHT, look.measures.control + 16))

    def add_line(self) -> None:
        """A short vertical line between groups."""
        line = QWidget()
        line.setFixedSize(1, 20)
        line.setStyleSheet(f"background: {self._look.palette.divider};")
        self.row.addWidget(line)

    def minimumSizeHint(self) -> QSize:
        """As narrow as with every icon alone."""
        return QSize(self._least(len(self._spare())), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many labels as there is room for."""
        super().resizeEvent(event)
        spare = self._spare()
        bare = next((n for n in range(len(spare)) if self._least(n) <= self.width()), len(spare))
        for at, button in enumerate(spare):
            button.set_bare(bare=at < bare)
        room = self.width() - self._least(bare)
        for widget in self._widgets():
            if isinstance(widget, KeyButton):
                room -= widget.hint_width()
                widget.set_hinted(hinted=room >= 0)

    def _spare(self) -> list[KeyButton]:
        """The buttons that have an icon for their label, the last one first."""
        buttons = [each for each in self._widgets() if isinstance(each, KeyButton)]
        return [each for each in reversed(buttons) if each.can_be_bare()]

    def _widgets(self) -> list[QWidget]:
        items = [self.row.itemAt(at) for at in range(self.row.count())]
        found = [item.widget() for item in items if item is not None]
        return [widget for widget in found if widget is not None]

    def _least(self, bare: int) -> int:
        """The width that the row needs with the labels of so many buttons left out."""
        alone = self._spare()[:bare]
        widths = [
            widget.width_of(bare=widget in alone)
            if isinstance(widget, KeyButton)
            else max(widget.minimumSizeHint().width(), widget.minimumWidth())
            for widget in self._widgets()
        ]
        margins = self.row.contentsMargins()
        return sum(widths) + self.row.spacing() * len(widths) + margins.left() + margins.right()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.bg))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.divider))
        painter.end()


class TitleRow(QWidget):
    """The title line of a panel, with a quiet text beside it and room for buttons."""

    def __init__(self, look: Look, title: str, note: str = "") -> None:
        super().__init__()
        self._look = look
        self.title = QLabel(title)
        self.title.setFont(sans(look.measures.body, SEMIBOLD))
        self.note = QLabel(note)
        self.note.setStyleSheet(f"color: {look.palette.text2};")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(12, 0, 8, 1)
        self.row.setSpacing(8)
        self.row.addWidget(self.title)
        self.row.addWidget(self.note)
        self.row.addStretch(1)
        self.setFixedHeight(max(TITLE_HEIGHT, look.measures.small_control + 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.divider))
        painter.end()


class Panel(QWidget):
    """A surface with a title line and content below it."""

    def __init__(self, look: Look, title: str, note: str = "") -> None:
        super().__init__()
        self._look = look
        self.head = TitleRow(look, title, note)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.head, 0, Qt.AlignmentFlag.AlignTop)
        self.setMinimumWidth(120)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.palette.surface))
        painter.end()
