"""Eyes: a loopback port that tells what a person standing at an asset would see and hear.

One JSON line in, one out: ``{"look": "SP-0001"}`` -> ``{"asset": "SP-0001", "lamps": ...}``,
``{"look": "*"}`` -> ``{"assets": [...]}``; the same as HTTP, ``GET /SP-0001`` and ``GET /``.
What is told is the truth of the physics, whatever the devices report.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from app.simulator.asset import SimulatedAsset

MOST_BYTES = 16_384


class Eyes:
    """The server; ``address`` is ``host:port`` once started."""

    def __init__(self, assets: Mapping[str, SimulatedAsset], refresh: Callable[[], None]) -> None:
        self._assets = assets
        self._refresh = refresh
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Transport] = set()
        self.address = ""

    async def start(self, host: str) -> str:
        """Listen on a free port and return the address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Visitor(self.answer, self._open), host, 0)
        self.address = f"{host}:{self._server.sockets[0].getsockname()[1]}"
        return self.address

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._server is not None:
            self._server.close()
            for transport in list(self._open):
                transport.abort()
            await self._server.wait_closed()
            self._server = None

    def answer(self, question: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever JSON was sent
        """The answer to one question, an error text where it is none."""
        number = question.get("look") if isinstance(question, dict) else None
        if not isinstance(number, str):
            return {"error": 'ask {"look": "ASSET"} or {"look": "*"}'}
        self._refresh()
        if number in ("*", ""):
            return {"assets": [asset.look() for asset in self._assets.values()]}
        asset = self._assets.get(number)
        if asset is None:
            return {"error": f"there is no asset {number}"}
        return asset.look()


class _Visitor(asyncio.Protocol):
    """One connection to the eyes."""

    def __init__(
        self, answer: Callable[[Any], dict[str, Any]], connections: set[asyncio.Transport]
    ) -> None:
        self._answer = answer
        self._open = connections
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody came."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._open.add(transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """They left."""
        if self._transport is not None:
            self._open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Answer every whole line."""
        self._buffer += data
        if len(self._buffer) > MOST_BYTES and self._transport is not None:
            self._transport.abort()
            return
        while b"\n" in self._buffer and self._transport is not None:
            line, _, self._buffer = self._buffer.partition(b"\n")
            if line.startswith(b"GET "):
                self._http(line)
                return
            self._say(line)

    def _say(self, line: bytes) -> None:
        try:
            question: Any = msgspec.json.decode(line)
        except msgspec.DecodeError:
            question = None
        if self._transport is not None:
            self._transport.write(msgspec.json.encode(self._answer(question)) + b"\n")

    def _http(self, line: bytes) -> None:
        path = unquote(line.split(b" ")[1].decode("latin-1")).strip("/").removeprefix("assets/")
        body = self._answer({"look": path})
        status = b"404 Not Found" if "error" in body else b"200 OK"
        data = msgspec.json.encode(body)
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n"
                b"Connection: close\r\nContent-Length: "
                + str(len(data)).encode()
                + b"\r\n\r\n"
                + data
            )
            self._transport.close()
