"""The state and counters of one link, changed only along the table of core."""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable

from app.core.callbacks import Callbacks, Unsubscribe
from app.core.errors import (
    DeviceRefused,
    LinkDown,
    LinkTimeout,
    RemoteProtocolError,
    WaysideError,
)
from app.core.links import LINK_TRANSITIONS, LinkState, LinkStatus

_ERROR_IDS: tuple[tuple[type[WaysideError], str], ...] = (
    (LinkDown, "E-COM-001"),
    (LinkTimeout, "E-COM-002"),
    (RemoteProtocolError, "E-COM-003"),
    (DeviceRefused, "E-COM-004"),
)
_KEPT_RTTS = 32


def kind_id(error: WaysideError) -> str:
    """The id under which the manual lists a kind of error; empty for others."""
    return next((name for kind, name in _ERROR_IDS if isinstance(error, kind)), "")


class StatusBoard:
    """What a link is seen to do; listeners hear of state changes, not of counters."""

    def __init__(self, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._now_ns = now_ns
        self._listeners: Callbacks[LinkStatus] = Callbacks()
        self._rtts: deque[float] = deque(maxlen=_KEPT_RTTS)
        self.state = LinkState.CLOSED
        self.detail = ""
        self.error: WaysideError | None = None
        self.error_id = ""
        self.error_ns = 0
        self.retry_at_ns = 0
        self.received = 0
        self.sent = 0
        self.errors = 0

    def status(self) -> LinkStatus:
        """All of it now."""
        return LinkStatus(
            state=self.state,
            detail=self.detail,
            error=str(self.error) if self.error else "",
            error_id=self.error_id,
            error_ns=self.error_ns,
            rtt_s=statistics.median(self._rtts) if self._rtts else None,
            received=self.received,
            sent=self.sent,
            errors=self.errors,
            retry_at_ns=self.retry_at_ns,
        )

    def subscribe(self, listener: Callable[[LinkStatus], None]) -> Unsubscribe:
        """Tell the listener of each later change of state."""
        return self._listeners.subscribe(listener)

    def answered(self, rtt_s: float) -> None:
        """An answer came."""
        self.received += 1
        self._rtts.append(rtt_s)

    def failed(self, error: WaysideError, error_id: str = "") -> None:
        """Keep an error for show; the state stays. Without an id it has the id of its kind."""
        self.errors += 1
        self.error = error
        self.error_id = error_id or kind_id(error)
        self.error_ns = self._now_ns()

    def move(self, state: LinkState, detail: str = "", *, retry_s: float | None = None) -> None:
        """Change the state; the same state again is no change.

        Raises:
            RuntimeError: core's table has no such transition, which is a fault of ours.
        """
        if state is self.state:
            return
        if state not in LINK_TRANSITIONS[self.state]:
            raise RuntimeError(f"a link cannot go from {self.state} to {state}")
        self.state = state
        self.detail = detail
        self.retry_at_ns = 0 if retry_s is None else self._now_ns() + round(retry_s * 1e9)
        if len(self._listeners):
            self._listeners.fire(self.status())
