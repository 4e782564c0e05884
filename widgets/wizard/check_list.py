"""The checks of a step, one row each, in a card with a head line."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.bridge.commission_views import ASKED, HELD, QUEUED, CheckView
from widgets.base.fonts import sans
from widgets.base.theme import Look
from widgets.base.tokens import CARD_RADIUS
from widgets.wizard import columns
from widgets.wizard.check_row import CheckRow

SETTLE_MS = 30


class ListHead(QWidget):
    """The names of the columns, over rows that a scroll bar may make narrower."""

    def __init__(self, look: Look, rows: QWidget) -> None:
        super().__init__()
        self._look = look
        self._rows = rows
        self.setFixedHeight(look.measures.row)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names over their columns."""
        palette, width, height = self._look.palette, self._rows.width(), self.height()
        painter = QPainter(self)
        painter.setFont(sans(self._look.measures.caption))
        painter.setPen(QColor(palette.text2))
        middle = Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | middle
        painter.drawText(QRect(columns.MARK, 0, 90, height), middle, self.tr("Verdict"))
        painter.drawText(columns.check_box(width, height, asked=False), middle, self.tr("Check"))
        painter.drawText(columns.measured_box(width, height), right, self.tr("Measured"))
        painter.drawText(columns.limit_box(width, height), right, self.tr("Limit"))
        painter.drawText(columns.method_box(width, height), right, self.tr("Method"))
        painter.fillRect(0, height - 1, self.width(), 1, QColor(palette.divider))
        painter.end()


class CheckList(QWidget):
    """Rows of a step; one of them is the current one.

    Signals:
        action_requested, retry_requested, log_requested, answered, values_given, typed: of a row.
        current_changed: the check that Retry, Skip and Log are about.
    """

    action_requested = Signal(str)
    retry_requested = Signal(str)
    log_requested = Signal(str)
    answered = Signal(str, str)
    values_given = Signal(str, list)
    typed = Signal(str, str, str)
    current_changed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: dict[str, CheckRow] = {}
        self.current = ""
        self._inner = QWidget()
        self._list = QVBoxLayout(self._inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self._inner)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)
        # A row that opens makes the list longer, which may take the current one out of sight.
        # Where it then is, is known when the layouts have come to rest.
        self._settled = QTimer(self)
        self._settled.setInterval(SETTLE_MS)
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self._reveal)
        self.area.verticalScrollBar().rangeChanged.connect(self._settle)
        self.area.setAccessibleName(self.tr("Checks"))
        self.area.setStyleSheet("QScrollArea { background: transparent; }")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        head = ListHead(look, self.area.viewport())
        self.area.verticalScrollBar().rangeChanged.connect(head.update)
        column.addWidget(head)
        column.addWidget(self.area, 1)

    def show_checks(self, checks: tuple[CheckView, ...]) -> None:
        """Show these checks; rows that stay keep their widgets."""
        if [check.id for check in checks] != list(self.rows):
            self._rebuild(checks)
        else:
            for check in checks:
                row = self.rows[check.id]
                if row.view != check:
                    row.show_view(check)
        if self.current not in self.rows:
            self.set_current(self._first_current(checks))

    def _first_current(self, checks: tuple[CheckView, ...]) -> str:
        for states in (("fail",), (ASKED,), ("blocked",), (HELD, QUEUED), ("running",)):
            for check in checks:
                if check.state in states:
                    return check.id
        return checks[0].id if checks else ""

    def set_current(self, check: str) -> None:
        """Make a row the current one."""
        for name, row in self.rows.items():
            if row.current != (name == check):
                row.set_current(current=name == check)
        if check != self.current:
            self.current = check
            self.current_changed.emit(check)
        self._settle()

    @Slot()
    def _settle(self) -> None:
        self._settled.start()

    @Slot()
    def _reveal(self) -> None:
        if self.current in self.rows:
            self.area.ensureWidgetVisible(self.rows[self.current], 0, 8)

    def row(self) -> CheckRow | None:
        """The current row."""
        return self.rows.get(self.current)

    def first(self, *states: str) -> CheckRow | None:
        """The first row in one of these states."""
        return next((row for row in self.rows.values() if row.view.state in states), None)

    def _rebuild(self, checks: tuple[CheckView, ...]) -> None:
        for row in self.rows.values():
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}
        self.current = ""
        for place, check in enumerate(checks):
            row = CheckRow(self._look, check)
            row.set_current(current=False)
            for name in ("action_requested", "retry_requested", "log_requested", "answered",
                         "values_given", "typed"):  # fmt: skip
                getattr(row, name).connect(getattr(self, name))
            row.chosen.connect(self.set_current)
            row.resized.connect(self._settle)
            self.rows[check.id] = row
            self._list.insertWidget(place, row)
            # At once: a row that is shown in the next turn only cannot take the focus in this one.
            row.setVisible(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move between rows."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        names = list(self.rows)
        if by and self.current in names:
            place = min(len(names) - 1, max(0, names.index(self.current) + by))
            self.set_current(names[place])
            self.rows[names[place]].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.divider), 1))
        painter.setBrush(QColor(palette.raised))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        painter.end()
