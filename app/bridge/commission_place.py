"""Where a person is in a job and what they have typed: kept, so that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Slot

from app.bridge.timers import timer
from app.bridge.workshop import OpenJob, Workshop

TYPED_MS = 300
"""Typing is kept when it pauses this long."""


class Place(QObject):
    """Keeps the control that has the focus and the fields of questions in the open job.

    Args:
        workshop: where the open job is.
        do: carries out work beside the window, and tells where it fails.
    """

    def __init__(
        self,
        workshop: Workshop,
        do: Callable[[Coroutine[Any, Any, None]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workshop = workshop
        self._do = do
        self._control = ""
        self._typed: dict[str, str] = {}
        self._pause = timer(self, TYPED_MS, self.keep, single=True)

    def moved(self, control: str) -> None:
        """The focus is at ``control``, a step and the name of a widget."""
        job = self._workshop.open
        if job is not None and job.engine.job.focus != control:
            self._control = control
            self._do(job.engine.set_focus(control))

    def typed(self, check: str, name: str, text: str) -> None:
        """A field of a question holds ``text`` now; it is kept when the typing pauses."""
        self._typed[f"answer.{check}.{name}"] = text
        self._pause.start()

    @Slot()
    def keep(self) -> None:
        """Keep what was typed, without waiting for a pause."""
        job, typed = self._workshop.open, self._typed
        self._typed = {}
        if job is not None and not job.engine.job.signed_ns:
            for name, value in typed.items():
                if job.engine.job.fields.get(name) != value:
                    self._do(job.engine.set_field(name, value))

    def leave(self) -> Callable[[OpenJob], Coroutine[Any, Any, None]]:
        """Forget the job; returns what keeps the last moment of it, for a window that closes."""
        self._pause.stop()
        control, typed = self._control, self._typed
        self._control, self._typed = "", {}

        async def keep_last(job: OpenJob) -> None:
            if control and control != job.engine.job.focus:
                await job.engine.set_focus(control)
            for name, value in typed.items():
                # What is signed stays as it was: nothing that was typed belongs to it any more.
                if not job.engine.job.signed_ns:
                    await job.engine.set_field(name, value)

        return keep_last
