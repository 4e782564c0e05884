"""When to ask: time-outs learnt from answers, silent units, distances, and coming back."""

import asyncio

import pytest

from app.core.errors import LinkDown, LinkError
from app.core.profiles import RegisterTable
from app.links.modbus_units import Delays, Patience, Units
from app.links.pacing import Pacer
from app.links.reconnect import Backoff, Reconnector
from app.links.registry import build_link, parse_url
from app.settings import _limits, limit
from tests.fakes.modbus_bus import bus
from tests.fakes.waiting import until

LIMITS = Patience(
    floor_s=0.08,
    ceiling_s=1.0,
    factor=3,
    first_contact_s=0.5,
    share=0.06,
    silent_first_s=1,
    silent_most_s=60,
    silent_all_s=5,
)


def units() -> Units:
    return Units(LIMITS, draw=lambda: 0.5)


def test_p95_follows_a_slower_unit_at_once_and_a_faster_one_soon() -> None:
    delays = Delays()
    assert not delays
    for _ in range(100):
        delays.add(0.01)
    assert delays.p95 == 0.01
    for _ in range(8):
        delays.add(0.2)
    assert delays.p95 == 0.2
    for _ in range(80):
        delays.add(0.01)
    assert delays.p95 == 0.01


def test_a_timeout_is_three_times_p95_between_floor_and_ceiling() -> None:
    known = units()
    unit = known.get(1)
    assert known.wait_s(unit) == 1.0
    known.answered(unit, 0.001)
    assert known.wait_s(unit) == 0.08
    known.answered(unit, 0.1)
    assert known.wait_s(unit) == pytest.approx(0.3)
    assert known.wait_s(unit, 1) == pytest.approx(0.6)
    assert known.wait_s(unit, 9) == 1.0
    assert known.wait_s(known.get(2)) == 1.0


@pytest.mark.parametrize("silent", [1, 3])
def test_silent_units_cost_their_share_and_no_more(silent: int) -> None:
    known = units()
    for number in range(32):
        known.answered(known.get(number), 0.005)
    now, lost_s = 0.0, 0.0
    while now < 3600:
        for number in range(silent):
            unit = known.get(number)
            if unit.ask_at <= now:
                waited = known.wait_s(unit)
                lost_s += waited
                known.failed(unit, waited, now)
        now += 0.5
    assert lost_s / now <= 0.07
    assert max(known.get(number).ask_at for number in range(silent)) - now <= 70


def test_a_dead_bus_is_asked_often_and_comes_back_whole() -> None:
    known = units()
    for number in range(8):
        known.answered(known.get(number), 0.005)
    for _ in range(10):
        delays = [known.failed(known.get(number), 1.0, 0.0) for number in range(8)]
    assert delays[-1] == 5
    known.answered(known.get(3), 0.005)
    assert all(known.get(number).ask_at == 0 for number in range(8))


def test_pacer_keeps_the_bus_and_the_unit_apart() -> None:
    pacer = Pacer(0.01)
    assert pacer.ready(1) < 0
    pacer.set_unit_gap(1, 0.5)
    pacer.heard(10.0)
    pacer.finished(1, 10.0)
    assert pacer.ready(1) == 10.5
    assert pacer.unit_pause(1, 10.2) == pytest.approx(0.3)
    assert pacer.unit_pause(2, 10.2) == 0
    assert pacer.ready(2) == 10.01


def test_backoff_grows_to_its_cap_with_jitter() -> None:
    low, high = Backoff(0.5, 15, draw=lambda: 0.0), Backoff(0.5, 15, draw=lambda: 1.0)
    assert [high.next_s() for _ in range(7)] == [0.5, 1, 2, 4, 8, 15, 15]
    assert [low.next_s() for _ in range(3)] == [0.25, 0.5, 1]
    high.reset()
    assert high.next_s() == 0.5


async def test_reconnector_tries_for_ever_and_once_at_a_time(no_task_left) -> None:
    slept, tries, running = [], [], 0
    done = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    async def attempt() -> None:
        nonlocal running
        tries.append(len(slept))
        running += 1
        assert running == 1
        await asyncio.sleep(0)
        running -= 1
        if len(tries) < 6:
            raise LinkDown("no")
        done.set()

    waiting: list[tuple[LinkError, float]] = []
    keeper = Reconnector(
        "test",
        attempt,
        lambda error, delay: waiting.append((error, delay)),
        backoff=Backoff(1, 4, draw=lambda: 1.0),
        sleep=sleep,
    )
    await asyncio.gather(keeper.first(), keeper.first())
    await done.wait()
    assert slept == [1, 2, 4, 4, 4]
    assert [delay for _, delay in waiting] == slept
    keeper.lost(LinkDown("gone"))
    keeper.lost(LinkDown("gone"))
    await until(lambda: len(tries) == 7)
    await keeper.stop()


async def test_an_attempt_that_fails_unexpectedly_is_logged_and_made_again(
    expected_log, no_task_left
) -> None:
    tries: list[int] = []

    async def attempt() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise UnicodeError("label too long")

    waiting: list[LinkError] = []
    keeper = Reconnector(
        "test",
        attempt,
        lambda error, _: waiting.append(error),
        backoff=Backoff(1, 4),
        sleep=lambda _: asyncio.sleep(0),
    )
    async with asyncio.timeout(5):
        await keeper.first()
    await until(lambda: len(tries) == 2)
    await keeper.stop()
    assert "label too long" in str(waiting[0])
    assert [record.getMessage() for record in expected_log] == [
        "an attempt of test failed unexpectedly"
    ]


async def test_a_loss_while_it_is_given_up_starts_nothing(no_task_left) -> None:
    tries: list[int] = []

    async def attempt() -> None:
        tries.append(1)

    keeper = Reconnector("test", attempt, lambda *_: None, backoff=Backoff(0.001, 0.001))
    await keeper.first()
    asyncio.get_running_loop().call_soon(keeper.lost, LinkDown("gone"))
    await keeper.stop()
    keeper.lost(LinkDown("gone"))
    assert len(tries) == 1


async def test_an_error_may_ask_for_a_distance_of_its_own(no_task_left) -> None:
    slept: list[float] = []

    async def attempt() -> None:
        if len(slept) < 3:
            raise LinkDown("refused" if len(slept) == 1 else "no")

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    keeper = Reconnector(
        "test",
        attempt,
        lambda *_: None,
        backoff=Backoff(1, 4, draw=lambda: 1.0),
        pause=lambda error: 300.0 if error.seen == "refused" else None,
        sleep=sleep,
    )
    await keeper.first()
    await until(lambda: slept == [1, 300, 2])
    await keeper.stop()


async def test_one_silent_unit_of_32_costs_the_others_a_tenth_at_most(
    no_task_left, monkeypatch
) -> None:
    """Rounds over a real RTU bus; what the silent unit takes is what the others' period grows.

    The times of a silent unit are halved, so that half the rounds show the same share.
    """
    for name in ("floor_s", "silent_first_s", "silent_most_s"):
        monkeypatch.setitem(_limits("modbus"), name, limit("modbus", name) / 2)
    async with bus("modbus+rtu", 32) as proxy:
        link = build_link("bench", parse_url(proxy.url))
        await link.open()
        loop = asyncio.get_running_loop()
        spent: dict[bool, float] = {True: 0.0, False: 0.0}
        asked = 0

        async def ask_all() -> None:
            nonlocal asked
            for unit in range(1, 33):
                if link.backing_off(unit) == 0:
                    began = loop.time()
                    try:
                        await link.read(unit, RegisterTable.HOLDING, 0, 10)
                    except LinkError:
                        # On a busy machine one of the others is late at times: their own cost.
                        asked += unit == 32
                    spent[unit == 32] += loop.time() - began

        await ask_all()
        proxy.silence(32)
        spent.update({True: 0.0, False: 0.0})
        start = loop.time()
        while loop.time() - start < 3.5:
            await ask_all()
        assert asked >= 2
        assert spent[True] / spent[False] <= 0.10
        await link.close()


@pytest.mark.parametrize("kind", ["modbus+tcp", "modbus+rtu"])
async def test_a_loop_that_was_held_up_past_the_deadline_calls_no_unit_silent(
    kind: str, no_task_left
) -> None:
    """A write is never sent twice, so it can only succeed by waiting on."""
    async with bus(kind, 1) as proxy:
        link = build_link("late", parse_url(proxy.url))
        await link.open()
        await link.read(1, RegisterTable.HOLDING, 0, 1)
        loop = asyncio.get_running_loop()

        def held_up(request: bytes) -> bytes:
            until_s = loop.time() + 0.35
            while loop.time() < until_s:
                pass
            return request

        proxy.requests = held_up
        await link.write_registers(1, 0, [7])
        proxy.requests = lambda request: request
        assert await link.read(1, RegisterTable.HOLDING, 0, 1) == (7,)
        await link.close()
