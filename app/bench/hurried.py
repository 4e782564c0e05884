"""Time that a simulated field runs by: as fast as the work allows, and never while it works.

A loop whose clock stands still while anything is to be done, and hurries on to the next timer when
nothing is. Real sockets, real protocols and whole windows of minutes, without the minutes; what a
slow machine needs for its own work is not counted as a device's reply time.
"""

from __future__ import annotations

import asyncio
import contextvars
import selectors
import time
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from app.services.commands_run import Clocks

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
TIMES = 40.0
"""How much faster than real time it hurries: what leaves through a thread needs some real time."""
_CREEP_S = 1e-7
_THREAD_S = 1.0
"""Real seconds for which a thread is waited for while the clock stands still."""


class HurriedSelector(selectors.DefaultSelector):
    """Waits for files, and moves the clock where there is nothing to wait for."""

    def __init__(self, times: float) -> None:
        super().__init__()
        self.now_s = 0.0
        self.threads = 0
        self._times = times

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Files that are ready; the clock has moved by at most ``timeout`` if there are none."""
        # It creeps in every round: whoever waits for less than it can tell must not wait for ever.
        self.now_s += _CREEP_S
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if self.threads:
            return super().select(_THREAD_S)
        if timeout is None:
            return super().select(None)
        began = time.perf_counter()
        found = super().select(timeout / self._times)
        passed = (time.perf_counter() - began) * self._times
        self.now_s += min(timeout, passed) if found else timeout
        return found


class HurriedLoop(asyncio.SelectorEventLoop):
    """An event loop that lives by a hurried clock.

    Args:
        start_s: UTC seconds at which its day begins.
        times: how much faster than real time it may be.
    """

    def __init__(self, start_s: float, times: float = TIMES) -> None:
        self._hurried = HurriedSelector(times)
        super().__init__(self._hurried)
        self.start_s = start_s

    def time(self) -> float:
        """Seconds since the loop was made, by its own clock."""
        return self._hurried.now_s

    def utc_s(self) -> float:
        """The time of day, UTC seconds."""
        return self.start_s + self._hurried.now_s

    def clocks(self) -> Clocks:
        """The clocks of services that live in this loop."""
        return Clocks(now_ns=lambda: int(self.utc_s() * 1e9), steady=self.time)

    def run_in_executor(
        self,
        executor: object,
        func: Callable[[*Ts], T],
        *args: *Ts,
    ) -> asyncio.Future[T]:
        """As ever; the clock stands still until the thread is done."""
        self._hurried.threads += 1
        future: asyncio.Future[T] = super().run_in_executor(executor, func, *args)  # type: ignore[arg-type]
        future.add_done_callback(self._done, context=contextvars.Context())
        return future

    def _done(self, _future: object) -> None:
        self._hurried.threads -= 1
