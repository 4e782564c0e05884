"""What a Modbus client hears: an answer, a refusal, or bytes that are neither and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from app.codecs.modbus_pdu import Request


@dataclass(frozen=True, slots=True)
class Identity:
    """One part of a device identification; ask again from ``next_id`` where ``more``."""

    objects: dict[int, str]
    more: bool
    next_id: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request: raw registers or bits; empty for a write."""

    request: Request
    values: tuple[int, ...] = ()
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The device said no, with its exception code."""

    request: Request
    code: int


class Why(Enum):
    """Why bytes were dropped; the text is for messages and logs."""

    GARBAGE = "bytes that are no Modbus frame"
    DAMAGED = "an answer with a wrong check sum"
    WRONG_UNIT = "an answer from another unit"
    WRONG_ANSWER = "an answer to another request"
    LATE = "a late answer"
    UNASKED = "an answer that nobody asked for"


@dataclass(frozen=True, slots=True)
class Discarded:
    """Bytes that were dropped; ``unit`` is who sent them where that is known."""

    data: bytes = field(repr=False)
    why: Why
    unit: int | None = None

    def __str__(self) -> str:
        return f"{self.why.value} ({self.unit})" if self.why is Why.WRONG_UNIT else self.why.value


Event = Answered | Refused | Discarded


class ModbusClient(Protocol):
    """The client's half of a Modbus conversation; one request is under way at a time.

    Order of calls: ``send`` and write what it returns; ``receive_data`` with what comes;
    ``next_event`` until it is None. ``give_up`` when the time is over.
    """

    def send(self, request: Request) -> bytes:
        """The frame to write. LocalProtocolError while a request is under way or confusable."""

    def give_up(self) -> bool:
        """Stop waiting for the request under way; its answer is dropped should it come late.

        Returns whether there was one. An answer, a refusal or a damaged answer ends it too.
        """

    def confusable(self, request: Request) -> bool:
        """Whether the unit owes an answer that would look like the answer to this request."""

    def barrier(self, request: Request) -> Request | None:
        """A harmless read whose answer proves that nothing owed comes any more.

        A device answers in order; None where no read of another shape can be made.
        """

    def forget(self, unit: int) -> None:
        """Answers owed by the unit can come no more: it had all the time there is."""

    def reset(self) -> None:
        """A new connection: nothing is under way and nothing is owed."""

    def receive_data(self, data: bytes) -> None:
        """Take bytes; they are looked at by ``next_event``."""

    def next_event(self) -> Event | None:
        """What the bytes so far mean, one event a call; None when more bytes are needed."""
