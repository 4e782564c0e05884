"""The problem centre: what is wrong now, each with its cause and the next action."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.services.problems import Problem, Problems


class ProblemsPresenter(QObject):
    """Follows the standing problems and tells the window when they change.

    Signals:
        problems_changed: the set of problems is another; ``standing`` has it.
    """

    problems_changed = Signal()

    def __init__(self, problems: Problems, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems = problems
        self._stop = problems.on_change(self._changed)

    def _changed(self, _problems: Sequence[Problem]) -> None:
        self.problems_changed.emit()

    def standing(self) -> tuple[Problem, ...]:
        """All problems, faults first, then by age."""
        order = {"fault": 0, "warning": 1, "note": 2}
        return tuple(
            sorted(
                self._problems.standing(),
                key=lambda problem: (order[problem.severity.value], problem.since_ns),
            )
        )

    def dismiss(self, problem_id: str) -> None:
        """The user has read a message about the past."""
        self._problems.clear(problem_id)

    def close(self) -> None:
        """Stop to follow."""
        self._stop()
