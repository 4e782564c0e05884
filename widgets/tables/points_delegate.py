"""How a row of the point tree is drawn: check box, key line, marks, value, unit and age."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QTreeView,
)

from app.bridge.points_model import AGE, TITLE, UNIT, VALUE
from app.bridge.points_rows import Role
from widgets.base import icons, marks
from widgets.base.curves import curve_pen
from widgets.base.fonts import REGULAR, SEMIBOLD, sans
from widgets.base.theme import Look

BOX, GAP, KEY, STATE, LONGEST_VALUE = 16, 6, 16, 18, 128
_UNIT_END = 8
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | _MIDDLE


class PointsDelegate(QStyledItemDelegate):
    """Draws the rows of ``PointsModel`` in the measures of the look."""

    def __init__(self, look: Look, tree: QTreeView) -> None:
        super().__init__(tree)
        self._look = look
        self._tree = tree
        self._body = sans(look.measures.body)
        self._strong = sans(look.measures.body, SEMIBOLD)
        self._group = sans(look.measures.caption, SEMIBOLD)
        self._small = sans(look.measures.caption, REGULAR)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Every row has the row height of the mode."""
        return QSize(40, self._look.measures.row)

    def check_box(self, cell: QRect) -> QRect:
        """Where the check box of a point stands in its title cell."""
        return QRect(cell.left(), cell.center().y() - BOX // 2 + 1, BOX, BOX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell; the row's background is drawn by the tree."""
        cell = QRect(option.rect)
        painter.save()
        column = index.column()
        level = index.data(Role.LEVEL)
        if column == TITLE:
            if level == 2:
                self._point_title(painter, cell, index)
            else:
                self._heading(painter, cell, str(index.data()), level)
        elif level == 2:
            self._cell(painter, cell, index, column)
        painter.restore()

    def _heading(self, painter: QPainter, cell: QRect, text: str, level: int) -> None:
        palette = self._look.palette
        painter.setFont(self._strong if level == 0 else self._group)
        painter.setPen(QColor(palette.text if level == 0 else palette.text2))
        # A heading has no value: the line is its own.
        painter.setClipping(False)
        self._elided(painter, cell.adjusted(12, 0, self._beside(), 0), text)

    def _elided(self, painter: QPainter, cell: QRect, text: str) -> None:
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, cell.width())
        painter.drawText(cell, _MIDDLE, shown)

    def _point_title(
        self, painter: QPainter, cell: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        palette = self._look.palette
        curve = int(index.data(Role.CURVE))
        self._check(painter, self.check_box(cell), on=curve >= 0)
        x = cell.left() + BOX + GAP
        if curve >= 0:
            painter.setPen(curve_pen(palette, curve, 2.0))
            middle = cell.center().y() + 1
            painter.drawLine(x, middle, x + KEY - 2, middle)
        x += KEY + GAP
        mark = marks.ROLE_MARKS.get(str(index.data(Role.MARK)))
        if mark is not None:
            marks.draw(mark, painter, QRectF(x, cell.center().y() - 4, 10, 10), palette)
            x += 14
        painter.setFont(self._body)
        painter.setPen(QColor(palette.text))
        self._elided(painter, self._title_box(cell, index).adjusted(x - cell.left(), 0, 0, 0),
                     index.data())  # fmt: skip

    def _beside(self) -> int:
        """The width of the columns after the title."""
        tree = self._tree
        return sum(tree.columnWidth(column) for column in (VALUE, UNIT, AGE))

    def _title_box(self, cell: QRect, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """The title may use what the value beside it leaves, and the value what it can spare."""
        room = self._tree.columnWidth(VALUE) + (0 if self._unit(index) else self._spare(index))
        return cell.adjusted(0, 0, room - self._value_width(index) - GAP, 0)

    def _unit(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.model().index(index.row(), UNIT, index.parent()).data() or "")

    def _spare(self, index: QModelIndex | QPersistentModelIndex) -> int:
        """A word in place of a number has no unit: it ends where units do."""
        text = str(index.model().index(index.row(), VALUE, index.parent()).data() or "")
        word = any(character.isalpha() for character in text)
        return self._tree.columnWidth(UNIT) - _UNIT_END if word else 0

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Tell a title that is cut in full."""
        title = index.siblingAtColumn(TITLE) if isinstance(index, QModelIndex) else index
        if event.type() != QEvent.Type.ToolTip or title.data(Role.LEVEL) != 2:
            return False
        cut = isinstance(title, QModelIndex) and self.title_is_cut(view.visualRect(title), title)
        QToolTip.showText(event.globalPos(), str(title.data()) if cut else "", view)
        return True

    def title_is_cut(self, cell: QRect, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the title of a point ends with an ellipsis; ``cell`` is its cell."""
        mark = 14 if str(index.data(Role.MARK)) in marks.ROLE_MARKS else 0
        left = BOX + GAP + KEY + GAP + mark
        room = self._title_box(cell, index).width() - left
        return QFontMetrics(self._body).horizontalAdvance(str(index.data())) > room

    def _value_width(self, index: QModelIndex | QPersistentModelIndex) -> int:
        text = index.model().index(index.row(), VALUE, index.parent()).data()
        return min(QFontMetrics(self._body).horizontalAdvance(str(text)), LONGEST_VALUE)

    def _check(self, painter: QPainter, box: QRect, *, on: bool) -> None:
        palette = self._look.palette
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.accent if on else palette.border), 1))
        painter.setBrush(QColor(palette.accent if on else palette.raised))
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if on:
            picture = icons.pixmap(
                "check", palette.on_accent, 14, painter.device().devicePixelRatio()
            )
            painter.drawPixmap(box.left() + 1, box.top() + 1, picture)
        painter.restore()

    def _cell(
        self,
        painter: QPainter,
        cell: QRect,
        index: QModelIndex | QPersistentModelIndex,
        column: int,
    ) -> None:
        state = index.data(Role.STATE)
        if state is not None and column in (UNIT, AGE):
            if column == AGE:
                self._state(painter, cell, *state)
            return
        palette = self._look.palette
        stale = bool(index.data(Role.STALE))
        if stale and column != TITLE:
            marks.hatch(painter, cell.toRectF(), palette.divider)
        quiet = stale or column in (UNIT, AGE)
        painter.setFont(self._body if column == VALUE else self._small)
        painter.setPen(QColor(palette.text2 if quiet else palette.text))
        if column == UNIT:
            painter.drawText(cell.adjusted(4, 0, 0, 0), _MIDDLE, index.data())
        elif column == VALUE:
            spare = 0 if self._unit(index) else self._spare(index)
            box = cell.adjusted(min(0, cell.width() - LONGEST_VALUE), 0, spare, 0)
            metrics, middle = QFontMetrics(self._body), Qt.TextElideMode.ElideMiddle
            painter.drawText(box, _RIGHT, metrics.elidedText(index.data(), middle, box.width()))
        else:
            painter.drawText(
                cell.adjusted(0, 0, -8 if column == AGE else 0, 0), _RIGHT, index.data()
            )

    def _state(self, painter: QPainter, cell: QRect, mark: str, words: str) -> None:
        """What becomes of a command, in the place of unit and age."""
        painter.setClipping(False)
        painter.setFont(self._small)
        painter.setPen(QColor(self._look.palette.text))
        box = cell.adjusted(4 - self._tree.columnWidth(UNIT), 0, -8, 0)
        metrics = QFontMetrics(self._small)
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width() - STATE)
        painter.drawText(box, _RIGHT, text)
        x = box.right() - metrics.horizontalAdvance(text) - STATE
        where = QRectF(x, box.center().y() - 6, 14, 14)
        marks.draw(marks.STEP_MARKS[mark], painter, where, self._look.palette)
