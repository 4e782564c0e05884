"""A Modbus link: keeps its connection, asks over it, and tells how it goes.

The three kinds (RTU, TCP, RTU over TCP) differ in their wiring only: the codec, the way to
connect, and the times of the line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.codecs.modbus_events import Answered, ModbusClient
from app.codecs.modbus_pdu import (
    Request,
    read,
    read_identity,
    read_write_registers,
    write_coils,
    write_registers,
)
from app.core.callbacks import Unsubscribe
from app.core.errors import DeviceRefused, LinkDown, LinkError, LinkTimeout, NotSent
from app.core.links import LinkState, LinkStatus
from app.core.profiles import RegisterTable
from app.links.base import CaptureSink, Still
from app.links.modbus_connection import Connection, Lost, Received
from app.links.modbus_exchange import Exchange, Timing
from app.links.modbus_units import Patience, Units
from app.links.pacing import Pacer
from app.links.params import LinkParams
from app.links.reconnect import Backoff, Reconnector
from app.links.status import StatusBoard
from app.settings import Texts, limit
from app.wording import os_reason, worded

_SILENT_AFTER = 3
"""Requests in a row without a byte after which the link is shown as silent."""
_REGULAR, _BASIC = 2, 1
_MOST_PARTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What makes one kind of Modbus link; ``connect`` raises OSError.

    After ``remake_after_s`` without a byte in spite of requests the connection is made anew: a
    network may have lost it silently. None where it cannot, as on a serial port.
    """

    client: ModbusClient
    connect: Callable[[Received, Lost], Awaitable[Connection]]
    timing: Timing
    patience: Patience
    backoff: Backoff
    gap_s: float
    remake_after_s: float | None


class ModbusLink:
    """Implements PolledLink (base.py)."""

    def __init__(self, name: str, params: LinkParams, wiring: Wiring, texts: Texts) -> None:
        self.name = name
        self.params = params
        self._wiring = wiring
        self._texts = texts
        self._board = StatusBoard()
        self._pacer = Pacer(wiring.gap_s)
        self._exchange = Exchange(
            wiring.client,
            units=Units(wiring.patience),
            pacer=self._pacer,
            timing=wiring.timing,
            board=self._board,
            texts=texts,
        )
        self._reconnector = Reconnector(
            f"link {name}", self._attempt, self._wait, backoff=wiring.backoff
        )
        self._connection: Connection | None = None
        self._stale: Connection | None = None
        self._sink: CaptureSink | None = None
        self._taps: tuple[CaptureSink, ...] = ()

    @property
    def status(self) -> LinkStatus:
        """State and counters now."""
        return self._board.status()

    def on_status(self, listener: Callable[[LinkStatus], None]) -> Unsubscribe:
        """Be told of each change of state."""
        return self._board.subscribe(listener)

    def record(self, sink: CaptureSink | None) -> None:
        """Send raw bytes to a capture from now on; None stops."""
        self._sink = sink

    async def open(self) -> None:
        """Connect and keep connected; returns when the first attempt is over."""
        if self._connection is None:
            await self._reconnector.first()

    async def close(self) -> None:
        """Disconnect; a request under way fails with LinkDown."""
        await self._reconnector.stop()
        self._let_go(worded(LinkDown, self._texts, "modbus.not_open", link=self.name))
        await self._close_stale()
        self._board.move(LinkState.CLOSED)

    def tap(self, sink: CaptureSink) -> Unsubscribe:
        """Hand raw bytes to one more sink, beside any recording, until the returned is called."""
        self._taps = (*self._taps, sink)

        def untap() -> None:
            self._taps = tuple(kept for kept in self._taps if kept is not sink)

        return untap

    def pace(self, unit: int, gap_s: float) -> None:
        """Leave at least this long between an exchange of the unit and its next request."""
        self._pacer.set_unit_gap(unit, gap_s)

    def backing_off(self, unit: int) -> float:
        """Seconds until a silent unit is asked again; 0 for a unit that answers."""
        return self._exchange.backing_off(unit)

    async def read(
        self, unit: int, table: RegisterTable, address: int, count: int
    ) -> tuple[int, ...]:
        """Raw registers (0..65535) or bits (0, 1); raises LinkError for everything else."""
        return (await self._ask(read(unit, table, address, count))).values

    async def write_registers(
        self, unit: int, address: int, values: Sequence[int], *, still: Still = None
    ) -> None:
        """Function 6 for one register, 16 for more; never repeated by itself."""
        await self._ask(write_registers(unit, address, values), still)

    async def write_coils(
        self, unit: int, address: int, values: Sequence[bool], *, still: Still = None
    ) -> None:
        """Function 5 for one coil, 15 for more; never repeated by itself."""
        await self._ask(write_coils(unit, address, values), still)

    async def read_write_registers(
        self, unit: int, address: int, count: int, write_address: int, values: Sequence[int]
    ) -> tuple[int, ...]:
        """Function 23: write, then read, in one request; never repeated by itself."""
        request = read_write_registers(unit, address, count, write_address, values)
        return (await self._ask(request)).values

    async def identify(self, unit: int) -> dict[int, str]:
        """Device identification, function 43/14: object id to text; all parts put together."""
        try:
            return await self._identity(unit, _REGULAR)
        except DeviceRefused as error:
            if error.code != 3:
                raise
            return await self._identity(unit, _BASIC)

    async def _identity(self, unit: int, code: int) -> dict[int, str]:
        found: dict[int, str] = {}
        first = 0
        for _ in range(_MOST_PARTS):
            part = (await self._ask(read_identity(unit, code, first))).identity
            if part is None:
                break
            found.update(part.objects)
            if not part.more or part.next_id <= first:
                break
            first = part.next_id
        return found

    async def _ask(self, request: Request, still: Still = None) -> Answered:
        if self._connection is None:
            if self._board.state is LinkState.CONNECTING:
                await self._reconnector.first()
            if self._connection is None:
                raise worded(LinkDown, self._texts, "modbus.down", link=self.name)
        self._exchange.check(request.unit)
        try:
            answer = await self._exchange.ask(request, still)
        except NotSent:
            raise
        except LinkTimeout as error:
            self._board.failed(error)
            self._look_for_silence()
            raise
        except LinkError as error:
            self._board.failed(error)
            raise
        if self._board.state is LinkState.SILENT:
            self._board.move(LinkState.CONNECTED)
        return answer

    def _look_for_silence(self) -> None:
        exchange = self._exchange
        if self._connection is None or exchange.unheard < _SILENT_AFTER:
            return
        self._board.move(LinkState.SILENT)
        since, dead_s = exchange.unheard_since, self._wiring.remake_after_s
        if dead_s is None or since is None:
            return
        seconds = asyncio.get_running_loop().time() - since
        if seconds >= dead_s:
            self._lost(
                worded(
                    LinkDown,
                    self._texts,
                    "modbus.black_hole",
                    link=self.params,
                    seconds=f"{seconds:.0f}",
                )
            )

    async def _attempt(self) -> None:
        await self._close_stale()
        self._board.move(LinkState.CONNECTING)
        seconds = limit("modbus", "connect_s")
        try:
            async with asyncio.timeout(seconds):
                connection = await self._wiring.connect(self._received, self._ended)
        except TimeoutError as error:
            raise worded(
                LinkDown, self._texts, "modbus.no_time", link=self.params, seconds=f"{seconds:.0f}"
            ) from error
        except OSError as error:
            raise worded(
                LinkDown,
                self._texts,
                "modbus.cannot_connect",
                link=self.params,
                reason=os_reason(error),
            ) from error
        self._connection = connection
        self._exchange.attach(self._write)
        self._board.move(LinkState.CONNECTED)

    def _wait(self, error: LinkError, delay_s: float) -> None:
        self._board.failed(error)
        self._board.move(LinkState.WAITING, retry_s=delay_s)

    def _write(self, data: bytes, at: float) -> None:
        if self._sink is not None:
            self._sink.sent(data)
        for tap in self._taps:
            tap.sent(data)
        if self._connection is not None:
            self._connection.write(data, at)

    def _received(self, data: bytes, at: float) -> None:
        self._wiring.backoff.reset()
        if self._sink is not None:
            self._sink.received(data)
        for tap in self._taps:
            tap.received(data)
        self._exchange.received(data, at)

    def _ended(self, error: OSError) -> None:
        self._lost(
            worded(
                LinkDown,
                self._texts,
                "modbus.lost",
                link=self.params,
                reason=os_reason(error),
            )
        )

    def _lost(self, error: LinkDown) -> None:
        if self._connection is not None:
            self._let_go(error)
            self._reconnector.lost(error)

    def _let_go(self, error: LinkError) -> None:
        """Use the connection no more; what is under way fails with the error."""
        if self._connection is not None:
            self._stale, self._connection = self._connection, None
        self._exchange.detach(error)

    async def _close_stale(self) -> None:
        stale, self._stale = self._stale, None
        if stale is not None:
            await stale.close()
