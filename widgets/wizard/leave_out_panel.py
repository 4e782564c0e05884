"""Leaving a check out: skip it into the punch list, or waive its failure. No dialog: a strip."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.bridge.commission_views import CheckView
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.wizard import verdicts

SKIP, WAIVE, SOAK = "skip", "waive", "soak"


class LeaveOutPanel(QWidget):
    """Above the footer while somebody decides.

    Signals:
        skip_requested: check, reason, punch class.
        waive_requested: check, role, who, reason.
        soak_waived: role, who, reason.
    """

    skip_requested = Signal(str, str, str)
    waive_requested = Signal(str, str, str, str)
    soak_waived = Signal(str, str, str)
    cancelled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._check = ""
        self._soak = False
        self.title = QLabel()
        self.title.setFont(sans(look.measures.body, SEMIBOLD))
        self.how = self._combo("how", self.tr("What to do"), (
            (SKIP, self.tr("Skip, stays open")), (WAIVE, self.tr("Waive the failure")),
        ))  # fmt: skip
        self.code = self._combo("code", self.tr("Reason"), (
            ("part", self.tr("Part missing or broken")), ("access", self.tr("No access")),
            ("weather", self.tr("Weather or traffic")), ("other", self.tr("Other")),
        ))  # fmt: skip
        self.punch = self._combo("punch", self.tr("Punch class"), (
            ("A", self.tr("A, blocks acceptance")), ("B", self.tr("B, before take-over")),
            ("C", self.tr("C, cosmetic")),
        ))  # fmt: skip
        roles = ("installer", "lead", "customer_witness")
        named = tuple((name, verdicts.role(name)) for name in roles)
        self.role = self._combo("role", self.tr("Role"), named)
        self.who = QLineEdit()
        self.who.setPlaceholderText(self.tr("Who waives"))
        self.who.setAccessibleName(self.tr("Who waives"))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("Reason in words"))
        self.reason.setAccessibleName(self.tr("Reason in words"))
        self.reason.setObjectName("leave:reason")
        self.done = KeyButton(look, self.tr("Skip"))
        self.done.set_hint("Return")
        self.stop = KeyButton(look, self.tr("Cancel"))
        self.stop.set_hint("Esc")
        self._lay_out()
        self.how.currentIndexChanged.connect(self._how_changed)
        self.reason.returnPressed.connect(self.submit)
        self.who.returnPressed.connect(self.reason.setFocus)
        self.done.clicked.connect(self.submit)
        self.stop.clicked.connect(self.dismiss)
        self._how_changed()
        self.hide()

    def _combo(self, name: str, label: str, entries: tuple[tuple[str, str], ...]) -> QComboBox:
        combo = QComboBox()
        for value, text in entries:
            combo.addItem(text, value)
        combo.setAccessibleName(label)
        combo.setObjectName(f"leave:{name}")
        return combo

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.how, self.code, self.punch, self.role, self.who):
            row.addWidget(widget)
        row.addWidget(self.reason, 1)
        row.addWidget(self.done)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addLayout(row)

    def ask(self, check: CheckView) -> None:
        """Ask about a check; the focus lands on the reason."""
        self._check, self._soak = check.id, False
        self.how.setVisible(True)
        self.title.setText(check.title)
        self.how.setCurrentIndex(0)
        self.punch.setCurrentIndex(self.punch.findData(check.punch))
        self.reason.clear()
        self._how_changed()
        self.show()
        self.code.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def ask_about_soak(self) -> None:
        """Ask who lets the soak be cut short, and why."""
        self._check, self._soak = "", True
        self.how.setVisible(False)
        self.title.setText(self.tr("Sign before the soak is over"))
        self.role.setCurrentIndex(self.role.findData("lead"))
        self._how_changed()
        self.reason.clear()
        self.show()
        self.who.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _how_changed(self) -> None:
        waive = self._soak or self.how.currentData() == WAIVE
        for widget in (self.code, self.punch):
            widget.setVisible(not waive)
        self.role.setVisible(waive)
        self.who.setVisible(waive)
        self.done.set_label(self.tr("Waive") if waive else self.tr("Skip"))

    @Slot()
    def submit(self) -> None:
        """Ask for what was chosen; whether it may be is the engine's to say."""
        who, reason = self.who.text().strip(), self.reason.text().strip()
        if self._soak:
            self.soak_waived.emit(self.role.currentData(), who, reason)
        elif self.how.currentData() == WAIVE:
            self.waive_requested.emit(self._check, self.role.currentData(), who, reason)
        else:
            code = self.code.currentText()
            reason = f"{code}: {reason}" if reason else code
            self.skip_requested.emit(self._check, reason, self.punch.currentData())
        self.dismiss()

    @Slot()
    def dismiss(self) -> None:
        """Go back to the step without a change."""
        self.hide()
        self.cancelled.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface and the line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.palette.raised))
        painter.fillRect(0, 0, self.width(), 1, QColor(self._look.palette.border))
        painter.end()
