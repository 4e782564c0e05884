"""How much of a running count fell into the past hour."""

from __future__ import annotations

from collections import deque

HOUR_S, STEP_S = 3600.0, 30.0


class PastHour:
    """Looked at now and then; a count that falls began anew, and what it had stays counted."""

    def __init__(self) -> None:
        self._before = 0
        self._last = 0
        self._marks: deque[tuple[float, int]] = deque()

    def look(self, count: int, now_s: float) -> int:
        """The share of the past hour, to half a minute; ``now_s`` never goes back."""
        if count < self._last:
            self._before += self._last
        self._last = count
        total = self._before + count
        if not self._marks:
            # What was counted before the first look is of this hour as far as anybody knows.
            self._marks.append((now_s, 0))
        elif now_s - self._marks[-1][0] >= STEP_S:
            self._marks.append((now_s, total))
        while len(self._marks) > 1 and now_s - self._marks[1][0] >= HOUR_S:
            self._marks.popleft()
        base = self._marks[0][1] if now_s - self._marks[0][0] < HOUR_S + STEP_S else total
        return total - base
