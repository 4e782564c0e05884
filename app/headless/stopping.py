"""Running until somebody says stop: a time limit, Ctrl-C, or the system's request to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stop:
    """Set once by Ctrl-C, SIGTERM or ``now``; ``wait`` returns then or when the time is over."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def now(self) -> None:
        """Ask the work to end."""
        self._event.set()

    async def wait(self, seconds: float | None = None) -> bool:
        """Whether the stop came before the time was over; without a time wait for the stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        return True


async def _listening(work: Coroutine[Any, Any, T], stop: Stop) -> T:
    loop = asyncio.get_running_loop()
    handled = []
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.now)
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
    """Run to the end on a loop of its own; Ctrl-C sets ``stop`` and the work ends well."""
    return asyncio.run(_listening(work, stop))
