"""Commands and the audit: what was asked, by whom, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CommandState(Enum):
    """Where a command stands. Only CONFIRMED says that the street did it."""

    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


COMMAND_TRANSITIONS: dict[CommandState, frozenset[CommandState]] = {
    CommandState.QUEUED: frozenset(
        {CommandState.SENT, CommandState.REJECTED, CommandState.EXPIRED, CommandState.FAILED}
    ),
    # From SENT on the bytes may have left, so a silence is UNKNOWN and never "not done".
    CommandState.SENT: frozenset(
        {
            CommandState.ACCEPTED,
            CommandState.REJECTED,
            CommandState.FAILED,
            CommandState.UNKNOWN,
        }
    ),
    CommandState.ACCEPTED: frozenset(
        {CommandState.CONFIRMED, CommandState.FAILED, CommandState.UNKNOWN}
    ),
    # A restart or a late look may still find out what happened; it never sends again.
    CommandState.UNKNOWN: frozenset({CommandState.CONFIRMED, CommandState.FAILED}),
    CommandState.CONFIRMED: frozenset(),
    CommandState.REJECTED: frozenset(),
    CommandState.FAILED: frozenset(),
    CommandState.EXPIRED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """What somebody asks for: ``command`` is the id in the device's profile."""

    device: str
    command: str
    value: float | int | bool | str
    who: str
    why: str = ""
    expires_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One requested change and where it stands; times are UTC nanoseconds.

    ``before`` is what the feedback said before, ``measured`` what it said last, ``effect`` what the
    physical effect showed, in words a person can check.
    """

    id: str
    request: CommandRequest
    risk: int
    created_ns: int
    expires_ns: int
    state: CommandState = CommandState.QUEUED
    changed_ns: int = 0
    before: float | int | bool | str | None = None
    measured: float | int | bool | str | None = None
    effect: str = ""
    detail: str = ""
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to which object, when, from where, with what result; hash-chained."""

    number: int
    time_ns: int
    who: str
    where: str
    action: str
    target: str
    detail: str
    result: str
    previous_hash: str
    hash: str
