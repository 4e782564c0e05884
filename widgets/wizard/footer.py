"""The line below every step: back, saved, skip, retry, and the one primary action."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.bridge.commission_views import JobView
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import TOOLBAR_HEIGHT

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

    def show_job(self, view: JobView, *, review: bool) -> None:
        """Say what the primary button does for the step shown."""
        step = view.step_view()
        self.back.setEnabled(view.number() > 1)
        self.skip.setVisible(not review)
        self.retry.setVisible(not review)
        label, self.primary_is = self.tr("Continue"), CONTINUE
        if review:
            if view.signed_ns:
                label, self.primary_is = self.tr("Close the job"), LEAVE
            elif blocking := sum(item.punch == "A" for item in view.punch):
                one, more = self.tr("Go to {0} item that blocks"), self.tr("{0} items block")
                label, self.primary_is = (one if blocking == 1 else more).format(blocking), FIX
            else:
                label, self.primary_is = self.tr("Sign"), SIGN
        elif step.failed:
            one, more = self.tr("Fix {0} failure"), self.tr("Fix {0} failures")
            label, self.primary_is = (one if step.failed == 1 else more).format(step.failed), FIX
        elif step.asked:
            one, more = self.tr("Answer {0} question"), self.tr("Answer {0} questions")
            label, self.primary_is = (one if step.asked == 1 else more).format(step.asked), ANSWER
        elif step.held:
            label, self.primary_is = self.tr("Start the test"), START
        elif step.deferred:
            label = self.tr("Continue ({0} deferred)").format(step.deferred)
        if label != self.primary.text():
            self.primary.set_label(label)

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
