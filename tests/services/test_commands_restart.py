"""After kill -9 a command is UNKNOWN, looked at again, and never sent again."""

import asyncio
import sys

import pytest

from app.core.commands import CommandState
from app.services.engine import EngineOptions, start_engine
from app.simulator.options import MODBUS_TCP
from tests.fakes.waiting import until
from tests.services.commanding import field_of

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
