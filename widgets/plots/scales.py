"""Scales: nice value ranges that do not flicker, and where ticks stand on values and time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

NS = 1_000_000_000
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SHRINK_BELOW = 0.4
_EDGE_SHARE = 0.02
_TIME_STEPS_S = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5,
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
    3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800,
)  # fmt: skip
_DAY_S = 86400
_MONTHS = (1, 2, 3, 6, 12, 24, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRange:
    """A value axis: its ends and the distance of its ticks."""

    low: float
    high: float
    step: float

    @property
    def span(self) -> float:
        """High less low."""
        return self.high - self.low

    def ticks(self) -> list[float]:
        """The values with a tick, from low to high."""
        first = math.ceil(self.low / self.step - 1e-9)
        last = math.floor(self.high / self.step + 1e-9)
        return [n * self.step for n in range(first, min(last, first + 100) + 1)]

    def label(self, value: float) -> str:
        """A tick's text, with the decimals the step needs and a real minus sign."""
        magnitude = max(abs(self.low), abs(self.high), self.step)
        if magnitude >= 1e6 or self.step < 1e-4:
            digits = max(3, math.ceil(math.log10(magnitude / self.step)) + 2)
            return f"{value:.{digits}g}".replace("-", "\u2212")
        decimals = max(0, -math.floor(math.log10(self.step) + 1e-9))
        if self.step * 10**decimals % 1 > 1e-6:
            decimals += 1
        return f"{value + 0.0:.{decimals}f}".replace("-", "\u2212")


@lru_cache(maxsize=256)
def labelled_ticks(scale: ValueRange) -> tuple[tuple[float, str], ...]:
    """The ticks of a range with their texts; kept, because every frame asks."""
    return tuple((value, scale.label(value)) for value in scale.ticks())


def nice_step(span: float, ticks: int) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that needs no more ticks than that."""
    rough = span / max(1, ticks)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def fit_range(low: float, high: float, ticks: int, before: ValueRange | None = None) -> ValueRange:
    """A range with round ends around low and high.

    The range before is kept while the data stay inside it and fill a good part of it, so that
    the axis does not flicker as single values come and go.
    """
    if before is not None and before.low <= low and high <= before.high:
        fresh = _fit(low, high, ticks)
        if fresh.span >= _SHRINK_BELOW * before.span:
            return before
        return fresh
    return _fit(low, high, ticks)


def _fit(low: float, high: float, ticks: int) -> ValueRange:
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-3):
        pad = abs(high) * 0.05 or 0.5
        low, high = low - pad, high + pad
    step = nice_step(high - low, ticks)
    bottom, top = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    near = _EDGE_SHARE * (top - bottom)
    # A curve must not run along the edge; only zero is an edge of its own right.
    if bottom and low / step - bottom < near:
        bottom -= 1
    if top and top - high / step < near:
        top += 1
    return ValueRange(low=bottom * step, high=top * step, step=step)


def fixed_range(low: float, high: float, ticks: int) -> ValueRange:
    """A range the user chose: its ends as they are."""
    return ValueRange(low=low, high=high, step=nice_step(high - low, ticks))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeTick:
    """A moment with a grid line and the text under it."""

    ns: int
    text: str


def local(ns: int) -> datetime:
    """The moment in the local time zone."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=ns // 1000)).astimezone()


def _to_ns(moment: datetime) -> int:
    return round(moment.timestamp() * 1000) * 1_000_000


def time_ticks(start_ns: int, end_ns: int, width_px: float, label_px: float) -> list[TimeTick]:
    """Ticks on round local times, as many as labels of that width fit; dates where needed."""
    span_s = (end_ns - start_ns) / NS
    least = span_s * (label_px + 14) / max(1.0, width_px)
    step = next((s for s in _TIME_STEPS_S if s >= least), None)
    if step is None:
        return list(_month_ticks(start_ns, end_ns, least))
    if step >= _DAY_S:
        return list(_day_ticks(start_ns, end_ns, round(step / _DAY_S)))
    return list(_clock_ticks(start_ns, end_ns, step))


def _clock_ticks(start_ns: int, end_ns: int, step_s: float) -> Sequence[TimeTick]:
    step = round(step_s * NS)
    end = local(end_ns)
    offset = end.utcoffset() or timedelta()
    shift = round(offset.total_seconds()) * NS
    first = -(-(start_ns + shift) // step) * step - shift
    last = (end_ns + shift) // step * step - shift
    return _clock_labels(first, last, step_s, end.date())


@lru_cache(maxsize=64)
def _clock_labels(first_ns: int, last_ns: int, step_s: float, today: date) -> tuple[TimeTick, ...]:
    """The ticks from first to last; they stay the same for many frames of a stream."""
    return tuple(_clock_marks(first_ns, last_ns, round(step_s * NS), today))


def _clock_marks(first_ns: int, last_ns: int, step: int, today: date) -> Iterator[TimeTick]:
    day = None
    step_s = step / NS
    for ns in range(first_ns, last_ns + 1, step):
        moment = local(ns)
        text = _clock_text(moment, step_s)
        new_day = moment.date() != (day or today)
        if new_day and (day is not None or moment.date() != today):
            text = f"{moment:%m-%d}" if text in ("00:00", "00:00:00") else f"{moment:%m-%d} {text}"
        day = moment.date()
        yield TimeTick(ns=ns, text=text)


def _clock_text(moment: datetime, step_s: float) -> str:
    if step_s >= 60:
        return f"{moment:%H:%M}"
    if step_s >= 1:
        return f"{moment:%H:%M:%S}"
    digits = max(1, -math.floor(math.log10(step_s) + 1e-9))
    millis = round(moment.microsecond / 1000)
    return f"{moment:%H:%M:%S}." + f"{millis:03d}"[:digits]


def _day_ticks(start_ns: int, end_ns: int, days: int) -> Iterator[TimeTick]:
    moment = local(start_ns).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    moment -= timedelta(days=moment.toordinal() % days)
    year = local(end_ns).year
    while (ns := _to_ns(moment.astimezone())) <= end_ns:
        if ns >= start_ns:
            text = f"{moment:%m-%d}" if moment.year == year else f"{moment:%Y-%m-%d}"
            year = moment.year
            yield TimeTick(ns=ns, text=text)
        moment += timedelta(days=days)


def _month_ticks(start_ns: int, end_ns: int, least_s: float) -> Iterator[TimeTick]:
    step = next((m for m in _MONTHS if m * 30.4 * _DAY_S >= least_s), _MONTHS[-1])
    begin = local(start_ns)
    month = (begin.year * 12 + begin.month - 1) // step * step
    while True:
        moment = datetime(month // 12, month % 12 + 1, 1).astimezone()
        ns = _to_ns(moment)
        if ns > end_ns:
            return
        if ns >= start_ns:
            yield TimeTick(ns=ns, text=f"{moment:%Y}" if step >= 12 else f"{moment:%Y-%m}")
        month += step


def clock_text(ns: int, span_ns: int) -> str:
    """A moment as a cursor shows it: as fine as the span of the picture makes sense."""
    moment = local(ns)
    millis = f".{moment.microsecond // 1000:03d}"
    if span_ns < 2 * NS:
        return f"{moment:%H:%M:%S}{millis}"
    if span_ns <= 120 * NS:
        return f"{moment:%H:%M:%S}{millis[:2]}"
    if span_ns <= _DAY_S * NS:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d %H:%M}"


def gap_text(start_ns: int, end_ns: int) -> tuple[str, str]:
    """When a gap was, and how long: ``13:59:05–14:00:30`` and ``85 s``."""
    seconds = (end_ns - start_ns) / NS
    form = "%H:%M:%S" if seconds < _DAY_S else "%m-%d %H:%M"
    times = f"{local(start_ns):{form}}–{local(end_ns):{form}}"
    if seconds < 1:
        return times, f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return times, f"{seconds:.0f} s"
    if seconds < 7200:
        return times, f"{seconds / 60:.0f} min"
    if seconds < 2 * _DAY_S:
        return times, f"{seconds / 3600:.0f} h"
    return times, f"{seconds / _DAY_S:.0f} d"
