"""Timers of presenters, in one line each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def timer(parent: QObject, ms: int, slot: Callable[[], None], *, single: bool = False) -> QTimer:
    """A timer that is not started yet; it ends with its parent."""
    made = QTimer(parent)
    made.setInterval(ms)
    made.setSingleShot(single)
    made.timeout.connect(slot)
    return made
