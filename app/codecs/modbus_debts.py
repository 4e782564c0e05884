"""Answers that units still owe: asked for, given up on, and perhaps on their way."""

from __future__ import annotations

from app.codecs.modbus_answers import belongs
from app.codecs.modbus_events import Discarded, Why
from app.codecs.modbus_pdu import BIT_TABLES, MAX_READ_BITS, MAX_READ_REGISTERS, Request, read

_SHAPES = 8
"""Lengths tried for a barrier; who owes more answers than that is silent, not late."""


class Debts:
    """Who owes which answers, oldest first; a device answers in the order it was asked."""

    def __init__(self) -> None:
        self._owed: dict[int, list[Request]] = {}

    def add(self, request: Request) -> None:
        """A request was given up on."""
        self._owed.setdefault(request.unit, []).append(request)

    def forget(self, unit: int) -> None:
        """The unit owes nothing any more."""
        self._owed.pop(unit, None)

    def clear(self) -> None:
        """Nobody owes anything any more."""
        self._owed.clear()

    def confusable(self, request: Request) -> bool:
        """Whether an answer owed would pass for the answer to this request."""
        return any(owed.echo == request.echo for owed in self._owed.get(request.unit, ()))

    def barrier(self, request: Request) -> Request | None:
        """A read of fewer values at the same place, or of a few more: another length of answer."""
        if request.table is None:
            return None
        bits = request.table in BIT_TABLES
        step, most = (8, MAX_READ_BITS) if bits else (1, MAX_READ_REGISTERS)
        asked = 0 if request.writes else request.count
        fewer = range(1, min(asked, _SHAPES * step), step)
        more = range(asked + step, asked + (_SHAPES + 1) * step, step)
        for count in (*fewer, *more):
            if count <= min(most, 65536 - request.address):
                short = read(request.unit, request.table, request.address, count)
                if short.echo != request.echo and not self.confusable(short):
                    return short
        return None

    def settle(self, unit: int, pdu: bytes, current: Request | None) -> Discarded | None:
        """The verdict on an answer that may be owed; None where it is not.

        An exception tells only its function, so where one is owed for the same function it is
        counted as the owed one: the request under way then runs into its time-out, which is
        better than a wrong verdict.
        """
        owed = self._owed.get(unit, [])
        for place, request in enumerate(owed):
            if belongs(request, pdu):
                del owed[: place + 1]
                return Discarded(pdu, Why.LATE, unit)
        if current is not None and current.unit == unit and belongs(current, pdu):
            return None
        if current is None:
            return Discarded(pdu, Why.UNASKED, unit)
        why = Why.WRONG_UNIT if current.unit != unit else Why.WRONG_ANSWER
        return Discarded(pdu, why, unit)
