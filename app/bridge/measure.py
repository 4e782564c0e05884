"""What lies between two cursors on one curve, computed on its raw samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.codecs.series import Envelope, Series
from app.core.quality import CLASS_MASK, Quality
from app.core.rows import PointKey, ValueKind

NS_PER_MIN = 60e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One curve between the cursors A and B; None where there is no sample to say it.

    ``at_a`` and ``at_b`` are the values under the cursors: on the line between two samples, or
    held for a step curve. ``slope_per_min`` is the least-squares slope. ``exact`` is False where
    so many samples lie between that the slope was taken from their reduced form.
    """

    key: PointKey
    at_a: float | None
    at_b: float | None
    mean: float | None
    low: float | None
    high: float | None
    slope_per_min: float | None
    samples: int
    exact: bool = True

    @property
    def delta(self) -> float | None:
        """Value at B less value at A."""
        if self.at_a is None or self.at_b is None:
            return None
        return self.at_b - self.at_a


def measure_series(series: Series, a_ns: int, b_ns: int, *, step: bool = False) -> Measured:
    """Measure raw samples.

    The series may reach beyond the cursors, which lets A and B lie between samples. Bad samples
    do not count, and no value is taken across one.
    """
    if series.kind is ValueKind.TEXT:
        return _nothing(series.key)
    values = series.values.astype(np.float64)
    bad = ((series.quality & CLASS_MASK) >= Quality.BAD) | ~np.isfinite(values)
    values = np.where(bad, np.nan, values)
    times = series.source_ns
    first = int(np.searchsorted(times, a_ns, "left"))
    last = int(np.searchsorted(times, b_ns, "right"))
    good = ~bad[first:last]
    inside, when = values[first:last][good], times[first:last][good]
    return Measured(
        key=series.key,
        at_a=value_at(times, values, a_ns, step=step),
        at_b=value_at(times, values, b_ns, step=step),
        mean=float(inside.mean()) if len(inside) else None,
        low=float(inside.min()) if len(inside) else None,
        high=float(inside.max()) if len(inside) else None,
        slope_per_min=_slope(when, inside, np.ones(len(inside))),
        samples=len(inside),
    )


def measure_envelope(envelope: Envelope, a_ns: int, b_ns: int) -> Measured:
    """Measure the reduced form of very many samples: all exact but the slope and A and B."""
    inside = (envelope.time_ns >= a_ns) & (envelope.time_ns <= b_ns)
    if not inside.any():
        return _nothing(envelope.key)
    count, mean = envelope.count[inside], envelope.mean[inside]
    return Measured(
        key=envelope.key,
        at_a=float(mean[0]),
        at_b=float(mean[-1]),
        mean=float((mean * count).sum() / count.sum()),
        low=float(envelope.low[inside].min()),
        high=float(envelope.high[inside].max()),
        slope_per_min=_slope(envelope.time_ns[inside], mean, count.astype(np.float64)),
        samples=int(count.sum()),
        exact=False,
    )


def _nothing(key: PointKey) -> Measured:
    return Measured(
        key=key, at_a=None, at_b=None, mean=None, low=None, high=None, slope_per_min=None, samples=0
    )


def value_at(
    times: NDArray[np.int64], values: NDArray[np.float64], at_ns: int, *, step: bool
) -> float | None:
    """The value of the line (or of the held step) at a moment; None outside and beside NaN."""
    right = int(np.searchsorted(times, at_ns, "left"))
    if right < len(times) and times[right] == at_ns:
        return None if np.isnan(values[right]) else float(values[right])
    if right == 0 or (right == len(times) and not step):
        return None
    before = float(values[right - 1])
    if step or np.isnan(before):
        return None if np.isnan(before) else before
    after = float(values[right])
    if np.isnan(after):
        return None
    share = float(at_ns - times[right - 1]) / float(times[right] - times[right - 1])
    return before + (after - before) * share


def _slope(
    times: NDArray[np.int64], values: NDArray[np.float64], weights: NDArray[np.float64]
) -> float | None:
    if len(values) < 2:
        return None
    minutes = (times - times[0]) / NS_PER_MIN
    total = weights.sum()
    off = minutes - (minutes * weights).sum() / total
    spread = float((weights * off * off).sum())
    if spread == 0:
        return None
    return float((weights * off * (values - (values * weights).sum() / total)).sum() / spread)
