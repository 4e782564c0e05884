"""A real mosquitto on a free port of the loopback, with a configuration of its own."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from app.settings import account

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mosquitto:
    """One broker process; ``start`` returns when it takes connections."""

    def __init__(self, folder: Path, *lines: str, anonymous: bool = True) -> None:
        if MOSQUITTO is None:
            pytest.skip("mosquitto is not installed")
        self.port = free_port()
        self._config = folder / f"mosquitto-{self.port}.conf"
        # Started by root it would become another user, who cannot read the test's folder.
        lines = (*lines, f"user {account()}")
        allow = "true" if anonymous else "false"
        self._config.write_text(
            "\n".join([f"listener {self.port} 127.0.0.1", f"allow_anonymous {allow}", *lines])
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Mosquitto:
        """Start it, and return when it takes connections."""
        self._process = subprocess.Popen(
            [str(MOSQUITTO), "-c", str(self._config)],
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.005)
        pytest.fail("mosquitto did not start")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End it and wait until it is gone."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        self.stop(signal.SIGKILL)

    def publish(self, topic: str, payload: str, *options: str) -> None:
        """Publish from outside with mosquitto_pub."""
        command = ["mosquitto_pub", "-p", str(self.port), "-t", topic, "-m", payload, *options]
        subprocess.run(command, check=True, timeout=10)
