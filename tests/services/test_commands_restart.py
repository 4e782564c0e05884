"""After kill -9 a command is UNKNOWN, looked at again, and never sent again."""

import asyncio
import sys

import pytest

from app.core.commands import CommandState
from app.services.connection_file import SavedAsset, SavedConnection
from app.services.engine import EngineOptions, start_engine
from app.simulator.options import MODBUS_TCP
from tests.fakes.waiting import until
from tests.services.commanding import SIGN, engine_on, field_of, send

S = CommandState


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize(
    ("killed_in", "writes", "end", "words"),
    [
        ("queued", 0, S.FAILED, "never sent"),
        ("sent", 0, S.FAILED, "Found not done after the restart"),
        ("accepted", 1, S.CONFIRMED, "Found done after the restart"),
    ],
)
async def test_killed_under_way(tmp_path, killed_in, writes, end, words) -> None:
    async with field_of() as field:
        url = field.links["SP-0001"][MODBUS_TCP]
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.services.command_child", str(tmp_path), url, killed_in
        )
        assert await child.wait() == -9
        assert len(field.done) == writes
        engine = await start_engine(EngineOptions(data=tmp_path))
        try:
            (command,) = await engine.store.records.commands()
            assert (command.id, command.state) == ("one", S.UNKNOWN)
            told = []
            engine.commands.on_change(told.append)
            await engine.connections.open_all()
            await until(lambda: told and told[-1].state is end, 15)
            assert words in told[-1].detail
            assert await engine.store.records.commands() == [told[-1]]
            assert len(field.done) == writes
            assert await engine.audit.verify() == []
            entries = await engine.audit.records.audit()
            assert [entry.result for entry in entries[-2:]] == ["unknown", end.value]
        finally:
            await engine.close()


@pytest.mark.slow
async def test_looking_at_what_was_gives_way_to_a_new_command(tmp_path) -> None:
    """Lost contact is played for minutes; nobody waits so long for the sign to be free."""
    device = f"{SIGN}/sign"
    async with field_of() as field:
        asset = SavedAsset(number=SIGN, type="reference-sign")
        link = SavedConnection(name="sign", url=field.links[SIGN][MODBUS_TCP], assets=(asset,))
        async with engine_on(tmp_path, link) as engine:
            engine.access.permit(device, 3, "a test")
            taken = asyncio.Event()
            engine.commands.on_change(
                lambda command: taken.set() if command.state is S.ACCEPTED else None
            )
            playing = asyncio.ensure_future(send(engine, device, "test_comm_loss", 300.0))
            await taken.wait()
        assert (await playing).state is S.UNKNOWN
        async with engine_on(tmp_path) as engine:
            told = []
            engine.commands.on_change(told.append)
            await engine.connections.open_all()
            await until(lambda: any("Waits for the effect" in command.detail for command in told))
            engine.access.permit(device, 3, "a test")
            async with asyncio.timeout(20):
                sent = await send(engine, device, "brightness", 40.0, expires_s=8.0)
            assert sent.state is S.CONFIRMED
            _, first = await engine.store.records.commands()
            assert first.state is S.UNKNOWN
            assert "another command" in first.detail
            assert engine.commands.active() == ()


async def test_what_cannot_be_looked_at_stays_unknown(tmp_path) -> None:
    async with field_of() as field:
        url = field.links["SP-0001"][MODBUS_TCP]
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.services.command_child", str(tmp_path), url, "accepted"
        )
        assert await child.wait() == -9
    for _ in range(2):
        engine = await start_engine(EngineOptions(data=tmp_path))
        await engine.connections.open_all()
        (command,) = await engine.store.records.commands()
        assert command.state is S.UNKNOWN
        await engine.close()
