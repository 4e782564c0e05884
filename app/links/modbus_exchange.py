"""One conversation with a bus: requests take turns, and every one ends by its deadline.

What came is judged by the codec; here is the time: how long to wait, when to ask again, and when
an answer that was given up on can come no more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from app.codecs.modbus_events import (
    Answered,
    Discarded,
    Event,
    ModbusClient,
    Refused,
    Why,
)
from app.codecs.modbus_pdu import Request
from app.core.errors import LinkDown, LinkError, LinkTimeout, NotSent, RemoteProtocolError
from app.links.base import Still
from app.links.modbus_units import Unit, Units
from app.links.modbus_wording import broken, no_answer, refused, still_owed, still_silent
from app.links.pacing import Pacer
from app.links.status import StatusBoard
from app.settings import Texts
from app.wording import worded

_GATEWAY_CODES = (10, 11)
"""Refusals by which a gateway says that the unit behind it is silent."""
_LONGEST_FRAME = 260
_NEAR_S = 0.005
"""A silence this short is kept by the connection itself, which can be more exact than the loop."""
_LATE_S = 0.02
"""From here on the loop was late: the usual is a tenth of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Times of one link: a character on its line (0 on a network), retries, and what is owed."""

    character_s: float
    retries: int
    owed_s: float
    broadcast_s: float


class _StillOwedError(Exception):
    """Nothing can be asked of the unit until its owed answers can come no more."""


class Exchange:
    """Asks one request at a time over whatever connection there is just now.

    ``unheard_since`` is when the first request left after which nothing at all was received, None
    while something comes; ``unheard`` counts the requests since then.
    """

    def __init__(
        self,
        client: ModbusClient,
        *,
        units: Units,
        pacer: Pacer,
        timing: Timing,
        board: StatusBoard,
        texts: Texts,
    ) -> None:
        self._client = client
        self._units = units
        self._pacer = pacer
        self._timing = timing
        self._board = board
        self._texts = texts
        self._turn = asyncio.Lock()
        self._write: Callable[[bytes, float], None] | None = None
        self._lost: LinkError = LinkDown("")
        self._still: Still = None
        self._waiter: asyncio.Future[Event | None] | None = None
        self._instead: Discarded | None = None
        self.unheard_since: float | None = None
        self.unheard = 0

    def attach(self, write: Callable[[bytes, float], None]) -> None:
        """A new connection: nothing is owed, and every unit may be asked at once."""
        self._client.reset()
        self._units.forgive()
        self._write = write
        self.unheard_since, self.unheard = None, 0

    def detach(self, error: LinkError) -> None:
        """The connection is gone; the request under way and those in the queue fail with it."""
        self._write, self._lost = None, error
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def received(self, data: bytes, at: float) -> None:
        """Bytes from the connection, which came at that time."""
        self._pacer.heard(at)
        self.unheard_since, self.unheard = None, 0
        client = self._client
        client.receive_data(data)
        while (event := client.next_event()) is not None:
            if isinstance(event, Discarded):
                self._instead = event
                if event.why is not Why.DAMAGED:
                    continue
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(event)

    def backing_off(self, number: int) -> float:
        """Seconds until a silent unit may be asked again, 0 for now."""
        return max(0.0, self._units.get(number).ask_at - asyncio.get_running_loop().time())

    def check(self, number: int) -> None:
        """Raise LinkTimeout where the unit is silent and not to be asked yet."""
        if (silent_s := self.backing_off(number)) > 0:
            raise still_silent(self._texts, number, silent_s)

    async def ask(self, request: Request, still: Still = None) -> Answered:
        """Ask when it is our turn; raises LinkError, and by its kind says what happened."""
        unit = self._units.get(request.unit)
        # A unit's own pause is waited for before the turn is taken, so that others use the bus.
        pause = self._pacer.unit_pause(request.unit, asyncio.get_running_loop().time())
        if pause > 0:
            await asyncio.sleep(pause)
        async with self._turn:
            self.check(request.unit)
            self._still = still
            try:
                return await self._tries(request, unit)
            finally:
                self._pacer.finished(request.unit, asyncio.get_running_loop().time())

    async def _tries(self, request: Request, unit: Unit) -> Answered:
        loop = asyncio.get_running_loop()
        # What a device must not do twice is never sent twice: that is for the command to decide.
        once = request.writes or unit.silent or not unit.delays
        lost_s = 0.0
        failure: LinkError | None = None
        for number in range(1 if once else 1 + self._timing.retries):
            started = loop.time()
            try:
                if self._client.confusable(request):
                    await self._settle(request, unit, number)
                return await self._once(request, unit, number)
            except RemoteProtocolError as error:
                failure = error
            except _StillOwedError:
                failure = failure or still_owed(
                    self._texts, request, unit.owing_until - loop.time()
                )
                unit.ask_at = unit.owing_until
                break
            except LinkTimeout as error:
                failure = error
                lost_s += loop.time() - started
        assert failure is not None  # noqa: S101  # the loop ran once at least
        if isinstance(failure, LinkTimeout) and lost_s > 0:
            self._units.failed(unit, lost_s, loop.time())
        raise failure

    async def _settle(self, request: Request, unit: Unit, number: int) -> None:
        """Make sure that no answer still owed can pass for the answer to this request."""
        barrier = self._client.barrier(request)
        if barrier is None:
            if unit.owing_until > asyncio.get_running_loop().time():
                raise _StillOwedError
            self._client.forget(unit.number)
            return
        event = await self._exchange(barrier, self._units.wait_s(unit, number))
        if not isinstance(event, Answered | Refused):
            raise self._unanswered(request, unit, number)

    async def _once(self, request: Request, unit: Unit, number: int) -> Answered:
        loop = asyncio.get_running_loop()
        wait_s = self._units.wait_s(unit, number)
        started = loop.time()
        event = await self._exchange(request, wait_s)
        rtt_s = loop.time() - started
        if isinstance(event, Answered):
            self._board.answered(rtt_s)
            self._units.answered(unit, max(0.0, rtt_s - self._wire_s(request)))
            return event
        if isinstance(event, Refused):
            if event.code in _GATEWAY_CODES:
                self._units.failed(unit, rtt_s, loop.time())
            else:
                self._units.answered(unit, max(0.0, rtt_s - self._wire_s(request)))
            raise refused(self._texts, request, event.code)
        if event is not None:
            raise broken(self._texts, "damaged", request)
        raise self._unanswered(request, unit, number)

    def _unanswered(self, request: Request, unit: Unit, number: int) -> LinkTimeout:
        wait_s = self._units.wait_s(unit, number) + self._wire_s(request)
        return no_answer(self._texts, request, wait_s, self._instead)

    async def _exchange(self, request: Request, wait_s: float) -> Event | None:
        """Write one frame and wait for what ends it; None when the time is over."""
        loop = asyncio.get_running_loop()
        ready = self._pacer.ready(request.unit)
        if (pause_s := ready - loop.time()) > _NEAR_S:
            await asyncio.sleep(pause_s - _NEAR_S)
        write = self._write
        if write is None:
            raise self._lost
        if request.writes and self._still is not None and not self._still():
            raise worded(NotSent, self._texts, "modbus.not_sent", unit=request.unit)
        frame = self._client.send(request)
        waiter: asyncio.Future[Event | None] = loop.create_future()
        self._waiter, self._instead = waiter, None
        if self.unheard_since is None:
            self.unheard_since = loop.time()
        self.unheard += 1
        start = max(ready, loop.time())
        deadline = _Deadline(waiter, start + self._wire_s(request) + wait_s)
        try:
            self._board.sent += 1
            write(frame, start)
            if self._is_broadcast(request):
                await asyncio.sleep(self._timing.broadcast_s)
                return Answered(request)
            return await waiter
        finally:
            deadline.cancel()
            self._waiter = None
            if self._client.give_up():
                unit = self._units.get(request.unit)
                unit.owing_until = loop.time() + self._timing.owed_s

    def _wire_s(self, request: Request) -> float:
        """The line's own time for the request and its answer."""
        answer = request.answer_size + 3 if request.answer_size else _LONGEST_FRAME
        return (len(request.pdu) + 3 + answer) * self._timing.character_s

    def _is_broadcast(self, request: Request) -> bool:
        return request.unit == 0 and self._timing.broadcast_s > 0


class _Deadline:
    """Ends a wait with None when its time is over.

    A loop that comes late to it, on a machine that was busy, has not listened for that long: the
    unit gets the time back once, so that no device is called silent for our own lateness.
    """

    def __init__(self, waiter: asyncio.Future[Event | None], at: float) -> None:
        self._waiter = waiter
        self._timer = asyncio.get_running_loop().call_at(at, self._reached, at)

    def cancel(self) -> None:
        """The wait has ended otherwise."""
        self._timer.cancel()

    def _reached(self, at: float) -> None:
        loop = asyncio.get_running_loop()
        late_s = loop.time() - at
        if late_s > _LATE_S:
            self._timer = loop.call_later(late_s, self._over)
        else:
            self._over()

    def _over(self) -> None:
        if not self._waiter.done():
            self._waiter.set_result(None)
