"""MQTT over TLS against a real mosquitto: who is trusted, and each refusal by its name."""

import asyncio
import ssl

import pytest

from app.core.links import LinkState
from app.links.mqtt import MqttLink
from app.links.mqtt_params import MqttsParams
from app.links.secrets import MemorySecrets
from app.settings import Texts
from tests.fakes.certificates import Authority
from tests.fakes.peers import answering
from tests.fakes.waiting import until

PASSWORD = "s3cret-key"  # noqa: S105
pytestmark = pytest.mark.peer


@pytest.fixture
async def connect(no_task_left):
    links = []

    async def connect(port, *, key_password="", **options):
        secrets = MemorySecrets({("tls", "key_password"): key_password})
        params = MqttsParams(host="127.0.0.1", port=port, **options)
        links.append(MqttLink("tls", params, secrets=secrets, texts=Texts()))
        await links[-1].open()
        return links[-1]

    yield connect
    for link in links:
        await link.close()


async def test_a_trusted_broker_is_connected(tls_broker, authority, connect):
    broker = tls_broker()
    link = await connect(broker.port, ca=str(authority.pair.cert))
    assert link.status.state is LinkState.CONNECTED
    await link.publish("a", b"1")
    await until(lambda: link.status.received == 1)


@pytest.mark.parametrize(
    ("broker", "error_id"),
    [({"days": -2}, "mqtt.tls_expired"), ({"address": "127.0.0.9"}, "mqtt.tls_host")],
)
async def test_a_wrong_certificate_is_refused(tls_broker, authority, connect, broker, error_id):
    running = tls_broker(**broker)
    link = await connect(running.port, ca=str(authority.pair.cert))
    assert link.status.state is LinkState.FAILED
    assert link.status.error_id == error_id


async def test_another_authority_is_refused(tls_broker, connect, tmp_path):
    broker = tls_broker()
    link = await connect(broker.port, ca=str(Authority(tmp_path, "stranger").pair.cert))
    assert link.status.error_id == "mqtt.tls_unknown_ca"
    assert "ca=FILE" in link.status.error


async def test_a_broker_may_want_a_client_certificate(tls_broker, authority, connect, tmp_path):
    broker = tls_broker("require_certificate true")
    ca = str(authority.pair.cert)
    without = await connect(broker.port, ca=ca)
    assert without.status.error_id in ("mqtt.tls_client_wanted", "mqtt.tls_handshake")
    stranger = Authority(tmp_path, "stranger").sign("client")
    wrong = await connect(broker.port, ca=ca, cert=str(stranger.cert), key=str(stranger.key))
    assert wrong.status.error_id == "mqtt.tls_client_refused"
    mine = authority.sign("client", password=PASSWORD)
    files = {"ca": ca, "cert": str(mine.cert), "key": str(mine.key)}
    locked = await connect(broker.port, **files)
    assert locked.status.error_id == "mqtt.cert_file"
    right = await connect(broker.port, key_password=PASSWORD, **files)
    assert right.status.state is LinkState.CONNECTED
    assert PASSWORD not in repr(right.status) + repr(vars(right)) + right.params.url()


async def test_files_that_are_missing_or_wrong_are_named(connect, authority, tmp_path):
    link = await connect(1, ca=str(tmp_path / "no.pem"))
    assert link.status.error_id == "mqtt.ca_file_missing"
    assert "no.pem" in link.status.error
    (tmp_path / "no.pem").write_text("nonsense")
    link = await connect(1, ca=str(tmp_path / "no.pem"))
    assert link.status.error_id == "mqtt.ca_file"
    assert link.status.state is LinkState.FAILED


async def test_a_broker_without_tls_is_told(broker, authority, connect):
    link = await connect(broker.port, ca=str(authority.pair.cert))
    assert link.status.error_id in ("mqtt.not_tls", "mqtt.lost", "mqtt.tls_other")
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        link = await connect(port, ca=str(authority.pair.cert))
        assert link.status.error_id == "mqtt.not_tls"


async def test_tls_of_last_century_is_refused(authority, no_task_left):
    pair = authority.sign("old")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    loop = asyncio.get_running_loop()
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    params = MqttsParams(host="127.0.0.1", port=port, ca=str(authority.pair.cert))
    link = MqttLink("old", params, secrets=MemorySecrets(), texts=Texts())
    states = []
    link.on_status(lambda status: states.append(status.state))
    await link.open()
    server.close()
    assert link.status.state in (LinkState.FAILED, LinkState.WAITING)
    assert link.status.error
    await link.close()
    assert LinkState.CONNECTED not in states
