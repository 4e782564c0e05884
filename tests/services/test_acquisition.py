"""Acquisition against a real pymodbus server and a real mosquitto."""

import asyncio
import itertools
import json
import subprocess
import time
from dataclasses import dataclass, field

import pytest

from app.core.assets import Device
from app.core.profiles import (
    DeviceProfile,
    ModbusAddress,
    ModbusDefaults,
    MqttDefaults,
    Point,
    RegisterTable,
)
from app.core.quality import Quality
from app.core.rows import samples
from app.links.registry import build_link, parse_url
from app.services.acquisition import Acquisition, AttachedDevice
from app.services.bus import Bus
from tests.fakes.modbus_unit import ModbusUnits
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.waiting import until
from tests.fakes.watchdog import loop_watchdog

__all__ = ["loop_watchdog"]
pytestmark = [pytest.mark.peer, pytest.mark.usefixtures("no_task_left", "loop_watchdog")]


def register_profile(*addresses: int, every_s: float = 0.05, gap_ms: float = 0) -> DeviceProfile:
    return DeviceProfile(
        id="plain",
        title="Plain",
        function="power",
        source="test",
        modbus=ModbusDefaults(max_gap=0, gap_ms=gap_ms),
        points=tuple(
            Point(
                id=f"r{address}",
                title=f"Register {address}",
                every_s=every_s,
                modbus=ModbusAddress(table=RegisterTable.HOLDING, address=address),
            )
            for address in addresses
        ),
    )


MESSAGES = DeviceProfile(
    id="told",
    title="Told",
    function="power",
    source="test",
    mqtt=MqttDefaults(topic="city/{device}/telemetry"),
    points=(Point(id="power", title="Power", unit="W"), Point(id="level", title="Level")),
)


@dataclass
class Taken:
    """Everything that came over the bus."""

    samples: list = field(default_factory=list)
    publishes: int = 0

    def take(self, batches) -> None:
        self.publishes += 1
        for batch in batches:
            self.samples += samples(batch)

    def of(self, device: str, point: str) -> list:
        return [s for s in self.samples if (s.key.device, s.key.point) == (device, point)]


def attached(profile: DeviceProfile, key: str, unit: int = 1) -> AttachedDevice:
    return AttachedDevice(
        device=Device(key=key, profile=profile.id, link="link", unit=unit), profile=profile
    )


@pytest.fixture
async def running():
    """Bus, acquisition and what was taken; everything opened through it is closed."""
    bus, taken, links = Bus(), Taken(), []
    bus.subscribe(taken.take)
    acquisition = Acquisition(bus)

    async def attach(url: str, devices, **options):
        link = build_link("link", parse_url(url))
        links.append(link)
        acquisition.attach(link, devices, **options)
        await link.open()
        return link

    yield attach, acquisition, taken
    await acquisition.close()
    for link in links:
        await link.close()


@pytest.fixture
async def units():
    server = await ModbusUnits(1, 2).start()
    yield server
    await server.stop()


async def test_polled_registers_become_samples(units, running) -> None:
    attach, acquisition, taken = running
    profile = register_profile(3, 40)
    await attach(
        f"modbus+tcp://127.0.0.1:{units.port}",
        [attached(profile, "a", 1), attached(profile, "b", 2)],
    )
    await until(lambda: len(taken.of("b", "r40")) >= 3)
    assert {s.value for s in taken.of("a", "r3")} == {103.0}
    assert {s.value for s in taken.of("b", "r40")} == {240.0}
    assert {s.quality for s in taken.samples} == {Quality.GOOD}
    assert abs(taken.samples[0].source_ns - time.time_ns()) < 5e9
    counters = acquisition.counters("b")
    assert (counters.lost, counters.bad) == (0, 0)
    assert counters.samples == 2 * counters.rows
    assert acquisition.link_counters("link").samples >= counters.samples


class Departures:
    """A tap that notes when each request left; seconds of the loop's clock."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def sent(self, data: bytes, *, note: str = "") -> None:
        del data, note
        self.at.append(asyncio.get_running_loop().time())

    def received(self, data: bytes, *, note: str = "") -> None:
        del data, note


async def test_a_model_that_needs_a_pause_between_requests_gets_it(units, running) -> None:
    attach, _, taken = running
    profile = register_profile(3, 40, every_s=0.01, gap_ms=60)
    link = await attach(f"modbus+tcp://127.0.0.1:{units.port}", [attached(profile, "a")])
    departures = Departures()
    link.tap(departures)
    await until(lambda: len(departures.at) >= 5)
    # A tenth less, because the last milliseconds are the connection's to wait.
    assert min(b - a for a, b in itertools.pairwise(departures.at)) >= 0.054
    assert taken.of("a", "r40")


async def test_a_silent_unit_is_one_gap_and_costs_the_other_little(units, running) -> None:
    attach, acquisition, taken = running
    units.silent.add(2)
    profile = register_profile(0)
    link = await attach(
        f"modbus+tcp://127.0.0.1:{units.port}",
        [attached(profile, "a", 1), attached(profile, "b", 2)],
    )
    await until(lambda: link.backing_off(2) > 0, 20)
    seen = len(taken.of("a", "r0"))
    asked = units.asked[2]
    await until(lambda: len(taken.of("a", "r0")) > seen + 5)
    assert units.asked[2] <= asked + 1
    gap = taken.of("b", "r0")
    assert [s.quality for s in gap] == [Quality.BAD_COMMS]
    assert gap[0].value is None
    assert acquisition.counters("b").lost >= 1


async def test_a_refused_block_leaves_the_others(units, running) -> None:
    attach, acquisition, taken = running
    await attach(f"modbus+tcp://127.0.0.1:{units.port}", [attached(register_profile(5, 2000), "a")])
    await until(lambda: len(taken.of("a", "r5")) >= 2)
    assert {s.quality for s in taken.of("a", "r5")} == {Quality.GOOD}
    assert {s.quality for s in taken.of("a", "r2000")} == {Quality.BAD_COMMS}
    assert acquisition.counters("a").bad >= 2
    assert "2" in acquisition.counters("a").reason


async def test_an_outage_is_one_bad_row_and_ends_with_the_server_back(units, running) -> None:
    attach, _, taken = running
    await attach(
        f"modbus+tcp://127.0.0.1:{units.port}", [attached(register_profile(7, every_s=0.5), "a")]
    )
    await until(lambda: len(taken.of("a", "r7")) >= 1)
    await units.stop()
    await until(lambda: taken.of("a", "r7")[-1].quality == Quality.BAD_COMMS, 20)
    await units.start()
    await until(lambda: taken.of("a", "r7")[-1].quality == Quality.GOOD, 20)
    qualities = [s.quality for s in taken.of("a", "r7")]
    assert qualities.count(Quality.BAD_COMMS) == 1


@pytest.fixture
def broker(tmp_path):
    made = Mosquitto(tmp_path).start()
    yield made
    made.stop()


async def test_messages_become_samples_and_what_is_wrong_is_counted(broker, running) -> None:
    attach, acquisition, taken = running
    link = await attach(
        f"mqtt://127.0.0.1:{broker.port}/city/#",
        [attached(MESSAGES, "SP-1"), attached(MESSAGES, "SP-2")],
    )
    for number in range(20):
        payload = json.dumps({"ts": 1_790_000_000_000 + number, "power": number + 0.5})
        await link.publish(f"city/SP-{number % 2 + 1}/telemetry", payload.encode())
    await link.publish("city/SP-1/telemetry", b"{garbage")
    await link.publish("city/SP-3/telemetry", b'{"power": 1}')
    await until(lambda: acquisition.link_counters("link").unknown)
    await until(lambda: acquisition.counters("SP-1").bad)
    assert [s.value for s in taken.of("SP-2", "power")] == [n + 0.5 for n in range(1, 20, 2)]
    assert taken.of("SP-1", "power")[0].source_ns == 1_790_000_000_000 * 10**6
    assert taken.of("SP-1", "level") == []
    assert acquisition.link_counters("link").unknown_topic == "city/SP-3/telemetry"
    assert acquisition.counters("SP-1").reason


async def test_devices_announce_themselves_by_their_topics(broker, running) -> None:
    attach, acquisition, taken = running
    found = []
    acquisition.on_discovered(found.append)
    link = await attach(f"mqtt://127.0.0.1:{broker.port}/city/#", [], discover=MESSAGES)
    await link.publish("city/TS-9/telemetry", b'{"level": 4}')
    await link.publish("city/TS-9/other", b'{"level": 5}')
    await until(lambda: acquisition.link_counters("link").unknown)
    assert [s.value for s in taken.of("TS-9", "level")] == [4.0]
    assert [(name, item.device.key) for name, item in found] == [("link", "TS-9")]


async def test_what_the_broker_had_retained_has_no_time_to_trust(broker, running) -> None:
    """A retained value without its own time may be a week old: it must not look fresh and good."""
    attach, _, taken = running
    for device, payload in (
        ("SP-1", b'{"power": 7}'),
        ("SP-2", b'{"ts": 1790000000000, "power": 8}'),
    ):
        topic = f"city/{device}/telemetry"
        publish = ["mosquitto_pub", "-p", str(broker.port), "-t", topic, "-m", payload, "-r"]
        await asyncio.to_thread(subprocess.run, publish, check=True, timeout=10)
    devices = [attached(MESSAGES, "SP-1"), attached(MESSAGES, "SP-2")]
    link = await attach(f"mqtt://127.0.0.1:{broker.port}/city/#", devices)
    await until(lambda: taken.of("SP-1", "power") and taken.of("SP-2", "power"))
    await link.publish("city/SP-1/telemetry", b'{"power": 9}')
    await until(lambda: len(taken.of("SP-1", "power")) == 2)
    kept, fresh = taken.of("SP-1", "power")
    assert (kept.value, kept.quality) == (7.0, Quality.UNCERTAIN_TIME)
    assert (fresh.value, fresh.quality) == (9.0, Quality.GOOD)
    (timed,) = taken.of("SP-2", "power")
    assert (timed.quality, timed.source_ns) == (Quality.GOOD, 1_790_000_000_000 * 10**6)
