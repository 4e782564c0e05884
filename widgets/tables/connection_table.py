"""The table of connections: light, name, link, state, round trip, rate, errors, last error."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.bridge.connections_model import (
    ERRORS,
    LINK,
    NAME,
    RATE,
    RTT,
    STATE,
    STATE_ROLE,
    ConnectionsModel,
)
from widgets.base import marks
from widgets.base.fonts import REGULAR, SEMIBOLD, mono, sans
from widgets.base.theme import Look

_WIDTHS = {NAME: 190, STATE: 148, RTT: 80, RATE: 80, ERRORS: 84}
_RIGHT = frozenset({RTT, RATE, ERRORS})
_MARK_ROOM = 40


class ConnectionDelegate(QStyledItemDelegate):
    """Draws a cell; the row of a failed link is strong."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Rows have the row height of the mode."""
        return QSize(40, self._look.measures.row)

    def _font(self, column: int, *, failed: bool) -> QFont:
        measures = self._look.measures
        if column == LINK:
            return mono(measures.caption)
        weight = SEMIBOLD if failed and column in (NAME, STATE) else REGULAR
        return sans(measures.body, weight)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        palette, cell = self._look.palette, QRect(option.rect)
        column, state = index.column(), str(index.data(STATE_ROLE))
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, QColor(palette.selected))
            if column == NAME:
                painter.fillRect(cell.left(), cell.top(), 3, cell.height(), QColor(palette.accent))
        left = 8
        if column == NAME:
            where = QRectF(cell.left() + 12, cell.center().y() - 7, 16, 16)
            marks.draw(marks.LINK_MARKS[state], painter, where, palette)
            left = _MARK_ROOM
        painter.setFont(self._font(column, failed=state == "failed"))
        painter.setPen(QColor(palette.text))
        box = cell.adjusted(left, 0, -8, 0)
        metrics = QFontMetrics(painter.font())
        text = str(index.data() or "")
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class ConnectionTable(QTableView):
    """The connections; Enter edits the selected one.

    Signals:
        edit_requested: the user pressed Enter or double-clicked.
        selection_moved: the name of the row that is selected now, empty for none.
    """

    edit_requested = Signal()
    selection_moved = Signal(str)

    def __init__(self, look: Look, model: ConnectionsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = model
        self.setModel(model)
        self.setItemDelegate(ConnectionDelegate(look, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(look.measures.row)
        self.verticalHeader().setMinimumSectionSize(look.measures.row)
        header = self.horizontalHeader()
        header.setFixedHeight(28)
        header.setHighlightSections(False)
        header.setStyleSheet(f"QHeaderView::section:first {{ padding-left: {_MARK_ROOM}px; }}")
        header.setSectionsClickable(False)
        header.setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(LINK, QHeaderView.ResizeMode.Interactive)
        self.setColumnWidth(LINK, 320)
        self.setAccessibleName(self.tr("Connections"))
        self.doubleClicked.connect(self._double_clicked)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        model.modelReset.connect(self._keep_selection)
        self._name = ""

    def current_name(self) -> str:
        """The name of the selected connection, empty for none."""
        row = self._connections.row(self.currentIndex().row())
        return row.name if row else ""

    def prefer(self, name: str) -> None:
        """Select this connection once it is there."""
        self._name = name

    def select(self, name: str) -> None:
        """Select a connection by name."""
        row = self._connections.row_of(name)
        if row >= 0:
            self.setCurrentIndex(self._connections.index(row, 0))

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self._connections.row(current.row())
        if row is not None:
            self._name = row.name
        self.selection_moved.emit(row.name if row else "")

    def _keep_selection(self) -> None:
        row = max(self._connections.row_of(self._name), 0)
        if self._connections.rowCount():
            self.setCurrentIndex(self._connections.index(row, 0))
        else:
            self.selection_moved.emit("")

    def _double_clicked(self, _index: QModelIndex) -> None:
        self.edit_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_requested.emit()
        else:
            super().keyPressEvent(event)
