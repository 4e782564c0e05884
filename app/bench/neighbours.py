"""What else the machine does while a benchmark runs: figures taken beside it are not judged.

Linux only, from ``/proc``: the processor time of everything, less that of this process and of
those it started. Time that the hypervisor gave to others (steal) counts as theirs.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

BUSY_CORES = 0.3
"""From here on a miss says nothing: on two cores it costs a benchmark with one peer a tenth."""
_SHORTEST_S = 0.5
"""Below, a count of ticks says nothing: lines that come together share one figure."""
_IDLE = (3, 4)
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class _Moment:
    wall_s: float
    machine_s: float
    ours_s: float


class Neighbours:
    """Counts from when it is made, and from each ``cores`` on again."""

    def __init__(self) -> None:
        self._last = _moment()
        self._cores: float | None = None

    def cores(self) -> float | None:
        """Cores that others took since the last call, on average; None where nobody counts."""
        last, now = self._last, _moment()
        if last is not None and now is not None and now.wall_s >= last.wall_s + _SHORTEST_S:
            others = (now.machine_s - last.machine_s) - (now.ours_s - last.ours_s)
            self._cores = round(max(0.0, others / (now.wall_s - last.wall_s)), 2)
            self._last = now
        return self._cores


def _moment() -> _Moment | None:
    try:
        fields = (_PROC / "stat").read_text("ascii").split("\n", 1)[0].split()[1:9]
        ours = tree_s()
    except OSError:
        return None
    tick = os.sysconf("SC_CLK_TCK")
    # Guests are counted in user time already; idle and waiting for a disk is nobody's work.
    machine = sum(int(n) for place, n in enumerate(fields) if place not in _IDLE) / tick
    return _Moment(time.monotonic(), machine, ours)


def tree_s() -> float:
    """Processor seconds of this process, of the children it waited for and of those alive."""
    tick = os.sysconf("SC_CLK_TCK")
    return sum(os.times()[:4]) + sum(_ticks(child) for child in _descendants(os.getpid())) / tick


def _ticks(pid: int) -> int:
    """User and system time of a process and of the children it waited for; 0 if it is gone."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text("ascii", "replace")
    except OSError:
        return 0
    # The name, in brackets, may hold anything.
    return sum(int(n) for n in stat.rpartition(")")[2].split()[11:15])


def _descendants(pid: int) -> list[int]:
    found = []
    for task in (_PROC / str(pid) / "task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text("ascii").split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found
