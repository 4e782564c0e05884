"""Modbus RTU from the client's side: bytes in, events out; also what RTU over TCP carries.

A frame is unit, PDU, CRC. Its end is known from what it says, so an answer is handed over with
its last byte instead of after a silence. Behind garbage every place is tried until a frame with
a right check sum is found. Source: MODBUS over serial line V1.02, section 2.5.1.
"""

from __future__ import annotations

from app.codecs.modbus_answers import answer_size, decode
from app.codecs.modbus_crc import crc16, with_crc
from app.codecs.modbus_debts import Debts
from app.codecs.modbus_events import Discarded, Event, Why
from app.codecs.modbus_pdu import Request
from app.core.errors import LocalProtocolError

MAX_FRAME = 256
BROADCAST = 0
_OVERHEAD = 3
"""Bytes of a frame beside its PDU: unit and CRC."""


def frame(request: Request) -> bytes:
    """A request as it goes on the line."""
    return with_crc(bytes((request.unit,)) + request.pdu)


class RtuClient:
    """Implements ModbusClient (modbus_events) for RTU framing."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._refused: set[int] = set()
        self._request: Request | None = None
        self._debts = Debts()
        self.confusable = self._debts.confusable
        self.barrier = self._debts.barrier
        self.forget = self._debts.forget

    def send(self, request: Request) -> bytes:
        """The frame to write; a write to unit 0 is a broadcast, and nothing answers it."""
        if self._request is not None:
            raise LocalProtocolError(f"Cannot {request}: {self._request} is still under way.")
        if self.confusable(request):
            raise LocalProtocolError(f"Cannot {request}: an answer like it is still owed.")
        if request.unit == BROADCAST:
            if not request.writes:
                raise LocalProtocolError("Unit 0 is the broadcast on a serial line: write only.")
        else:
            self._request = request
        return frame(request)

    def give_up(self) -> bool:
        """The time of the request under way is over; its answer is owed from now on."""
        request, self._request = self._request, None
        if request is not None:
            self._debts.add(request)
        return request is not None

    def reset(self) -> None:
        """A new connection: empty line, nothing owed."""
        self._request = None
        self._debts.clear()
        self._take(len(self._buffer))

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the line."""
        self._buffer += data

    def next_event(self) -> Event | None:
        """One event, or None when more bytes are needed."""
        if not self._buffer or self._arriving():
            return None
        found = self._find()
        if found is None:
            return self._trim()
        start, size = found
        if start:
            return self._garbage(start)
        data = self._take(size)
        unit, pdu = data[0], data[1:-2]
        request = self._request
        dropped = self._debts.settle(unit, pdu, request)
        if dropped is not None or request is None:
            return dropped
        self._request = None
        self._debts.forget(unit)
        return decode(request, pdu)

    def _arriving(self) -> bool:
        """Whether the buffer is the first part of the answer waited for."""
        request, buffer = self._request, self._buffer
        return (
            request is not None
            and len(buffer) < request.answer_size + _OVERHEAD
            and buffer[0] == request.unit
            and buffer.startswith(request.echo, 1)
        )

    def _find(self) -> tuple[int, int] | None:
        """Place and size of the first whole frame with a right check sum."""
        buffer = self._buffer
        for start in range(len(buffer)):
            if start in self._refused:
                continue
            pdu_size = answer_size(buffer, start + 1)
            if pdu_size is None:
                continue
            size = pdu_size + _OVERHEAD
            if pdu_size > 0 and size <= MAX_FRAME:
                if start + size > len(buffer):
                    continue
                if crc16(memoryview(buffer)[start : start + size]) == 0:
                    return start, size
            self._refused.add(start)
        return None

    def _trim(self) -> Discarded | None:
        """Drop what can never become a frame; keep a beginning that may."""
        request, buffer = self._request, self._buffer
        if (
            request is not None
            and 0 in self._refused
            and buffer[0] == request.unit
            and buffer.startswith(request.echo, 1)
        ):
            self._request = None
            whole = (answer_size(buffer, 1) or 0) + _OVERHEAD
            return Discarded(self._take(whole), Why.DAMAGED, request.unit)
        dead = 0
        while dead < len(buffer) and dead in self._refused:
            dead += 1
        return self._garbage(dead) if dead else None

    def _garbage(self, size: int) -> Discarded:
        return Discarded(self._take(size), Why.GARBAGE)

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._refused = {place - size for place in self._refused if place >= size}
        return data
