"""Plots of the printed report: ramps over the whole width, other readings in rows of a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from PySide6.QtGui import QColor, QPolygonF

from app.bridge.report_pdf_sheet import ACROSS, LEFT, RIGHT, Sheet, pen, point
from app.bridge.report_pdf_type import (
    BODY,
    BORDER,
    CURVES,
    DIVIDER,
    FINE,
    SMALL,
    STRONG,
    TEXT2,
    joined,
)
from app.bridge.report_pdf_words import Words, short, time_of_day
from app.commissioning.report_plots import Curve, Plot

_LABELS = 134.0
_ROW_LEAST, _ROW_MOST = 3, 4
_SHADE = QColor(TEXT2)
_SHADE.setAlphaF(0.10)
_DASH = (4.0, 2.5)
_DOTS = (1.2, 1.8)
_TRY = (6.0, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """Where a plot stands on the sheet, in points, and what its edges mean."""

    x: float
    y: float
    width: float
    height: float
    start: float
    end: float
    low: float
    high: float

    def across(self, seconds: float) -> float:
        """The place of a time."""
        span = (self.end - self.start) or 1.0
        return self.x + (seconds - self.start) / span * self.width

    def up(self, value: float) -> float:
        """The place of a value, kept inside of the plot."""
        inside = min(max(value, self.low), self.high)
        return self.y + self.height - (inside - self.low) / (self.high - self.low) * self.height


def paint_ramp(sheet: Sheet, words: Words, plot: Plot) -> None:
    """Commanded levels, what followed them, and the nameplate's band over the full level."""
    height = 150.0
    sheet.need(height + 54.0)
    sheet.y += 10.0
    _ramp_head(sheet, words, plot)
    axes = _axes(plot, LEFT + 30.0, sheet.y + 16.0, ACROSS - 30.0 - _LABELS, height)
    sheet.text(LEFT, axes.y - 15.0, words.unit(plot.unit), SMALL, 28.0)
    _bands(sheet, plot, axes)
    _grid(sheet, axes, _ticks(axes.low, axes.high, 5), _ticks(axes.start, axes.end, 6))
    for stage in plot.stages:
        x, end = axes.across(stage.start), axes.across(stage.end)
        sheet.line(x, axes.y, x, axes.y + axes.height, DIVIDER, 0.4)
        name = words.get("plot.set", level=f"{stage.level:g}")
        sheet.text(x, axes.y - 12.0, name, FINE.centred(), max(end - x, 30.0))
    _commanded(sheet, plot, axes)
    for curve in plot.curves:
        _curve(sheet, axes, curve, _colour(plot, curve))
    _labels(sheet, words, plot, axes)
    sheet.y = axes.y + axes.height + 18.0


def _ramp_head(sheet: Sheet, words: Words, plot: Plot) -> None:
    first = plot.curves[0]
    document = words.document
    step = words.step(document.job.check(plot.checks[0]).step)
    title = words.get("plot.ramp", step=step, point=words.point(first.slot, first.point))
    told = words.get(
        "plot.told",
        time=time_of_day(plot.started_ns),
        seconds=f"{first.points[-1][0]:.1f}",
        hash=short(plot.hash),
    )
    sheet.text(LEFT, sheet.y, title, STRONG, ACROSS - 190.0)
    sheet.y += sheet.text(RIGHT - 190.0, sheet.y + 0.8, told, SMALL.right(), 190.0) + 5.0


def _axes(plot: Plot, x: float, y: float, width: float, height: float) -> Axes:
    times = [at for curve in plot.curves for at, _ in curve.points]
    times += [edge for stage in plot.stages for edge in (stage.start, stage.end)]
    values = [value for curve in plot.curves for _, value in curve.points]
    values += [edge for _, _, low, high in plot.bands for edge in (low, high)]
    if plot.stages:
        values.append(0.0)
    low, high = min(values), max(values)
    # A quiet sensor is drawn over a hundredth of its value at least, so that noise stays noise.
    least = max(abs(low), abs(high)) * 0.02 or 1.0
    room = max((high - low) * 0.08, (least - (high - low)) / 2)
    low = low if plot.stages and low == 0.0 else low - room
    return Axes(
        x=x,
        y=y,
        width=width,
        height=height,
        start=min(0.0, *times),
        end=max(times),
        low=low,
        high=high + room,
    )


def _bands(sheet: Sheet, plot: Plot, axes: Axes) -> None:
    for start, end, low, high in plot.bands:
        left, right, top, bottom = (
            axes.across(start),
            axes.across(end),
            axes.up(high),
            axes.up(low),
        )
        sheet.fill(left, top, right - left, bottom - top, _SHADE)
        for y in (top, bottom):
            _dashed(sheet, left, y, right, y)


def _dashed(sheet: Sheet, x1: float, y1: float, x2: float, y2: float) -> None:
    sheet.painter.setPen(pen(TEXT2, 0.6, _DASH))
    sheet.painter.drawLine(point(x1, y1), point(x2, y2))


def _grid(sheet: Sheet, axes: Axes, values: list[float], times: list[float]) -> None:
    decimals = _decimals(values)
    for value in values:
        y = axes.up(value)
        sheet.line(axes.x, y, axes.x + axes.width, y, DIVIDER, 0.4)
        sheet.text(axes.x - 34.0, y - 5.0, f"{value:.{decimals}f}", FINE.right(), 30.0)
    bottom = axes.y + axes.height
    for at, seconds in enumerate(times):
        x = axes.across(seconds)
        sheet.line(x, bottom, x, bottom + 2.5, BORDER, 0.6)
        unit = " s" if at == len(times) - 1 else ""
        sheet.text(x - 20.0, bottom + 3.0, f"{seconds:g}{unit}", FINE.centred(), 40.0)
    sheet.line(axes.x, axes.y, axes.x, bottom, BORDER, 0.75)
    sheet.line(axes.x, bottom, axes.x + axes.width, bottom, BORDER, 0.75)


def _commanded(sheet: Sheet, plot: Plot, axes: Axes) -> None:
    """Levels as dots, in the unit of the plot by the nameplate; none without a nameplate."""
    if plot.rated is None:
        return
    places = [
        point(axes.across(at), axes.up(plot.rated * stage.level / 100.0))
        for stage in plot.stages
        for at in (stage.start, stage.end)
    ]
    sheet.painter.setPen(pen(TEXT2, 1.0, _DOTS))
    sheet.painter.drawPolyline(QPolygonF(places))


def _curve(sheet: Sheet, axes: Axes, curve: Curve, colour: QColor) -> None:
    dashes = _TRY if curve.attempt else ()
    sheet.painter.setPen(pen(colour, 1.1, dashes))
    places = [point(axes.across(at), axes.up(value)) for at, value in curve.points]
    sheet.painter.drawPolyline(QPolygonF(places))


def _colour(plot: Plot, curve: Curve) -> QColor:
    """A point keeps its colour through its attempts."""
    names = list(dict.fromkeys((one.slot, one.point) for one in plot.curves))
    return CURVES[names.index((curve.slot, curve.point)) % len(CURVES)]


def _labels(sheet: Sheet, words: Words, plot: Plot, axes: Axes) -> None:
    """Names and last values of the full level at the right, apart from each other."""
    wanted = [(axes.up(_at_top(plot, curve)), curve) for curve in plot.curves]
    wanted.sort(key=lambda pair: pair[0])
    x = axes.x + axes.width
    limits = [f"{low:g}–{high:g} {words.unit(plot.unit)}" for _, _, low, high in plot.bands[:1]]
    y = axes.y + 2.0
    if plot.rated is not None:
        _key(sheet, (x + 6.0, y + 6.0), TEXT2, _DOTS)
        sheet.text(x + 26.0, y, words.get("plot.commanded"), SMALL, 60.0)
        y += 14.0
    for limit in limits:
        _key(sheet, (x + 6.0, y + 6.0), TEXT2, _DASH)
        sheet.text(x + 26.0, y, words.get("plot.limit"), SMALL, 40.0)
        sheet.text(RIGHT - 70.0, y, limit, SMALL.right(), 70.0)
        y += 14.0
    for place, curve in wanted:
        y = max(y, place - 6.0)
        y = min(y, axes.y + axes.height - 10.0)
        colour = _colour(plot, curve)
        _key(sheet, (x + 6.0, y + 6.0), colour, _TRY if curve.attempt else ())
        name = words.device(curve.slot)
        if curve.attempt:
            name = words.get("plot.try", name=name, n=curve.attempt)
        sheet.text(x + 26.0, y, name, BODY, 68.0)
        value = f"{_at_top(plot, curve):.{_places(words, curve)}f} {words.unit(plot.unit)}"
        sheet.text(RIGHT - 60.0, y, value, STRONG.right(), 60.0)
        y += 14.0


def _key(
    sheet: Sheet, place: tuple[float, float], colour: QColor, dashes: tuple[float, ...]
) -> None:
    sheet.painter.setPen(pen(colour, 1.1, dashes))
    sheet.painter.drawLine(point(*place), point(place[0] + 16.0, place[1]))


def _at_top(plot: Plot, curve: Curve) -> float:
    """The last value of the highest level: what the checks of that level judge."""
    if plot.stages:
        top = max(plot.stages, key=lambda stage: stage.level)
        inside = [value for at, value in curve.points if top.start < at <= top.end]
        if inside:
            return inside[-1]
    return curve.points[-1][1]


def paint_readings(sheet: Sheet, words: Words, step: str, plots: Sequence[Plot]) -> None:
    """Small plots, three or four in a row: no row has one that stands alone below others."""
    rows = ceil(len(plots) / _ROW_MOST)
    columns = max(ceil(len(plots) / rows), _ROW_LEAST) if rows else 1
    gap, height = 18.0, 66.0
    width = (ACROSS - gap * (columns - 1)) / columns
    for first in range(0, len(plots), columns):
        row = plots[first : first + columns]
        legend = max(_legend(sheet, words, plot, (None, 0.0, width)) for plot in row)
        about = [sheet.type.set(_about(words, plot), FINE, width + 12.0) for plot in row]
        told = max(text.height for text in about)
        deep = height + legend + told + 33.0
        if sheet.need(deep + (0.0 if first else 22.0)) or first == 0:
            _readings_head(sheet, words, step)
        for at, plot in enumerate(row):
            left = LEFT + at * (width + gap)
            _legend(sheet, words, plot, (left, sheet.y, width))
            about[at].paint(sheet.painter, left, sheet.y + legend)
            _small(sheet, plot, (left, sheet.y + legend + told, width, height))
        sheet.y += deep


def _readings_head(sheet: Sheet, words: Words, step: str) -> None:
    sheet.y += 10.0
    title = words.get("plot.readings", step=step)
    told = sheet.type.width(title, STRONG) + 10.0
    sheet.text(LEFT, sheet.y, title, STRONG, ACROSS)
    note = words.get("plot.readings_note")
    sheet.y += sheet.text(LEFT + told, sheet.y + 1.6, note, FINE, ACROSS - told) + 8.0


def _legend(
    sheet: Sheet, words: Words, plot: Plot, place: tuple[float | None, float, float]
) -> float:
    """Keys and names of the curves in as many lines as they need; only its height without x."""
    left, y, width = place
    top, x = y, 0.0
    for curve in plot.curves:
        name = words.point(curve.slot, curve.point)
        if curve.attempt:
            name = words.get("plot.try", name=name, n=curve.attempt)
        own = min(sheet.type.width(name, FINE) + 14.0, width)
        if x and x + own > width:
            x, y = 0.0, y + 10.0
        if left is not None:
            sheet.painter.setPen(pen(_colour(plot, curve), 1.1, _TRY if curve.attempt else ()))
            sheet.painter.drawLine(point(left + x, y + 5.2), point(left + x + 9.0, y + 5.2))
            sheet.text(left + x + 12.0, y, name, FINE, width)
        x += own + 6.0
    return y + 10.0 - top


def _about(words: Words, plot: Plot) -> str:
    unit = words.unit("" if plot.unit == "1" else plot.unit)
    device = "" if words.alone else words.device(plot.curves[0].slot)
    return joined([device, _limit(words, plot, unit) or unit])


def _small(sheet: Sheet, plot: Plot, place: tuple[float, float, float, float]) -> None:
    left, y, width, height = place
    axes = _axes(plot, left + 28.0, y + 5.0, width - 32.0, height)
    _grid(sheet, axes, _ticks(axes.low, axes.high, 3), _ticks(axes.start, axes.end, 3))
    for edge in (plot.low, plot.high):
        if edge is not None and axes.low < edge < axes.high:
            _dashed(sheet, axes.x, axes.up(edge), axes.x + axes.width, axes.up(edge))
    for curve in plot.curves:
        _curve(sheet, axes, curve, _colour(plot, curve))


def _limit(words: Words, plot: Plot, unit: str) -> str:
    low, high = (f"{edge:g}" if edge is not None else "" for edge in (plot.low, plot.high))
    if low and high:
        return words.get("plot.limits", low=low, high=high, unit=unit).strip()
    if low:
        return words.get("plot.at_least", low=low, unit=unit).strip()
    return words.get("plot.at_most", high=high, unit=unit).strip() if high else ""


def _places(words: Words, curve: Curve) -> int:
    profile = words.document.profiles.get(curve.slot)
    found = next((p for p in profile.points if p.id == curve.point), None) if profile else None
    return found.decimals if found else 1


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers inside of a span, ``most`` of them or a few less."""
    raw = (high - low) / most
    size = 10.0 ** floor(log10(raw))
    step = next(size * k for k in (1.0, 2.0, 2.5, 3.0, 5.0, 10.0) if size * k >= raw)
    count = ceil(low / step - 1e-9)
    found: list[float] = []
    while count * step <= high + step * 1e-9:
        found.append(count * step)
        count += 1
    return found


def _decimals(values: Sequence[float]) -> int:
    """Decimals that tell neighbouring ticks apart."""
    for places in range(6):
        if all(abs(value - round(value, places)) < 1e-9 for value in values):
            return places
    return 6
