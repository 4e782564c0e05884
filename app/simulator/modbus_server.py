"""Modbus servers of one asset: the only file that knows pymodbus.

pymodbus decodes requests, keeps the tables and encodes answers, so that what a client talks to is
not our own codec. Values are computed when they are read (``SimDevice.action``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pymodbus.constants import ExcCodes
from pymodbus.exceptions import ModbusIOException
from pymodbus.framer import FramerType
from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.pdu.mei_message import ReadDeviceInformationRequest, ReadDeviceInformationResponse
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.server.requesthandler import ServerRequestHandler
from pymodbus.simulator import DataType, SimData, SimDevice

from app.core.errors import UserFacing
from app.core.profiles import RegisterTable
from app.simulator.wire import Wire
from app.wording import told

T = TypeVar("T")
STALE_FRAME_S = 0.2
"""A part of a frame that is older than this belongs to a request that never came whole."""

_TABLES = {
    1: RegisterTable.COIL,
    2: RegisterTable.DISCRETE,
    3: RegisterTable.HOLDING,
    4: RegisterTable.INPUT,
    5: RegisterTable.COIL,
    6: RegisterTable.HOLDING,
    15: RegisterTable.COIL,
    16: RegisterTable.HOLDING,
    22: RegisterTable.HOLDING,
    23: RegisterTable.HOLDING,
}
_BLOCKS = (
    RegisterTable.COIL,
    RegisterTable.DISCRETE,
    RegisterTable.HOLDING,
    RegisterTable.INPUT,
)
_REGULAR_IDENTITY = range(3, 7)
_ECHOED = (5, 6)


class Unit(Protocol):
    """One addressable device as a server sees it."""

    @property
    def identity(self) -> Mapping[int, str]:
        """Identification objects of function 43/14: 0 maker, 1 product code, 2 revision ..."""

    def span(self, table: RegisterTable) -> tuple[int, int]:
        """First and last address that may ever answer in a table; (0, -1) where none does."""

    def read(self, table: RegisterTable, address: int, count: int) -> list[int] | None:
        """Values (bits as 0 and 1), None for an address the device does not have."""

    def write(self, table: RegisterTable, address: int, values: Sequence[int]) -> bool:
        """Take values; False where the device refuses them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The devices behind one port, by Modbus unit, and the line they hang on."""

    by_unit: Mapping[int, Unit]
    wire: Wire

    def context(self) -> list[SimDevice]:
        """The devices in pymodbus's form."""
        return [_sim_device(unit, device) for unit, device in self.by_unit.items()]


class TcpServer(ModbusTcpServer):
    """All units of an asset behind one TCP port; ``rtu`` frames it as RTU over TCP."""

    def __init__(self, units: Units, *, host: str, port: int = 0, rtu: bool = False) -> None:
        super().__init__(
            units.context(),
            framer=FramerType.RTU if rtu else FramerType.SOCKET,
            address=(host, port),
        )
        self.units = units

    def callback_new_connection(self) -> ServerRequestHandler:
        """A handler for the connection that just came."""
        return Handler(self, self.units)

    async def start(self) -> int:
        """Listen, and return the port; UserFacing where it is taken."""
        try:
            await self.serve_forever(background=True)
        except RuntimeError as error:
            host, port = self.comm_params.source_address or ("", 0)
            raise told(UserFacing, "simulator.port_taken", host=host, port=port) from error
        listener: Any = self.transport
        return int(listener.sockets[0].getsockname()[1])

    def drop_connections(self) -> None:
        """Cut every connection, as a link that flaps does."""
        for connection in list(self.active_connections.values()):
            transport: Any = connection.transport
            if transport is not None:
                transport.abort()

    async def stop(self) -> None:
        """Close the port and every connection."""
        self.drop_connections()
        stop: Any = self.shutdown
        await stop()
        await asyncio.sleep(0)


class SerialServer(ModbusSerialServer):
    """All units of an asset on one serial line; the caller brings the transport."""

    def __init__(self, units: Units) -> None:
        super().__init__(units.context(), framer=FramerType.RTU)
        self.units = units

    def callback_new_connection(self) -> ServerRequestHandler:
        """The handler of the line."""
        return Handler(self, self.units)

    def attach(self, transport: asyncio.Transport) -> asyncio.BaseProtocol:
        """Serve on a transport that is already open; returns what takes its bytes."""
        handler = self.handle_new_connection()
        handler.connection_made(transport)
        return handler


class Handler(ServerRequestHandler):
    """Requests of one connection, answered in order; the wire decides what becomes of answers."""

    def __init__(self, server: TcpServer | SerialServer, units: Units) -> None:
        begin: Any = super().__init__
        begin(server, None, None, None)
        self._units = units
        self._buffer = b""
        self._heard = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, unless the link is down."""
        super().connection_made(transport)
        if self._units.wire.is_down() and isinstance(transport, asyncio.Transport):
            transport.abort()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...] | None) -> None:
        """Answer every whole request among the bytes so far."""
        now = self.loop.time()
        if self._units.wire.is_down():
            return
        if now - self._heard > STALE_FRAME_S:
            self._buffer = b""
        self._heard = now
        self._buffer = (self._buffer + data)[-4 * self.max_buffer_size :]
        while self._buffer:
            try:
                used, request = self.framer.handleFrame(self._buffer, 0, 0)
            except ModbusIOException as error:
                self._buffer = b""
                self._refuse(error)
                return
            self._buffer = self._buffer[used:]
            if request is not None:
                self._answer(request)
            if not used:
                return

    def _refuse(self, error: ModbusIOException) -> None:
        refusal = ExceptionResponse(error.fcode or 0, exception_code=ExcCodes.ILLEGAL_FUNCTION)
        refusal.dev_id, refusal.transaction_id = error.dev_id, error.transaction_id
        self._give(refusal, error.dev_id)

    def _answer(self, request: ModbusPDU) -> None:
        wire = self._units.wire
        unit = wire.device_at(request.dev_id)
        if unit is None or unit not in self._units.by_unit:
            return
        if isinstance(request, ReadDeviceInformationRequest):
            answer = _identification(request, self._units.by_unit[unit].identity)
        else:
            context: Any = self.server.context
            answer = run_now(request.datastore_update(context, unit))
            if request.function_code in _ECHOED and not answer.isError():
                # A device repeats what it was told, whatever the register reads afterwards.
                answer.registers, answer.bits = request.registers, request.bits
        answer.transaction_id = request.transaction_id
        self._give(answer, wire.answers_as.get(request.dev_id, request.dev_id))

    def _give(self, answer: ModbusPDU, unit: int) -> None:
        answer.dev_id = unit
        wire = self._units.wire
        frame = wire.corrupted(self.framer.buildFrame(answer))
        if wire.delay_s:
            self.loop.call_later(wire.delay_s, self._send_if_open, frame)
        else:
            self._send_if_open(frame)

    def _send_if_open(self, frame: bytes) -> None:
        transport: Any = self.transport
        if transport is not None and not transport.is_closing():
            self.send(frame)


def run_now(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never waits, without a task; RuntimeError if it does."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("a register action must not wait")


def _identification(
    request: ReadDeviceInformationRequest, identity: Mapping[int, str]
) -> ModbusPDU:
    """Function 43/14 as Modbus V1.1b3 section 6.21: read codes 1 basic, 2 regular, 4 one object."""
    if request.read_code == 4:
        if request.object_id not in identity:
            return ExceptionResponse(request.function_code, ExcCodes.ILLEGAL_ADDRESS)
        chosen = {request.object_id: identity[request.object_id]}
    else:
        last = {1: 2, 2: _REGULAR_IDENTITY[-1]}.get(int(request.read_code), 0xFF)
        chosen = {
            object_id: text
            for object_id, text in sorted(identity.items())
            if request.object_id <= object_id <= last
        }
    information = {key: text.encode("utf-8") for key, text in chosen.items()}
    return ReadDeviceInformationResponse(read_code=request.read_code, information=information)


def _sim_device(unit: int, device: Unit) -> SimDevice:
    blocks = tuple(_block(table, *device.span(table)) for table in _BLOCKS)

    async def action(
        function: int,
        start: int,
        address: int,
        count: int,
        registers: list[int],
        values: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        table = _TABLES[function]
        if values is not None:
            given = [int(value) for value in values]
            if device.read(table, address, len(given)) is None:
                return ExcCodes.ILLEGAL_ADDRESS
            return None if device.write(table, address, given) else ExcCodes.ILLEGAL_VALUE
        return _fill(device, table, start, address, count, registers)

    coils, discretes, holdings, inputs = blocks
    return SimDevice(id=unit, simdata=(coils, discretes, holdings, inputs), action=action)


def _fill(
    device: Unit,
    table: RegisterTable,
    start: int,
    address: int,
    count: int,
    registers: list[int],
) -> ExcCodes | None:
    if table in (RegisterTable.HOLDING, RegisterTable.INPUT):
        values = device.read(table, address, count)
        if values is None:
            return ExcCodes.ILLEGAL_ADDRESS
        registers[address - start : address - start + count] = values
        return None
    first, last = device.span(table)
    if not first <= address <= last:
        return ExcCodes.ILLEGAL_ADDRESS
    # Bit tables are kept in words of 16; ``start`` and ``count`` are in words there.
    for word in range(address // 16, address // 16 + count):
        bits = [
            (device.read(table, bit, 1) or [0])[0] if first <= bit <= last else 0
            for bit in range(word * 16, word * 16 + 16)
        ]
        registers[word - start] = sum(bit << index for index, bit in enumerate(bits))
    return None


def _block(table: RegisterTable, first: int, last: int) -> list[SimData]:
    bits = table in (RegisterTable.COIL, RegisterTable.DISCRETE)
    if last < first:
        # pymodbus wants something in every table; no point lies at the far end.
        first = last = 65_520
    if bits:
        words = last // 16 - first // 16 + 1
        return [SimData(first // 16 * 16, values=[False] * (16 * words), datatype=DataType.BITS)]
    return [SimData(first, count=last - first + 1, datatype=DataType.REGISTERS)]
