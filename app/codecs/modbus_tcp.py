"""Modbus TCP (MBAP) from the client's side: bytes in, events out.

A frame is transaction id, protocol id 0, length, unit, PDU. An answer counts only when its
transaction id, unit, function and length are those of the request under way, so a late answer
can never pass for another. Source: MODBUS Messaging on TCP/IP V1.0b, section 3.1.
"""

from __future__ import annotations

import struct

from app.codecs.modbus_answers import EXCEPTION, belongs, decode
from app.codecs.modbus_events import Discarded, Event, Why
from app.codecs.modbus_pdu import Request
from app.core.errors import LocalProtocolError

_HEAD = struct.Struct(">HHHB")
_MIN_LENGTH, _MAX_LENGTH = 3, 254
_LONGEST_HEAD = _HEAD.size + 5
"""Head and echo of a write: what a search for the answer looks for."""
_EMPTY = b""


def frame(transaction: int, request: Request) -> bytes:
    """A request as it goes to the gateway."""
    return _HEAD.pack(transaction, 0, len(request.pdu) + 1, request.unit) + request.pdu


class TcpClient:
    """Implements ModbusClient (modbus_events) for MBAP framing."""

    def __init__(self, first_transaction: int = 0) -> None:
        self._buffer = _EMPTY
        self._request: Request | None = None
        self._transaction = first_transaction & 0xFFFF

    def send(self, request: Request) -> bytes:
        """The frame to write, under the next transaction id."""
        if self._request is not None:
            raise LocalProtocolError(f"Cannot {request}: {self._request} is still under way.")
        self._request = request
        self._transaction = (self._transaction + 1) & 0xFFFF
        return frame(self._transaction, request)

    def resume(self, transaction: int, request: Request) -> None:
        """Wait for the answer to a request that was sent under this id; for captures."""
        self._request, self._transaction = request, transaction

    def give_up(self) -> bool:
        """The time of the request under way is over; its id is never waited for again."""
        request, self._request = self._request, None
        return request is not None

    def confusable(self, request: Request) -> bool:
        """Never: the transaction id tells answers apart."""
        return False

    def barrier(self, request: Request) -> Request | None:
        """Not needed."""
        return None

    def forget(self, unit: int) -> None:
        """Nothing is owed."""

    def reset(self) -> None:
        """A new connection."""
        self._request = None
        self._buffer = _EMPTY

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the connection."""
        self._buffer = self._buffer + data if self._buffer else data

    def next_event(self) -> Event | None:
        """One event, or None when more bytes are needed."""
        buffer = self._buffer
        if len(buffer) < _HEAD.size + 1:
            return None
        transaction, protocol, length, unit = _HEAD.unpack_from(buffer)
        size = length + 6
        if protocol or not _MIN_LENGTH <= length <= _MAX_LENGTH:
            return self._resync()
        if transaction != self._transaction or len(buffer) < size:
            # A stray byte may have made a length that nobody will ever fill, and a frame that was
            # cut short would swallow the beginning of the next.
            if 0 < self._wanted() < size:
                return self._resync()
            if len(buffer) < size:
                return None
        return self._frame(transaction, unit, self._take(size))

    def _frame(self, transaction: int, unit: int, data: bytes) -> Event:
        request, pdu = self._request, data[_HEAD.size :]
        if request is None or transaction != self._transaction:
            return Discarded(data, Why.LATE, unit)
        if unit != request.unit:
            return Discarded(data, Why.WRONG_UNIT, unit)
        if not belongs(request, pdu):
            return Discarded(data, Why.WRONG_ANSWER, unit)
        self._request = None
        return decode(request, pdu)

    def _wanted(self) -> int:
        """Where, behind the first byte, the answer waited for begins; -1 where it does not."""
        request = self._request
        if request is None:
            return -1
        if request.answer_size == 0:
            return self._buffer.find(struct.pack(">HH", self._transaction, 0), 1)
        length = request.answer_size + 1
        answer = _HEAD.pack(self._transaction, 0, length, request.unit) + request.echo
        refusal = _HEAD.pack(self._transaction, 0, 3, request.unit)
        places = (
            self._buffer.find(answer, 1),
            self._buffer.find(refusal + bytes((request.function | EXCEPTION,)), 1),
        )
        return max(places) if min(places) < 0 else min(places)

    def _resync(self) -> Discarded:
        """Drop garbage up to the answer waited for, or all but a possible beginning of it."""
        place = self._wanted()
        drop = place if place > 0 else max(1, len(self._buffer) - _LONGEST_HEAD + 1)
        return Discarded(self._take(drop), Why.GARBAGE)

    def _take(self, size: int) -> bytes:
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data
