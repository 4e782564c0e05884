"""A real pymodbus server behind a byte proxy that can be told to misbehave, for each link type."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tty
from collections.abc import AsyncIterator, Callable

from pymodbus import FramerType
from pymodbus.pdu.device import ModbusDeviceIdentification
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from app.codecs.modbus_crc import with_crc

KINDS = ("modbus+tcp", "modbus+rtu+tcp", "modbus+rtu")
NAMES = {"VendorName": "Acme", "ProductCode": "LC-100", "MajorMinorRevision": "2.1"}


def _unchanged(answer: bytes) -> bytes:
    return answer


class Proxy:
    """Between a link and its server: passes whole writes, changed or held as told.

    ``requests`` and ``answers`` map what passes (empty: swallowed); while ``holding``, answers
    wait for ``release``.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.requests: Callable[[bytes], bytes] = _unchanged
        self.answers: Callable[[bytes], bytes] = _unchanged
        self.holding = False
        self.seen: list[bytes] = []
        self.url = ""
        self._held: list[bytes] = []
        self._to_link: Callable[[bytes], object] | None = None
        self.hang_up: Callable[[], object] = lambda: None

    def request_came(self, data: bytes) -> bytes:
        self.seen.append(data)
        return self.requests(data)

    def answer_came(self, data: bytes) -> None:
        if self.holding:
            self._held.append(data)
        elif changed := self.answers(data):
            self.inject(changed)

    def inject(self, data: bytes) -> None:
        """Bytes out of nowhere, to the link."""
        assert self._to_link is not None
        self._to_link(data)

    def release(self) -> None:
        """Let everything held go on its way, late."""
        self.holding = False
        held, self._held = self._held, []
        for data in held:
            self.inject(data)

    def unit_of(self, frame: bytes) -> int:
        return frame[6] if self.kind == "modbus+tcp" else frame[0]

    def silence(self, *units: int) -> None:
        """These units do not hear their requests."""
        self.requests = lambda data: b"" if self.unit_of(data) in units else data

    def resealed(self, frame: bytes) -> bytes:
        """A changed frame with a check sum that is right again, where the kind has one."""
        return frame if self.kind == "modbus+tcp" else with_crc(frame[:-2])


class _Pipe(asyncio.Protocol):
    """One end of the TCP proxy; hands what comes to ``take``."""

    def __init__(self, take: Callable[[bytes], object], gone: Callable[[], object]) -> None:
        self._take = take
        self._gone = gone
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._take(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone()


def devices(units: int) -> list[SimDevice]:
    """Units 1.., each with registers n holding unit * 1000 + n, and coils of every third set."""
    return [
        SimDevice(
            id=unit,
            simdata=(
                [SimData(0, values=[n % 3 == 0 for n in range(64)], datatype=DataType.BITS)],
                [SimData(0, values=[n % 3 == 1 for n in range(64)], datatype=DataType.BITS)],
                [SimData(0, values=_registers(unit), datatype=DataType.REGISTERS)],
                [SimData(0, values=_registers(unit), datatype=DataType.REGISTERS)],
            ),
        )
        for unit in range(1, units + 1)
    ]


def _registers(unit: int) -> list[int]:
    return [unit * 1000 + n for n in range(200)]


@contextlib.asynccontextmanager
async def bus(kind: str, units: int = 3) -> AsyncIterator[Proxy]:
    """A server with its proxy; ``proxy.url`` is what the link opens."""
    identity = ModbusDeviceIdentification(info_name=NAMES)
    proxy = Proxy(kind)
    if kind == "modbus+rtu":
        async with _serial_bus(proxy, units, identity):
            yield proxy
        return
    framer = FramerType.SOCKET if kind == "modbus+tcp" else FramerType.RTU
    server = ModbusTcpServer(
        devices(units), address=("127.0.0.1", 0), framer=framer, identity=identity
    )
    await server.serve_forever(background=True)
    port = server.transport.sockets[0].getsockname()[1]
    try:
        async with _tcp_proxy(proxy, port):
            yield proxy
    finally:
        await server.shutdown()
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def _tcp_proxy(proxy: Proxy, port: int) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    ends: list[asyncio.Transport] = []
    tasks: set[asyncio.Task] = set()

    def accepted() -> _Pipe:
        early: list[bytes] = []
        pipe = _Pipe(early.append, lambda: None)

        async def join() -> None:
            def gone() -> None:
                if pipe.transport is not None:
                    pipe.transport.abort()

            far, _ = await loop.create_connection(
                lambda: _Pipe(proxy.answer_came, gone), "127.0.0.1", port
            )
            ends.extend((far, pipe.transport))
            proxy._to_link = pipe.transport.write
            proxy.hang_up = pipe.transport.abort
            pipe._gone = far.abort

            def take(data: bytes) -> None:
                if passed := proxy.request_came(data):
                    far.write(passed)

            pipe._take = take
            for data in early:
                take(data)

        task = loop.create_task(join())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return pipe

    server = await loop.create_server(accepted, "127.0.0.1", 0)
    proxy.url = f"{proxy.kind}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield
    finally:
        server.close()
        for end in ends:
            end.abort()
        await asyncio.gather(*tasks)
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def _serial_bus(
    proxy: Proxy, units: int, identity: ModbusDeviceIdentification
) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    link_end, link_near = os.openpty()
    server_end, server_near = os.openpty()
    for near in (link_near, server_near):
        tty.setraw(near)
    server = ModbusSerialServer(
        devices(units),
        port=os.ttyname(server_near),
        baudrate=115200,
        framer=FramerType.RTU,
        identity=identity,
    )
    await server.serve_forever(background=True)

    def from_link() -> None:
        if passed := proxy.request_came(os.read(link_end, 4096)):
            os.write(server_end, passed)

    loop.add_reader(link_end, from_link)
    loop.add_reader(server_end, lambda: proxy.answer_came(os.read(server_end, 4096)))
    proxy._to_link = lambda data: os.write(link_end, data)

    def hang_up() -> None:
        """Pull the adapter: the near end of a pair whose far end is closed fails at once."""
        loop.remove_reader(link_end)
        for end in (link_end, link_near):
            with contextlib.suppress(OSError):
                os.close(end)

    proxy.hang_up = hang_up
    proxy.url = f"modbus+rtu://{os.ttyname(link_near)}?baud=115200"
    try:
        yield
    finally:
        hang_up()
        loop.remove_reader(server_end)
        await server.shutdown()
        for end in (server_end, server_near):
            os.close(end)
        await asyncio.sleep(0)
