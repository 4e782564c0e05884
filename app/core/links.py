"""What a link is seen to do: states, counters, findings of a diagnosis, raw events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from app.core.profiles import RegisterTable


class LinkState(Enum):
    """The state of a link as it is shown."""

    CLOSED = "closed"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SILENT = "silent"
    WAITING = "waiting"
    FAILED = "failed"


LINK_TRANSITIONS: dict[LinkState, frozenset[LinkState]] = {
    LinkState.CLOSED: frozenset({LinkState.CONNECTING}),
    LinkState.CONNECTING: frozenset(
        {LinkState.CONNECTED, LinkState.WAITING, LinkState.FAILED, LinkState.CLOSED}
    ),
    LinkState.CONNECTED: frozenset(
        {LinkState.SILENT, LinkState.WAITING, LinkState.FAILED, LinkState.CLOSED}
    ),
    LinkState.SILENT: frozenset(
        {LinkState.CONNECTED, LinkState.WAITING, LinkState.FAILED, LinkState.CLOSED}
    ),
    # WAITING: lost or refused, and the next attempt is due at a known time.
    LinkState.WAITING: frozenset({LinkState.CONNECTING, LinkState.CLOSED, LinkState.FAILED}),
    # FAILED: trying again cannot help until somebody changes something (bad password, bad URL).
    LinkState.FAILED: frozenset({LinkState.CONNECTING, LinkState.CLOSED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """One link at one moment; times are UTC nanoseconds, ``rtt_s`` the median of late requests."""

    state: LinkState
    detail: str = ""
    error: str = ""
    error_id: str = ""
    error_ns: int = 0
    rtt_s: float | None = None
    received: int = 0
    sent: int = 0
    errors: int = 0
    retry_at_ns: int = 0


class Message(NamedTuple):
    """One message of a streamed link. A named tuple, because one is made per message.

    ``retained`` says that the broker kept it from before: it came now, its value may be old.
    """

    topic: str
    payload: bytes
    received_ns: int
    retained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistersRead:
    """Registers (or coils as 0 and 1) that a unit returned; raw 16-bit values in order."""

    unit: int
    table: RegisterTable
    address: int
    values: tuple[int, ...]
    received_ns: int


class FindingVerdict(Enum):
    """Verdict of one line of a connection diagnosis."""

    PASS = "pass"  # noqa: S105  # a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of a connection diagnosis: what was checked, seen, and the exact fix.

    ``command`` is a literal command line that mends it, where there is one.
    """

    id: str
    title: str
    verdict: FindingVerdict
    seen: str
    fix: str = ""
    command: str = ""
    took_s: float = 0.0
