"""Commands beside one another at one broker, and what a damaged store or a rude device says."""

import json
import signal
import subprocess

import pytest

from tests.cli.command import COMMAND, environment, lines, run, store_of
from tests.fakes.mosquitto import Mosquitto

pytestmark = pytest.mark.peer

PROFILE = ("--profile", "mqtt-json-pole")
TOPIC = "wayside/{}/telemetry"


@pytest.fixture
def broker(tmp_path):
    process = Mosquitto(tmp_path, f"log_dest file {tmp_path / 'mosquitto.log'}").start()
    yield process
    process.stop()


def _publish(broker: Mosquitto, topic: str, payload: str, *more: str) -> None:
    address = ["-h", "127.0.0.1", "-p", str(broker.port)]
    subprocess.run(["mosquitto_pub", *address, "-t", topic, "-m", payload, *more], check=True)


def test_watch_beside_record_leaves_it_alone_and_nothing_at_the_broker(broker, tmp_path) -> None:
    url = f"mqtt://127.0.0.1:{broker.port}/wayside/#"
    _publish(broker, TOPIC.format("SP-0001"), '{"lamp1_power": 80}', "-r")
    with subprocess.Popen(
        [*COMMAND, "record", url, *PROFILE, "--store", store_of(tmp_path), "--json"],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as recorder:
        for _ in range(2):
            watched = run("watch", url, *PROFILE, "--for", 2, "--json")
            assert watched.returncode == 0, watched.stderr
        recorder.send_signal(signal.SIGINT)
        (summary,) = lines(recorder.communicate(timeout=20)[0], "record")
    assert summary["links"][0]["error"] == ""
    assert summary["links"][0]["url"] == url
    log = (tmp_path / "mosquitto.log").read_text()
    assert "already connected" not in log
    watchers = [line for line in log.splitlines() if "New client" in line and "wayside-" in line]
    assert len({line.split(" as ")[1].split()[0] for line in watchers}) == 3


def test_a_url_given_twice_is_recorded_once(broker, tmp_path) -> None:
    url = f"mqtt://127.0.0.1:{broker.port}/wayside/#"
    _publish(broker, TOPIC.format("SP-0001"), '{"lamp1_power": 80}', "-r")
    result = run("record", url, url, *PROFILE, "--store", store_of(tmp_path), "--for", 2, "--json")
    assert result.returncode == 0, result.stderr
    assert len(lines(result.stdout, "record")[0]["links"]) == 1


def test_what_a_device_sends_cannot_steer_the_terminal(broker) -> None:
    url = f"mqtt://127.0.0.1:{broker.port}/wayside/#"
    text = "\x1b[2Jgo\r\nback \u202eleft"
    _publish(broker, TOPIC.format("TS-0001"), json.dumps({"message": text}), "-r")
    result = run("watch", url, "--profile", "nbiot-sign", "--for", 2)
    assert result.returncode == 0, result.stderr
    assert "\\x1b[2Jgo\\r\\nback \\u202eleft" in result.stdout
    assert not {"\x1b", "\r", "\u202e"} & set(result.stdout)


def test_messages_without_a_time_that_come_at_once_are_all_kept(broker, tmp_path) -> None:
    url = f"mqtt://127.0.0.1:{broker.port}/wayside/#?client=late"
    arguments = ("record", url, *PROFILE, "--data", tmp_path)
    run(*arguments, "--for", 1.5)
    for power in range(40):
        payload = json.dumps({"lamp1_power": power})
        _publish(broker, TOPIC.format("SP-0001"), payload, "-q", "1")
    assert run(*arguments, "--for", 2).returncode == 0
    out = tmp_path / "all.csv"
    assert run("export", "--data", tmp_path, "--out", out).returncode == 0
    values = [float(row.split(",")[4]) for row in out.read_text("utf-8-sig").splitlines()[1:]]
    assert values == [float(power) for power in range(40)]


def test_watch_says_that_a_capture_is_cut_off(broker, tmp_path) -> None:
    url = f"mqtt://127.0.0.1:{broker.port}/wayside/#"
    _publish(broker, TOPIC.format("SP-0001"), '{"lamp1_power": 80}', "-r")
    file = tmp_path / "pole.wcap"
    run("record", url, *PROFILE, "--data", tmp_path, "--capture", file, "--for", 2)
    with file.open("ab") as capture:
        capture.write(b"cut off")
    result = run("watch", f"replay://{file}", *PROFILE, "--for", 2)
    assert result.returncode == 0
    assert "lamp1_power" in result.stdout
    assert "capture" in result.stderr


def test_recording_says_what_became_of_a_damaged_store(broker, tmp_path) -> None:
    url = f"mqtt://127.0.0.1:{broker.port}/wayside/#"
    _publish(broker, TOPIC.format("SP-0001"), '{"lamp1_power": 80}', "-r")
    arguments = ("record", url, *PROFILE, "--data", tmp_path, "--for", 1.5)
    assert run(*arguments).returncode == 0
    with (tmp_path / "store.db").open("rb+") as file:
        file.truncate(50)
    result = run(*arguments)
    assert "The store was damaged and has been recovered" in result.stderr
    assert str(tmp_path / "store.db.corrupt.") in result.stderr
