"""A serial port that is pulled, comes back under its name, or never was there."""

import asyncio
import os
import threading
import tty

import pytest

from app.core.errors import LinkDown
from app.core.links import LinkState
from app.core.profiles import RegisterTable
from app.links.registry import build_link, parse_url
from app.links.serial_port import SerialPort, SerialSettings
from tests.fakes.modbus_bus import bus
from tests.fakes.waiting import until

pytestmark = pytest.mark.usefixtures("no_task_left")


async def test_a_pulled_adapter_is_noticed_and_bound_again_under_its_name(tmp_path) -> None:
    name = tmp_path / "by-id"
    loop = asyncio.get_running_loop()
    async with bus("modbus+rtu") as first:
        name.symlink_to(first.url.removeprefix("modbus+rtu://").partition("?")[0])
        link = build_link("bench", parse_url(f"modbus+rtu://{name}?baud=115200"))
        await link.open()
        await link.read(1, RegisterTable.HOLDING, 0, 2)
        first.holding = True
        asking = asyncio.ensure_future(link.read(1, RegisterTable.HOLDING, 0, 2))
        first.seen.clear()
        await until(lambda: first.seen)
        pulled = loop.time()
        first.hang_up()
        with pytest.raises(LinkDown):
            await asking
        assert loop.time() - pulled < 3
        assert link.status.state is LinkState.WAITING
    async with bus("modbus+rtu") as second:
        name.unlink()
        name.symlink_to(second.url.removeprefix("modbus+rtu://").partition("?")[0])
        await until(lambda: link.status.state is LinkState.CONNECTED, 4)
        assert await link.read(1, RegisterTable.HOLDING, 0, 2) == (1000, 1001)
        await link.close()


async def test_a_busy_port_says_so() -> None:
    async with bus("modbus+rtu") as proxy:
        one, two = (build_link(name, parse_url(proxy.url)) for name in ("one", "two"))
        await one.open()
        await two.open()
        assert one.status.state is LinkState.CONNECTED
        assert two.status.state is LinkState.WAITING
        await one.close()
        await until(lambda: two.status.state is LinkState.CONNECTED, 4)
        await two.close()


async def test_what_leaves_at_a_moment_leaves_then() -> None:
    far, near = os.openpty()
    tty.setraw(near)
    loop = asyncio.get_running_loop()
    came: list[float] = []
    loop.add_reader(far, lambda: came.append(loop.time() if os.read(far, 64) else 0))
    port = SerialPort(
        SerialSettings(device=os.ttyname(near), baud=115200),
        lambda *_: None,
        lambda *_: None,
        close_s=2,
    )
    await port.open()
    at = loop.time() + 0.0035
    port.write(b"later", at)
    await until(lambda: came)
    assert came[0] >= at
    port.write(b"now", at)
    await until(lambda: len(came) == 2)
    await port.close()
    loop.remove_reader(far)
    for end in (far, near):
        os.close(end)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("serial")]


async def test_a_port_that_takes_nothing_is_lost_not_waited_for() -> None:
    far, near = os.openpty()
    tty.setraw(near)
    lost: list[OSError] = []
    port = SerialPort(
        SerialSettings(device=os.ttyname(near)), lambda *_: None, lost.append, close_s=2
    )
    await port.open()
    for _ in range(100):
        port.write(bytes(4096), 0.0)
    await until(lambda: lost)
    await port.close()
    assert len(lost) == 1
    for end in (far, near):
        os.close(end)
