"""The editor of one value to be sent: a number in its span, one of several names, or a text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from app.bridge.switching_offer import Offer
from app.core.commands import Value
from app.core.rows import ValueKind
from widgets.base.keys import keeps_key

_WHOLE = 2**31 - 1
_STEPS = 20


class SwitchEditor(QWidget):
    """Holds the control that fits an offer.

    Signals:
        sent: Enter was pressed in it.
    """

    sent = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._offer: Offer | None = None
        self.control: QWidget = QLineEdit()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.control)

    def set_offer(self, offer: Offer, value: Value | None) -> None:
        """Show the control of an offer with a value to begin with."""
        made = self._make(offer, value)
        made.setAccessibleName(offer.title)
        made.setAccessibleDescription(offer.span)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.installEventFilter(self)
        self._row.replaceWidget(self.control, made)
        # Where the old control was, else Tab comes to it after everything else in the window.
        QWidget.setTabOrder(self.control, made)
        self.control.hide()
        self.control.deleteLater()
        self.control, self._offer = made, offer
        self.setFocusProxy(made)

    def _make(self, offer: Offer, value: Value | None) -> QWidget:
        if offer.kind == "text":
            line = QLineEdit("" if value is None else str(value))
            line.setMaxLength(offer.longest or 200)
            return line
        known = 0.0 if value is None or isinstance(value, str) else float(value)
        if offer.kind == "choice":
            box = QComboBox()
            for number, label in offer.choices:
                box.addItem(label, number)
            box.setCurrentIndex(max(0, box.findData(int(known))))
            return box
        if offer.decimals == 0 and max(abs(offer.low), abs(offer.high)) <= _WHOLE:
            whole = QSpinBox()
            whole.setRange(int(offer.low), int(offer.high))
            whole.setValue(int(min(max(known, offer.low), offer.high)))
            whole.setSingleStep(max(1, round((offer.high - offer.low) / _STEPS)))
            whole.setSuffix(f" {offer.unit}" if offer.unit else "")
            whole.selectAll()
            return whole
        spin = QDoubleSpinBox()
        spin.setDecimals(offer.decimals)
        spin.setRange(offer.low, offer.high)
        spin.setValue(known)
        spin.setSuffix(f" {offer.unit}" if offer.unit else "")
        spin.selectAll()
        return spin

    def value(self) -> Value:
        """The value as it is to be sent."""
        control, offer = self.control, self._offer
        if isinstance(control, QComboBox):
            chosen = int(control.currentData())
            boolean = offer is not None and offer.point.kind is ValueKind.BOOL
            return bool(chosen) if boolean else chosen
        if isinstance(control, QSpinBox | QDoubleSpinBox):
            control.interpretText()
            return control.value()
        return control.text() if isinstance(control, QLineEdit) else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter sends; Space and Enter are the control's own, Undo is the page's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            # Taking a command back is worth more than taking a letter back.
            return keeps_key(event) or event.matches(QKeySequence.StandardKey.Undo)
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            closed = not isinstance(watched, QComboBox) or not watched.view().isVisible()
            if event.key() in enter and not event.modifiers() and closed:
                self.sent.emit()
                return True
        return False
