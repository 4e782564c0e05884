"""A serial port with its one reader thread, which does everything that may block.

The thread opens the port, reads, hands chunks of bytes to the loop with the moment they came, and
closes the port. It also sends what must leave at a moment: a loop's timer is exact to a millisecond
only, which is more than the silence between two frames at 115,200 baud.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import serial

from app.links.modbus_connection import Lost, Received

_log = logging.getLogger(__name__)


def _refusals() -> tuple[type[Exception], ...]:
    if sys.platform == "win32":
        return ()
    import termios

    return (termios.error,)


_FAILURES: tuple[type[Exception], ...] = (OSError, ValueError, TypeError, *_refusals())
"""What pyserial raises: SerialException is an OSError; a port pulled during a call gives a
TypeError from inside it, and settings that the driver refuses a ValueError or termios.error."""
_POSIX = os.name == "posix"
"""Here cancel_read is kept for the next read when it meets none; on Windows it is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialSettings:
    """What a port is opened with; ``parity`` is N, E or O."""

    device: str
    baud: int = 9600
    parity: str = "N"
    stop: int = 1

    @property
    def character_s(self) -> float:
        """Seconds that one character takes: start bit, 8 data bits, parity, stop bits."""
        return (9 + (self.parity != "N") + self.stop) / self.baud


class SerialPort:
    """Implements Connection (modbus_connection) over a serial port."""

    def __init__(
        self, settings: SerialSettings, received: Received, lost: Lost, *, close_s: float
    ) -> None:
        self._settings = settings
        self._received = received
        self._lost = lost
        self._close_s = close_s
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self._closing = threading.Event()
        self._port: Any = None
        self._outbox: tuple[bytes, float] | None = None
        # A daemon: a driver that never returns must not keep the program from ending.
        self._thread = threading.Thread(
            target=self._run, name=f"serial {settings.device}", daemon=True
        )

    async def open(self) -> None:
        """Open the port; raises OSError. The caller sets the deadline and closes after it."""
        self._thread.start()
        await self._opened

    def write(self, data: bytes, at: float) -> None:
        """Send bytes at that moment. A frame always fits the driver's empty buffer."""
        if at <= self._loop.time():
            self._send(data)
        elif _POSIX:
            self._outbox = (data, at)
            self._interrupt()
        else:
            self._loop.call_at(at, self._send, data)

    def _send(self, data: bytes) -> None:
        if self._closing.is_set():
            return
        try:
            # Not pyserial's write: where the driver takes nothing it tries again without end.
            sent = os.write(self._port.fileno(), data) if _POSIX else self._port.write(data)
        except _FAILURES as error:
            self._tell(self._end, error)
            return
        if sent != len(data):
            self._tell(self._end, BlockingIOError("the port takes no bytes"))

    async def close(self) -> None:
        """End the thread and close the port; a thread that hangs in its driver is left behind."""
        self._closing.set()
        self._interrupt()
        if not self._thread.is_alive():
            return
        try:
            async with asyncio.timeout(self._close_s):
                await self._gone
            # It said so with its last words: this waits for the thread's own end, not for the port.
            self._thread.join(self._close_s)
        except TimeoutError:
            _log.warning("the driver of %s does not let go", self._settings.device)

    def _interrupt(self) -> None:
        """Wake the thread from its read; a port that is gone wakes it by itself."""
        if self._port is not None:
            with contextlib.suppress(*_FAILURES):
                self._port.cancel_read()

    def _run(self) -> None:
        settings = self._settings
        try:
            port = serial.Serial(
                settings.device,
                settings.baud,
                parity=settings.parity,
                stopbits=settings.stop,
                timeout=None,
                write_timeout=0,
                exclusive=True,
            )
        except _FAILURES as error:
            self._tell(self._failed, error)
            return
        with port:
            self._tell(self._did_open, port)
            try:
                while not self._closing.is_set():
                    if data := port.read(1):
                        data += port.read(port.in_waiting)
                        self._tell(self._hand_over, data, time.monotonic())
                    self._send_due()
            except _FAILURES as error:
                self._tell(self._end, error)
        self._tell(self._did_close)

    def _send_due(self) -> None:
        outbox, self._outbox = self._outbox, None
        if outbox is not None:
            data, at = outbox
            if (left := at - time.monotonic()) > 0:
                time.sleep(left)
            self._send(data)

    def _tell(self, what: Callable[..., None], *values: object) -> None:
        """Call on the loop; a loop that is closed already wants to hear nothing."""
        try:
            self._loop.call_soon_threadsafe(what, *values)
        except RuntimeError:
            self._closing.set()

    def _hand_over(self, data: bytes, at: float) -> None:
        if not self._closing.is_set():
            self._received(data, at)

    def _did_open(self, port: Any) -> None:  # noqa: ANN401  # pyserial has no types
        self._port = port
        if self._closing.is_set():
            port.cancel_read()
        if not self._opened.done():
            self._opened.set_result(None)

    def _failed(self, error: Exception) -> None:
        if not self._opened.done():
            self._opened.set_exception(_as_os_error(error))
        self._did_close()

    def _did_close(self) -> None:
        if not self._gone.done():
            self._gone.set_result(None)

    def _end(self, error: Exception) -> None:
        if not self._closing.is_set():
            self._closing.set()
            self._lost(_as_os_error(error))


def _as_os_error(error: Exception) -> OSError:
    return error if isinstance(error, OSError) else OSError(str(error))
