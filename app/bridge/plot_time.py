"""The time axis that all plots share: attached to now, or detached by a pan or a zoom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.callbacks import Callbacks

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SPANS: tuple[int, ...] = (
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    6 * HOUR,
    DAY,
    7 * DAY,
    30 * DAY,
    365 * DAY,
)
"""The spans offered, in ns."""

MIN_SPAN, MAX_SPAN = SECOND // 100, 20 * 365 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeView:
    """What the axis shows: UTC ns, and whether it runs with now and whether it is paused."""

    start_ns: int
    end_ns: int
    following: bool
    paused: bool

    @property
    def span_ns(self) -> int:
        """Length of the window."""
        return self.end_ns - self.start_ns


class TimeAxis:
    """The window of time. ``changed`` fires when the user changes it, not as time goes on.

    Following, the window ends now. Pan and zoom while streaming detach it; ``follow`` returns.
    Paused, the picture stands still while the data go on being recorded.
    """

    def __init__(self, clock: Callable[[], int], span_ns: int = 10 * MINUTE) -> None:
        self._clock = clock
        self._span = span_ns
        self._end: int | None = None
        self._paused_at: int | None = None
        self.changed: Callbacks[TimeView] = Callbacks()

    @property
    def following(self) -> bool:
        """Whether the window runs with now."""
        return self._end is None

    @property
    def paused(self) -> bool:
        """Whether the picture stands still."""
        return self._paused_at is not None

    @property
    def span_ns(self) -> int:
        """Length of the window."""
        return self._span

    def now(self) -> int:
        """The moment the picture calls now: the time of the pause while paused."""
        return self._clock() if self._paused_at is None else self._paused_at

    def view(self) -> TimeView:
        """The window at this moment."""
        end = self.now() if self._end is None else self._end
        return TimeView(
            start_ns=end - self._span,
            end_ns=end,
            following=self.following and not self.paused,
            paused=self.paused,
        )

    def set_span(self, span_ns: int) -> None:
        """Choose another length; the right edge stays."""
        self._span = _bounded(span_ns)
        self.changed.fire(self.view())

    def show(self, start_ns: int, end_ns: int) -> None:
        """Show this window, detached from now."""
        self._span = _bounded(end_ns - start_ns)
        self._end = end_ns
        self.changed.fire(self.view())

    def pan(self, delta_ns: int) -> None:
        """Move the window; later is positive. Detaches."""
        view = self.view()
        self.show(view.start_ns + delta_ns, view.end_ns + delta_ns)

    def zoom(self, factor: float, at_ns: int) -> None:
        """Make the span ``factor`` times as long, the moment ``at_ns`` staying in its place."""
        view = self.view()
        span = _bounded(round(self._span * factor))
        share = (at_ns - view.start_ns) / view.span_ns
        start = at_ns - round(span * share)
        self.show(start, start + span)

    def follow(self) -> None:
        """Return to now; ends a pause."""
        self._end = None
        self._paused_at = None
        self.changed.fire(self.view())

    def set_paused(self, *, paused: bool) -> None:
        """Hold the picture, or let it run again from where it was attached."""
        if paused != self.paused:
            self._paused_at = self._clock() if paused else None
            self.changed.fire(self.view())


def _bounded(span_ns: int) -> int:
    return min(max(span_ns, MIN_SPAN), MAX_SPAN)
