"""The running simulator: what it announces, what eyes tell, and that nothing is left behind."""

import asyncio
import errno
import json
import os
import socket
import time
from pathlib import Path

import pytest

from app.core.errors import UserFacing
from app.simulator.options import PROTOCOLS, SimulatorOptions
from app.simulator.run import FieldSimulator
from tests.fakes.waiting import until

POLE, SIGN = "SP-0001", "TS-0001"


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def children():
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


@pytest.mark.parametrize("broker", ["embedded", pytest.param("mosquitto", marks=pytest.mark.peer)])
async def test_nothing_is_left_after_stop(no_task_left, broker):
    warm = FieldSimulator(SimulatorOptions(poles=1, signs=0, broker=broker))
    await warm.start()
    await warm.stop()
    files, processes = open_files(), children()
    simulator = FieldSimulator(SimulatorOptions(poles=2, signs=1, broker=broker))
    ready = await simulator.start()
    assert open_files() > files
    await simulator.stop()
    await simulator.stop()
    for asset in ready.assets:
        for scheme in ("modbus+tcp", "modbus+rtu+tcp"):
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", int(asset.links[scheme].split(":")[2]))
    for _ in range(5):
        await asyncio.sleep(0)
    assert open_files() <= files
    assert children() == processes


async def test_it_announces_every_link_as_a_url(simulate):
    _, ready = await simulate(poles=2, signs=1, protocols=PROTOCOLS)
    line = json.loads(json.dumps(ready.as_dict()))
    assert line["ready"] is True
    assert [asset["asset"] for asset in line["assets"]] == [POLE, "SP-0002", SIGN]
    for asset in line["assets"]:
        assert list(asset["links"]) == ["modbus+tcp", "modbus+rtu+tcp", "modbus+rtu", "mqtt"]
        assert f"/wayside/{asset['asset']}/#" in asset["links"]["mqtt"]


async def ask(address, line):
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(line)
    async with asyncio.timeout(5):
        answer = await (reader.read() if line.startswith(b"GET") else reader.readline())
    writer.close()
    await writer.wait_closed()
    return answer


async def test_eyes_tell_the_truth_whatever_is_reported(simulate):
    simulator, ready = await simulate(poles=1, signs=1, faults=(f"feedback_lies@{POLE}/lamp2",))
    simulator.world.assets[POLE].body.command("lamp2_dim_command", 100.0)
    simulator.advance(5)
    answer = json.loads(await ask(ready.eyes, b'{"look": "SP-0001"}\n'))
    assert answer["lamps"]["lamp1"]["lit"]
    assert not answer["lamps"]["lamp2"]["lit"]
    assert simulator.world.assets[POLE].devices["lamp2"].readings()["dim_level"] == 100
    everybody = json.loads(await ask(ready.eyes, b'{"look": "*"}\n'))
    assert [look["asset"] for look in everybody["assets"]] == [POLE, SIGN]


async def test_eyes_speak_http(simulate):
    _, ready = await simulate(poles=1, signs=1)
    head, _, body = (await ask(ready.eyes, b"GET /TS-0001 HTTP/1.1\r\n\r\n")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body)["sign"]["face"] == "speed_limit"
    assert (await ask(ready.eyes, b"GET /nobody HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    "line", [b"\n", b"{\n", b"[]\n", b'{"look": 3}\n', b'{"look": "XX"}\n', b"\xff\n"]
)
async def test_a_question_that_is_none_gets_an_error(simulate, line):
    _, ready = await simulate(poles=1, signs=0)
    assert "error" in json.loads(await ask(ready.eyes, line))


async def test_eyes_close_on_whoever_floods_them(simulate):
    _, ready = await simulate(poles=1, signs=0)
    assert await ask(ready.eyes, b"x" * 40_000) == b""


async def test_a_port_in_use_is_reported_and_nothing_is_left(no_task_left):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        simulator = FieldSimulator(SimulatorOptions(poles=1, signs=0, modbus_port=port))
        with pytest.raises(UserFacing, match=str(port)):
            await simulator.start()


async def test_without_pseudo_terminals_only_the_serial_line_is_missing(no_task_left, monkeypatch):
    def refused():
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    monkeypatch.setattr("app.simulator.pty_line.os.openpty", refused)
    simulator = FieldSimulator(
        SimulatorOptions(poles=1, signs=0, protocols=("modbus+tcp", "modbus+rtu"))
    )
    ready = await simulator.start()
    assert set(ready.assets[0].links) == {"modbus+tcp"}
    await simulator.stop()


async def test_a_broker_that_is_not_there_is_reported(no_task_left):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    simulator = FieldSimulator(
        SimulatorOptions(poles=1, signs=0, protocols=("mqtt",), broker=f"mqtt://127.0.0.1:{port}")
    )
    with pytest.raises(UserFacing, match=str(port)):
        await simulator.start()


async def test_an_unknown_fault_fails_at_once():
    with pytest.raises(UserFacing, match="no_such"):
        FieldSimulator(SimulatorOptions(faults=("no_such@SP-0001",)))


async def test_the_field_moves_by_itself(simulate):
    simulator, _ = await simulate(poles=1, signs=0, protocols=())
    before = simulator.world.time.now_s
    await until(lambda: simulator.world.time.now_s >= before + 0.35)
    assert abs(simulator.world.time.now_s - time.time()) < 0.5


def test_a_hundred_poles_cost_little(make_world):
    """Less than a tenth of a core, so that a demo of a hundred poles leaves the rest free."""
    world = make_world(poles=100, signs=20)
    began = time.process_time()
    world.advance(20)
    for asset in world.assets.values():
        for _ in range(20):
            asset.telemetry()
    assert time.process_time() - began < 2.0
