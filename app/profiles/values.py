"""From a raw value to the point's value and its quality: scale, missing codes, labels, range.

A bad value is None here and NaN (float) or 0 (int, bool, text index) in a row: a value outside its
range is never clipped and never shown as if it were true.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from fractions import Fraction

from app.core.profiles import Point
from app.core.quality import Quality
from app.core.rows import ValueKind

HIGHEST = sys.float_info.max
_INT64 = (-(2**63), 2**63 - 1)

Value = float | int | bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """``raw * numerator / denominator + offset``, the scale as the decimal fraction it was meant.

    2354 * 0.1 is 235.40000000000003 in floating point and would break a limit of 235.4; 2354 / 10
    is 235.4.
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


UNSCALED = Scaling(numerator=1, denominator=1, offset=0.0)


def bounds(point: Point) -> tuple[float, float]:
    """Least and greatest good value; beyond them lies what the row's type cannot hold, too."""
    lowest, highest = _INT64 if point.kind is not ValueKind.FLOAT else (-HIGHEST, HIGHEST)
    low = point.range.low if point.range else lowest
    high = point.range.high if point.range else highest
    return (max(low, lowest), min(high, highest))


def judge(point: Point, raw: float, scaling: Scaling) -> tuple[Value | None, Quality]:
    """Value and quality of a raw number of a FLOAT, INT or BOOL point."""
    if raw in point.missing:
        return None, Quality.BAD_MISSING
    if point.kind is ValueKind.BOOL:
        return bool(raw), Quality.GOOD
    value: float | int = scaling.apply(raw) if point.kind is ValueKind.FLOAT else int(raw)
    low, high = bounds(point)
    if not low <= value <= high or (point.labels and value not in point.labels):
        return None, Quality.BAD_RANGE
    return value, Quality.GOOD


def packed(kind: ValueKind, value: Value | None) -> float | int:
    """What a row holds for a FLOAT, INT or BOOL value, None being a bad one."""
    if isinstance(value, str) or value is None:
        return math.nan if kind is ValueKind.FLOAT else 0
    return value
