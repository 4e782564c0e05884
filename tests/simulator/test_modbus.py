"""The Modbus side, read by clients that are not ours: pymodbus and mbpoll."""

import asyncio
import os
import struct
from contextlib import asynccontextmanager

import pytest
from pymodbus import FramerType
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ModbusIOException

from app.core.profiles import RegisterTable
from app.core.rows import samples
from app.profiles.planning import plan
from app.profiles.registers import RegisterMapper
from app.simulator.options import MODBUS_RTU, MODBUS_RTU_TCP, MODBUS_TCP, PROTOCOLS
from tests.fakes.programs import program
from tests.fakes.waiting import until

POLE, SIGN = "SP-0001", "TS-0001"
MOVING = {"wind_direction", "noise", "illuminance", "cpu_load", "fan_speed", "snr", "pm10"}
"""Readings that a tick between two reads may move by more than a little."""

LAMP, METER, GATEWAY, DOOR, SCREEN = 11, 31, 1, 41, 51


def links(ready, number=POLE):
    return next(asset.links for asset in ready.assets if asset.asset == number)


def port(url):
    return int(url.rpartition(":")[2])


@asynccontextmanager
async def connected(ready, number=POLE, *, scheme=MODBUS_TCP, wait_s=1.0):
    url = links(ready, number)[scheme]
    if scheme == MODBUS_RTU:
        path = url.removeprefix("modbus+rtu://").partition("?")[0]
        client = AsyncModbusSerialClient(path, baudrate=9600, timeout=wait_s, retries=0)
    else:
        framer = FramerType.RTU if scheme == MODBUS_RTU_TCP else FramerType.SOCKET
        client = AsyncModbusTcpClient(
            "127.0.0.1",
            port=port(url),
            framer=framer,
            timeout=wait_s,
            retries=0,
            reconnect_delay=0,
        )
    assert await client.connect()
    try:
        yield client
    finally:
        client.close()
        await asyncio.sleep(0)


async def answers(ask, wanted):
    """Ask again and again until the answer is the wanted one."""
    async with asyncio.timeout(8):
        while (await ask()).registers != wanted:
            pass


@pytest.mark.parametrize("scheme", [MODBUS_TCP, MODBUS_RTU, MODBUS_RTU_TCP])
async def test_a_client_reads_and_writes_on_every_transport(simulate, no_task_left, scheme):
    simulator, ready = await simulate(poles=1, signs=0, protocols=PROTOCOLS[:3])
    async with connected(ready, scheme=scheme) as client:
        read = await client.read_input_registers(0, count=6, device_id=METER)
        volts = struct.unpack(">3f", struct.pack(">6H", *read.registers))
        assert all(198 < volt < 235.4 for volt in volts)

        answer = await client.write_register(1, 20, device_id=LAMP)
        assert not answer.isError()
        assert (await client.read_holding_registers(1, count=1, device_id=LAMP)).registers == [20]

        await answers(lambda: client.read_input_registers(268, count=1, device_id=LAMP), [200])
        power = (await client.read_input_registers(258, count=1, device_id=LAMP)).registers[0]
        assert 200 < power < 300
    await simulator.stop()


async def test_functions_of_the_map(simulate):
    simulator, ready = await simulate(poles=1, signs=0)
    async with connected(ready) as client:
        assert not (await client.write_registers(1, [30, 15], device_id=LAMP)).isError()
        both = await client.readwrite_registers(
            read_address=1, read_count=2, write_address=1, values=[40], device_id=LAMP
        )
        assert both.registers == [40, 15]
        bits = await client.read_discrete_inputs(0, count=5, device_id=DOOR)
        assert bits.bits[:5] == [False, False, False, False, True]
        assert not (await client.write_coil(0, value=False, device_id=DOOR)).isError()
        assert (await client.read_coils(0, count=1, device_id=DOOR)).bits[0] is False
        assert (await client.read_discrete_inputs(4, count=1, device_id=DOOR)).bits[0] is False
        assert not (await client.write_coils(0, [True, True], device_id=DOOR)).isError()
        assert simulator.look(POLE)["locked"]


async def test_a_coil_that_is_a_button_answers_with_what_it_was_told(simulate):
    """Function 5 echoes the request, whatever the coil reads afterwards."""
    _, ready = await simulate(poles=1, signs=0)
    async with connected(ready) as client:
        pressed = await client.write_coil(1, value=True, device_id=DOOR)
        assert pressed.bits[0] is True
        assert (await client.read_coils(1, count=1, device_id=DOOR)).bits[0] is False
        released = await client.write_coil(1, value=False, device_id=DOOR)
        assert released.bits[0] is False


async def test_text_goes_to_the_screen_in_utf8(simulate):
    simulator, ready = await simulate(poles=1, signs=0)
    text = "TEST 测试"
    data = text.encode().ljust(64, b"\0")
    words = list(struct.unpack(">32H", data))
    async with connected(ready) as client:
        assert not (await client.write_registers(100, words, device_id=SCREEN)).isError()
        shown = await client.read_input_registers(100, count=32, device_id=SCREEN)
    assert struct.pack(">32H", *shown.registers).rstrip(b"\0").decode() == text
    assert simulator.look(POLE)["screen"]["text"] == text


@pytest.mark.parametrize(
    ("address", "value", "code"),
    [(1, 101, 3), (5, 100, 3), (99, 1, 2)],
    ids=["beyond its range", "read only", "no such register"],
)
async def test_a_device_refuses_with_the_right_exception(simulate, address, value, code):
    _, ready = await simulate(poles=1, signs=0)
    async with connected(ready) as client:
        answer = await client.write_register(address, value, device_id=LAMP)
        assert answer.isError()
        assert answer.exception_code == code
        outside = await client.read_input_registers(1000, count=4, device_id=LAMP)
        assert outside.exception_code == 2
        still = await client.read_input_registers(256, count=1, device_id=LAMP)
        assert not still.isError()


async def test_every_device_identifies_itself(simulate):
    simulator, ready = await simulate(poles=1, signs=1)
    async with connected(ready) as client:
        for unit, product in ((LAMP, b"wayside-lamp-controller"), (METER, b"eastron-sdm630")):
            basic = await client.read_device_information(read_code=1, device_id=unit)
            assert basic.information[1] == product
            assert set(basic.information) == {0, 1, 2}
        every = await client.read_device_information(read_code=3, device_id=LAMP)
        serial = simulator.world.assets[POLE].devices["lamp1"].serial
        assert every.information[0x80].decode() == serial
        one = await client.read_device_information(read_code=4, object_id=2, device_id=LAMP)
        assert one.information == {2: b"1.4.2"}
        none = await client.read_device_information(read_code=4, object_id=9, device_id=LAMP)
        assert none.exception_code == 2
    async with connected(ready, SIGN) as client:
        basic = await client.read_device_information(read_code=1, device_id=1)
        assert basic.information[1] == b"nbiot-sign"


async def asked(client, unit, address=256):
    """What a unit answers: its id, ``refused``, or ``silent`` where it never does."""
    try:
        answer = await client.read_input_registers(address, count=1, device_id=unit)
    except ModbusIOException:
        return "silent"
    return "refused" if answer.isError() else answer.dev_id


async def unit_in_answer(ready, unit):
    """The unit id that an answer bears on the wire."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port(links(ready)[MODBUS_TCP]))
    writer.write(bytes.fromhex(f"000100000006{unit:02x}0401000001"))
    async with asyncio.timeout(2):
        answer = await reader.readexactly(11)
    writer.close()
    await writer.wait_closed()
    return answer[6]


async def test_unit_faults_touch_their_unit_only(simulate):
    simulator, ready = await simulate(poles=1, signs=0)
    async with connected(ready, wait_s=0.2) as client:
        assert await asked(client, LAMP) == LAMP
        assert await asked(client, 99) == "silent"
        simulator.inject(f"silent_unit@{POLE}/lamp1")
        assert await asked(client, LAMP) == "silent"
        assert await asked(client, 12) == 12
        simulator.clear(f"silent_unit@{POLE}/lamp1")
        simulator.inject(f"wrong_unit_id@{POLE}/lamp1")
        assert await unit_in_answer(ready, LAMP) == LAMP + 1
        assert await unit_in_answer(ready, 12) == 12
        simulator.clear(f"wrong_unit_id@{POLE}/lamp1")
        simulator.inject(f"moved_unit@{POLE}/lamp1?to=77")
        assert await asked(client, LAMP) == "silent"
        assert await asked(client, 77) == 77


async def test_a_refused_command_is_an_exception(simulate):
    _, ready = await simulate(poles=1, signs=0, faults=(f"refuses_command@{POLE}/lamp2",))
    async with connected(ready) as client:
        assert (await client.write_register(1, 10, device_id=12)).isError()
        assert not (await client.write_register(1, 10, device_id=11)).isError()


async def test_noise_breaks_some_answers_on_the_line(simulate):
    _, ready = await simulate(
        poles=1, signs=0, protocols=(MODBUS_RTU,), faults=(f"crc_noise@{POLE}?rate=0.5",)
    )
    async with connected(ready, scheme=MODBUS_RTU, wait_s=0.05) as client:
        answers = [await asked(client, LAMP) for _ in range(30)]
    assert 4 < answers.count(LAMP) < 26


async def test_a_slow_gateway_answers_late(simulate):
    loop = asyncio.get_running_loop()
    _, ready = await simulate(poles=1, signs=0, faults=(f"slow_gateway@{POLE}?delay_s=0.3",))
    async with connected(ready) as client:
        began = loop.time()
        assert await asked(client, LAMP) == LAMP
        assert 0.3 <= loop.time() - began < 0.9


async def test_a_flapping_link_drops_its_connections(simulate):
    simulator, ready = await simulate(poles=1, signs=0)
    async with connected(ready, wait_s=0.2) as client:
        assert await asked(client, LAMP) == LAMP
        simulator.inject(f"flapping_link@{POLE}?up_s=0.001&down_s=600")
        await until(lambda: not client.connected)
        simulator.clear(f"flapping_link@{POLE}")
    async with connected(ready) as client:
        assert await asked(client, LAMP) == LAMP


async def test_a_restart_takes_the_gateway_away_and_back(simulate):
    simulator, ready = await simulate(poles=1, signs=0)
    async with connected(ready) as client:
        assert not (await client.write_register(3, 1, device_id=GATEWAY)).isError()
        assert simulator.world.assets[POLE].wire.is_down()
    simulator.advance(6)
    async with connected(ready) as client:
        uptime = (await client.read_input_registers(2, count=2, device_id=GATEWAY)).registers
        assert uptime[0] == 0
        assert uptime[1] < 10


async def test_two_requests_in_one_packet_are_both_answered(simulate):
    _, ready = await simulate(poles=1, signs=0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port(links(ready)[MODBUS_TCP]))
    request = "{:04x}00000006{:02x}0401000001"
    writer.write(bytes.fromhex(request.format(1, 11) + request.format(2, 12)))
    async with asyncio.timeout(2):
        answers = await reader.readexactly(22)
    assert (answers[1], answers[6], answers[12], answers[17]) == (1, 11, 2, 12)
    writer.write(b"\xff" * 5 + b"nonsense")
    writer.close()
    await writer.wait_closed()


async def test_half_a_frame_is_forgotten(simulate, monkeypatch):
    monkeypatch.setattr("app.simulator.modbus_server.STALE_FRAME_S", -1.0)
    _, ready = await simulate(poles=1, signs=0, protocols=(MODBUS_RTU,))
    path = links(ready)[MODBUS_RTU].removeprefix("modbus+rtu://").partition("?")[0]
    line = os.open(path, os.O_RDWR | os.O_NOCTTY)
    os.write(line, bytes.fromhex("0b0401"))
    for _ in range(200):
        await asyncio.sleep(0)
    os.close(line)
    async with connected(ready, scheme=MODBUS_RTU) as client:
        assert await asked(client, LAMP) == LAMP


async def test_the_line_survives_readers_that_come_and_go(simulate):
    _, ready = await simulate(poles=1, signs=0, protocols=(MODBUS_RTU,))
    for _ in range(3):
        async with connected(ready, scheme=MODBUS_RTU) as client:
            assert await asked(client, LAMP) == LAMP


@pytest.mark.peer
async def test_mbpoll_reads_the_line(simulate):
    mbpoll = program("mbpoll")
    _, ready = await simulate(poles=1, signs=0, protocols=(MODBUS_RTU,))
    path = links(ready)[MODBUS_RTU].removeprefix("modbus+rtu://").partition("?")[0]
    command = ["-m", "rtu", "-b", "9600", "-P", "none", "-a", "31", "-t", "3:float", "-B"]
    poll = await asyncio.create_subprocess_exec(
        mbpoll,
        *command,
        "-0",
        "-r",
        "0",
        "-c",
        "3",
        "-1",
        path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(10):
        out, _ = await poll.communicate()
    assert poll.returncode == 0, out
    volts = [float(line.split()[-1]) for line in out.decode().splitlines() if line.startswith("[")]
    assert len(volts) == 3
    assert all(198 < volt < 235.4 for volt in volts)


@pytest.mark.parametrize("number", [POLE, SIGN])
async def test_what_is_read_by_plan_is_good_and_true(simulate, number):
    """Every block that a poll would read, through the profile, gives what the device reports."""
    simulator, ready = await simulate(poles=1, signs=1)
    asset = simulator.world.assets[number]
    async with connected(ready, number) as client:
        reads = {
            RegisterTable.COIL: client.read_coils,
            RegisterTable.DISCRETE: client.read_discrete_inputs,
            RegisterTable.HOLDING: client.read_holding_registers,
            RegisterTable.INPUT: client.read_input_registers,
        }
        for device in asset.devices.values():
            for group in plan(device.profile, f"{number}/{device.slot.id}"):
                values = {}
                for block in group.blocks:
                    answer = await reads[block.table](
                        block.address, count=block.count, device_id=device.slot.unit
                    )
                    assert not answer.isError(), (device.slot.id, block)
                    bits = block.table in (RegisterTable.COIL, RegisterTable.DISCRETE)
                    found = answer.bits if bits else answer.registers
                    values[block] = tuple(int(value) for value in found[: block.count])
                batch = RegisterMapper(device.profile, group).map(values, 1, 2)
                reported = device.readings()
                for sample in samples(batch):
                    point = device.profile.point(sample.key.point)
                    assert sample.quality == 0, (device.slot.id, sample)
                    if isinstance(sample.value, float) and point.id not in MOVING:
                        expected = pytest.approx(reported[point.id], rel=0.05, abs=1)
                        assert sample.value == expected, (device.slot.id, point.id)
                    elif isinstance(sample.value, str | bool):
                        assert sample.value == reported[point.id]
