"""The broker of the demo: amqtt in this process, mosquitto beside it, or one that runs already."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from app.core.errors import UserFacing
from app.settings import account
from app.simulator.options import EMBEDDED, MOSQUITTO
from app.wording import told

START_S = 10.0
_log = logging.getLogger(__name__)


class Broker(Protocol):
    """A broker that the simulator may use; ``host`` and ``port`` count once it is started.

    ``query`` is what a link's URL must say so that the broker understands it.
    """

    host: str
    port: int
    query: str

    async def start(self) -> None:
        """Listen."""

    async def stop(self) -> None:
        """Leave nothing behind."""


class GivenBroker:
    """A broker that somebody else runs."""

    query = ""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""


class AmqttBroker:
    """amqtt in this process; it speaks MQTT 3.1.1, and never answers a 5.0 greeting."""

    query = "?version=311"

    def __init__(self, host: str) -> None:
        self.host = host
        self.port = 0
        self._broker: Any = None
        self._served: dict[asyncio.Task[Any] | None, asyncio.StreamWriter] = {}

    async def start(self) -> None:
        """Listen on a free port."""
        from amqtt.broker import Broker as Amqtt

        served = self._served

        class Closing(Amqtt):  # type: ignore[misc]  # amqtt is optional, and so untyped here
            """amqtt leaves the connection of a client open that it refuses or loses."""

            async def stream_connected(
                self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
            ) -> None:
                """Serve a client to its end, whatever that is."""
                task = asyncio.current_task()
                served[task] = writer
                try:
                    await super().stream_connected(reader, writer, listener_name)
                finally:
                    writer.close()
                    del served[task]

        logging.getLogger("amqtt").setLevel(logging.ERROR)
        logging.getLogger("transitions").setLevel(logging.ERROR)
        self.port = _free_port(self.host)
        config = {
            "listeners": {"default": {"type": "tcp", "bind": f"{self.host}:{self.port}"}},
            "plugins": {
                "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
            },
        }
        self._broker = Closing(config)
        await asyncio.wait_for(self._broker.start(), START_S)

    async def stop(self) -> None:
        """Shut it down."""
        if self._broker is not None:
            await asyncio.wait_for(self._broker.shutdown(), START_S)
            self._broker = None
        for writer in self._served.values():
            writer.close()
        if self._served:
            # Whoever is still served has said nothing yet, and hears now that nobody listens.
            await asyncio.wait([task for task in self._served if task], timeout=START_S)


class MosquittoBroker:
    """mosquitto as a process of its own, without persistence, on loopback."""

    query = ""

    def __init__(self, host: str, program: str) -> None:
        self.host = host
        self.port = 0
        self._program = program
        self._process: asyncio.subprocess.Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    async def start(self) -> None:
        """Listen on a free port; returns when it takes connections."""
        self.port = _free_port(self.host)
        self._folder = tempfile.TemporaryDirectory(prefix="wayside-broker-")
        file = Path(self._folder.name) / "mosquitto.conf"
        file.write_text(
            f"listener {self.port} {self.host}\nallow_anonymous true\npersistence false\n"
            # Started by root it would become another user, who cannot read the file.
            f"max_queued_messages 0\nuser {account()}\n",
            "utf-8",
        )
        self._process = await asyncio.create_subprocess_exec(
            self._program,
            "-c",
            str(file),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(START_S):
            while not await self._answers():
                if self._process.returncode is not None:
                    raise told(UserFacing, "simulator.broker_ended", code=self._process.returncode)
                await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(self.host, self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    async def stop(self) -> None:
        """End the process and remove its files."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), START_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def choose_broker(choice: str, host: str) -> Broker:
    """The broker that was asked for; UserFacing where it cannot be had."""
    if choice.startswith("mqtt://"):
        url = urlsplit(choice)
        return GivenBroker(url.hostname or "127.0.0.1", url.port or 1883)
    program = shutil.which("mosquitto") or shutil.which(
        "mosquitto", path="/usr/sbin:/usr/local/sbin"
    )
    amqtt = importlib.util.find_spec("amqtt") is not None
    if choice == MOSQUITTO and program:
        return MosquittoBroker(host, program)
    if choice in (EMBEDDED, MOSQUITTO):
        if amqtt:
            return AmqttBroker(host)
        if program:
            return MosquittoBroker(host, program)
        raise told(UserFacing, "simulator.no_broker")
    raise told(UserFacing, "simulator.bad_broker", broker=choice)


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
