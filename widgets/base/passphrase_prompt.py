"""The question for the passphrase of the secrets file, a strip below the top bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QWidget
from shiboken6 import isValid

from widgets.base import marks
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look

_FIELD = 200


class PassphrasePrompt(QWidget):
    """Asks beside the work; everything else goes on. Hidden until ``ask``.

    Signals:
        given: the passphrase; empty for not now.
    """

    given = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._before: QWidget | None = None
        self._wanted = False
        self._text = QLabel()
        self._text.setWordWrap(True)
        self.field = self._line(self.tr("Passphrase"))
        self.again = self._line(self.tr("Passphrase again"))
        self.take = KeyButton(look, "")
        self.take.primary = True
        self.take.clicked.connect(self._take)
        self.later = KeyButton(look, self.tr("Not now"))
        self.later.clicked.connect(self._refuse)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 8, 8, 9)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        for widget in (self.field, self.again, self.take, self.later):
            row.addWidget(widget)
        self.hide()

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setPlaceholderText(name)
        line.setAccessibleName(name)
        line.setMinimumWidth(_FIELD)
        line.textChanged.connect(self._typed)
        line.returnPressed.connect(self._take)
        return line

    def ask(self, question: str, file: str) -> None:
        """Ask to choose a passphrase, to open the file with it, or again after a wrong one."""
        choose = question == "choose"
        self._text.setText(
            {
                "choose": self.tr(
                    "This system has no keyring. Choose a passphrase: passwords and the key that "
                    "signs reports are then kept encrypted in {0}. Nobody can recover it."
                ),
                "open": self.tr(
                    "Passwords and the key that signs reports are encrypted in {0}. "
                    "Its passphrase opens them."
                ),
                "wrong": self.tr("That passphrase does not open {0}. Try again."),
            }[question].format(file)
        )
        self.setAccessibleName(self._text.text())
        self.take.set_label(self.tr("Keep encrypted") if choose else self.tr("Open"))
        self.again.setVisible(choose)
        self.field.clear()
        self.again.clear()
        self._typed()
        self.show()
        self._before = QApplication.focusWidget()
        # Whoever has just saved a password or signs waits for this; at start nobody does.
        if choose or question == "wrong" or self._wanted:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def want(self) -> None:
        """Somebody waits for the answer: what is asked, or is asked next, takes the focus."""
        self._wanted = True
        if self.isVisible():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def end(self) -> None:
        """Nothing is asked any more."""
        self._wanted = False
        self.field.clear()
        self.again.clear()
        mine, before = self.isAncestorOf(QApplication.focusWidget() or self), self._before
        self.hide()
        if mine and before is not None and isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _typed(self) -> None:
        first, second = self.field.text(), self.again.text()
        self.take.setEnabled(bool(first) and (self.again.isHidden() or first == second))

    @Slot()
    def _take(self) -> None:
        if self.take.isEnabled():
            self.given.emit(self.field.text())

    @Slot()
    def _refuse(self) -> None:
        self.given.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape is not now."""
        if event.key() == Qt.Key.Key_Escape:
            self._refuse()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip with its mark."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.raised))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.divider))
        where = QRectF(12, self.height() / 2 - 8, 16, 16)
        marks.draw(marks.VERDICT_MARKS["warn"], painter, where, palette)
        painter.end()
