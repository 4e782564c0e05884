"""Garbage is collected on the window's thread only.

The collector runs in whichever thread happens to allocate, so a Qt object in a reference cycle
would be destroyed by the store's writer or a serial reader, and Qt ends the process for that.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 200


class GarbageOnThisThread(QObject):
    """Switches the automatic collector off and collects from a timer of the thread it lives on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that has gathered enough, as the collector itself would."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Collect once more and give the collector back as it was."""
        self._timer.stop()
        gc.collect()
        if self._was_on:
            gc.enable()
