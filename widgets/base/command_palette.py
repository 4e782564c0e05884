"""The command palette: type a few characters of a command, asset or point, and press Enter."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.bridge.palette_model import HINT_ROLE, KIND_ROLE, PaletteEntry, PaletteModel
from widgets.base import icons
from widgets.base.fonts import sans
from widgets.base.search_field import SearchField
from widgets.base.theme import Look

_WIDTH, _ROWS = 560, 12
_ICONS = {"command": "play", "asset": "pole", "point": "live", "connection": "connections"}
_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(1, self._look.measures.row)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        palette, box = self._look.palette, QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(palette.selected))
        picture = icons.pixmap(_ICONS[index.data(KIND_ROLE)], palette.text2, 16, 2.0)
        painter.drawPixmap(box.left() + 12, box.center().y() - 7, picture)
        painter.setFont(sans(self._look.measures.body))
        painter.setPen(QColor(palette.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(40, 0, -120, 0), middle, index.data())
        painter.setFont(sans(self._look.measures.caption))
        painter.setPen(QColor(palette.text2))
        right = middle | Qt.AlignmentFlag.AlignRight
        painter.drawText(box.adjusted(40, 0, -12, 0), right, index.data(HINT_ROLE) or "")
        painter.restore()


class CommandPalette(QFrame):
    """A panel over the window; Escape and a click elsewhere close it.

    Signals:
        chosen: the entry that was picked.
    """

    chosen = Signal(PaletteEntry)

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._model = PaletteModel(self)
        self.field = SearchField(look, self.tr("Command, asset or point"))
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_RowDelegate(look, self))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Found"))
        self.list.clicked.connect(self._picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.setObjectName("palette")
        self.setAutoFillBackground(True)
        self.setStyleSheet(
            f"#palette {{ background: {look.palette.raised};"
            f" border: 1px solid {look.palette.border}; border-radius: 6px; }}"
            f"QListView {{ background: {look.palette.raised}; }}"
        )
        self.setFixedSize(_WIDTH + 18, _ROWS * look.measures.row + 60)
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._enter)
        self.field.installEventFilter(self)
        self._before: QWidget | None = None
        self.hide()

    def open(self, entries: list[PaletteEntry]) -> None:
        """Show the panel with these entries and take the focus."""
        window = self.parentWidget()
        if window is None:
            return
        self._before = window.focusWidget()
        self._model.set_entries(entries)
        self.field.clear()
        self._select(0)
        self.move((window.width() - self.width()) // 2, 48)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_panel(self) -> None:
        """Hide and give the focus back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(str)
    def _search(self, text: str) -> None:
        self._model.search(text)
        self._select(0)

    def _select(self, row: int) -> None:
        self.list.setCurrentIndex(self._model.index(row, 0))

    @Slot()
    def _enter(self) -> None:
        self._picked(self.list.currentIndex())

    @Slot(QModelIndex)
    def _picked(self, index: QModelIndex) -> None:
        entry = self._model.entry(index.row())
        if entry is not None:
            self.close_panel()
            self.chosen.emit(entry)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the focus stays in the field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.close_panel()
                return True
            if event.key() in _KEYS:
                self._move(event.key())
                return True
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return False

    def _move(self, key: int) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_ROWS}
        row = self.list.currentIndex().row() + steps.get(Qt.Key(key), _ROWS)
        self._select(max(0, min(row, self._model.rowCount() - 1)))
