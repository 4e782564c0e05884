"""The small form below the tree that sends a command to a point and shows what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.bridge.switching import STANDING, Switched
from app.bridge.switching_offer import Offer
from app.bridge.switching_words import next_action, steps
from app.core.commands import CommandState, Value
from app.core.rows import PointKey
from widgets.base import marks
from widgets.base.fonts import sans
from widgets.base.key_button import KeyButton
from widgets.base.keys import KeepsKeys
from widgets.base.theme import Look
from widgets.pages.panel import Panel
from widgets.pages.switch_editor import SwitchEditor
from widgets.pages.switch_steps import SwitchSteps

_SIDE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A value to be sent by the command of a point; ``trial``: to be put back by itself."""

    key: PointKey
    command: str
    value: Value
    trial: bool


class Notice(QWidget):
    """A mark and a text that wraps; hidden while there is no text."""

    def __init__(self, look: Look, mark: marks.Mark) -> None:
        super().__init__()
        self._look = look
        self._mark = mark
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 0, 0)
        row.addWidget(self.label)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a text, or nothing."""
        self.label.setText(text)
        self.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark beside the first line."""
        painter = QPainter(self)
        marks.draw(self._mark, painter, QRectF(0, 1, 16, 16), self._look.palette)
        painter.end()


class SwitchPanel(Panel):
    """Value, danger and Send above; the steps of the command, its reason and what to do below.

    Signals:
        sent: what is to be sent.
        undo_requested, keep_requested, test_requested: the point's command is meant.
        eyes_said: a person looked; whether it is so.
        closed: the form was left.
    """

    sent = Signal(Wish)
    undo_requested = Signal(PointKey)
    keep_requested = Signal(PointKey)
    test_requested = Signal(str)
    eyes_said = Signal(PointKey, bool)
    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "")
        self.offer: Offer | None = None
        self._keeps = KeepsKeys(self)
        self.editor = SwitchEditor()
        self.send = KeyButton(look, self.tr("Send"))
        self.send.primary = True
        self.send.set_hint("Return")
        self.trial = QCheckBox()
        self.trial.installEventFilter(self._keeps)
        self.place = QLabel()
        self.place.setFont(sans(look.measures.caption))
        self.place.setStyleSheet(f"color: {look.palette.text2};")
        self.span = QLabel()
        self.span.setFont(sans(look.measures.caption))
        self.span.setStyleSheet(f"color: {look.palette.text2};")
        self.danger = Notice(look, marks.warning)
        self.refused = Notice(look, marks.blocked)
        self.wrong = Notice(look, marks.warned)
        self.steps = SwitchSteps(look)
        self.detail = QLabel()
        self.advice = QLabel()
        for label in (self.detail, self.advice):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.undo = KeyButton(look, self.tr("Undo"), icon="undo", kind="small")
        self.undo.set_hint("Ctrl+Z")
        self.keep = KeyButton(look, self.tr("Leave it so"), kind="small")
        self.yes = KeyButton(look, self.tr("It is so"), kind="small")
        self.no = KeyButton(look, self.tr("It is not so"), kind="small")
        self.test = KeyButton(look, self.tr("Test the connection"), kind="small")
        self.close_button = KeyButton(look, "", icon="close", kind="flat")
        self._lay_out()
        self._wire()
        self.hide()

    def _lay_out(self) -> None:
        self.close_button.setAccessibleName(self.tr("Close the command"))
        self.close_button.setToolTip(self.close_button.accessibleName() + "  Esc")
        self.close_button.clicked.connect(self.leave)
        self.head.row.addWidget(self.close_button)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.editor, 1)
        line.addWidget(self.send)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.undo, self.keep, self.yes, self.no, self.test):
            buttons.addWidget(button)
            button.hide()
        buttons.addStretch(1)
        self.column.setContentsMargins(0, 1, 0, 0)
        inner = QVBoxLayout()
        inner.setContentsMargins(_SIDE, 6, _SIDE, 10)
        inner.setSpacing(6)
        above: tuple[QWidget, ...] = (self.place, self.danger, self.refused)
        below: tuple[QWidget, ...] = (
            self.span, self.wrong, self.trial, self.steps, self.detail, self.advice,
        )  # fmt: skip
        for widget in above:
            inner.addWidget(widget)
        inner.addLayout(line)
        for widget in below:
            inner.addWidget(widget)
        inner.addLayout(buttons)
        self.column.addLayout(inner)

    def _wire(self) -> None:
        self.send.clicked.connect(self._send)
        self.editor.sent.connect(self._send)
        self.undo.clicked.connect(partial(self._say, self.undo_requested))
        self.keep.clicked.connect(partial(self._say, self.keep_requested))
        self.yes.clicked.connect(partial(self._looked, done=True))
        self.no.clicked.connect(partial(self._looked, done=False))
        self.test.clicked.connect(self._test)

    # What is shown

    def open(self, offer: Offer, value: Value | None) -> None:
        """Show the form of a point's command, with its set-point of now."""
        self.offer = offer
        self.head.title.setText(offer.title)
        self.place.setText(offer.place)
        self.setAccessibleName(f"{offer.title}, {offer.place}")
        self.danger.show_text("" if offer.refused else offer.danger)
        self.refused.show_text(offer.refused)
        self.wrong.show_text("")
        allowed = not offer.refused
        self.editor.set_offer(offer, value)
        for widget in (self.editor, self.send):
            widget.setVisible(allowed)
        self.span.setText(offer.span)
        self.span.setVisible(allowed and bool(offer.span))
        self.trial.setVisible(allowed and offer.lasts and bool(offer.danger))
        self.trial.setText(self.tr("Put back by itself after {0} s").format(offer.revert_s))
        self.trial.setAccessibleName(self.trial.text())
        self.trial.setChecked(False)
        self.show_state(None, 0)
        self.show()
        target = self.editor if allowed else self.close_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, switched: Switched | None, now_ns: int) -> None:
        """Show how far the point's command got; None while there is none."""
        for widget in (self.steps, self.detail, self.advice):
            widget.setVisible(switched is not None)
        held = self._held(switched, now_ns)
        for button, on in zip((self.undo, self.keep, self.yes, self.no, self.test), held,
                              strict=True):  # fmt: skip
            if button.hasFocus() and not on:
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            button.setVisible(on)
        # What is under way for another point keeps nobody from sending to this one.
        self.send.setEnabled(switched is None or switched.over)
        if switched is None:
            return
        # The value was in its span: its place is wanted for the steps.
        self.span.hide()
        self.steps.set_lines(steps(switched))
        self.detail.setText(switched.command.detail)
        self.advice.setText(next_action(switched))
        self.advice.setVisible(bool(self.advice.text()))
        until = max(switched.undo_ns, switched.revert_ns)
        left = -(-(until - now_ns) // 1_000_000_000)
        text = self.tr("Undo {0} s").format(left) if left > 0 else self.tr("Undo")
        if self.undo.text() != text:
            self.undo.set_label(text)
            self.undo.setAccessibleName(self.tr("Undo"))

    @staticmethod
    def _held(switched: Switched | None, now_ns: int) -> tuple[bool, ...]:
        """Which buttons there are: undo, leave it so, it is so, it is not so, test."""
        if switched is None:
            return (False,) * 5
        eyes = switched.for_eyes
        bad = switched.over and switched.state in STANDING
        unsure = bad and switched.state is not CommandState.REJECTED
        return switched.undoable(now_ns), bool(switched.revert_ns), eyes, eyes, unsure

    def show_wrong(self, text: str) -> None:
        """Say why a value was not sent."""
        self.wrong.show_text(text)

    # What the user does

    @Slot()
    def _send(self) -> None:
        if self.offer is None or self.offer.refused or not self.send.isEnabled():
            return
        self.wrong.show_text("")
        trial = self.trial.isChecked() and not self.trial.isHidden()
        value = self.editor.value()
        self.sent.emit(
            Wish(key=self.offer.key, command=self.offer.spec.id, value=value, trial=trial)
        )

    def _say(self, signal: SignalInstance, _checked: bool | None = None) -> None:
        if self.offer is not None:
            signal.emit(self.offer.key)

    def _looked(self, _checked: bool | None = None, *, done: bool) -> None:
        if self.offer is not None:
            self.eyes_said.emit(self.offer.key, done)

    @Slot()
    def _test(self) -> None:
        if self.offer is not None:
            self.test_requested.emit(self.offer.key.device)

    @Slot()
    def leave(self) -> None:
        """Close the form; what was sent goes on."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card with a line above."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.raised))
        painter.fillRect(0, 0, self.width(), 1, QColor(palette.divider))
        painter.end()
