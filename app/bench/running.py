"""Runs a benchmark: bounded in time, and each line with how busy the machine was meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from app.bench.neighbours import Neighbours
from app.bench.report import BenchLine, Emit

LONGEST_S = 900.0
"""The slowest takes two minutes on two idle cores."""


class Bench(Protocol):
    """A module of ``app.bench.registry``."""

    def run(self, emit: Emit, quick: bool) -> None:
        """Measure everything and emit a line a work item."""


def run_bench(
    bench: Bench, emit: Emit, on_late: Callable[[float], None], *, quick: bool, longest_s: float
) -> None:
    """Run a benchmark.

    ``on_late`` is called from another thread when it took ``longest_s``; the process gets SIGTERM
    after that.
    """
    neighbours = Neighbours()

    def observed(line: BenchLine) -> None:
        emit(replace(line, others=neighbours.cores()))

    def late() -> None:
        on_late(longest_s)
        os.kill(os.getpid(), signal.SIGTERM)

    timer = threading.Timer(longest_s, late)
    timer.daemon = True
    timer.start()
    try:
        bench.run(observed, quick)
    finally:
        timer.cancel()
