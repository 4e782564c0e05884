"""A combo box that shortens what does not fit, and that a scroll over it does not change."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QWidget,
)


class Choice(QComboBox):
    """Ends a long text with an ellipsis; the wheel works only while it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cut = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, arrow and as much of the text as fits."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        edit = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        fits, end = edit.width() - 4, Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(self.currentText(), end, fits)
        self._cut = option.currentText != self.currentText()
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """The tip of a text that is cut tells it in full."""
        if isinstance(event, QHelpEvent) and self._cut:
            QToolTip.showText(event.globalPos(), self.currentText(), self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Whoever scrolls the form does not mean the field under the mouse."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
