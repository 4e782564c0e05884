"""A serial line without hardware: one end is a path that anybody opens, the other a transport."""

from __future__ import annotations

import asyncio
import logging
import os
import tty

from app.simulator.modbus_server import SerialServer, Units

_log = logging.getLogger(__name__)


class PtyTransport(asyncio.Transport):
    """The servers' end of a pseudo-terminal.

    Bytes that nobody reads are lost when the terminal's buffer is full, as on a real line.
    """

    def __init__(self, master: int) -> None:
        super().__init__()
        self._master = master
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self._protocol: asyncio.BaseProtocol | None = None

    def start(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand what arrives to the protocol from now on."""
        self._protocol = protocol
        self._loop.add_reader(self._master, self._readable)

    def _readable(self) -> None:
        try:
            data = os.read(self._master, 4096)
        except BlockingIOError:
            return
        except OSError:
            # Linux answers EIO while no process has the other end open.
            data = b""
        if data and isinstance(self._protocol, asyncio.Protocol | asyncio.BaseProtocol):
            receive = getattr(self._protocol, "data_received", None)
            if receive is not None:
                receive(data)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes to whoever reads the path."""
        if self._closing:
            return
        try:
            os.write(self._master, data)
        except BlockingIOError:
            _log.debug("nobody reads the line: %d bytes lost", len(data))

    def is_closing(self) -> bool:
        """Whether the line is closed."""
        return self._closing

    def close(self) -> None:
        """Take the line away."""
        if not self._closing:
            self._closing = True
            self._loop.remove_reader(self._master)


class PtyLine:
    """A serial line with all units of one asset on it; ``path`` is what a reader opens."""

    def __init__(self, units: Units) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._transport = PtyTransport(self._master)
        self._server = SerialServer(units)
        self._transport.start(self._server.attach(self._transport))

    def stop(self) -> None:
        """Close both ends; the path is gone."""
        self._transport.close()
        # Our own hold on the readers' end kept the line alive between two readers.
        os.close(self._slave)
        os.close(self._master)
