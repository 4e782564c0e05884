"""Small servers that misbehave: they answer with fixed bytes, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Answering(asyncio.Protocol):
    """Answers the first bytes of each peer with fixed bytes; None closes at once."""

    def __init__(
        self, answer: bytes | None, transports: list[asyncio.Transport], heard: list[bytes]
    ) -> None:
        self._answer = answer
        self._transports = transports
        self._heard = heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it, to close it in the end."""
        self._transports.append(transport)

    def data_received(self, data: bytes) -> None:
        """Say the line."""
        self._heard.append(data)
        if self._answer is None:
            self._transports[-1].close()
        else:
            self._transports[-1].write(self._answer)


@asynccontextmanager
async def answering(answer: bytes | None, heard: list[bytes] | None = None) -> AsyncIterator[int]:
    """A server on a free port of the loopback; gives the port. Empty bytes: it stays mute.

    ``heard`` gathers what it was sent.
    """
    lines = [] if heard is None else heard
    transports: list[asyncio.Transport] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(answer, transports, lines), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for transport in transports:
        transport.abort()
    await asyncio.sleep(0)
