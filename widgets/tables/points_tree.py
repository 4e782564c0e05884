"""The tree of points: check box, colour key, title, value, unit and age."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.bridge.points_model import AGE, TITLE, UNIT, VALUE, PointsModel
from app.bridge.points_rows import Role
from app.core.rows import PointKey
from widgets.base import icons
from widgets.base.keys import keeps_key
from widgets.base.theme import Look
from widgets.tables.points_delegate import PointsDelegate

TICK_MS = 250
INDENT = 10
_VALUE_WIDTH, _UNIT_WIDTH, _AGE_WIDTH = 64, 42, 46
_AUTO_EXPAND, _FEW = 12, 2


class PointsTree(QTreeView):
    """Shows ``PointsModel``; asks four times a second what changed, only while it is visible.

    Signals:
        plot_requested: the user asked for the point in a new plot (Ctrl+Enter, the menu).
        export_requested: the user asked to export the point.
        switch_requested: the user wants to send a command to the point (S, the menu).
    """

    plot_requested = Signal(PointKey)
    switch_requested = Signal(PointKey)
    export_requested = Signal(PointKey)

    def __init__(self, look: Look, model: PointsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._points = model
        self.setModel(model)
        self._delegate = PointsDelegate(look, self)
        self.setItemDelegate(self._delegate)
        self.setUniformRowHeights(True)
        self.setIndentation(INDENT)
        self.setRootIsDecorated(True)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setAccessibleName(self.tr("Points"))
        self.setAccessibleDescription(
            self.tr("Space plots a point, Ctrl+Enter in a plot of its own, S sends a command to it")
        )
        self._set_header()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self._kept: set[str] = set()
        self._opened = False
        self._held: PointKey | None = None
        # Later: the points that are plotted may come in the same turn as the assets.
        self._open_later = QTimer(self)
        self._open_later.setSingleShot(True)
        self._open_later.timeout.connect(self._open_first)
        model.modelAboutToBeReset.connect(self._before_reset)
        model.modelReset.connect(self._model_reset)
        self.expanded.connect(self._expanded)
        self.clicked.connect(self._clicked)
        self._model_reset()

    def _set_header(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(32)
        header.setFixedHeight(28)
        header.setStyleSheet(
            "QHeaderView::section { padding: 0 0 0 4px; }"
            "QHeaderView::section:first { padding-left: 12px; }"
            "QHeaderView::section:last { padding-right: 8px; }"
        )
        header.setSectionsClickable(False)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        for column, width in ((VALUE, _VALUE_WIDTH), (UNIT, _UNIT_WIDTH), (AGE, _AGE_WIDTH)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def event(self, event: QEvent) -> bool:
        """Start and stop looking with the visibility; keep Space and Enter from the page."""
        if event.type() == QEvent.Type.Show:
            self._timer.start()
        elif event.type() == QEvent.Type.Hide:
            self._timer.stop()
        elif event.type() == QEvent.Type.ShortcutOverride and keeps_key(event):
            return True
        return super().event(event)

    @Slot()
    def refresh(self) -> None:
        """Bring the rows on the screen up to now."""
        self._points.refresh(self.visible_rows())

    def visible_rows(self) -> list[QModelIndex]:
        """The indexes of the rows that can be seen."""
        rows: list[QModelIndex] = []
        index = self.indexAt(self.viewport().rect().topLeft())
        bottom = self.viewport().height()
        while index.isValid() and self.visualRect(index).top() <= bottom:
            rows.append(index)
            index = self.indexBelow(index)
        return rows

    def show_point(self, key: PointKey) -> bool:
        """Scroll to a point and select it; False where it is not shown."""
        index = self._points.find(key, fetch=True)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        return index.isValid()

    def hold(self, key: PointKey | None) -> None:
        """Keep the row of a point in sight while the tree changes its size; None: no more."""
        self._held = key

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the held row in sight."""
        super().resizeEvent(event)
        if self._held is not None:
            index = self._points.find(self._held)
            if index.isValid():
                self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def show_asset(self, row: int) -> None:
        """Scroll to an asset by its row and open it."""
        index = self._points.index(row, 0)
        if index.isValid():
            self.expand(index)
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    @Slot()
    def _before_reset(self) -> None:
        """Remember what is open, but not what a search opened."""
        if not self._points.text:
            self._kept = {name for name, index in self._branches() if self.isExpanded(index)}

    def _branches(self) -> list[tuple[str, QModelIndex]]:
        """The asset numbers and device keys that have rows, with their rows."""
        found: list[tuple[str, QModelIndex]] = []
        for row in range(self._points.rowCount()):
            top = self._points.index(row, 0)
            found.append((self._points.name(top), top))
            if self.isExpanded(top):
                below = [self._points.index(n, 0, top) for n in range(self._points.rowCount(top))]
                found += [(name, each) for each in below if (name := self._points.name(each))]
        return found

    @Slot()
    def _model_reset(self) -> None:
        shown, _ = self._points.shown()
        if self._points.text:
            if 0 < shown <= _AUTO_EXPAND:
                self.expandRecursively(self.rootIndex(), 1)
            return
        for _ in range(2):
            for name, index in self._branches():
                self.setExpanded(index, name in self._kept)
        if not self._opened:
            self._open_later.start(0)

    def open_first(self) -> None:
        """Open what is plotted, once, when there is something to open."""
        if not self._opened:
            self._open_later.start(0)

    @Slot()
    def _open_first(self) -> None:
        shown, _ = self._points.shown()
        if self._points.text or not 0 < shown <= _AUTO_EXPAND:
            return
        found = [self._points.find(key) for key in self._points.curves()]
        tops = [_top(index) for index in found if index.isValid()]
        if tops:
            self._opened = True
            self.expand(min(tops, key=QModelIndex.row))
        elif shown <= _FEW:
            self.expandRecursively(self.rootIndex(), 1)

    @Slot(QModelIndex)
    def _expanded(self, index: QModelIndex) -> None:
        if not index.parent().isValid() and self._points.rowCount(index) <= _AUTO_EXPAND:
            plotted = {key.device for key in self._points.curves()}
            rows = [
                self._points.index(row, 0, index) for row in range(self._points.rowCount(index))
            ]
            wanted = [row for row in rows if self._points.name(row) in plotted]
            for row in wanted or rows:
                self.expand(row)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        if index.data(Role.LEVEL) != 2 and index.column() == TITLE:
            self.setExpanded(index, not self.isExpanded(index))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a check box toggles the plot, anything else is Qt's."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == TITLE and index.data(Role.LEVEL) == 2:
            box = self._delegate.check_box(self.visualRect(index)).adjusted(-6, -6, 4, 6)
            if box.contains(event.position().toPoint()):
                self.setCurrentIndex(index)
                self.toggle(index)
                return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plots, Ctrl+Enter plots apart, Enter opens an asset or plots a point, S sends."""
        index = self.currentIndex().siblingAtColumn(TITLE)
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        key = self._points.key(index)
        if enter and key is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.plot_requested.emit(key)
        elif event.key() == Qt.Key.Key_S and key is not None and not event.modifiers():
            self.switch_requested.emit(key)
        elif event.key() == Qt.Key.Key_Space or enter:
            if key is None:
                self.setExpanded(index, not self.isExpanded(index))
            else:
                self.toggle(index)
        else:
            super().keyPressEvent(event)

    def toggle(self, index: QModelIndex, _checked: bool | None = None) -> None:
        """Ask for the point's curve, or for its end."""
        on = index.data(Role.CURVE) >= 0
        state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        self._points.setData(index, state, Qt.ItemDataRole.CheckStateRole)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a point."""
        index = self.indexAt(event.pos()).siblingAtColumn(TITLE)
        key = self._points.key(index)
        if key is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        plotted = index.data(Role.CURVE) >= 0
        toggle = menu.addAction(self.tr("Remove from plot") if plotted else self.tr("Plot"))
        toggle.triggered.connect(partial(self.toggle, index))
        apart = menu.addAction(self.tr("Plot in a new plot"))
        apart.triggered.connect(partial(self.plot_requested.emit, key))
        if self._points.can_switch(index):
            switch = menu.addAction(self.tr("Send a command…") + "\tS")
            switch.triggered.connect(partial(self.switch_requested.emit, key))
        export = menu.addAction(self.tr("Export…"))
        export.triggered.connect(partial(self.export_requested.emit, key))
        menu.popup(event.globalPos())

    def drawRow(
        self,
        painter: QPainter,
        options: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Fill a selected row from edge to edge."""
        if self.selectionModel().isRowSelected(index.row(), index.parent()):
            painter.fillRect(options.rect, QColor(self._look.palette.selected))
        current = self.currentIndex()
        same = (current.row(), current.internalId()) == (index.row(), index.internalId())
        if same and current.isValid() and self.hasFocus():
            pen = QPen(QColor(self._look.palette.accent), 1)
            painter.setPen(pen)
            painter.drawRect(options.rect.adjusted(0, 0, -1, -1))
        super().drawRow(painter, options, index)

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """A chevron before what can be opened."""
        if index.data(Role.LEVEL) == 2:
            return
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"
        picture = icons.pixmap(name, self._look.palette.text2, 14, self.devicePixelRatioF())
        x = rect.right() - INDENT + 5
        painter.drawPixmap(x, rect.center().y() - 6, picture)


def _top(index: QModelIndex) -> QModelIndex:
    while index.parent().isValid():
        index = index.parent()
    return index
