"""Commands against the field simulator over Modbus: confirmed by truth, refused in words."""

import asyncio
import itertools

import pytest

from app.core.commands import CommandRequest, CommandState
from app.core.errors import StoreUnavailable, UserFacing
from app.services.commands_run import Clocks
from tests.fakes.modbus_unit import ModbusUnits
from tests.fakes.waiting import until
from tests.services.commanding import LAMP, engine_on, field_of, pole, send, single

S = CommandState
LAMP2 = "SP-0001/lamp2"


async def test_a_lamp_is_dimmed_read_back_and_its_power_follows(tmp_path) -> None:
    async with field_of() as field, engine_on(tmp_path, pole(field)) as engine:
        told = []
        engine.commands.on_change(told.append)
        command = await send(engine, LAMP, "dim", 40)
        assert command.state is S.CONFIRMED
        assert (command.previous, command.before, command.measured) == (70.0, 70.0, 40.0)
        assert "expected" in command.effect
        states = [key for key, _ in itertools.groupby(item.state for item in told)]
        assert states == [S.QUEUED, S.SENT, S.ACCEPTED, S.CONFIRMED]
        assert field.done == [("SP-0001/lamp1", "dim_command", 40.0)]
        assert "0b 06 00 01 00 28 > 0b 06 00 01 00 28" in command.raw
        assert next(frame.request for frame in command.frames).startswith("0b 04 01 0c")
        assert command.frames[0].time_ns < command.sent_ns < command.changed_ns
        assert await engine.store.records.command(command.id) == command
        entries = await engine.audit.records.audit(target=LAMP)
        assert [entry.result for entry in entries] == ["queued", "accepted", "confirmed"]
        assert {entry.who for entry in entries} == {"operator"}
        undone = await engine.commands.undo(command.id, "operator")
        assert (undone.state, undone.request.value) == (S.CONFIRMED, 70.0)
        with pytest.raises(UserFacing):
            await engine.commands.undo("unknown", "operator")
        assert await engine.audit.verify() == []


FAULTS = [
    ("lamp_open", "dim", 100, S.FAILED, "expected 102.0 W to 138.0 W"),
    ("lamp_dead", "dim", 60, S.FAILED, "Lamp power 0.0 W"),
    ("feedback_lies", "dim", 60, S.FAILED, "Dimming level reads as asked, but"),
    ("power_not_following", "dim", 100, S.FAILED, "expected 102.0 W to 138.0 W"),
    ("wrong_lamp_power", "dim", 100, S.FAILED, "Lamp power 7"),
    ("stuck_dim", "dim", 20, S.FAILED, "reads 60.0 %; 20.0 % was asked for"),
    ("refuses_command", "dim", 20, S.REJECTED, "Refused"),
    ("silent_unit", "dim", 20, S.FAILED, "nothing was sent"),
    ("moved_unit", "dim", 20, S.FAILED, "nothing was sent"),
]


@pytest.mark.slow
async def test_no_fault_is_confirmed_and_each_says_what_was_measured(tmp_path) -> None:
    """Every fault has its own pole, all at once: most wait for their deadline."""

    async def one(fault, command, value, state, words) -> None:
        async with (
            field_of(f"{fault}@{LAMP}") as field,
            engine_on(tmp_path / fault, pole(field)) as engine,
        ):
            done = await send(engine, LAMP, command, value)
            assert done.state is state, (fault, done)
            assert words in done.detail, (fault, done.detail)
            if state is S.FAILED and "nothing was sent" in words:
                assert field.done == [], fault
                assert done.sent_ns == 0
            else:
                assert done.sent_ns, fault

    await asyncio.gather(*(one(*row) for row in FAULTS))


async def test_switch_identify_and_settings_by_their_own_effects(tmp_path) -> None:
    async with field_of() as field, engine_on(tmp_path, pole(field)) as engine:
        off, pulse, other = await asyncio.gather(
            send(engine, LAMP, "switch", 0),
            send(engine, LAMP2, "identify", 5),
            send(engine, "SP-0001/screen", "brightness", 20),
        )
        assert [done.state for done in (off, pulse, other)] == [S.CONFIRMED] * 3
        assert "0.4 W" in off.effect
        assert "between" in pulse.effect
        assert "after" in other.effect
        fade = await send(engine, LAMP, "set_fade_time", 1.5)
        assert (fade.state, fade.measured, fade.previous) == (S.CONFIRMED, 1.5, 2.0)
        zero = await send(engine, "SP-0001/door", "zero_tilt", 1)
        assert zero.state is S.CONFIRMED


async def test_what_only_a_person_can_see_waits_for_a_person(tmp_path) -> None:
    async with field_of() as field, engine_on(tmp_path, pole(field)) as engine:
        command = await send(engine, "SP-0001/gateway", "identify", 3)
        assert command.state is S.ACCEPTED
        assert "Only a person" in command.detail
        assert field.simulator.look("SP-0001")["gateway_light"]
        seen = await engine.commands.seen(command.id, "Wang", done=True)
        assert (seen.state, await engine.store.records.command(command.id)) == (S.CONFIRMED, seen)
        with pytest.raises(UserFacing):
            await engine.commands.seen(command.id, "Wang", done=False)


async def test_refusals_write_nothing_and_are_audited(tmp_path) -> None:
    rows = [
        ("nobody", "dim", 1, S.REJECTED, "no device"),
        (LAMP, "explode", 1, S.REJECTED, "no command"),
        (LAMP, "dim", 140, S.REJECTED, "between 0 and 100"),
        (LAMP, "dim", "full", S.REJECTED, "number"),
        ("SP-0001/screen", "show", "hi", S.REJECTED, "risk class 2"),
        ("SP-0001", "dim_lamp1", 10, S.REJECTED, "cannot be written over this link"),
    ]
    async with field_of() as field, engine_on(tmp_path, pole(field)) as engine:
        for device, command, value, state, words in rows:
            done = await send(engine, device, command, value)
            assert (done.state, done.raw, done.sent_ns) == (state, (), 0)
            assert words in done.detail, done.detail
        anonymous = CommandRequest(device=LAMP, command="dim", value=1, who=" ")
        assert (await engine.commands.send(anonymous)).state is S.REJECTED
        assert field.done == []
        entries = await engine.audit.records.audit()
        assert [entry.result for entry in entries] == ["rejected"] * (len(rows) + 1)
        revoke = engine.access.permit("SP-0001", 2, "the danger text was read")
        shown = await send(engine, "SP-0001/screen", "show", "慢行")
        assert (shown.state, shown.measured) == (S.CONFIRMED, "慢行")
        revoke()
        assert (await send(engine, "SP-0001/screen", "show", "x")).state is S.REJECTED


async def test_offline_is_refused_and_never_kept_for_later(tmp_path) -> None:
    async with engine_on(tmp_path, single("modbus+tcp://127.0.0.1:1")) as engine:
        command = await send(engine, LAMP, "dim", 40)
        assert command.state is S.FAILED
        assert "Commands are not kept for later" in command.detail
        assert engine.commands.active() == ()


async def test_one_request_is_done_once_and_a_device_takes_turns(tmp_path) -> None:
    async with field_of() as field, engine_on(tmp_path, pole(field)) as engine:
        told = []
        engine.commands.on_change(told.append)
        first, same, other = await asyncio.gather(
            send(engine, LAMP, "set_fade_time", 1.0, id="a"),
            send(engine, LAMP, "set_fade_time", 1.0, id="a"),
            send(engine, LAMP, "set_fade_time", 3.0, id="b"),
        )
        again = await send(engine, LAMP, "set_fade_time", 9.0, id="a")
        assert first == same == again
        assert (first.measured, other.measured) == (1.0, 3.0)
        assert [value for _, _, value in field.done] == [1.0, 3.0]
        assert other.previous == 1.0
        assert any("before it" in item.detail for item in told if item.id == "b")


async def test_nothing_fires_late_by_either_clock(tmp_path) -> None:
    async with field_of() as field, engine_on(tmp_path, pole(field)) as engine:
        zero = await send(engine, LAMP, "set_fade_time", 1.0, expires_s=0.0)
        assert zero.state is S.EXPIRED
        link = engine.connections.link("pole")
        read = link.read
        hour = {"wall": 10**18, "steady": 0.0}

        def sleeping(clock, by):
            async def slow(*args):
                hour[clock] += by
                return await read(*args)

            return slow

        engine.commands._clocks = Clocks(now_ns=lambda: hour["wall"], steady=lambda: hour["steady"])
        for clock, by in (("wall", 61 * 10**9), ("steady", 61.0)):
            # The machine sleeps while the command looks at what is there before.
            link.read = sleeping(clock, by)
            assert (await send(engine, LAMP, "set_fade_time", 1.0)).state is S.EXPIRED
        assert field.done == []


async def test_a_write_that_waits_for_its_turn_on_the_bus_is_not_sent_when_it_expired(
    tmp_path,
) -> None:
    async with field_of() as field, engine_on(tmp_path, pole(field)) as engine:
        link = engine.connections.link("pole")
        asked = []

        def still() -> bool:
            asked.append(len(field.done))
            return False

        with pytest.raises(Exception, match="had expired"):
            await link.write_registers(11, 1, [5], still=still)
        assert asked == [0]
        assert field.done == []
        assert await link.read(11, *_dim(engine)) == (70,)


def _dim(engine):
    address = engine.library.profile("wayside-lamp-controller").point("dim_command").modbus
    return address.table, address.address, 1


async def test_silence_after_sending_is_unknown(tmp_path) -> None:
    """The unit answers reads before, takes the write, and is never heard again."""
    units = await ModbusUnits(11).start()
    try:
        async with engine_on(tmp_path, single(f"modbus+tcp://127.0.0.1:{units.port}")) as engine:
            link = engine.connections.link("single")
            write = link.write_registers

            async def lost(*args, **options):
                units.silent.add(11)
                await write(*args, **options)

            link.write_registers = lost
            command = await send(engine, LAMP, "set_fade_time", 3.0)
            assert command.state is S.UNKNOWN
            assert command.sent_ns
            assert command.raw[-1].endswith("> ")
    finally:
        await units.stop()


async def test_cancelled_is_quick_and_honest(tmp_path) -> None:
    async with field_of(f"stuck_dim@{LAMP}") as field, engine_on(tmp_path, pole(field)) as engine:
        task = asyncio.ensure_future(send(engine, LAMP, "dim", 20, id="c"))
        await until(lambda: field.done)
        await until(lambda: engine.commands.active()[0].state is S.ACCEPTED)
        behind = asyncio.ensure_future(send(engine, LAMP, "dim", 10, id="d"))
        await until(lambda: len(engine.commands.active()) == 2)
        for pending in (behind, task):
            pending.cancel()
        async with asyncio.timeout(1.0):
            await asyncio.wait({task, behind})
        records = engine.store.records
        assert (await records.command("c")).state is S.UNKNOWN
        assert (await records.command("d")).state is S.FAILED
        assert len(field.done) == 1
        assert engine.commands.active() == ()
        restored = await send(engine, LAMP, "set_fade_time", 1.0)
        assert restored.state is S.CONFIRMED


async def test_waiting_says_for_what_after_three_seconds(tmp_path) -> None:
    async with field_of(f"slow_fade@{LAMP}") as field, engine_on(tmp_path, pole(field)) as engine:
        told = []
        engine.commands.on_change(told.append)
        task = asyncio.ensure_future(send(engine, LAMP, "dim", 20))
        await until(lambda: told and told[-1].detail.startswith("Waits for Dimming level"))
        assert "20.0 %" in told[-1].detail
        assert isinstance(told[-1].measured, float)
        task.cancel()
        await asyncio.wait({task})


async def test_the_end_of_the_program_leaves_nothing_under_way(tmp_path, no_task_left) -> None:
    async with field_of(f"stuck_dim@{LAMP}") as field:
        async with engine_on(tmp_path, pole(field)) as engine:
            task = asyncio.ensure_future(send(engine, LAMP, "dim", 20))
            await until(lambda: field.done)
        command = await task
        assert command.state is S.UNKNOWN
        assert "Cancelled after it was sent" in command.detail


async def test_without_a_durable_intent_nothing_is_sent(tmp_path, expected_log) -> None:
    async with field_of() as field, engine_on(tmp_path, pole(field)) as engine:
        writer = engine.store._writer
        await engine.store.flush()
        writer.ballast.free()
        (pages,) = writer.connection.execute("PRAGMA page_count").fetchone()
        writer.connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()

        async def fill() -> None:
            while True:
                await send(engine, LAMP, "set_fade_time", 2.0, why="x" * 50_000)

        with pytest.raises(StoreUnavailable, match="disk is full"):
            await fill()
        written = len(field.done)
        with pytest.raises(StoreUnavailable):
            await send(engine, LAMP, "set_fade_time", 4.0, why="x" * 50_000)
        assert len(field.done) == written
        writer.connection.execute("PRAGMA max_page_count = 1000000").fetchone()
        assert (await send(engine, LAMP, "set_fade_time", 4.0)).state is S.CONFIRMED
        assert expected_log is not None


class Sniffer:
    """The functions of the Modbus TCP frames that left."""

    def __init__(self) -> None:
        self.functions = []

    def sent(self, data, *, note="") -> None:
        self.functions.append(data[7])

    def received(self, data, *, note="") -> None:
        pass


async def test_an_unknown_profile_is_read_only_on_the_wire(tmp_path) -> None:
    async with field_of() as field:
        url = field.links["SP-0001"]["modbus+tcp"]
        unknown = single(url, profile="no-such-profile")
        async with engine_on(tmp_path, unknown, pole(field)) as engine:
            sniffers = [Sniffer(), Sniffer()]
            for name, sniffer in zip(("single", "pole"), sniffers, strict=True):
                engine.connections.link(name).record(sniffer)
            await engine.connections.enable("pole", enabled=False)
            done = await send(engine, LAMP, "dim", 40)
            assert (done.state, done.sent_ns) == (S.FAILED, 0)
            await engine.connections.remove("pole")
            refused = await send(engine, LAMP, "dim", 40)
            assert refused.state is S.REJECTED
            assert "no device" in refused.detail
            assert not {5, 6, 15, 16} & {f for sniffer in sniffers for f in sniffer.functions}
            assert field.done == []
