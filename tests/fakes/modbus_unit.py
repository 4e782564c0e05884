"""A pymodbus server with a few plain registers, of which single units can fall silent."""

from __future__ import annotations

import asyncio

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


class ModbusUnits:
    """Units with 100 holding registers each, register n holding unit * 100 + n, on one port."""

    def __init__(self, *units: int) -> None:
        self.silent: set[int] = set()
        self.asked: dict[int, int] = dict.fromkeys(units, 0)
        self.port = 0
        self._units = units
        self._server: ModbusTcpServer | None = None

    async def start(self) -> ModbusUnits:
        """Listen; on the same port again after a stop."""
        devices = [
            SimDevice(
                id=unit,
                simdata=SimData(
                    0,
                    values=[unit * 100 + number for number in range(100)],
                    datatype=DataType.REGISTERS,
                ),
            )
            for unit in self._units
        ]
        self._server = ModbusTcpServer(
            devices, address=("127.0.0.1", self.port), trace_packet=self._packet
        )
        await self._server.serve_forever(background=True)
        self.port = self._server.transport.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._server is not None:
            for connection in list(self._server.active_connections.values()):
                if connection.transport is not None:
                    connection.transport.abort()
            await self._server.shutdown()
            self._server = None
            await asyncio.sleep(0)

    def _packet(self, sending: bool, data: bytes) -> bytes:
        unit = data[6] if len(data) > 6 else -1
        if not sending and unit in self.asked:
            self.asked[unit] += 1
        # Only the answer is dropped: a request taken from pymodbus stays in its buffer.
        return b"" if sending and unit in self.silent else data
