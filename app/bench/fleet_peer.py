"""Many gateways in one cheap process: each connection answers every read with 120 registers."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

REGISTERS = 120
_BODY = bytes((1, 3, 2 * REGISTERS)) + bytes(range(2 * REGISTERS))
_ANSWER = b"\x00\x00" + len(_BODY).to_bytes(2, "big") + _BODY
"""Behind the transaction id: protocol 0, length, unit 1, function 3, byte count, registers."""
_BACKLOG = 4096


def raise_file_limit() -> int:
    """Let this process hold as many sockets as it may; returns how many."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return 1 << 20
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class _Gateway(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # narrows the type
        self._write = transport.write

    def data_received(self, data: bytes) -> None:
        self._write(data[:2] + _ANSWER)


@contextmanager
def gateways() -> Iterator[int]:
    """The port on which the gateways listen."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join(5)


def _serve(pipe: Connection) -> None:
    raise_file_limit()
    gc.disable()
    asyncio.run(_listen(pipe))


async def _listen(pipe: Connection) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Gateway, "127.0.0.1", 0, backlog=_BACKLOG)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()
