"""The problem centre: what is wrong now, each with its cause and the next action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.core.rows import utc
from app.services.problems import Problem, Problems
from app.settings import Texts

_ORDER = {"fault": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """One problem as it is shown; ``since`` is a local time."""

    id: str
    title: str
    detail: str
    action: str
    since: str
    fault: bool
    dismissable: bool

    def text(self) -> str:
        """All of it as plain text, for a message to somebody who can help."""
        return "\n".join(filter(None, (self.title, self.detail, self.action, self.since))) + "\n"


class ProblemsPresenter(QObject):
    """Follows the standing problems and tells the window when they change.

    Signals:
        problems_changed: the set of problems is another; ``standing`` has it.
    """

    problems_changed = Signal()

    def __init__(self, problems: Problems, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._problems = problems
        self._stop = problems.on_change(self._changed)

    def _changed(self, _problems: Sequence[Problem]) -> None:
        self.problems_changed.emit()

    def standing(self) -> tuple[ProblemView, ...]:
        """All problems, faults first, then by age."""
        problems = sorted(
            self._problems.standing(),
            key=lambda problem: (_ORDER[problem.severity.value], problem.since_ns),
        )
        return tuple(self._view(problem) for problem in problems)

    def _view(self, problem: Problem) -> ProblemView:
        title, detail, action = problem.told(self._texts)
        return ProblemView(
            id=problem.id,
            title=title,
            detail=detail,
            action=action,
            since=f"{utc(problem.since_ns).astimezone():%Y-%m-%d %H:%M:%S}",
            fault=problem.severity.value == "fault",
            dismissable=problem.dismissable,
        )

    def dismiss(self, problem_id: str) -> None:
        """The user has read a message about the past."""
        self._problems.clear(problem_id)

    def close(self) -> None:
        """Stop to follow."""
        self._stop()
