"""Benchmarks that do what a test wants of them."""

import threading
import time

from app.bench.report import BenchLine


def line(work):
    return BenchLine(
        bench="fake", work=work, value=1, unit="s", limit=1, ratio=1, reach="1", ok=True
    )


class Short:
    """Works for some time, then has two results at once."""

    @staticmethod
    def run(emit, quick):
        until = time.monotonic() + 0.6
        while time.monotonic() < until:
            pass
        emit(line("first"))
        emit(line("second"))


class Endless:
    """Waits for what never comes."""

    @staticmethod
    def run(emit, quick):
        threading.Event().wait()
