"""The diagnosis: each cause of failure made for real, and told with its exact fix."""

import asyncio
import contextlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app.core.links import FindingVerdict
from app.links import diagnose_serial
from app.links.diagnostics import diagnose, machine_findings
from app.links.ports import Access
from app.links.registry import parse_url
from app.links.secrets import MemorySecrets, NoSecrets
from app.settings import RESOURCES, Texts
from tests.fakes.certificates import Authority
from tests.fakes.modbus_bus import KINDS, bus
from tests.fakes.mosquitto import free_port
from tests.fakes.peers import answering

FAST = {"first_message_s": 0.3, "other_topics_s": 0.3, "expiry_warn_d": 30}


async def run(url, *, secrets=None, **options):
    """All findings of a URL."""
    found = diagnose(
        parse_url(url), texts=Texts(), secrets=secrets or NoSecrets(), link="link", **options
    )
    return [finding async for finding in found]


def verdict(findings):
    """The failure, after checking that all before passed and all after are blocked."""
    verdicts = [finding.verdict for finding in findings]
    at = verdicts.index(FindingVerdict.FAIL)
    assert FindingVerdict.BLOCKED not in verdicts[:at]
    assert set(verdicts[at + 1 :]) <= {FindingVerdict.BLOCKED}
    for blocked in findings[at + 1 :]:
        assert findings[at].title in blocked.seen
    return findings[at]


def all_good(findings):
    return {finding.verdict for finding in findings} == {FindingVerdict.PASS}


@pytest.fixture
def pty():
    """The near end of a pty, and a function that answers nothing."""
    far, near = os.openpty()
    yield os.ttyname(near)
    os.close(far)
    os.close(near)


@pytest.fixture
def quick(monkeypatch):
    """Shorter waits for messages."""
    from app.links import diagnose_mqtt

    monkeypatch.setattr(diagnose_mqtt, "limit", lambda area, name: FAST[name])


# --- Modbus


@pytest.mark.parametrize("kind", KINDS)
async def test_a_unit_that_works_passes_every_check_and_says_its_name(kind):
    async with bus(kind) as proxy:
        findings = await run(proxy.url)
    assert all_good(findings), findings
    assert findings[-1].seen == "Acme, LC-100, 2.1"
    assert [finding.id for finding in findings][-3:] == ["answer", "quality", "identity"]


@pytest.mark.parametrize("kind", KINDS)
async def test_another_unit_answers(kind):
    async with bus(kind) as proxy:
        proxy.silence(9)
        found = verdict(await run(f"{proxy.url}{mark(proxy.url)}timeout_s=0.2", unit=9))
    assert found.id == "answer"
    assert found.seen == "Unit 9 does not answer, but unit 1 does."
    assert "Set unit 1 here" in found.fix


@pytest.mark.parametrize("kind", ["modbus+rtu", "modbus+rtu+tcp"])
async def test_damaged_frames_are_line_noise(kind):
    async with bus(kind) as proxy:
        proxy.answers = lambda data: data[:-1] + bytes([data[-1] ^ 0xFF])
        found = verdict(await run(f"{proxy.url}{mark(proxy.url)}timeout_s=0.2"))
    assert found.id == "answer"
    assert "120 Ω" in found.fix


async def test_some_damaged_frames_fail_the_quality_of_the_line():
    async with bus("modbus+rtu") as proxy:
        count = iter(range(1000))

        def noise(data):
            return data if next(count) % 5 != 4 else data[:-1] + bytes([data[-1] ^ 1])

        proxy.answers = noise
        found = verdict(await run(f"{proxy.url}&timeout_s=0.2"))
    assert found.id == "quality"
    assert found.seen.startswith("CRC errors in 4 of 20 reads")
    assert "terminator" in found.fix


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_answers(kind):
    async with bus(kind) as proxy:
        proxy.requests = lambda data: b""
        found = verdict(await run(f"{proxy.url}{mark(proxy.url)}timeout_s=0.1"))
    assert found.id == "answer"
    assert "unit" in found.fix.lower()
    assert not found.command


async def test_probing_finds_the_settings_or_says_none(pty, monkeypatch):
    monkeypatch.setattr("app.links.diagnose_modbus._SCAN_S", 0.01)
    monkeypatch.setattr("app.links.diagnose_modbus._PROBE_S", 0.05)
    found = verdict(await run(f"modbus+rtu://{pty}?timeout_s=0.1", probe=True))
    assert found.seen == f"No answer on {pty} at any of 10 settings."
    assert "Swap A and B" in found.fix


async def test_probing_tells_the_settings_that_work():
    async with bus("modbus+rtu") as proxy:
        # A pty carries any baud rate and no parity, so the unit is deaf until the third setting:
        # two questions, twelve other units, 9600 baud.
        proxy.requests = lambda data: data if len(proxy.seen) > 15 else b""
        found = verdict(await run(f"{proxy.url}&timeout_s=0.1", probe=True))
    assert found.seen == "Unit 1 answers at 19200 baud, parity N."
    assert "baud=19200&parity=N" in found.fix


async def test_a_refused_register_still_proves_the_unit():
    async with bus("modbus+tcp") as proxy:
        proxy.answers = lambda data: data[:4] + b"\x00\x03" + data[6:7] + b"\x83\x02"
        findings = await run(proxy.url)
    answer = next(finding for finding in findings if finding.id == "answer")
    assert answer.verdict is FindingVerdict.PASS
    assert "2, illegal data address" in answer.seen


async def test_a_gateway_tells_that_its_unit_is_silent():
    async with bus("modbus+tcp") as proxy:
        proxy.answers = lambda data: data[:4] + b"\x00\x03" + data[6:7] + b"\x83\x0b"
        found = verdict(await run(proxy.url))
    assert "gateway answers that unit 1 does not" in found.seen


async def test_a_gateway_that_hangs_up():
    async with answering(None) as port:
        found = verdict(await run(f"modbus+tcp://127.0.0.1:{port}"))
    assert "closed the connection" in found.seen


# --- the network


async def test_a_closed_port_is_refused():
    port = free_port()
    for scheme in ("modbus+tcp", "modbus+rtu+tcp", "mqtt", "mqtts"):
        found = verdict(await run(f"{scheme}://127.0.0.1:{port}"))
        assert found.id == "tcp"
        assert found.command == f"nc -vz 127.0.0.1 {port}"


async def test_a_name_that_is_not_known():
    found = verdict(await run("modbus+tcp://no-such-gateway.invalid"))
    assert found.id == "name"
    assert found.command == "getent hosts no-such-gateway.invalid"


async def test_a_black_hole_is_given_up(monkeypatch):
    from app.links import network

    async def swallowed(*args):
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(network, "connect", swallowed)
    monkeypatch.setattr("app.links.diagnose_network.CONNECT_S", 0.1)
    found = verdict(await run("mqtt://127.0.0.1"))
    assert "packets vanish" in found.seen
    assert "firewall" in found.fix


# --- serial ports


async def test_a_port_that_is_missing():
    found = verdict(await run("modbus+rtu:///dev/ttyUSB77"))
    assert found.id == "port_present"
    assert "/dev/ttyUSB77" in found.seen
    assert found.command


async def test_a_port_that_another_process_holds(pty):
    with holding(pty) as holder:
        found = verdict(await run(f"modbus+rtu://{pty}"))
    assert found.id == "port_free"
    assert f"PID {holder.pid} cat" in found.seen
    assert found.command == f"kill {holder.pid}"


@pytest.mark.parametrize(
    ("rights", "command"),
    [
        (Access(allowed=False, user="li", group="dialout"), "sudo usermod -aG dialout li"),
        (
            Access(allowed=False, user="li", group="dialout", granted=True),
            "loginctl terminate-user li",
        ),
        (Access(allowed=False, user="li"), "sudo chmod a+rw {device}"),
    ],
)
async def test_a_port_that_this_user_may_not_open(pty, monkeypatch, rights, command):
    # The tests may run as root, who may open everything: so the answer of the probe is given.
    monkeypatch.setattr(diagnose_serial, "access", lambda device: rights)
    found = verdict(await run(f"modbus+rtu://{pty}"))
    assert found.id == "port_access"
    assert "Access denied" in found.seen
    assert found.command == command.format(device=pty)


# --- MQTT


@pytest.mark.peer
async def test_a_broker_with_messages_passes(broker, quick):
    broker.publish("pole/1", "x", "-r")
    findings = await run(f"mqtt://127.0.0.1:{broker.port}/pole/#")
    assert all_good(findings), findings
    assert "pole/1" in findings[-1].seen


@pytest.mark.peer
async def test_a_silent_topic_is_told_with_what_there_is_instead(broker, quick):
    found = verdict(await run(f"mqtt://127.0.0.1:{broker.port}/pool/#"))
    assert (found.id, "No message on pool/#" in found.seen) == ("messages", True)
    broker.publish("pole/1", "x", "-r")
    found = verdict(await run(f"mqtt://127.0.0.1:{broker.port}/pool/#"))
    assert "there are messages on: pole/1" in found.seen


@pytest.mark.peer
async def test_a_wrong_password(guarded):
    secrets = MemorySecrets({("link", "password"): "hunter2"})
    url = f"mqtt://127.0.0.1:{guarded.port}/?user=li"
    findings = await run(url, secrets=secrets)
    found = verdict(findings)
    assert found.id == "login"
    assert "password" in found.fix
    assert "hunter2" not in repr(findings)
    assert "user=NAME" in verdict(await run(f"mqtt://127.0.0.1:{guarded.port}")).fix


@pytest.mark.peer
async def test_a_refused_subscription(brokers, tmp_path, quick):
    (tmp_path / "acl").write_text("topic read open/#\n")
    broker = brokers(f"acl_file {tmp_path / 'acl'}").start()
    found = verdict(await run(f"mqtt://127.0.0.1:{broker.port}/closed/a"))
    # mosquitto 2.0.11 grants what its rules forbid, and then sends nothing.
    assert found.id in ("subscription", "messages")


async def test_a_subscription_refused_with_a_code():
    connack, suback = b"\x20\x03\x00\x00\x00", b"\x90\x04\x00\x01\x00\x87"
    async with answering(connack + suback) as port:
        found = verdict(await run(f"mqtt://127.0.0.1:{port}/closed/a"))
    assert found.id in ("subscription", "login")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "A web server listens"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak MQTT"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "expects TLS"),
    ],
)
async def test_something_else_listens_on_the_port(answer, words):
    async with answering(answer) as port:
        found = verdict(await run(f"mqtt://127.0.0.1:{port}"))
    assert found.id == "login"
    assert words in found.seen


@pytest.mark.peer
async def test_tls_and_why(tls_broker, authority, tmp_path, quick):
    stranger = Authority(tmp_path, "stranger").pair.cert
    good, own = tls_broker(), authority.pair.cert
    for port, ca, words in (
        (good.port, stranger, "not trusted"),
        (tls_broker(days=-2).port, own, "expired"),
        (tls_broker(address="127.0.0.9").port, own, "not made for the name"),
    ):
        found = verdict(await run(f"mqtts://127.0.0.1:{port}/?ca={ca}"))
        assert found.id == "tls"
        assert words in found.seen
        assert f"-connect 127.0.0.1:{port}" in found.command
    soon = await run(f"mqtts://127.0.0.1:{tls_broker(days=5).port}/?ca={own}")
    assert next(finding for finding in soon if finding.id == "tls").verdict is FindingVerdict.WARN


# --- the rest


async def test_a_replay_wants_a_capture(tmp_path):
    assert verdict(await run(f"replay://{tmp_path}/none.wcap")).id == "capture"
    (tmp_path / "other").write_text("x")
    assert "no Wayside capture" in verdict(await run(f"replay://{tmp_path}/other")).seen


def test_the_machine_is_described_without_loading_qt():
    findings = machine_findings(Texts())
    by_id = {finding.id: finding for finding in findings}
    assert {"python", "qt", "sqlite", "keyring"} <= by_id.keys()
    assert "6.11" in by_id["qt"].seen
    assert "SQLite 3." in by_id["sqlite"].seen
    script = "import sys, app.links.diagnostics; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_every_text_exists_in_both_languages_with_the_same_placeholders():
    import re

    def flat(table, prefix=""):
        for name, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{name}.")
            else:
                yield f"{prefix}{name}", sorted(re.findall(r"\{(\w+)", value))

    texts = [
        dict(flat(tomllib.loads((RESOURCES / "i18n" / language / "links.toml").read_text("utf-8"))))
        for language in ("en", "zh_CN")
    ]
    assert texts[0] == texts[1]


@contextlib.contextmanager
def holding(device):
    """Another process that has a device open."""
    with Path(device).open() as near:
        holder = subprocess.Popen(["cat"], stdin=near)
    yield holder
    holder.kill()
    holder.wait()


def mark(url):
    return "&" if "?" in url else "?"
