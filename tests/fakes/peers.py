"""Small servers that misbehave: they answer with fixed bytes, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Answering(asyncio.Protocol):
    """Answers the first bytes of each peer with fixed bytes; None closes at once."""

    def __init__(self, answer: bytes | None, transports: list[asyncio.Transport]) -> None:
        self._answer = answer
        self._transports = transports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it, to close it in the end."""
        self._transports.append(transport)

    def data_received(self, data: bytes) -> None:
        """Say the line."""
        del data
        if self._answer is None:
            self._transports[-1].close()
        else:
            self._transports[-1].write(self._answer)


@asynccontextmanager
async def answering(answer: bytes | None) -> AsyncIterator[int]:
    """A server on a free port of the loopback; gives the port. Empty bytes: it stays mute."""
    transports: list[asyncio.Transport] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(answer, transports), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for transport in transports:
        transport.abort()
    await asyncio.sleep(0)
