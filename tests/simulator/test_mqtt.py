"""The MQTT side: telemetry, commands and faults through brokers and clients that are not ours."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import UserFacing
from app.simulator import mqtt_bytes as mqtt
from app.simulator.broker import AmqttBroker, choose_broker
from app.simulator.flood import FloodOptions, flood
from app.simulator.options import MQTT
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.programs import program

POLE, SIGN = "SP-0001", "TS-0001"
BROKERS = [
    pytest.param("embedded", id="amqtt"),
    pytest.param("mosquitto", marks=pytest.mark.peer, id="mosquitto"),
]


def broker_port(ready):
    return int(ready.broker.split(":")[2].partition("/")[0])


@asynccontextmanager
async def subscribed(port, topic):
    """mosquitto_sub on a topic; yields a function that waits for the next (topic, payload)."""
    listener = await asyncio.create_subprocess_exec(
        program("mosquitto_sub"),
        "-p",
        str(port),
        "-t",
        topic,
        "-F",
        "%t %x",
        "-q",
        "1",
        stdout=asyncio.subprocess.PIPE,
    )

    async def heard():
        async with asyncio.timeout(10):
            line = await listener.stdout.readline()
        where, _, data = line.decode().strip().partition(" ")
        return where, bytes.fromhex(data)

    try:
        yield heard
    finally:
        listener.terminate()
        await listener.wait()


async def publish(port, topic, message):
    told = await asyncio.create_subprocess_exec(
        "mosquitto_pub", "-p", str(port), "-t", topic, "-m", json.dumps(message), "-q", "1"
    )
    async with asyncio.timeout(10):
        assert await told.wait() == 0


async def heard_on(heard, ending):
    """The next message whose topic ends so."""
    while True:
        topic, payload = await heard()
        if topic.endswith(ending):
            return topic, payload


@pytest.mark.parametrize("broker", BROKERS)
async def test_telemetry_and_commands(simulate, no_task_left, broker):
    simulator, ready = await simulate(poles=2, signs=1, protocols=(MQTT,), broker=broker)
    port = broker_port(ready)
    async with subscribed(port, "wayside/#") as heard:
        seen = {}
        while len(seen) < 3:
            topic, payload = await heard_on(heard, "/telemetry")
            seen[topic] = json.loads(payload)
        assert set(seen) == {f"wayside/{n}/telemetry" for n in (POLE, "SP-0002", SIGN)}
        pole = seen[f"wayside/{POLE}/telemetry"]
        assert abs(pole["ts"] / 1000 - simulator.world.time.now_s) < 10
        assert pole["values"]["lamp1_dim_level"] == 70
        order = {"id": "7", "point": "lamp1_dim_command", "value": 30}
        await publish(port, f"wayside/{POLE}/command", order)
        topic, payload = await heard_on(heard, "/ack")
        assert topic == f"wayside/{POLE}/ack"
        assert json.loads(payload)["id"] == "7"
        assert json.loads(payload)["ok"] is True
        while True:
            _, payload = await heard_on(heard, f"{POLE}/telemetry")
            values = json.loads(payload)["values"]
            if values["lamp1_dim_level"] == 30:
                break
        assert 30 < values["lamp1_power"] < 45
        assert simulator.look(POLE)["lamps"]["lamp1"]["brightness"] == pytest.approx(0.3)
    await simulator.stop()


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"id": 1, "point": "lamp1_dim_command", "value": 101}, "refused: lamp1_dim_command"),
        ({"id": 1, "point": "no_such", "value": 1}, "refused: no_such"),
        ({"id": 1, "point": "lamp1_dim_command", "value": "x"}, "refused: lamp1_dim_command"),
        ({"id": 1, "point": "lamp1_dim_command", "value": None}, "refused: lamp1_dim_command"),
        ({"id": 1, "lamp1_dim_command": 10, "lamp9_dim_command": 1}, "refused: lamp9_dim_command"),
        ({"id": 1, "point": "lamp1_dim_command", "value": 1, "expires": 1000}, "expired"),
        ({"id": 1}, "no point"),
    ],
)
async def test_an_order_that_cannot_be_obeyed_is_refused(simulate, tmp_path, order, error):
    broker = Mosquitto(tmp_path).start()
    try:
        simulator, _ = await simulate(
            poles=1, signs=0, protocols=(MQTT,), broker=f"mqtt://127.0.0.1:{broker.port}"
        )
        async with subscribed(broker.port, f"wayside/{POLE}/ack") as heard:
            # The answer to a good order shows that the listener is there.
            while True:
                await publish(broker.port, f"wayside/{POLE}/command", {"lamp2_dim_command": 5})
                try:
                    async with asyncio.timeout(1):
                        assert json.loads((await heard())[1])["ok"]
                except TimeoutError:
                    continue
                break
            await publish(broker.port, f"wayside/{POLE}/command", order)
            answer = json.loads((await heard())[1])
        assert (answer["ok"], answer["error"]) == (False, error)
        await simulator.stop()
    finally:
        broker.stop()


async def test_an_asset_returns_when_its_broker_does(simulate, tmp_path, monkeypatch):
    monkeypatch.setattr("app.simulator.run.RECONNECT_S", 0.05)
    broker = Mosquitto(tmp_path).start()
    try:
        simulator, _ = await simulate(
            poles=1, signs=1, protocols=(MQTT,), broker=f"mqtt://127.0.0.1:{broker.port}"
        )
        broker.kill()
        broker.start()
        async with subscribed(broker.port, "wayside/+/telemetry") as heard:
            assert (await heard())[0] in {f"wayside/{n}/telemetry" for n in (POLE, SIGN)}
        await simulator.stop()
    finally:
        broker.stop()


async def test_garbage_a_silent_sign_and_a_broken_link(simulate):
    simulator, ready = await simulate(
        poles=2,
        signs=1,
        protocols=(MQTT,),
        publish_s=0.2,
        faults=(f"garbage_payload@{POLE}?rate=1", f"silent_unit@{SIGN}"),
    )
    async with subscribed(broker_port(ready), "wayside/+/telemetry") as heard:
        topics, readable = [], 0
        for _ in range(24):
            topic, payload = await heard()
            topics.append(topic)
            if POLE in topic:
                with suppress(ValueError, AttributeError):
                    readable += isinstance(json.loads(payload).get("values"), dict)
            else:
                assert "values" in json.loads(payload)
        assert readable == 0
        assert {topic.split("/")[1] for topic in topics} == {POLE, "SP-0002"}
        simulator.inject("flapping_link@SP-0002?up_s=0.001&down_s=600")
        for _ in range(10):
            last = (await heard())[0]
        assert POLE in last
    await simulator.stop()


def test_a_broker_that_does_not_exist_says_so():
    with pytest.raises(UserFacing, match="not a broker"):
        choose_broker("rabbit", "127.0.0.1")


async def test_no_broker_at_all_says_what_to_install(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_args, **_names: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UserFacing, match="apt install mosquitto"):
        choose_broker("embedded", "127.0.0.1")


@given(
    topic=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    payload=st.binary(max_size=300),
    qos=st.integers(0, 1),
    mid=st.integers(1, 65_535),
    cut=st.integers(1, 50),
)
@settings(max_examples=60)
def test_a_publication_survives_any_split(topic, payload, qos, mid, cut):
    data = mqtt.publish(topic, payload, qos=qos, mid=mid) + mqtt.PING
    reader = mqtt.PacketReader()
    packets = []
    for start in range(0, len(data), cut):
        packets += reader.feed(data[start : start + cut])
    first, second = packets
    assert mqtt.publication(first) == (topic, payload, mid if qos else 0)
    assert second.kind == mqtt.PINGREQ


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_any_bytes_are_packets_or_a_clear_error(data):
    reader = mqtt.PacketReader()
    try:
        for packet in reader.feed(data):
            if packet.kind == mqtt.PUBLISH:
                mqtt.publication(packet)
    except ValueError:
        return


@pytest.mark.peer
@pytest.mark.parametrize("qos", [0, 1])
async def test_the_flood_arrives_whole(tmp_path, qos):
    broker = Mosquitto(tmp_path, "max_queued_messages 0", "max_inflight_messages 0").start()
    try:
        async with subscribed(broker.port, "wayside/#") as heard:
            options = FloodOptions(
                host="127.0.0.1",
                port=broker.port,
                poles=5,
                rate=200,
                seconds=20,
                count=100,
                qos=qos,
            )
            warm = FloodOptions(host="127.0.0.1", port=broker.port, poles=1, seconds=5, count=1)
            while True:
                await asyncio.to_thread(flood, warm)
                try:
                    async with asyncio.timeout(0.5):
                        await heard()
                except TimeoutError:
                    continue
                break
            done = await asyncio.to_thread(flood, options)
            seen = [await heard() for _ in range(done.sent)]
    finally:
        broker.stop()
    assert done.sent == 100
    assert done.rate == pytest.approx(200, rel=0.2)
    assert done.acknowledged == (100 if qos else 0)
    by_pole = {}
    for topic, payload in seen:
        message = json.loads(payload)
        assert len(message["values"]) == 40
        by_pole.setdefault(topic, []).append(message["ts"])
    assert sorted(by_pole) == [f"wayside/SP-{n:04d}/telemetry" for n in range(1, 6)]
    for stamps in by_pole.values():
        assert stamps == sorted(set(stamps))


async def test_a_client_that_never_greets_does_not_outlive_the_broker() -> None:
    broker = AmqttBroker("127.0.0.1")
    await broker.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
    writer.write(b"\x10")  # the first byte of a greeting, and no more
    await writer.drain()
    await broker.stop()
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    await writer.wait_closed()
