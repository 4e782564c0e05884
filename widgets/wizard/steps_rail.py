"""The steps at the left of the wizard, each with its state, and what goes on in the background."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget

from app.bridge.commission_views import HeaderView, JobView, StepView
from widgets.base import marks
from widgets.base.fonts import REGULAR, SEMIBOLD, sans
from widgets.base.theme import Look
from widgets.base.tokens import TITLE_HEIGHT
from widgets.wizard import verdicts
from widgets.wizard.durations import clock

RAIL_WIDTH = 232
_ROW = 32
_RUNNING = 2
"""Rows for checks that run in the background; the rest are in the count."""


class StepButton(QAbstractButton):
    """One step: mark, number, name."""

    def __init__(self, look: Look, number: int) -> None:
        super().__init__()
        self._look = look
        self._number = number
        self._state = "not_run"
        self.setCheckable(True)
        self.setFixedHeight(max(_ROW, look.measures.control))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def show_step(self, step: StepView, *, current: bool) -> None:
        """Show a step's state."""
        self.setText(step.title)
        self._state = step.state
        self.setChecked(current)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus)
        said = f"{self._number} {step.title}, {verdicts.word(step.state)}"
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down are the rail's: a button would only move the focus."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """The width of the rail."""
        return QSize(RAIL_WIDTH, max(_ROW, self._look.measures.control))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        palette, measures = self._look.palette, self._look.measures
        painter = QPainter(self)
        if self.isChecked():
            painter.fillRect(self.rect(), QColor(palette.selected))
            painter.fillRect(0, 0, 3, self.height(), QColor(palette.accent))
        elif self.underMouse():
            painter.fillRect(self.rect(), QColor(palette.raised))
        middle = self.height() / 2
        mark = verdicts.MARKS[self._state]
        if self.isChecked() and self._state in ("not_run", "running"):
            mark = verdicts.current
        marks.draw(mark, painter, QRectF(12, middle - 8, 16, 16), palette)
        font = sans(measures.body, SEMIBOLD if self.isChecked() else REGULAR)
        painter.setFont(font)
        painter.setPen(QColor(palette.text2))
        center = Qt.AlignmentFlag.AlignVCenter
        number = QRect(30, 0, 22, self.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | center, str(self._number))
        painter.setPen(QColor(palette.text))
        box = QRect(60, 0, self.width() - 68, self.height())
        shown = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, center, shown)
        painter.end()


class SoakRing(QWidget):
    """A ring that fills while all points are recorded, with the time beside it in words."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._share = 0.0
        self.setFixedSize(16, 16)

    def set_share(self, share: float) -> None:
        """Fill the ring by a share of 1."""
        self._share = min(1.0, max(0.0, share))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2, 2, 12, 12)
        painter.setPen(QPen(QColor(self._look.palette.divider), 3))
        painter.drawEllipse(box)
        painter.setPen(QPen(QColor(self._look.palette.accent), 3))
        painter.drawArc(box, 90 * 16, -int(self._share * 360 * 16))
        painter.end()


class BackgroundRow(QWidget):
    """What goes on by itself: a mark or a ring, what it is, and how far it is."""

    def __init__(self, look: Look, text: str = "", *, ring: bool = False) -> None:
        super().__init__()
        self._look = look
        self._text, self._note, self._mark = text, "", "running"
        self._ring = SoakRing(look) if ring else None
        if self._ring is not None:
            self._ring.setParent(self)
            self._ring.move(12, 4)
        self.setFixedHeight(24)

    def show_row(self, note: str, *, mark: str = "", text: str = "", share: float = 0.0) -> None:
        """Show how far it is."""
        self._note, self._mark, self._text = note, mark or self._mark, text or self._text
        if self._ring is not None:
            self._ring.set_share(share)
        self.setAccessibleName(f"{self._text} {note}".strip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        palette, measures = self._look.palette, self._look.measures
        painter = QPainter(self)
        if self._ring is None:
            marks.draw(verdicts.MARKS[self._mark], painter, QRectF(12, 4, 16, 16), palette)
        font = sans(measures.body)
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        center = Qt.AlignmentFlag.AlignVCenter
        room = self.width() - 48 - (60 if self._note else 0)
        shown = QFontMetrics(font).elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(36, 0, room + 4, 24), center, shown)
        note = QRect(self.width() - 92, 0, 80, 24)
        painter.drawText(note, Qt.AlignmentFlag.AlignRight | center, self._note)
        painter.end()


class StepsRail(QWidget):
    """The list of steps.

    Signals:
        step_chosen: the id of a step.
    """

    step_chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._ids: tuple[str, ...] = ()
        self._under_way = 0
        self.buttons: list[StepButton] = []
        self.setFixedWidth(RAIL_WIDTH)
        self._title = QLabel(self.tr("Steps"))
        self._title.setFont(sans(look.measures.body, SEMIBOLD))
        self._note = QLabel()
        self._note.setStyleSheet(f"color: {look.palette.text2}; font-size: 12px;")
        self._background = QLabel(self.tr("Background checks"))
        self._background.setFont(sans(look.measures.body, SEMIBOLD))
        self._background.setContentsMargins(12, 2, 12, 2)
        self.soak = BackgroundRow(look, self.tr("Soak"), ring=True)
        self.done = BackgroundRow(look, self.tr("Checks done"))
        self.running = [BackgroundRow(look) for _ in range(_RUNNING)]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, TITLE_HEIGHT + 4, 0, 12)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        for row in (self._background, self.soak, self.done, *self.running):
            self._column.addWidget(row)
        for label, left in ((self._title, 12), (self._note, 120)):
            label.setParent(self)
            width = RAIL_WIDTH - 12 - left if left > 12 else 104
            label.setGeometry(left, 0, width, TITLE_HEIGHT - 1)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_job(self, view: JobView) -> None:
        """Show the steps of a job as they stand."""
        ids = tuple(step.id for step in view.steps)
        if ids != self._ids:
            self._rebuild(len(ids))
            self._ids = ids
        for button, step in zip(self.buttons, view.steps, strict=True):
            button.show_step(step, current=step.id == view.step)
        self._note.setText(self.tr("{0} of {1}").format(view.number(), len(ids)))
        done = sum(step.done for step in view.steps)
        total = sum(step.total for step in view.steps)
        self.done.show_row(f"{done}/{total}", mark="pass" if done == total else "running")
        running = [check for check in view.checks if check.state == "running"]
        self._under_way = len(running)
        for row, check in zip(self.running, running, strict=False):
            row.show_row("", mark="running", text=check.title)
        self._fit()
        self.update()

    def _fit(self) -> None:
        """What goes on in the background gives way to the steps, its last row first."""
        steps = sum(button.height() for button in self.buttons)
        margins = self._column.contentsMargins()
        room = self.height() - steps - margins.top() - margins.bottom()
        rows = (self._background, self.soak, self.done, *self.running[: self._under_way])
        for row in rows:
            room -= row.sizeHint().height() if row is self._background else row.height()
            row.setVisible(room >= 0)
        for row in self.running[self._under_way :]:
            row.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def show_header(self, header: HeaderView) -> None:
        """Show how far the soak is."""
        share = header.soak_s / header.soak_of_s if header.soak_of_s else 1.0
        self.soak.show_row(clock(min(header.soak_s, header.soak_of_s)), share=share)

    def _rebuild(self, count: int) -> None:
        for button in self.buttons:
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [StepButton(self._look, number + 1) for number in range(count)]
        for place, button in enumerate(self.buttons):
            button.clicked.connect(self._clicked)
            self._column.insertWidget(place, button)

    def _clicked(self) -> None:
        button = self.sender()
        for place, one in enumerate(self.buttons):
            if one is button:
                self.step_chosen.emit(self._ids[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go to the step before and after."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        places = [place for place, button in enumerate(self.buttons) if button.isChecked()]
        if by and places and 0 <= places[0] + by < len(self._ids):
            self.step_chosen.emit(self._ids[places[0] + by])
            self.buttons[places[0] + by].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface and its lines."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.surface))
        painter.fillRect(0, TITLE_HEIGHT - 1, self.width(), 1, QColor(palette.divider))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(palette.divider))
        if not self._background.isHidden():
            top = self._background.y() - 8
            painter.fillRect(0, top, self.width(), 1, QColor(palette.divider))
        painter.end()
