"""What was switched for a while comes back: in time, after kill -9, and never over somebody."""

import asyncio
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from app.core.commands import CommandState
from app.core.rows import PointKey
from app.services.commands_run import Clocks
from app.services.engine import EngineOptions, start_engine
from app.simulator.options import MODBUS_TCP
from tests.fakes.waiting import until
from tests.services.commanding import LAMP, engine_on, field_of, send, single

S = CommandState
FADE = PointKey(device=LAMP, point="fade_time")
LONG = 3600.0
TRIED = 3.0
posix = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")


def controller(field):
    return field.simulator.world.assets["SP-0001"].devices["lamp1"]


def fade_of(field) -> float:
    return controller(field).player.settings.now["fade_time"]


def lamp_of(field):
    return single(field.links["SP-0001"][MODBUS_TCP])


@asynccontextmanager
async def lamp(tmp_path):
    """A lamp of the simulator, the engine on it, and what its fade time is before anything."""
    async with field_of() as field, engine_on(tmp_path, lamp_of(field)) as engine:
        before = fade_of(field)
        assert before != TRIED
        yield field, engine, before


async def try_out(engine, value: float = TRIED, *, trial_s: float = LONG):
    return await send(engine, LAMP, "set_fade_time", value, trial_s=trial_s)


async def told(engine) -> list[str]:
    return [entry.action for entry in await engine.audit.records.audit()]


def over(engine):
    return lambda: not engine.trials.all()


async def test_it_is_back_after_its_time_by_a_command_of_its_own(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, before):
        sent = await try_out(engine, trial_s=0.3)
        assert sent.state is S.CONFIRMED
        await until(over(engine))
        assert fade_of(field) == before
        back, *_, first = await engine.store.records.commands()
        assert first == sent
        assert (back.request.puts_back, back.state) == (sent.id, S.CONFIRMED)
        assert back.sent_ns >= sent.sent_ns + int(0.3e9)
        assert (await told(engine))[-1] == "trial_put_back"
        assert await engine.audit.verify() == []
        assert engine.problems.standing() == ()


@pytest.mark.parametrize(("trial_s", "moved_s"), [(0.5, -7200.0), (LONG, 2 * LONG)])
async def test_a_wall_clock_that_is_set_keeps_no_trial_longer_than_it_was_meant(
    tmp_path, trial_s, moved_s
) -> None:
    moved = [0.0]
    clocks = Clocks(now_ns=lambda: time.time_ns() + int(moved[0] * 1e9))
    async with field_of() as field:
        before = fade_of(field)
        engine = await start_engine(EngineOptions(data=tmp_path, clocks=clocks))
        try:
            await engine.connections.add(lamp_of(field))
            assert (await try_out(engine, trial_s=trial_s)).state is S.CONFIRMED
            moved[0] = moved_s
            await until(over(engine))
            assert fade_of(field) == before
            assert (await told(engine))[-1] == "trial_put_back"
        finally:
            await engine.close()


@posix
async def test_a_wall_clock_set_back_before_a_restart_keeps_no_trial_longer(tmp_path) -> None:
    async with field_of() as field:
        before = fade_of(field)
        await killed(tmp_path, field, "accepted")
        clocks = Clocks(now_ns=lambda: time.time_ns() - 7200 * 10**9)
        engine = await start_engine(EngineOptions(data=tmp_path, clocks=clocks))
        try:
            await engine.connections.open_all()
            await until(over(engine))
            assert fade_of(field) == before
        finally:
            await engine.close()


async def test_what_is_owed_is_durable_before_the_byte_leaves(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, before):
        kept = []
        write = controller(field).player.write

        def look(point, value):
            kept.append(asyncio.ensure_future(engine.store.records.trials()))
            return write(point, value)

        controller(field).player.write = look
        sent = await try_out(engine)
        (trial,) = await kept[0]
        assert (trial.id, trial.value, trial.switched) == (sent.id, before, (TRIED,))
        assert trial.due_ns == sent.sent_ns + int(LONG * 1e9)


async def test_of_several_trials_the_first_value_comes_back(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, before):
        await try_out(engine)
        await try_out(engine, 4.0)
        controller(field).refuses.add("fade_time")
        assert (await try_out(engine, 5.0)).state is S.REJECTED
        controller(field).refuses.clear()
        (trial,) = engine.trials.all()
        assert (trial.value, trial.switched) == (before, (TRIED, 4.0))
        engine.trials.put_back(FADE)
        await until(over(engine))
        assert fade_of(field) == before


async def test_what_is_sent_for_good_or_kept_stays(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, before):
        await try_out(engine)
        sent = await send(engine, LAMP, "set_fade_time", 4.0)
        assert (sent.state, sent.previous) == (S.CONFIRMED, before)
        assert engine.trials.all() == ()
        await try_out(engine, 5.0, trial_s=LONG)
        await engine.trials.keep(FADE, "Li Wei")
        assert engine.trials.all() == ()
        assert await engine.store.records.trials() == []
        assert (await told(engine))[-1] == "trial_kept"
    assert fade_of(field) == 5.0


async def test_a_command_for_good_that_was_refused_leaves_the_trial(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, before):
        await try_out(engine)
        controller(field).refuses.add("fade_time")
        assert (await send(engine, LAMP, "set_fade_time", 4.0)).state is S.REJECTED
        assert engine.trials.of(FADE) is not None
        controller(field).refuses.clear()
    assert fade_of(field) == before


async def test_a_try_that_fails_is_told_and_repeated(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, before):
        refused = []
        engine.commands.on_change(
            lambda command: command.state is S.REJECTED and refused.append(command.id)
        )
        await try_out(engine, trial_s=0.2)
        controller(field).refuses.add("fade_time")
        await until(lambda: refused and engine.problems.standing())
        (problem,) = engine.problems.standing()
        assert "still to be put back" in str(problem.title)
        assert "Refused" in str(problem.detail)
        assert f"{before:.1f}" in str(problem.detail)
        assert engine.trials.waits(FADE) in str(problem.detail)
        controller(field).refuses.clear()
        await until(over(engine))
        assert fade_of(field) == before
        assert engine.problems.standing() == ()


async def test_what_somebody_changed_meanwhile_is_left_alone_and_told(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, _):
        await try_out(engine)
        controller(field).player.settings.now["fade_time"] = 7.0
        engine.trials.put_back(FADE)
        await until(over(engine))
        assert fade_of(field) == 7.0
        assert len(field.done) == 1
        (problem,) = engine.problems.standing()
        assert "was not put back" in str(problem.title)
        assert "7.0" in str(problem.detail)
        assert problem.dismissable


async def test_the_end_of_the_program_puts_back_what_can_be_reached(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, before):
        await try_out(engine)
        assert fade_of(field) == TRIED
    assert fade_of(field) == before
    async with engine_on(tmp_path) as engine:
        assert engine.trials.all() == ()


async def test_a_link_that_is_down_is_waited_for_also_over_the_end(tmp_path) -> None:
    async with field_of() as field:
        before = fade_of(field)
        async with engine_on(tmp_path, lamp_of(field)) as engine:
            await try_out(engine, trial_s=0.2)
            await engine.connections.enable("single", enabled=False)
            await until(engine.problems.standing)
            assert "single is down" in engine.trials.waits(FADE)
            assert engine.problems.standing()[0].dismissable is False
        assert fade_of(field) == TRIED
        async with engine_on(tmp_path) as engine:
            await until(lambda: engine.trials.waits(FADE))
            await engine.connections.enable("single", enabled=True)
            await until(over(engine))
            assert engine.problems.standing() == ()
    assert fade_of(field) == before


@pytest.mark.parametrize("profile", ["wayside-lamp-controller", "wayside-weather-station"])
async def test_a_device_that_is_gone_is_told_and_can_be_let_go(tmp_path, profile) -> None:
    async with field_of() as field:
        async with engine_on(tmp_path, lamp_of(field)) as engine:
            await try_out(engine, trial_s=0.2)
            saved = engine.connections.saved()[0]
            (device,) = saved.devices
            other = "SP-0009/lamp1" if profile == device.profile else LAMP
            changed = replace(device, key=other, profile=profile)
            await engine.connections.change(replace(saved, devices=(changed,)))
            await until(lambda: engine.trials.waits(FADE))
            (problem,) = engine.problems.standing()
            assert problem.dismissable
            assert LAMP in str(problem.title)
            engine.problems.clear(problem.id)
            await until(over(engine))
            assert (await told(engine))[-1] == "trial_kept"
        assert fade_of(field) == TRIED


async def test_a_trial_that_could_not_be_put_back_is_not_sent(tmp_path) -> None:
    async with lamp(tmp_path) as (field, engine, _):
        sent = await send(engine, LAMP, "identify", 5, trial_s=LONG)
        assert (sent.state, sent.sent_ns, field.done) == (S.FAILED, 0, [])
        assert "could not be put back" in sent.detail
        assert engine.trials.all() == ()


async def killed(tmp_path, field, state: str) -> None:
    """A program with a trial of a tenth of a second was killed when its command got so far."""
    url = field.links["SP-0001"][MODBUS_TCP]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.services.trial_child", str(tmp_path), url, state, "0.1"
    )
    assert await child.wait() == -9


@posix
async def test_killed_with_a_trial_on_it_is_put_back_once_the_link_is_up(tmp_path) -> None:
    async with field_of() as field:
        before = fade_of(field)
        await killed(tmp_path, field, "accepted")
        assert fade_of(field) == TRIED
        engine = await start_engine(EngineOptions(data=tmp_path))
        try:
            (trial,) = engine.trials.all()
            assert (trial.id, trial.value) == ("one", before)
            assert engine.trials.origin(trial).state is S.UNKNOWN
            await until(lambda: "is down" in engine.trials.waits(FADE))
            await engine.connections.open_all()
            await until(over(engine))
            assert [value for _, _, value in field.done] == [TRIED, before]
            # A try that a busy machine could not even send is in the records, too.
            back, *_, first = await engine.store.records.commands()
            assert (first.id, back.request.puts_back, back.state) == ("one", "one", S.CONFIRMED)
            assert engine.problems.standing() == ()
            assert await engine.audit.verify() == []
        finally:
            await engine.close()


@posix
async def test_killed_before_the_byte_left_it_is_owed_all_the_same(tmp_path) -> None:
    async with field_of() as field:
        await killed(tmp_path, field, "sent")
        assert field.done == []
        engine = await start_engine(EngineOptions(data=tmp_path))
        assert [trial.value for trial in engine.trials.all()] == [fade_of(field)]
        await engine.close()
