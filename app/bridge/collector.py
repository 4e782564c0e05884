"""Garbage collection on the main thread only.

Python collects cycles on whichever thread happens to allocate, and a widget that goes on the
store's thread takes the process with it. While a window exists, this timer collects instead.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 100


class Collector(QObject):
    """Collects by the interpreter's own thresholds, from a timer of the thread that made it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.collect()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(EVERY_MS)

    @Slot()
    def _look(self) -> None:
        """Collect the oldest generation that is due, which takes the younger ones with it."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return

    @staticmethod
    def thaw() -> None:
        """A window went: look through what the engine had left out (app.services.garbage), too."""
        gc.unfreeze()

    def close(self) -> None:
        """Collect what is left and give the work back as it was."""
        self._timer.stop()
        self.thaw()
        gc.collect()
        if self._was_on:
            gc.enable()
