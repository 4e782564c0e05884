"""Running until somebody says stop: a time limit, Ctrl-C, or the system's request to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

AGAIN_S = 2.0
"""A signal within this time of the first is the same wish: some senders signal twice at once."""
INTERRUPTED = 130
"""The exit code of a command that a signal cut short, as shells have it."""


class Stop:
    """Set once by Ctrl-C, SIGTERM or ``now``; ``wait`` returns then or when the time is over.

    Whoever asks again (``insist``) cuts short what is done ``unless_insisted``.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._scope: asyncio.Timeout | None = None
        self._patient: list[asyncio.Timeout] = []

    @property
    def asked(self) -> bool:
        """Whether the stop came."""
        return self._event.is_set()

    def now(self) -> None:
        """Ask the work to end."""
        self._event.set()
        if self._scope is not None:
            self._scope.reschedule(0.0)

    async def unless(
        self, work: Callable[[], Awaitable[object]], seconds: float | None = None
    ) -> None:
        """Do the work, or leave it where it is when the stop comes or the time is over.

        One at a time.
        """
        if self.asked:
            return
        scope = self._scope = asyncio.timeout(seconds)
        try:
            await _within(scope, work)
        finally:
            self._scope = None

    def insist(self) -> bool:
        """Ask again; False where nothing is done that could be cut short."""
        found = bool(self._patient)
        for scope in self._patient:
            scope.reschedule(0.0)
        self._patient = []
        return found

    async def unless_insisted(self, work: Callable[[], Awaitable[object]]) -> bool:
        """Do what must still be done after the stop; False where somebody did not wait for it."""
        scope = asyncio.timeout(None)
        self._patient.append(scope)
        try:
            return await _within(scope, work)
        finally:
            self._patient = [one for one in self._patient if one is not scope]

    async def wait(self, seconds: float | None = None) -> bool:
        """Whether the stop came before the time was over; without a time wait for the stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        return True


async def _within(scope: asyncio.Timeout, work: Callable[[], Awaitable[object]]) -> bool:
    """Whether the work came to its end before the scope was over."""
    try:
        async with scope:
            await work()
    except TimeoutError:
        if not scope.expired():
            raise
        return False
    return True


async def _listening(work: Coroutine[Any, Any, T], stop: Stop) -> T:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    handled = []
    last_s = -AGAIN_S

    def asked() -> None:
        nonlocal last_s
        if stop.asked and loop.time() - last_s <= AGAIN_S:
            return
        last_s = loop.time()
        # Whoever insists does not wait for what hangs; what puts outputs back ends by itself.
        if stop.asked and not stop.insist() and task is not None:
            task.cancel()
        stop.now()

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, asked)
            handled.append(number)
        except (NotImplementedError, RuntimeError):
            # Windows has no signal handlers on the loop: Ctrl-C raises KeyboardInterrupt there.
            break
    try:
        return await work
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


def run(work: Coroutine[Any, Any, T], stop: Stop) -> T:
    """Run to the end on a loop of its own; Ctrl-C sets ``stop`` and the work ends well.

    A second Ctrl-C, later than ``AGAIN_S``, cancels the work: the process ends with exit code 130.
    Work that puts something back is told first, and only the next one cancels it.
    """
    try:
        return asyncio.run(_listening(work, stop))
    except asyncio.CancelledError:
        raise SystemExit(INTERRUPTED) from None
