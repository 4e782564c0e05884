"""One step: its name and count, the danger line, the ramp where there is one, and the checks."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.bridge.commission_ramps import RampView
from app.bridge.commission_views import HELD, JobView
from app.bridge.commission_views import StepView as Step
from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import CARD_RADIUS
from widgets.wizard.check_list import CheckList
from widgets.wizard.lamp_tiles import LampTiles
from widgets.wizard.ramp_plot import RampPlot


class DangerLine(QWidget):
    """Says what will happen in the street, starts and stops it.

    Signals:
        start_requested: the person has read it and starts.
        stop_requested: the person wants it as it was.
    """

    start_requested = Signal()
    stop_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.button = KeyButton(look, self.tr("Start"), icon="play")
        self.button.set_hint("R")
        self.button.setObjectName("danger:start")
        self.button.clicked.connect(self.start_requested)
        self.stop = KeyButton(look, self.tr("Stop"))
        self.stop.set_hint("Esc")
        self.stop.setObjectName("danger:stop")
        self.stop.clicked.connect(self.stop_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 4, 4, 4)
        row.setSpacing(12)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        row.addWidget(self.stop)

    def show_step(self, step: Step) -> None:
        """Show what a step does in the street; hidden where it does nothing there."""
        self.setVisible(bool(step.danger))
        self.text.setText(step.danger)
        label = self.tr("Start the test") if step.held else self.tr("Run again")
        if label != self.button.text():
            self.button.set_label(label)
        under_way = bool(step.moving or step.queued)
        self.button.setEnabled(not under_way)
        # One at a time leaves the text its lines; that it runs or waits, the rows say.
        self.button.setVisible(not under_way)
        self.stop.setVisible(under_way)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and the sign."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.border), 1))
        painter.setBrush(QColor(palette.raised))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        where = QRectF(14, self.height() / 2 - 8, 16, 16)
        marks.draw(marks.warning, painter, where, palette)
        painter.end()


class StepView(QWidget):
    """The middle of the wizard for a step with checks."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._step = ""
        self.title = QLabel()
        self.title.setFont(sans(look.measures.h2, SEMIBOLD))
        self.note = QLabel()
        self.note.setStyleSheet(f"color: {look.palette.text2};")
        self.count = QLabel()
        self.count.setStyleSheet(f"color: {look.palette.text2}; font-size: 12px;")
        self.danger = DangerLine(look)
        self.tiles = LampTiles(look)
        self.ramp = RampPlot(look)
        self.list = CheckList(look)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.note, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(self.count, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.danger)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.tiles)
        row.addWidget(self.ramp, 1)
        column.addLayout(row)
        column.addWidget(self.list, 1)

    def show_job(self, view: JobView, ramp: RampView | None) -> bool:
        """Show the job's step; tells whether it is another one than before."""
        step = view.step_view()
        other = step.id != self._step
        self._step = step.id
        self.title.setText(f"{view.number()} {step.title}")
        text = self.tr("{0} of {1} checks done").format(step.done, step.total)
        if step.failed:
            text = self.tr("{0}, {1} failed").format(text, step.failed)
        if step.queued and not step.moving:
            text = self._waits(view.running)
        self.count.setText(text)
        self.note.setText(step.note)
        self.danger.show_step(step)
        self.show_ramp(ramp)
        self.list.show_checks(view.of_step(step.id))
        return other

    def _waits(self, running: int) -> str:
        waits = self.tr("Waits, checks to go: {0}") if running else self.tr("Waits")
        return waits.format(running)

    def show_ramp(self, ramp: RampView | None) -> None:
        """Show the tiles and curves of what is moved; nothing where nothing is."""
        self.ramp.setVisible(ramp is not None)
        self.tiles.setVisible(ramp is not None)
        if ramp is not None:
            self.ramp.show_ramp(ramp)
            self.tiles.show_tiles(ramp.tiles)

    def focus_first(self) -> None:
        """Where the focus lands: a failure's action, a question, the start, else the first row."""
        for states in (("fail",), ("asked",)):
            row = self.list.first(*states)
            if row is not None:
                self.list.set_current(row.view.id)
                row.focus_action()
                return
        # After a test the way on is to continue; to run it again is a wish of its own.
        if self.danger.isVisible() and self.danger.button.isEnabled() and self.list.first(HELD):
            self.danger.button.setFocus(Qt.FocusReason.TabFocusReason)
            return
        current = self.list.row()
        if current is not None:
            current.setFocus(Qt.FocusReason.TabFocusReason)
