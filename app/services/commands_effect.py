"""What a command does to the physical world, and how it is told from readings.

Each kind of effect is one class that judges readings; a profile names it in ``effect``:
``{ point, follows = "rated_curve" | "on_off" | "monotone" | "pulse" | "restart" }``,
``{ point, equals | below | above }``, or ``{ eyes }`` for what only a person can see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.core.commands import Value
from app.core.profiles import Point
from app.services.commands_plan import Plan, equal, name, shown
from app.settings import Texts, limit

Readings = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whether the effect is there now, and in words what was measured and expected."""

    seen: bool
    text: str


class Effect(Protocol):
    """One effect of one command. ``points`` are read at each look, ``settle_s`` after the write."""

    points: tuple[Point, ...]
    settles: bool

    def judge(self, before: Readings, now: Readings) -> Judged:
        """Judge the readings of now; a point without a good reading is left out of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What every effect on a point knows."""

    plan: Plan
    point: Point
    texts: Texts

    def span(self, now: Readings, low: float, high: float) -> Judged:
        """Judged by a span of good values."""
        value = now.get(self.point.id)
        seen = value is not None and not isinstance(value, str) and low <= value <= high
        return Judged(
            seen=seen,
            text=self.texts.get(
                "commands.effect.span",
                point=name(self.point, self.texts.language),
                measured=self.shown(value),
                low=self.shown(low),
                high=self.shown(high),
            ),
        )

    def shown(self, value: Value | None) -> str:
        """A value of the effect's point."""
        return shown(self.point, value, self.texts.language)


class RatedCurve:
    """Power follows the level: P = standby + (rated - standby) * level, within a tolerance.

    Source: the rule of thumb for lamp controllers, 15 % at any level, with a floor where standby
    and the meter's own error weigh more.
    """

    settles = True

    def __init__(self, measured: _Measured, *, on_off: bool = False) -> None:
        self._measured = measured
        self._on_off = on_off
        profile = measured.plan.profile
        rated = str(measured.plan.spec.effect.get("rated", "rated_power"))
        self._rated_point = next((p for p in profile.points if p.id == rated), None)
        self._rated = profile.constants.get(rated)
        self._standby = profile.constants.get("standby_power", 0.0)
        self.points = tuple(p for p in (measured.point, self._rated_point) if p is not None)

    def judge(self, before: Readings, now: Readings) -> Judged:
        """By the power that is due at the level that was asked for."""
        del before
        plan = self._measured.plan
        own = now.get(self._rated_point.id) if self._rated_point else None
        rated = float(own) if isinstance(own, int | float) else self._rated
        if rated is None or isinstance(plan.wanted, str):
            return Judged(seen=False, text=self._measured.texts.get("commands.effect.no_rating"))
        floor = rated * limit("commands", "power_floor_pct") / 100
        if self._on_off:
            least = rated * limit("commands", "on_least_pct") / 100
            span = (least, 2 * rated) if plan.wanted else (0.0, self._standby + floor)
            return self._measured.span(now, *span)
        share = min(1.0, max(0.0, float(plan.wanted) / 100))
        due = self._standby + (rated - self._standby) * share
        slack = max(floor, due * float(plan.spec.effect.get("tolerance_pct", 15)) / 100)
        return self._measured.span(now, max(0.0, due - slack), due + slack)


class Monotone:
    """A quantity moves the same way as the set-point; where that does not move, neither does it."""

    settles = True

    def __init__(self, measured: _Measured) -> None:
        self._measured = measured
        feedback = measured.plan.feedback
        self._feedback = feedback
        self.points = (measured.point, *((feedback,) if feedback else ()))

    def judge(self, before: Readings, now: Readings) -> Judged:
        """By the direction of both."""
        point, feedback = self._measured.point, self._feedback
        was, value = before.get(point.id), now.get(point.id)
        old = before.get(feedback.id) if feedback else None
        wanted = self._measured.plan.wanted
        numbers = [v for v in (was, value, old, wanted) if isinstance(v, int | float)]
        seen = False
        if len(numbers) == 4:
            moved, asked = numbers[1] - numbers[0], numbers[3] - numbers[2]
            noise = 0.02 * max(abs(numbers[0]), abs(numbers[1]))
            still = abs(asked) <= self._measured.plan.spec.tolerance
            seen = abs(moved) <= 5 * noise if still else moved * asked > 0 and abs(moved) > noise
        return Judged(
            seen=seen,
            text=self._measured.texts.get(
                "commands.effect.monotone",
                point=name(point, self._measured.texts.language),
                before=self._measured.shown(was),
                measured=self._measured.shown(value),
            ),
        )


class Pulse:
    """A quantity goes up and down while the device identifies itself."""

    settles = False

    def __init__(self, measured: _Measured) -> None:
        self._measured = measured
        self.points: tuple[Point, ...] = (measured.point,)
        self._low = float("inf")
        self._high = float("-inf")
        self._rise = self._fall = 0.0

    def judge(self, before: Readings, now: Readings) -> Judged:
        """By how far it rose and fell: a fade goes one way only."""
        del before
        value = now.get(self._measured.point.id)
        if isinstance(value, int | float):
            self._low, self._high = min(self._low, value), max(self._high, value)
            self._rise = max(self._rise, value - self._low)
            self._fall = max(self._fall, self._high - value)
        found = self._high >= self._low
        return Judged(
            seen=min(self._rise, self._fall) >= limit("commands", "pulse_least"),
            text=self._measured.texts.get(
                "commands.effect.pulse",
                point=name(self._measured.point, self._measured.texts.language),
                low=self._measured.shown(self._low if found else None),
                high=self._measured.shown(self._high if found else None),
            ),
        )


class Restart:
    """A running time begins again."""

    settles = False

    def __init__(self, measured: _Measured) -> None:
        self._measured = measured
        self.points: tuple[Point, ...] = (measured.point,)

    def judge(self, before: Readings, now: Readings) -> Judged:
        """Less than it was before."""
        was, value = before.get(self._measured.point.id), now.get(self._measured.point.id)
        numbers = isinstance(was, int | float) and isinstance(value, int | float)
        return Judged(
            seen=numbers and float(value or 0) < float(was or 0),
            text=self._measured.texts.get(
                "commands.effect.restart",
                point=name(self._measured.point, self._measured.texts.language),
                before=self._measured.shown(was),
                measured=self._measured.shown(value),
            ),
        )


class Compare:
    """A value that is equal to, below or above a number of the profile."""

    settles = False

    def __init__(self, measured: _Measured) -> None:
        self._measured = measured
        self.points: tuple[Point, ...] = (measured.point,)
        effect = measured.plan.spec.effect
        self._low, self._high = float("-inf"), float("inf")
        if "equals" in effect:
            tolerance = float(effect.get("tolerance", 0.0))
            self._low = float(effect["equals"]) - tolerance
            self._high = float(effect["equals"]) + tolerance
        self._high = min(self._high, float(effect.get("below", self._high)))
        self._low = max(self._low, float(effect.get("above", self._low)))

    def judge(self, before: Readings, now: Readings) -> Judged:
        """By the limits."""
        del before
        return self._measured.span(now, self._low, self._high)


def effect_of(plan: Plan, texts: Texts) -> Effect | None:
    """The effect a command's profile names, None where a machine cannot see any."""
    effect = plan.spec.effect
    if "point" not in effect:
        return None
    point = plan.profile.point(str(effect["point"]))
    measured = _Measured(plan=plan, point=point, texts=texts)
    follows = effect.get("follows")
    if follows in ("rated_curve", "on_off"):
        return RatedCurve(measured, on_off=follows == "on_off")
    kinds: dict[str, Callable[[_Measured], Effect]]
    kinds = {"monotone": Monotone, "pulse": Pulse, "restart": Restart}
    if follows in kinds:
        return kinds[follows](measured)
    compares = {"equals", "below", "above"} & set(effect)
    return Compare(measured) if compares else None


def matches(plan: Plan, value: Value | None) -> bool:
    """Whether a read-back is what was asked for."""
    return value is not None and equal(plan.wanted, value, plan.spec.tolerance)
