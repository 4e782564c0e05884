"""The bar at the top: menu, what is wrong now, and the field that finds everything."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from widgets.base import icons, marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.rail import rail_width
from widgets.base.search_field import SearchField
from widgets.base.theme import Look
from widgets.base.tokens import BANNER_HEIGHT


class MenuCell(QAbstractButton):
    """The menu button above the rail."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(rail_width(look), BANNER_HEIGHT - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw three lines."""
        palette = self._look.palette
        painter = QPainter(self)
        if self.underMouse() or self.isDown():
            painter.fillRect(self.rect(), QColor(palette.bg))
        picture = icons.pixmap("menu", palette.text, 20, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - 20) // 2, (self.height() - 20) // 2, picture)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(palette.divider))
        painter.end()


class ProblemCell(QAbstractButton):
    """The worst standing problem and how many more there are; nothing where there is none."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._kind = "warn"
        self._rest = ""
        self._strong = sans(look.measures.body, SEMIBOLD)
        self._small = sans(look.measures.caption)
        self.setFixedHeight(BANNER_HEIGHT - 1)
        self.hide()

    def set_problem(self, title: str, rest: str, *, fault: bool) -> None:
        """Show a title and a quiet rest such as "+2 more"; an empty title hides the cell."""
        self._kind = "fail" if fault else "warn"
        self._rest = rest
        self.setText(title)
        self.setAccessibleName(f"{title} {rest}".strip())
        self.setVisible(bool(title))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its texts."""
        title = QFontMetrics(self._strong).horizontalAdvance(self.text())
        rest = QFontMetrics(self._small).horizontalAdvance(self._rest)
        return QSize(4 + 12 + 20 + 8 + title + (12 + rest if rest else 0) + 12, BANNER_HEIGHT - 1)

    def minimumSizeHint(self) -> QSize:
        """The title is cut before the window grows."""
        return QSize(120, BANNER_HEIGHT - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw mark, title and the quiet rest."""
        palette = self._look.palette
        painter = QPainter(self)
        if self.underMouse():
            painter.fillRect(self.rect(), QColor(palette.bg))
        where = QRectF(12, self.height() / 2 - 9, 18, 18)
        marks.draw(marks.VERDICT_MARKS[self._kind], painter, where, palette)
        metrics = QFontMetrics(self._small)
        rest = metrics.horizontalAdvance(self._rest)
        room = self.width() - 40 - 12 - (rest + 12 if rest else 0)
        painter.setFont(self._strong)
        painter.setPen(QColor(palette.text))
        title = QFontMetrics(self._strong).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room
        )
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(40, 0, 0, 0), flags, title)
        painter.setFont(self._small)
        painter.setPen(QColor(palette.text2))
        right = Qt.AlignmentFlag.AlignRight | flags
        painter.drawText(self.rect().adjusted(0, 0, -12, 0), right, self._rest)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(palette.divider))
        painter.end()


class CommandField(SearchField):
    """Looks like a field and opens the palette as soon as it is asked for.

    Signals:
        palette_requested: the user clicked the field.
    """

    palette_requested = Signal()

    def __init__(self, look: Look, placeholder: str, shortcut: str) -> None:
        super().__init__(look, placeholder)
        self.show_hint(shortcut)
        self.setReadOnly(True)
        self.setFixedSize(240, 28)
        self.setStyleSheet("min-height: 26px; max-height: 26px;")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the palette."""
        self.palette_requested.emit()


class TopBar(QWidget):
    """Menu cell, problem cell, command field."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.menu_cell = MenuCell(look, self.tr("Menu"))
        self.problem_cell = ProblemCell(look)
        self.command_field = CommandField(look, self.tr("Search, command"), "Ctrl+P")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 1)
        row.setSpacing(0)
        row.addWidget(self.menu_cell)
        row.addWidget(self.problem_cell)
        row.addStretch(1)
        row.addWidget(self.command_field)
        self.setFixedHeight(BANNER_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.palette.surface))
        line = QColor(self._look.palette.divider)
        painter.fillRect(0, self.height() - 1, self.width(), 1, line)
        painter.end()
