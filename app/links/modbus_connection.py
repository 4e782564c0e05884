"""What carries the bytes of a Modbus link: the part that every kind has, and the TCP socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from app.links import network

Received = Callable[[bytes, float], None]
"""Takes bytes and when they came, in the loop's time."""
Lost = Callable[[OSError], None]


class Connection(Protocol):
    """An open connection; it calls ``received`` and, once, ``lost`` when it ends by itself."""

    def write(self, data: bytes, at: float) -> None:
        """Send bytes at that moment of the loop's time, or at once where it has passed.

        Never waits; a failure is reported through ``lost``.
        """

    async def close(self) -> None:
        """Close; nothing of it is left when this returns. ``lost`` is not called for it."""


class Socket(asyncio.Protocol):
    """A TCP connection to a gateway."""

    def __init__(self, received: Received, lost: Lost) -> None:
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._gone = asyncio.get_running_loop().create_future()
        self._closing = False
        self._received = received
        self._time = asyncio.get_running_loop().time

    @staticmethod
    async def open(host: str, port: int, received: Received, lost: Lost) -> Socket:
        """Connect; raises OSError with the reason of the first address."""
        _, protocol = await network.connect(partial(Socket, received, lost), host, port)
        return protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # narrows the type
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by the loop with each chunk."""
        self._received(data, self._time())

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop when the socket is gone, whoever ended it."""
        if not self._gone.done():
            self._gone.set_result(None)
        if not self._closing:
            reason = exc if isinstance(exc, OSError) else ConnectionResetError("closed by peer")
            self._lost(reason)

    def write(self, data: bytes, at: float) -> None:
        """Send bytes; the loop buffers what the socket does not take at once."""
        if self._transport is None or self._closing:
            return
        if at > self._time():
            asyncio.get_running_loop().call_at(at, self.write, data, at)
        else:
            self._transport.write(data)

    async def close(self) -> None:
        """Drop the connection at once: no request is under way that would be worth a flush."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()
            await self._gone
