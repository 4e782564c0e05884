"""The rail at the left: one entry a page, icon above its name."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from widgets.base import icons
from widgets.base.fonts import sans
from widgets.base.theme import Look
from widgets.base.tokens import DESK, RAIL_ITEM, RAIL_WIDTH, RAIL_WIDTH_LARGE


def rail_width(look: Look) -> int:
    """Width of the rail: larger type needs more room for the names."""
    return RAIL_WIDTH if look.measures.caption <= DESK.caption else RAIL_WIDTH_LARGE


class RailItem(QAbstractButton):
    """One page of the rail; selecting changes colours only, so nothing moves."""

    def __init__(self, look: Look, icon: str, text: str, shortcut: str) -> None:
        super().__init__()
        self._look = look
        self._icon = icon
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setToolTip(f"{text}  {shortcut}")
        self.setFixedSize(rail_width(look), RAIL_ITEM)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        """The fixed size of an item."""
        return QSize(rail_width(self._look), RAIL_ITEM)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw fill, line, icon and name."""
        palette = self._look.palette
        painter = QPainter(self)
        if self.isChecked():
            painter.fillRect(self.rect(), QColor(palette.selected))
            painter.fillRect(0, 0, 3, self.height(), QColor(palette.accent))
        elif self.underMouse():
            painter.fillRect(self.rect(), QColor(palette.surface))
        color = palette.accent if self.isChecked() else palette.text2
        picture = icons.pixmap(self._icon, color, 24, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - 24) // 2, 8, picture)
        painter.setFont(sans(self._look.measures.caption))
        painter.setPen(QColor(palette.text))
        box = QRect(0, 36, self.width(), 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class Rail(QWidget):
    """The pages; those of the workshop stand at the bottom.

    Signals:
        page_chosen: the id of the page.
    """

    page_chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._items: dict[str, RailItem] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._look = look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._top = 0
        self.setFixedWidth(rail_width(look))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def add(self, page: str, icon: str, text: str, shortcut: str, *, bottom: bool = False) -> None:
        """Add a page's entry, in order from the top, or at the bottom."""
        item = RailItem(self._look, icon, text, shortcut)
        item.setObjectName(page)
        self._items[page] = item
        self._group.addButton(item)
        if bottom:
            self._column.addWidget(item)
        else:
            self._column.insertWidget(self._top, item)
            self._top += 1

    def select(self, page: str) -> None:
        """Mark a page as the one shown."""
        self._items[page].setChecked(True)

    def _clicked(self, item: QAbstractButton) -> None:
        self.page_chosen.emit(item.objectName())
