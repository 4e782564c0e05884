"""A watch on the event loop: a turn that blocks it for too long fails the test."""

from __future__ import annotations

import asyncio
import sys
import time

import pytest

LIMIT_S = 0.05

if sys.platform == "linux":
    import resource

    def _waits() -> int:
        """How often this thread gave the processor away by itself, as a blocking call does."""
        return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw

else:

    def _waits() -> int:
        """Not known here: every long turn counts."""
        return time.perf_counter_ns()


@pytest.fixture
def loop_watchdog(monkeypatch):
    """Fail the test when one turn of an asyncio loop takes over 50 ms.

    A turn counts when it used that much processor time, or waited for something by itself; a
    turn that only lost the processor to other programs of the machine does not.
    """
    stalls: list[tuple[float, str]] = []
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        wall, cpu, waits = time.perf_counter(), time.thread_time(), _waits()
        what = repr(handle)[:200] if sys.flags.dev_mode else ""
        run(handle)
        wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
        if cpu > LIMIT_S or (wall > LIMIT_S and _waits() > waits):
            stalls.append((wall, what or repr(handle)[:200]))

    monkeypatch.setattr(asyncio.Handle, "_run", timed)
    yield stalls
    assert not stalls, f"the loop was blocked: {stalls}"
