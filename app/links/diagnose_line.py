"""One question at a time on a Modbus line, and everything that came back instead of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from app.codecs.modbus_events import Answered, Discarded, Event, ModbusClient, Refused, Why
from app.codecs.modbus_pdu import Request
from app.codecs.modbus_rtu import RtuClient
from app.codecs.modbus_tcp import TcpClient
from app.links.modbus_connection import Connection, Socket
from app.links.modbus_rtu import ModbusRtuParams
from app.links.modbus_tcp import ModbusTcpParams
from app.links.modbus_wiring import ModbusNetworkParams
from app.links.params import LinkParams
from app.links.serial_port import SerialPort
from app.settings import limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one question brought: the answer, or what else was heard.

    ``damaged`` says that bytes came that are no whole frame; ``other_unit`` who answered instead.
    """

    answer: Answered | Refused | None = None
    damaged: bool = False
    other_unit: int | None = None
    took_s: float = 0.0
    lost: bool = False


class Line:
    """A connection with its codec, for questions of a diagnosis only."""

    def __init__(self, client: ModbusClient, silence_s: float) -> None:
        self._client = client
        self._silence_s = silence_s
        self._connection: Connection | None = None
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()

    def use(self, connection: Connection) -> None:
        """Ask over this connection from now on."""
        self._connection = connection

    def received(self, data: bytes, at: float) -> None:
        """Bytes from the connection."""
        del at
        self._client.receive_data(data)
        while (event := self._client.next_event()) is not None:
            self._events.put_nowait(event)

    def lost(self, error: OSError) -> None:
        """The connection ended by itself."""
        del error
        self._events.put_nowait(None)

    async def ask(self, request: Request, wait_s: float) -> Reply:
        """Ask once, and gather what comes until the answer or the time is over."""
        loop = asyncio.get_running_loop()
        self._client.reset()
        while not self._events.empty():
            self._events.get_nowait()
        reply, began = Reply(), loop.time() + self._silence_s
        if self._connection is not None:
            self._connection.write(self._client.send(request), began)
        try:
            async with asyncio.timeout_at(began + wait_s):
                while reply.answer is None and not reply.lost:
                    reply = _heard(reply, await self._events.get())
        except TimeoutError:
            self._client.give_up()
        return replace(reply, took_s=loop.time() - began)


def _heard(reply: Reply, event: Event | None) -> Reply:
    if event is None:
        return replace(reply, lost=True)
    if not isinstance(event, Discarded):
        return replace(reply, answer=event)
    if event.why is Why.WRONG_UNIT:
        return replace(reply, other_unit=event.unit)
    if event.why in (Why.DAMAGED, Why.GARBAGE):
        return replace(reply, damaged=True)
    return reply


@asynccontextmanager
async def open_line(params: LinkParams) -> AsyncIterator[Line]:
    """A line over the port or socket of these parameters, closed afterwards; raises OSError."""
    line = Line(TcpClient() if isinstance(params, ModbusTcpParams) else RtuClient(), _gap(params))
    if isinstance(params, ModbusRtuParams):
        port = SerialPort(
            params.serial, line.received, line.lost, close_s=limit("modbus", "close_s")
        )
        connection: Connection = port
        try:
            await port.open()
        except BaseException:
            await port.close()
            raise
    elif isinstance(params, ModbusNetworkParams):
        connection = await Socket.open(params.host, params.port, line.received, line.lost)
    else:
        raise TypeError(type(params).__name__)
    line.use(connection)
    try:
        yield line
    finally:
        await connection.close()


def _gap(params: LinkParams) -> float:
    return params.silence_s if isinstance(params, ModbusRtuParams) else 0.0
