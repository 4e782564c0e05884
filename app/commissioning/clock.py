"""The time a job runs by; tests and a simulated field put another in its place."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Time and waiting."""

    def now_ns(self) -> int:
        """UTC nanoseconds."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class WallClock:
    """The machine's own time."""

    def now_ns(self) -> int:
        """UTC nanoseconds."""
        return time.time_ns()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
