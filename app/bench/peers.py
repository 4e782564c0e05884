"""Processes that a benchmark of ingest needs beside itself: a broker, a flood, a bare client."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.errors import UserFacing
from app.settings import account

START_S = 10.0
PATHS = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/sbin"


@contextmanager
def broker() -> Iterator[int]:
    """Mosquitto on a free port, with no limit on what it queues for a slow client.

    Raises:
        UserFacing: it is not installed or does not start.
    """
    program = shutil.which("mosquitto", path=PATHS)
    if program is None:
        raise UserFacing(
            "mosquitto is not installed.",
            cause="This benchmark needs a real broker.",
            action="apt install mosquitto, then run it again.",
        )
    with TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        config = Path(folder) / "broker.conf"
        config.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\nuser {account()}\n"
            "max_queued_messages 0\nmax_queued_bytes 0\nset_tcp_nodelay true\n"
        )
        with subprocess.Popen(  # noqa: S603  # a program of ours, with our arguments
            [program, "-c", str(config)], stderr=subprocess.DEVNULL
        ) as process:
            try:
                _await_port(port, process)
                yield port
            finally:
                process.terminate()


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise UserFacing("mosquitto did not start.", action="Start it by hand to see why.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the flood sends: ``rate`` messages a second, 0 for flat out."""

    messages: int
    poles: int = 100
    values: int = 40
    rate: float = 0.0


def start_flood(port: int, load: Load) -> subprocess.Popen[bytes]:
    """The flood as a process; it ends when everything is sent."""
    command = [sys.executable, "-m", "app.simulator.flood", "--broker", f"127.0.0.1:{port}"]
    facts = {
        "--poles": load.poles,
        "--values": load.values,
        "--rate": load.rate,
        "--seconds": 600,
        "--count": load.messages,
    }
    for name, value in facts.items():
        command += [name, str(value)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603  # our own module


def bare_rate(port: int, load: Load, *, decode: bool = True) -> float:
    """Messages a second that the bare client takes of the same load."""
    values = str(load.values if decode else 0)
    command = [sys.executable, "-m", "app.bench.bare_client", str(port), str(load.messages), values]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:  # noqa: S603  # our own
        output = client.stdout
        if output is None or output.readline().strip() != b"ready":
            raise UserFacing("The bare client did not start.")
        with start_flood(port, load) as flood:
            result = json.loads(output.readline())
            flood.wait()
        client.wait()
    return float(result["messages"] / result["seconds"])
