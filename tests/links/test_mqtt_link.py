"""The MQTT link against a real mosquitto: connect, batch, publish, lose, come back, say why."""

import asyncio

import pytest

from app.core.errors import LinkDown, LocalProtocolError
from app.core.links import LINK_TRANSITIONS, LinkState
from app.links.mqtt import MqttLink
from app.links.mqtt_params import MqttParams
from app.links.registry import build_link, parse_url
from app.links.secrets import MemorySecrets, NoSecrets
from app.settings import Texts
from tests.fakes.peers import answering
from tests.fakes.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.usefixtures("no_task_left")]


@pytest.fixture
async def make():
    """Makes links and closes them; watches that every change of state is a legal one."""
    links = []

    def make(port, name="field", secrets=None, **options):
        params = MqttParams(host="127.0.0.1", port=port, **options)
        link = MqttLink(name, params, secrets=secrets or NoSecrets(), texts=Texts())
        link.messages, link.batches, link.states = [], [], [link.status.state]
        link.on_messages(link.messages.extend)
        link.on_messages(lambda batch: link.batches.append(len(batch)))
        link.on_status(lambda status: link.states.append(status.state))
        links.append(link)
        return link

    yield make
    for link in links:
        await link.close()
        assert link.status.state is LinkState.CLOSED
        for before, after in zip(link.states, link.states[1:], strict=False):
            assert after in LINK_TRANSITIONS[before], link.states


@pytest.mark.parametrize("version", ["5", "311"])
@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_messages_come_once_in_order_and_a_publish_is_confirmed(broker, make, version, qos):
    link = make(broker.port, version=version, qos=qos, filter="city/#")
    await link.open()
    assert link.status.state is LinkState.CONNECTED
    assert link.status.detail == "Subscribed to city/#"
    for number in range(20):
        await link.publish("city/a", b"%d" % number, qos=qos)
    await until(lambda: len(link.messages) == 20)
    assert [int(message.payload) for message in link.messages] == list(range(20))
    assert {message.topic for message in link.messages} == {"city/a"}
    status = link.status
    assert (status.sent, status.received, status.errors) == (20, 20, 0)
    assert qos == 0 or 0 < status.rtt_s < 1


async def test_another_program_is_heard(broker, make):
    link = make(broker.port, filter="city/#")
    await link.open()
    broker.publish("city/灯", "开")
    await until(lambda: link.messages)
    assert link.messages[0].topic == "city/灯"
    assert link.messages[0].payload == "开".encode()
    assert not link.messages[0].retained


async def test_a_burst_is_handed_over_in_batches(broker, make):
    link, sender = make(broker.port, qos=1), make(broker.port, name="sender", filter="none")
    await link.open()
    await sender.open()
    await asyncio.gather(*(sender.publish("a/b", b"x" * 200) for _ in range(15)))
    payload = b"y" * 300
    for _ in range(300):
        await sender.publish("a/b", payload, qos=0)
    await until(lambda: len(link.messages) == 315)
    assert len(link.batches) < 200


async def test_a_broker_that_is_not_there_is_tried_until_it_comes(brokers, make):
    broker = brokers()
    link = make(broker.port)
    await link.open()
    assert link.status.state is LinkState.WAITING
    assert link.status.error_id == "mqtt.refused"
    assert str(broker.port) in link.status.error
    assert link.status.retry_at_ns > link.status.error_ns
    with pytest.raises(LinkDown, match="not connected"):
        await link.publish("a", b"b")
    broker.start()
    await until(lambda: link.status.state is LinkState.CONNECTED)
    broker.stop()


async def test_kill_and_restart_of_the_broker_again_and_again(broker, make):
    link = make(broker.port, filter="a")
    await link.open()
    for number in range(3):
        broker.kill()
        await until(lambda: link.status.state in (LinkState.WAITING, LinkState.CONNECTING))
        broker.start()
        await until(lambda: link.status.state is LinkState.CONNECTED)
        await link.publish("a", b"%d" % number)
        await until(lambda number=number: len(link.messages) == number + 1)
    assert [message.payload for message in link.messages] == [b"0", b"1", b"2"]


async def test_messages_of_an_outage_of_ours_come_with_the_session(broker, make):
    for version in ("5", "311"):
        link = make(broker.port, version=version, filter="q", session_s=60)
        await link.open()
        await link.close()
        broker.publish("q", version, "-q", "1")
        await link.open()
        await until(lambda link=link: link.messages)
        assert link.messages[0].payload == version.encode()


@pytest.mark.parametrize("version", ["5", "311"])
@pytest.mark.parametrize(
    ("user", "password", "error_id"),
    [("li", "wrong", "password"), ("", "", "login_wanted"), ("nobody", "x", "password")],
)
async def test_a_refused_login_says_so_and_is_not_hammered(
    guarded, make, version, user, password, error_id
):
    secrets = MemorySecrets({("field", "password"): password})
    link = make(guarded.port, secrets=secrets, version=version, user=user)
    await link.open()
    status = link.status
    assert status.state is LinkState.FAILED
    assert status.error_id in (f"mqtt.{error_id}", "mqtt.not_allowed")
    assert status.retry_at_ns - status.error_ns >= 60e9
    assert password not in status.error or not password


async def test_the_right_password_comes_from_the_secrets(guarded, make):
    secrets = MemorySecrets({("field", "password"): "right"})
    link = make(guarded.port, secrets=secrets, user="li")
    await link.open()
    assert link.status.state is LinkState.CONNECTED


async def test_a_take_over_that_the_broker_tells_is_told_and_not_answered_at_once(make):
    async with answering(b"\x20\x03\x00\x00\x00\xe0\x01\x8e") as port:
        link = make(port, client="same")
        await link.open()
        assert link.status.error_id == "mqtt.taken_over"
        assert "same" in link.status.error
        assert link.status.retry_at_ns - link.status.error_ns >= 20e9


@pytest.mark.parametrize("version", ["5", "311"])
async def test_a_take_over_loop_without_a_word_is_suspected(broker, make, version):
    # mosquitto 2.0.11 tells a 5.0 client no more than a 3.1.1 client.
    first = make(broker.port, client="same", version=version)
    await first.open()
    rivals = 0
    while first.status.error_id != "mqtt.takeover_suspected":
        await until(lambda: first.status.state is LinkState.CONNECTED)
        rival = make(broker.port, client="same", version="311")
        await rival.open()
        await until(lambda: first.status.state is LinkState.WAITING)
        await rival.close()
        rivals += 1
    assert rivals == 3


async def test_a_retained_command_is_refused_and_retained_telemetry_is_marked(broker, make):
    broker.publish("pole/1/command", '{"dim": 100}', "-r")
    broker.publish("pole/1/telemetry", '{"dim": 40}', "-r")
    link = make(broker.port, filter="pole/#")
    await link.open()
    await until(lambda: link.messages and link.status.errors)
    assert [message.topic for message in link.messages] == ["pole/1/telemetry"]
    assert link.messages[0].retained
    assert "pole/1/command" in link.status.detail


async def test_nothing_is_ever_published_retained(broker, make):
    link = make(broker.port, filter="none")
    await link.open()
    await link.publish("pole/1/command", b"on")
    late = make(broker.port, name="late", filter="pole/#")
    await late.open()
    await link.publish("pole/1/other", b"end")
    await until(lambda: late.messages)
    assert [message.payload for message in late.messages] == [b"end"]


async def test_silence_is_a_state_and_a_message_ends_it(broker, make):
    link = make(broker.port, silent_s=1)
    await link.open()
    await until(lambda: link.status.state is LinkState.SILENT)
    assert "1 s" in link.status.detail
    broker.publish("a", "b")
    await until(lambda: link.status.state is LinkState.CONNECTED)


async def test_a_topic_with_a_wildcard_is_our_own_mistake(broker, make):
    link = make(broker.port)
    await link.open()
    for topic in ("", "a/#", "+/b", "a\0b"):
        with pytest.raises(LocalProtocolError):
            await link.publish(topic, b"")


async def test_raw_messages_are_recorded_with_their_topics(broker, make):
    lines = []

    class Sink:
        def sent(self, data, *, note=""):
            lines.append(("sent", data, note))

        def received(self, data, *, note=""):
            lines.append(("received", data, note))

    link = make(broker.port, filter="a/#")
    link.record(Sink())
    await link.open()
    await link.publish("a/b", b"1")
    await until(lambda: len(lines) == 2)
    assert sorted(lines) == [("received", b"1", "a/b"), ("sent", b"1", "a/b")]


async def test_the_registry_builds_the_link_of_a_url(broker):
    link = build_link("field", parse_url(f"mqtt://127.0.0.1:{broker.port}/a/#?qos=0"))
    await link.open()
    assert link.status.state is LinkState.CONNECTED
    await link.close()


async def test_closing_while_connecting_leaves_nothing(make):
    async with answering(b"") as port:
        link = make(port)
        opening = asyncio.ensure_future(link.open())
        await until(lambda: link.status.state is LinkState.CONNECTING)
        await link.close()
        await opening
        assert link.status.state is LinkState.CLOSED


@pytest.mark.parametrize(
    ("answer", "error_id", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "mqtt.http", "HTTP/1.1 400 Bad Request"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "mqtt.not_mqtt", "SSH-2.0-OpenSSH_9.2"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "mqtt.is_tls", "mqtts://"),
        (bytes(range(128, 228)), "mqtt.not_mqtt", "80 81 82"),
        (b"\x20\x7f" + b"z" * 127, "mqtt.not_mqtt", "20 7f"),
        (b"\x20\x03\x00\x00\x00\x10\x00", "mqtt.malformed", "type 1"),
        (b"\x20\x03\x00\x00\x00\x30\xff\xff\xff\xff", "mqtt.malformed", "never ends"),
        (b"\x20\x03\x00\x00\x00\x30\xff\xff\xff\x7f", "mqtt.malformed", "268435455"),
        (None, "mqtt.closed_by_broker", "closed"),
    ],
)
async def test_a_peer_that_is_no_broker_is_named_and_tried_again(make, answer, error_id, words):
    async with answering(answer) as port:
        link = make(port)
        await link.open()
        assert link.status.state is LinkState.WAITING
        assert link.status.error_id == error_id
        assert words in link.status.error
        await until(lambda: link.states.count(LinkState.CONNECTING) > 1)


async def test_a_peer_that_never_answers_is_given_up(make, monkeypatch):
    monkeypatch.setattr("app.links.mqtt_connect.limit", lambda area, name: 0.2)
    async with answering(b"") as port:
        link = make(port)
        await link.open()
        assert link.status.error_id == "mqtt.mute"
        assert str(port) in link.status.error


@pytest.mark.parametrize("answer", [b"", None])
async def test_a_broker_that_leaves_5_unanswered_is_asked_with_311(make, monkeypatch, answer):
    monkeypatch.setattr("app.links.mqtt_connect.limit", lambda area, name: 0.1)
    heard = []
    async with answering(answer, heard) as port:
        link = make(port)
        await link.open()
        assert b"MQTT\x05" in heard[0]
        await until(lambda: any(b"MQTT\x04" in line for line in heard))
