"""Waiting for a condition with a deadline, never for time alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], deadline_s: float = 8.0) -> None:
    """Return as soon as the condition holds; fail when it does not before the deadline."""
    never = asyncio.get_running_loop().create_future()
    async with asyncio.timeout(deadline_s):
        while not condition():
            await asyncio.wait([never], timeout=0.005)
