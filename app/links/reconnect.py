"""Staying connected: one attempt at a time, for ever, at growing and jittered distances."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from app.core.errors import LinkDown, LinkError
from app.tasks import Tasks

_log = logging.getLogger(__name__)
Sleep = Callable[[float], Awaitable[None]]


class Backoff:
    """Seconds until the next attempt: doubled each time up to a cap, the upper half jittered.

    The jitter keeps a thousand links that lost one switch from coming back in one moment.
    ``draw`` returns 0..1 and is given by tests.
    """

    def __init__(
        self, first_s: float, most_s: float, *, draw: Callable[[], float] = random.random
    ) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._draw = draw
        self._failures = 0

    def next_s(self) -> float:
        """How long to wait now; the next answer is longer."""
        whole = min(self._most_s, self._first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return whole * (0.5 + self._draw() / 2)

    def reset(self) -> None:
        """The connection proved good: begin again with the first distance."""
        self._failures = 0


class Reconnector:
    """Runs ``attempt`` until it succeeds, and again each time the connection is ``lost``.

    ``attempt`` has its own deadline and raises LinkError when it fails; ``waiting`` is told of
    each failure and the seconds until the next try, which are those that ``pause`` gives an error,
    and the back-off's where it gives none. All who wait share one attempt.
    """

    def __init__(
        self,
        owner: str,
        attempt: Callable[[], Awaitable[None]],
        waiting: Callable[[LinkError, float], None],
        *,
        backoff: Backoff,
        pause: Callable[[LinkError], float | None] | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._attempt = attempt
        self._waiting = waiting
        self._pause = pause
        self._sleep = sleep
        self.backoff = backoff
        self._owner = owner
        self._tasks = Tasks(owner)
        self._running: asyncio.Task[None] | None = None
        self._stopped = True
        self._first: asyncio.Future[None] | None = None

    async def first(self) -> None:
        """Start, and return when the first attempt is over, whatever came of it."""
        self._stopped = False
        if self._running is None:
            self._first = asyncio.get_running_loop().create_future()
            self._running = self._tasks.spawn(self._run(), "connect")
        if self._first is not None:
            await asyncio.shield(self._first)

    def lost(self, error: LinkError) -> None:
        """The connection is gone: wait as after a failure, then try again, unless given up."""
        if self._running is None and not self._stopped:
            self._running = self._tasks.spawn(self._run(self._failed(error)), "reconnect")

    async def stop(self) -> None:
        """Give up; nothing of it runs when this returns."""
        self._stopped = True
        await self._tasks.cancel()
        self._running = None
        self._over()

    async def _run(self, delay_s: float = 0.0) -> None:
        while True:
            if delay_s > 0:
                await self._sleep(delay_s)
            try:
                await self._attempt()
            except LinkError as error:
                delay_s = self._failed(error)
                continue
            except Exception as error:  # noqa: BLE001 - the edge of the task; trying goes on
                _log.exception("an attempt of %s failed unexpectedly", self._owner)
                delay_s = self._failed(LinkDown(f"{type(error).__name__}: {error}"))
                continue
            self._running = None
            self._over()
            return

    def _failed(self, error: LinkError) -> float:
        fixed_s = self._pause(error) if self._pause is not None else None
        delay_s = self.backoff.next_s() if fixed_s is None else fixed_s
        self._waiting(error, delay_s)
        self._over()
        return delay_s

    def _over(self) -> None:
        if self._first is not None and not self._first.done():
            self._first.set_result(None)
