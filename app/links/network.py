"""Names and sockets, one address after the other, so that a failure keeps its true reason."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Callable
from typing import TypeVar

P = TypeVar("P", bound=asyncio.BaseProtocol)


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, those of an address itself; raises ``socket.gaierror``.

    The caller sets the deadline.
    """
    with contextlib.suppress(ValueError):
        return (str(ipaddress.ip_address(host)),)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


async def connect(
    factory: Callable[[], P], host: str, port: int, context: ssl.SSLContext | None = None
) -> tuple[asyncio.Transport, P]:
    """Connect to the first address of a host that takes us; the caller sets the deadline.

    Raises:
        OSError: the error of the first address, not a sum of all (asyncio's own way hides errno).
    """
    first: OSError | None = None
    for address in await resolve(host, port):
        try:
            return await asyncio.get_running_loop().create_connection(
                factory,
                address,
                port,
                ssl=context,
                server_hostname=host if context else None,
            )
        except OSError as error:
            first = first or error
    raise first or socket.gaierror(socket.EAI_NONAME, "no address")
