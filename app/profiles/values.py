"""From a raw value to the point's value and its quality: scale, missing codes, labels, range.

A bad value is None here and NaN (float) or 0 (int, bool, text index) in a row: a value outside its
range is never clipped and never shown as if it were true.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from operator import add, mul, truediv

from app.core.errors import UserFacing
from app.core.profiles import Point
from app.core.quality import Quality
from app.core.rows import ValueKind
from app.wording import told

HIGHEST = sys.float_info.max
_INT64 = (-(2**63), 2**63 - 1)

Value = float | int | bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """``raw * numerator / denominator + offset``, the scale as the decimal fraction it was meant.

    1982 * 0.1 is 198.20000000000002 in floating point and would break a limit of 198.2; 1982 / 10
    is 198.2.
    """

    numerator: int
    denominator: int
    offset: float

    @staticmethod
    def of(scale: float, offset: float) -> Scaling:
        """The scaling of a scale and an offset as written in a profile."""
        fraction = Fraction(repr(scale))
        return Scaling(
            numerator=fraction.numerator, denominator=fraction.denominator, offset=offset
        )

    def apply(self, raw: float) -> float:
        """The value of a raw value; infinite where a float cannot hold it."""
        try:
            return raw * self.numerator / self.denominator + self.offset
        except OverflowError:
            return math.inf

    def invert(self, value: float) -> float:
        """The raw value, not rounded, of a value."""
        return (value - self.offset) * self.denominator / self.numerator


Step = tuple[Callable[[float, float], float], list[float]]


def steps(scalings: Iterable[Scaling]) -> list[Step]:
    """The scalings of a whole row as operations on lists; one that changes nothing is left out."""
    scalings = list(scalings)
    found: list[Step] = []
    if any(scaling.numerator != 1 for scaling in scalings):
        found.append((mul, [scaling.numerator for scaling in scalings]))
    if any(scaling.denominator != 1 for scaling in scalings):
        found.append((truediv, [scaling.denominator for scaling in scalings]))
    if any(scaling.offset for scaling in scalings):
        found.append((add, [scaling.offset for scaling in scalings]))
    return found


def bounds(point: Point) -> tuple[float, float]:
    """Least and greatest good value; beyond them lies what the row's type cannot hold, too."""
    lowest, highest = _INT64 if point.kind is not ValueKind.FLOAT else (-HIGHEST, HIGHEST)
    low = point.range.low if point.range else lowest
    high = point.range.high if point.range else highest
    return (max(low, lowest), min(high, highest))


class Judge:
    """Judges the raw numbers of one FLOAT, INT or BOOL point: missing codes, labels, range."""

    def __init__(self, point: Point, scaling: Scaling) -> None:
        self.point = point
        self.scaling = scaling
        self._kind = point.kind
        self._missing = frozenset(point.missing)
        self._low, self._high = bounds(point)

    def __call__(self, raw: float) -> tuple[Value | None, Quality]:
        """Value and quality of a raw number; a whole one where the kind is INT."""
        if raw in self._missing:
            return None, Quality.BAD_MISSING
        if self._kind is ValueKind.BOOL:
            return bool(raw), Quality.GOOD
        value = self.scaling.apply(raw) if self._kind is ValueKind.FLOAT else int(raw)
        labels = self.point.labels
        if not self._low <= value <= self._high or (labels and value not in labels):
            return None, Quality.BAD_RANGE
        return value, Quality.GOOD

    @property
    def needs_care(self) -> bool:
        """Whether a value inside the bounds may still be bad: a missing code, an unnamed value."""
        inside = any(self._low <= self.scaling.apply(code) <= self._high for code in self._missing)
        labels = self.point.labels
        return inside or (bool(labels) and len(labels) != max(labels) - min(labels) + 1)


def packed(kind: ValueKind, value: Value | None) -> float | int:
    """What a row holds for a FLOAT, INT or BOOL value, None being a bad one."""
    if isinstance(value, str) or value is None:
        return math.nan if kind is ValueKind.FLOAT else 0
    return value


def tight_bounds(point: Point) -> tuple[float, float]:
    """Bounds of a good value, narrowed to the labels, and to 0 and 1 for a BOOL."""
    if point.kind is ValueKind.BOOL:
        return (0, 1)
    low, high = bounds(point)
    if point.labels:
        return (max(low, min(point.labels)), min(high, max(point.labels)))
    return (low, high)


def accept(point: Point, value: Value) -> Value:
    """The value, when it may be written to the point.

    Raises:
        UserFacing: it is of another type, outside the range, or not one of the labels.
    """
    if isinstance(value, str) or point.kind is ValueKind.TEXT:
        if not isinstance(value, str):
            raise refused(point, value, "text_wanted")
        if point.kind is not ValueKind.TEXT:
            raise refused(point, value, "number_wanted")
        if "\0" in value:
            raise refused(point, value, "nul")
        return value
    if point.kind is ValueKind.BOOL:
        if value not in (0, 1):
            raise refused(point, value, "bool")
        return bool(value)
    low, high = bounds(point)
    if not low <= value <= high:
        raise refused(point, value, "range", low=low, high=high)
    if point.kind is ValueKind.INT and value != int(value):
        raise refused(point, value, "whole")
    if point.labels and value not in point.labels:
        known = ", ".join(f"{number} ({label})" for number, label in point.labels.items())
        raise refused(point, value, "labels", known=known)
    return value


def refused(point: Point, value: Value, why: str, **values: object) -> UserFacing:
    """The error of a value that cannot be written; ``why`` is a table of profiles.refused."""
    return told(UserFacing, f"profiles.refused.{why}", value=value, point=point.id, **values)
