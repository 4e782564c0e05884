"""The hurried clock: minutes pass where nobody works, and none while somebody does."""

import asyncio
import threading
import time

from app.bench.hurried import HurriedLoop

DAY_S = 1_780_000_000.0


def played(work):
    with asyncio.Runner(loop_factory=lambda: HurriedLoop(DAY_S)) as runner:
        return runner.run(work())


def test_a_timer_comes_when_its_time_has_come_and_sooner_for_us():
    async def wait():
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        began = loop.time()
        loop.call_later(20.0, done.set_result, None)
        await done
        return loop.time() - began, loop.utc_s()

    began = time.perf_counter()
    passed, now = played(wait)
    assert 20.0 <= passed < 20.01
    assert 20.0 <= now - DAY_S < 20.5
    assert time.perf_counter() - began < 10.0


def test_the_clock_stands_while_a_thread_works():
    async def work():
        loop = asyncio.get_running_loop()
        began, over = loop.time(), threading.Event()
        loop.call_later(30.0, over.set)
        seen = await asyncio.to_thread(over.wait, 0.2)
        return seen, loop.time() - began

    seen, passed = played(work)
    assert not seen
    assert passed < 0.01


def test_who_waits_for_less_than_the_clock_can_tell_does_not_wait_for_ever():
    async def wait():
        loop = asyncio.get_running_loop()
        until = loop.time() + 1e-6
        while loop.time() < until:
            try:
                async with asyncio.timeout(1e-16):
                    await loop.create_future()
            except TimeoutError:
                continue

    played(wait)
