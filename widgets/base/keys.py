"""Which keys a focused control keeps for itself although the page has them as a shortcut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

_KEPT = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


def keeps_key(event: QEvent) -> bool:
    """Accept a shortcut override of Space or Enter without Ctrl or Alt; tells whether it did."""
    if not isinstance(event, QKeyEvent) or event.key() not in _KEPT:
        return False
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    if event.modifiers() & modifiers:
        return False
    event.accept()
    return True


class KeepsKeys(QObject):
    """An event filter by which a control keeps Space and Enter: a check box, a combo box."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the key, let everything else pass."""
        return event.type() == QEvent.Type.ShortcutOverride and keeps_key(event)
