"""Standing problems: what is wrong now, each once, gone by itself when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from app.core.callbacks import Callbacks, Unsubscribe
from app.settings import Texts, Words
from app.wording import said


class Severity(Enum):
    """How much a problem takes away: a fault stops something, a warning lessens it."""

    WARNING = "warning"
    FAULT = "fault"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, in words for the user; ``since_ns`` is when it began (UTC).

    What stands longer than a language may is Words, and ``told`` in the one of the moment.

    ``id`` is stable, ``source`` the object it belongs to (a link's name, a file). A problem with
    ``dismissable`` tells what happened once (a recovered store) and goes when the user says so.
    """

    id: str
    severity: Severity
    title: Words | str
    source: str = ""
    detail: Words | str = ""
    action: Words | str = ""
    since_ns: int = 0
    dismissable: bool = False

    def told(self, texts: Texts) -> tuple[str, str, str]:
        """Title, detail and action in the language of the texts."""
        return said(self.title, texts), said(self.detail, texts), said(self.action, texts)


class Problems:
    """The problems that stand now. Reporting the same one again neither doubles nor renews it."""

    def __init__(self, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._now_ns = now_ns
        self._standing: dict[str, Problem] = {}
        self._changed: Callbacks[tuple[Problem, ...]] = Callbacks()

    def on_change(self, listener: Callable[[tuple[Problem, ...]], None]) -> Unsubscribe:
        """Be handed all standing problems whenever one comes, changes or goes."""
        return self._changed.subscribe(listener)

    def standing(self) -> tuple[Problem, ...]:
        """All problems, the oldest first."""
        return tuple(self._standing.values())

    def report(self, problem: Problem) -> None:
        """This is wrong now; keeps the time it began."""
        before = self._standing.get(problem.id)
        since = before.since_ns if before else problem.since_ns or self._now_ns()
        problem = replace(problem, since_ns=since)
        if problem != before:
            self._standing[problem.id] = problem
            self._changed.fire(self.standing())

    def clear(self, problem_id: str) -> None:
        """This is no longer wrong; a problem that does not stand is fine."""
        if self._standing.pop(problem_id, None) is not None:
            self._changed.fire(self.standing())

    def clear_all(self, prefix: str) -> None:
        """Clear every problem whose id begins so."""
        gone = [problem_id for problem_id in self._standing if problem_id.startswith(prefix)]
        for problem_id in gone:
            del self._standing[problem_id]
        if gone:
            self._changed.fire(self.standing())
