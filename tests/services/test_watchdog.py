"""The watch on the loop sees what blocks it, and nothing else."""

import asyncio
import select
import time

from tests.fakes.watchdog import LIMIT_S, loop_watchdog

__all__ = ["loop_watchdog"]


async def test_a_blocking_call_is_seen(loop_watchdog) -> None:
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(select.select, [], [], [], LIMIT_S * 1.5)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(loop_watchdog) == 1
    loop_watchdog.clear()


async def test_work_on_the_loop_is_seen(loop_watchdog) -> None:
    def work() -> None:
        end = time.thread_time() + LIMIT_S * 1.5
        while time.thread_time() < end:
            pass

    asyncio.get_running_loop().call_soon(work)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert loop_watchdog
    loop_watchdog.clear()


async def test_waiting_as_one_should_is_not(loop_watchdog) -> None:
    never = asyncio.get_running_loop().create_future()
    await asyncio.wait([never], timeout=2 * LIMIT_S)
    assert loop_watchdog == []
