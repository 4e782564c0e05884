"""Commands and the audit: what was asked, by whom, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from app.core.commissioning import Frame

Value = float | int | bool | str


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
        {
            CommandState.SENT,
            CommandState.REJECTED,
            CommandState.EXPIRED,
            CommandState.FAILED,
            # Only after a restart: the program ended in between.
            CommandState.UNKNOWN,
        }
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


FINISHED = frozenset(state for state, after in COMMAND_TRANSITIONS.items() if not after)
"""States that a command never leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """What somebody asks for: ``command`` is the id in the device's profile.

    ``id`` names the request: asked twice under one id, it is done once. Empty: a new one is made.
    ``trial_s``: it is put back by itself after so many seconds, 0 where it is for good.
    ``puts_back`` is the id of the trial that this takes back; it is then sent only where the
    set-point is one of ``only_from`` or the value itself, where any are named.
    """

    device: str
    command: str
    value: Value
    who: str
    why: str = ""
    expires_s: float = 60.0
    id: str = ""
    trial_s: float = 0.0
    puts_back: str = ""
    only_from: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One requested change and where it stands; times are UTC nanoseconds.

    ``before`` is what the feedback said before, ``measured`` what it said last, ``effect`` what the
    physical effect showed, in words a person can check. ``previous`` is the set-point that was
    there before (before the trial, where the point was on one), which an undo writes again.
    ``sent_ns`` is when the bytes were about to leave, 0 where none ever did. ``raw`` are the
    exchanges as hexadecimal text ``request > response``; ``frames`` the same with their times, for
    evidence.
    """

    id: str
    request: CommandRequest
    risk: int
    created_ns: int
    expires_ns: int
    state: CommandState = CommandState.QUEUED
    changed_ns: int = 0
    before: Value | None = None
    measured: Value | None = None
    effect: str = ""
    detail: str = ""
    raw: tuple[str, ...] = ()
    previous: Value | None = None
    sent_ns: int = 0
    frames: tuple[Frame, ...] = ()

    def moved(self, state: CommandState, changed_ns: int, **changes: Any) -> Command:  # noqa: ANN401
        """The command in another state.

        Raises:
            ValueError: the transition table does not lead there.
        """
        if state not in COMMAND_TRANSITIONS[self.state]:
            raise ValueError(f"a command does not go from {self.state.value} to {state.value}")
        return replace(self, state=state, changed_ns=changed_ns, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A point that was switched for a while only: durable before the byte leaves.

    ``value`` is to be written again with ``command`` at ``due_ns`` (UTC); ``switched`` are the
    values it was given meanwhile, ``id`` the newest command that did so, sent at ``sent_ns``. Not
    ``open``: nothing is owed any more.
    """

    device: str
    point: str
    command: str
    id: str
    value: Value
    switched: tuple[Value, ...]
    who: str
    sent_ns: int
    due_ns: int
    open: bool = True


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
