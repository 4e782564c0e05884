"""The loop of the window in a test: asyncio on Qt's own loop, and how long its turns take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
import qasync


@pytest.fixture
def qt_loop(qapp) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs coroutines and Qt events; a coroutine left over fails the test."""
    loop = qasync.QEventLoop(qapp, already_running=False)
    asyncio.set_event_loop(loop)
    yield loop
    left = [task for task in asyncio.all_tasks(loop) if not task.done()]
    loop.close()
    asyncio.set_event_loop(None)
    assert not left, left


class TurnWatch:
    """The longest turn of the running loop in seconds of the thread's own time."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._loop = asyncio.get_running_loop()
        self._last = time.thread_time()
        self._running = True
        self._loop.call_soon(self._beat)

    def _beat(self) -> None:
        now = time.thread_time()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now
        if self._running:
            self._loop.call_soon(self._beat)

    def stop(self) -> float:
        """End watching; the longest turn."""
        self._running = False
        return self.longest_s
