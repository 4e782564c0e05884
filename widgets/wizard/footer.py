"""The line below every step: back, saved, skip, retry, and the one primary action."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.bridge.commission_views import JobView
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import TOOLBAR_HEIGHT
from widgets.wizard.durations import clock

FIX, START, ANSWER, CONTINUE, SIGN, LEAVE = "fix", "start", "answer", "continue", "sign", "leave"


class Footer(QWidget):
    """Buttons of the wizard; ``primary_is`` says what the primary one does now."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.primary_is = CONTINUE
        self.back = KeyButton(look, self.tr("Back"), shortcut="Alt+Left")
        self.saved = QLabel()
        self.saved.setStyleSheet(f"color: {look.palette.text2};")
        self.skip = KeyButton(look, self.tr("Skip…"), shortcut="Ctrl+K")
        self.retry = KeyButton(look, self.tr("Retry"), shortcut="Ctrl+R")
        self.primary = KeyButton(look, self.tr("Continue"), shortcut="Ctrl+Return")
        self.primary.primary = True
        for name, button in (("back", self.back), ("skip", self.skip), ("retry", self.retry),
                             ("primary", self.primary)):  # fmt: skip
            button.setObjectName(f"footer:{name}")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.saved)
        row.addStretch(1)
        row.addWidget(self.skip)
        row.addWidget(self.retry)
        row.addWidget(self.primary)
        self.setFixedHeight(max(TOOLBAR_HEIGHT, look.measures.control + 16))

    def show_job(self, view: JobView, *, review: bool, soak_left_s: float = 0.0) -> None:
        """Say what the primary button does for the step shown."""
        self.back.setEnabled(view.number() > 1)
        self.skip.setVisible(not review)
        self.retry.setVisible(not review)
        if review:
            label, self.primary_is = self._review(view, soak_left_s)
        else:
            label, self.primary_is = self._step(view)
        if label != self.primary.text():
            self.primary.set_label(label)

    def _review(self, view: JobView, soak_left_s: float) -> tuple[str, str]:
        if view.signed_ns:
            return self.tr("Close the job"), LEAVE
        if blocking := sum(item.punch == "A" for item in view.punch):
            one, more = (
                self.tr("Go to {0} item that blocks"),
                self.tr("Go to the first of {0} items that block"),
            )
            return (one if blocking == 1 else more).format(blocking), FIX
        if soak_left_s and not view.soak_waiver:
            return self.tr("Sign in {0}").format(clock(soak_left_s)), SIGN
        return self.tr("Sign"), SIGN

    def _step(self, view: JobView) -> tuple[str, str]:
        step = view.step_view()
        if step.failed:
            one, more = self.tr("Fix {0} failure"), self.tr("Fix {0} failures")
            return (one if step.failed == 1 else more).format(step.failed), FIX
        if step.blocked:
            # As the button says on which the focus comes to be.
            return QCoreApplication.translate("CheckRow", "Go to the check that blocks"), FIX
        if step.asked:
            one, more = self.tr("Answer {0} question"), self.tr("Answer {0} questions")
            return (one if step.asked == 1 else more).format(step.asked), ANSWER
        if step.held:
            return self.tr("Start the test"), START
        if view.next_number() > view.number() + 1:
            # What needs nobody runs by itself, and is not gone through step by step.
            return self.tr("Continue to step {0}").format(view.next_number()), CONTINUE
        if step.deferred:
            return self.tr("Continue ({0} deferred)").format(step.deferred), CONTINUE
        return self.tr("Continue"), CONTINUE

    def show_saved(self, moment: str) -> None:
        """Say when the last change was kept."""
        self.saved.setText(self.tr("Saved {0}").format(moment) if moment else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface and the line above."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(palette.divider))
        painter.end()
