"""Modbus links against peers that are neither ours nor pymodbus, and a network that goes dark."""

import asyncio
import os
import shutil
import subprocess
import tty
from dataclasses import replace

import pytest

from app.core.errors import DeviceRefused, LinkTimeout
from app.core.links import LinkState
from app.core.profiles import RegisterTable
from app.links.modbus_link import ModbusLink
from app.links.modbus_tcp import ModbusTcpParams, modbus_tcp_link
from app.links.registry import build_link, parse_url
from app.settings import Texts
from tests.fakes.modbus_bus import bus
from tests.fakes.waiting import until

HOLDING = RegisterTable.HOLDING
pytestmark = pytest.mark.usefixtures("no_task_left")
SERVER = r"""
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  uint8_t query[MODBUS_MAX_ADU_LENGTH];
  modbus_mapping_t *map = modbus_mapping_new(64, 64, 200, 200);
  for (int i = 0; i < 200; i++) map->tab_registers[i] = map->tab_input_registers[i] = i * 3;
  int tcp = !strcmp(argv[1], "tcp"), server = -1;
  modbus_t *bus = tcp ? modbus_new_tcp("127.0.0.1", atoi(argv[2]))
                      : modbus_new_rtu(argv[2], 115200, 'N', 8, 1);
  modbus_set_slave(bus, 7);
  if (tcp) {
    server = modbus_tcp_listen(bus, 1);
    puts("ready"); fflush(stdout);
    modbus_tcp_accept(bus, &server);
  } else {
    if (modbus_connect(bus)) return 2;
    puts("ready"); fflush(stdout);
  }
  for (;;) {
    int size = modbus_receive(bus, query);
    if (size > 0) modbus_reply(bus, query, size, map);
    else if (size < 0 && (tcp || errno == EIO)) return 0;
  }
}
"""


@pytest.fixture(scope="module")
def libmodbus_server(tmp_path_factory):
    if shutil.which("gcc") is None or shutil.which("pkg-config") is None:
        pytest.skip("gcc or pkg-config is not installed")
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "libmodbus"],
        capture_output=True,
        text=True,
        check=False,
    )
    if flags.returncode:
        pytest.skip("libmodbus-dev is not installed")
    folder = tmp_path_factory.mktemp("libmodbus")
    source, program = folder / "server.c", folder / "server"
    source.write_text(SERVER, "utf-8")
    subprocess.run(
        ["gcc", "-O1", "-o", str(program), str(source), *flags.stdout.split()], check=True
    )
    return program


async def converse(link) -> None:
    await link.open()
    assert await link.read(7, HOLDING, 0, 125) == tuple(range(0, 375, 3))
    await link.write_registers(7, 10, [1, 2, 3])
    await link.write_registers(7, 13, [4])
    assert await link.read(7, HOLDING, 10, 4) == (1, 2, 3, 4)
    await link.write_coils(7, 0, [True, False, True])
    await link.write_coils(7, 1, [True])
    assert await link.read(7, RegisterTable.COIL, 0, 4) == (1, 1, 1, 0)
    assert await link.read(7, RegisterTable.DISCRETE, 0, 3) == (0, 0, 0)
    assert await link.read(7, RegisterTable.INPUT, 5, 2) == (15, 18)
    assert await link.read_write_registers(7, 10, 2, 11, [9]) == (1, 9)
    with pytest.raises(DeviceRefused) as refused:
        await link.read(7, HOLDING, 199, 2)
    assert refused.value.code == 2
    await link.close()


async def start(*command: object):
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(10):
        assert await process.stdout.readline() == b"ready\n"
    return process


async def stop(process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()
    process._transport.close()
    await asyncio.sleep(0)


@pytest.mark.peer
async def test_libmodbus_over_tcp(libmodbus_server, unused_tcp_port) -> None:
    process = await start(libmodbus_server, "tcp", unused_tcp_port)
    await converse(build_link("c", parse_url(f"modbus+tcp://127.0.0.1:{unused_tcp_port}")))
    await stop(process)


@pytest.mark.peer
async def test_libmodbus_over_a_serial_line(libmodbus_server) -> None:
    ends = [os.openpty() for _ in range(2)]
    loop = asyncio.get_running_loop()
    for (far, near), (other, _) in zip(ends, reversed(ends), strict=True):
        tty.setraw(near)
        loop.add_reader(far, lambda far=far, other=other: os.write(other, os.read(far, 4096)))
    process = await start(libmodbus_server, "rtu", os.ttyname(ends[1][1]))
    await converse(build_link("c", parse_url(f"modbus+rtu://{os.ttyname(ends[0][1])}?baud=115200")))
    await stop(process)
    for far, near in ends:
        loop.remove_reader(far)
        os.close(far)
        os.close(near)


async def test_a_black_hole_is_noticed_and_the_connection_made_anew() -> None:
    async with bus("modbus+tcp") as proxy:
        port = int(proxy.url.rpartition(":")[2])
        params = ModbusTcpParams(host="127.0.0.1", port=port, timeout_s=0.1)
        wiring = replace(modbus_tcp_link("x", params)._wiring, remake_after_s=0.2)
        link = ModbusLink("bench", params, wiring, Texts())
        await link.open()
        await link.read(1, HOLDING, 0, 1)
        proxy.silence(1, 2, 3)
        for unit in (1, 2, 3):
            if link.status.state is not LinkState.WAITING:
                with pytest.raises(LinkTimeout):
                    await link.read(unit, HOLDING, 0, 1)
        assert link.status.state is LinkState.WAITING
        assert "nothing came back" in link.status.error
        proxy.silence()
        await until(lambda: link.status.state is LinkState.CONNECTED)
        assert await link.read(1, HOLDING, 0, 1) == (1000,)
        await link.close()


async def test_a_peer_that_sends_only_garbage_is_named() -> None:
    async with bus("modbus+tcp") as proxy:
        link = build_link("bench", parse_url(proxy.url + "?timeout_s=0.3"))
        await link.open()
        proxy.answers = lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n"
        with pytest.raises(LinkTimeout, match="bytes that are no Modbus frame"):
            await link.read(1, HOLDING, 0, 1)
        await link.close()
