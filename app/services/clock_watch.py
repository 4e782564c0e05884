"""A watch on the computer's clock: a jump is a standing problem for an hour."""

from __future__ import annotations

import asyncio
import time

from app.services.problems import Problem, Problems, Severity
from app.settings import Words

JUMP_S = 2.0
STANDS_S = 3600.0


class ClockWatch:
    """Compares the wall clock with the steady one; what drifts apart at once is a jump."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._offset = time.time() - time.monotonic()
        self._seen_at = 0.0

    def look(self, wall_s: float, steady_s: float) -> None:
        """One comparison of both clocks."""
        moved = wall_s - steady_s - self._offset
        self._offset += moved
        if abs(moved) >= JUMP_S:
            self._seen_at = steady_s
            self._problems.report(
                Problem(
                    id="clock",
                    severity=Severity.WARNING,
                    title=Words("services.problem.clock.title"),
                    detail=Words("services.problem.clock.detail", {"seconds": f"{moved:+.1f}"}),
                    action=Words("services.problem.clock.action"),
                    dismissable=True,
                )
            )
        elif self._seen_at and steady_s - self._seen_at > STANDS_S:
            self._problems.clear("clock")

    async def watch(self, every_s: float = 5.0) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            self.look(time.time(), time.monotonic())
