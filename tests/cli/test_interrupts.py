"""Ctrl-C, SIGTERM and a reader that goes away, at the moments at which they hurt."""

import signal
import socket
import subprocess
from pathlib import Path

import pytest

from app.settings import limit
from tests.cli.command import COMMAND, environment

pytestmark = pytest.mark.peer


@pytest.fixture
def mute():
    """A broker's port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        yield server


def _watch(server: socket.socket, *more: str) -> subprocess.Popen:
    url = f"mqtt://127.0.0.1:{server.getsockname()[1]}"
    return subprocess.Popen(
        [*COMMAND, *more, url, "--profile", "mqtt-json-pole"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_does_not_wait_for_a_peer_that_stays_silent(mute, number) -> None:
    with _watch(mute, "watch") as process:
        peer, _ = mute.accept()
        with peer:
            peer.recv(1)
            process.send_signal(number)
            # Sooner than the deadline that the connection attempt itself has.
            _, error = process.communicate(timeout=limit("mqtt", "connect_s") - 1)
    assert process.returncode == 0
    assert error == ""


def test_the_time_to_watch_holds_for_a_peer_that_stays_silent(mute) -> None:
    with _watch(mute, "watch", "--for", "1") as process:
        _, error = process.communicate(timeout=limit("mqtt", "connect_s") - 1)
    assert process.returncode == 1
    assert "within 1 s" in error


def test_a_benchmark_that_is_terminated_leaves_no_process_behind() -> None:
    with subprocess.Popen(
        [*COMMAND, "bench", "modbus", "--quick", "--json"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(children.read_text().split()) < 2:
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        # Whoever holds the pipe still is a process that was left behind.
        process.communicate(timeout=20)
    assert process.returncode == 143


def test_a_signal_that_comes_twice_at_once_is_one_wish(mute) -> None:
    """As some senders do: to the process, and to its group."""
    with _watch(mute, "watch") as process:
        peer, _ = mute.accept()
        with peer:
            peer.recv(1)
            process.send_signal(signal.SIGTERM)
            # Another one, because two alike may arrive as one.
            process.send_signal(signal.SIGINT)
            _, error = process.communicate(timeout=limit("mqtt", "connect_s") - 1)
    assert process.returncode == 0
    assert error == ""
