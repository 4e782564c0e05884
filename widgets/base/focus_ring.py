"""The focus ring: 2 px of accent, 2 px away from whatever has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from widgets.base.theme import Look
from widgets.base.tokens import FOCUS_OFFSET, FOCUS_WIDTH, RADIUS

_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide})


class FocusRing(QWidget):
    """A transparent child of a window that draws the ring around the widget with the focus.

    Around a button or field the ring stands outside; in a list or a page it lies inside the edge.
    It does not take the mouse. A click does not show it, the keyboard does.
    """

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._by_mouse = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        for each in self._watched:
            if isValid(each):
                each.removeEventFilter(self)
        self._target = None
        self._watched.clear()
        window = self.parentWidget()
        if new is None or window is None or not window.isAncestorOf(new):
            self.hide()
            return
        self._target = new
        self._by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        # The target and what it lies in, which may scroll: a filter on the whole program would be
        # asked of every event.
        watched: QWidget | None = new
        while watched is not None and watched is not window:
            watched.installEventFilter(self)
            self._watched.append(watched)
            watched = watched.parentWidget()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the target as it moves and hides."""
        if event.type() in _MOVES:
            self._place()
        return False

    def _place(self) -> None:
        target, window = self._target, self.parentWidget()
        if target is None or window is None or self._by_mouse or not target.isVisible():
            self.hide()
            return
        grow = FOCUS_OFFSET + FOCUS_WIDTH
        if isinstance(target, QAbstractScrollArea) or target.height() > 4 * grow * 4:
            grow = 0
        corner = target.mapTo(window, QPoint(0, 0))
        box = QRect(corner, target.size()).adjusted(-grow, -grow, grow, grow)
        self.setGeometry(box)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._look.palette.accent), FOCUS_WIDTH))
        inset = FOCUS_WIDTH / 2
        box = self.rect().toRectF().adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, RADIUS + FOCUS_OFFSET, RADIUS + FOCUS_OFFSET)
        painter.end()
