"""What is known of the units on a bus: how fast they answer, and how silent they are.

A time-out is three times the 95th percentile of the unit's own answers, never below a floor nor
above the link's time-out, and grows with the failures in a row. A unit that failed is silent: it is
asked again at growing distances, and so rarely that all silent units together cost the bus no
more than their share of its time.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_KEPT = 64
_SORT_EVERY = 8
_PATIENT = 3
"""Failures of a unit that used to answer before each doubling of its time-out."""


class Delays:
    """The last response delays, with their 95th percentile; seconds beyond the wire's own time."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=_KEPT)
        self._unsorted = 0
        self._p95 = 0.0

    def __bool__(self) -> bool:
        return bool(self._last)

    def add(self, delay_s: float) -> None:
        """One more answer; the percentile follows within a few, a slower answer at once."""
        self._last.append(delay_s)
        self._unsorted += 1
        if delay_s > self._p95 or self._unsorted >= _SORT_EVERY:
            self._unsorted = 0
            self._p95 = sorted(self._last)[int(0.95 * (len(self._last) - 1) + 0.5)]

    @property
    def p95(self) -> float:
        """The 95th percentile, 0 where nothing was heard."""
        return self._p95


@dataclass(slots=True, kw_only=True)
class Unit:
    """One unit of a bus; ``failures`` counts requests in a row that nobody answered."""

    number: int
    delays: Delays = field(default_factory=Delays)
    failures: int = 0
    ask_at: float = 0.0
    owing_until: float = 0.0

    @property
    def silent(self) -> bool:
        """Whether the last request went unanswered."""
        return self.failures > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The limits of waiting, from resources/limits/modbus.toml and the link's parameters."""

    floor_s: float
    ceiling_s: float
    factor: float
    first_contact_s: float
    share: float
    silent_first_s: float
    silent_most_s: float
    silent_all_s: float


class Units:
    """Every unit that was asked on one bus."""

    def __init__(self, patience: Patience, *, draw: Callable[[], float] = random.random) -> None:
        self._patience = patience
        self._draw = draw
        self._units: dict[int, Unit] = {}
        self._all = Delays()
        self._silent = 0

    def get(self, number: int) -> Unit:
        """The unit of that number, new where it was never asked."""
        unit = self._units.get(number)
        if unit is None:
            unit = self._units[number] = Unit(number=number)
        return unit

    def wait_s(self, unit: Unit, tries: int = 0) -> float:
        """How long to wait for the unit's answer at the given try, beyond the wire's own time."""
        limits = self._patience
        if unit.delays:
            base = max(limits.floor_s, limits.factor * unit.delays.p95)
        elif not self._all:
            return limits.ceiling_s
        elif unit.failures == 0:
            base = max(limits.first_contact_s, 10 * self._all.p95)
        else:
            base = max(limits.floor_s, limits.factor * self._all.p95)
        # One that was heard before and is dead now is not worth long waits each time.
        doublings = unit.failures // _PATIENT if unit.delays else unit.failures
        return min(limits.ceiling_s, base * 2.0 ** min(doublings + tries, 16))

    def answered(self, unit: Unit, delay_s: float) -> None:
        """The unit answered, with that delay; where everything was silent the bus is back."""
        unit.delays.add(delay_s)
        self._all.add(delay_s)
        if unit.failures:
            if self._silent >= len(self._units):
                for other in self._units.values():
                    other.ask_at = 0.0
            self._silent -= 1
            unit.failures = 0
            unit.ask_at = 0.0

    def failed(self, unit: Unit, lost_s: float, now: float) -> float:
        """Nobody answered and the bus lost that time; returns seconds until the next request."""
        limits = self._patience
        if unit.failures == 0:
            self._silent += 1
        unit.failures += 1
        grown = limits.silent_first_s * 2.0 ** min(unit.failures - 1, 16)
        if self._silent >= len(self._units):
            delay = min(limits.silent_all_s, grown)
        else:
            # One lost request is a bad moment; a unit that stays silent pays for its waits.
            fair = lost_s * self._silent / limits.share if unit.failures > 1 else 0.0
            delay = max(fair, min(limits.silent_most_s, grown)) * (0.9 + 0.2 * self._draw())
        unit.ask_at = max(unit.ask_at, now + delay)
        return delay

    def forgive(self) -> None:
        """A new connection: every unit may be asked at once."""
        for unit in self._units.values():
            unit.ask_at = 0.0
