"""From the envelope of a curve to what is painted: columns of pixels, or lines between samples.

A dense curve is one box a pixel column, from its low to its high and joined to its neighbour:
measured 2 to 2.5 times as fast as a polyline through the same values, and a wide smooth curve
costs no more than a hairline. A sparse curve is lines between its samples. Neither ever crosses
a gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from widgets.plots.primitives import Boxes

Floats = NDArray[np.float64]
_FAR = 20_000.0
_MARKER_DISTANCE = 9.0
_MOST_MARKERS = 400
_FIRST = np.zeros(1, np.int64)
_NO_LINES: Boxes = np.empty((0, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where a curve is drawn: the plot's rectangle in pixels, and what its edges mean."""

    x: float
    y: float
    width: float
    height: float
    start_ns: int
    ns_per_px: int
    low: float
    high: float
    column_px: int = 1

    def px(self, time_ns: int) -> float:
        """The x of a moment."""
        return self.x + (time_ns - self.start_ns) / self.ns_per_px

    def time(self, x: float) -> int:
        """The moment at an x."""
        return self.start_ns + round((x - self.x) * self.ns_per_px)

    def py(self, value: float) -> float:
        """The y of a value."""
        return self.y + (self.high - value) / (self.high - self.low) * self.height


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The buckets of one curve in pixels: ``top`` is the high value, so ``top <= bottom``.

    ``broken`` says that no line may come from the bucket before.
    """

    x: Floats
    top: Floats
    bottom: Floats
    broken: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.x)


def place(
    time_ns: NDArray[np.int64], low: Floats, high: Floats, broken: NDArray[np.bool_], area: Area
) -> Points:
    """The buckets that touch the window and one on either side, as pixels."""
    end_ns = area.time(area.x + area.width)
    first = max(0, int(time_ns.searchsorted(area.start_ns)) - 1)
    last = min(len(time_ns), int(time_ns.searchsorted(end_ns, "right")) + 1)
    part = slice(first, last)
    scale = area.height / (area.high - area.low)
    offset = area.y + area.high * scale
    top = _within(offset - high[part] * scale)
    bottom = _within(offset - low[part] * scale)
    x = _within(area.x + (time_ns[part] - area.start_ns) / area.ns_per_px)
    return Points(x, top, bottom, broken[part])


def _within(places: Floats) -> Floats:
    """Pixels no further away than the painter can count; np.clip costs five times as much."""
    np.maximum(places, -_FAR, out=places)
    np.minimum(places, _FAR, out=places)
    return places


def columns(points: Points, area: Area, width: float, *, step: bool) -> tuple[Boxes, Boxes]:
    """A dense curve: boxes one pixel wide, and lines where buckets stand further apart.

    A bucket is up to an eighth wider than a pixel, so a column without one is usual: the box
    before it takes its place.
    """
    column = np.floor(points.x - area.x)
    top, bottom, broken = points.top, points.bottom, points.broken
    reach = column[1:] - column[:-1]
    if len(reach) and reach.min() < 1:
        fresh = np.concatenate((_FIRST, np.flatnonzero(reach > 0) + 1))
        top = np.minimum.reduceat(top, fresh)
        bottom = np.maximum.reduceat(bottom, fresh)
        column, broken = column[fresh], broken[fresh]
        reach = column[1:] - column[:-1]
    joined = ~broken[1:]
    boxes = np.empty((len(column), 4))
    boxes[:, 0] = column
    boxes[:, 0] += area.x
    boxes[:, 1], boxes[:, 2], boxes[:, 3] = top, 1.0, bottom
    near = joined & (reach <= area.column_px + 1)
    if near.all():
        np.minimum(top[1:], bottom[:-1], out=boxes[1:, 1])
        np.maximum(bottom[1:], top[:-1], out=boxes[1:, 3])
        boxes[:-1, 2] = reach
        return _thick(boxes, area, width), _NO_LINES
    boxes[1:, 1] = np.where(near, np.minimum(top[1:], bottom[:-1]), top[1:])
    boxes[1:, 3] = np.where(near, np.maximum(bottom[1:], top[:-1]), bottom[1:])
    boxes[:-1, 2] = np.where(near, reach, 1.0)
    far = np.flatnonzero(joined & (reach > area.column_px + 1))
    y_from, y_to = _nearest(top[far], bottom[far], top[far + 1], bottom[far + 1])
    links = _NO_LINES
    if len(far) and step:
        boxes[far + 1, 1] = np.minimum(boxes[far + 1, 1], y_from)
        boxes[far + 1, 3] = np.maximum(boxes[far + 1, 3], y_from)
        held = np.column_stack((column[far] + 1 + area.x, y_from, reach[far] - 1, y_from))
        boxes = np.concatenate((boxes, held))
    elif len(far):
        x_from, x_to = column[far] + area.x + 0.5, column[far + 1] + area.x + 0.5
        links = np.column_stack((x_from, y_from, x_to, y_to))
    return _thick(boxes, area, width), links


def _nearest(
    top: Floats, bottom: Floats, next_top: Floats, next_bottom: Floats
) -> tuple[Floats, Floats]:
    """Of each bucket and the next the two values that lie closest to each other."""
    leaves = np.clip((next_top + next_bottom) / 2, top, bottom)
    return leaves, np.clip(leaves, next_top, next_bottom)


def _thick(boxes: Boxes, area: Area, width: float) -> Boxes:
    """Top and bottom to y and height, with the pen's width around them, cut to the plot."""
    low, high = area.y - width, area.y + area.height + width
    for edge in (boxes[:, 1], boxes[:, 3]):
        np.maximum(edge, low, out=edge)
        np.minimum(edge, high, out=edge)
    boxes[:, 3] -= boxes[:, 1]
    boxes[:, 3] += width
    boxes[:, 1] -= width / 2
    return boxes


def lines(points: Points, *, step: bool) -> Boxes:
    """A sparse curve: lines from sample to sample, and from low to high of a bucket of several."""
    middle = (points.top + points.bottom) / 2
    joined = ~points.broken[1:]
    x_from, x_to = points.x[:-1][joined], points.x[1:][joined]
    y_from, y_to = middle[:-1][joined], middle[1:][joined]
    if step:
        parts = [
            np.column_stack((x_from, y_from, x_to, y_from)),
            np.column_stack((x_to, y_from, x_to, y_to)),
        ]
    else:
        parts = [np.column_stack((x_from, y_from, x_to, y_to))]
    tall = points.bottom - points.top > 0.5
    if tall.any():
        x = points.x[tall]
        parts.append(np.column_stack((x, points.top[tall], x, points.bottom[tall])))
    return np.concatenate(parts)


def polylines(points: Points, *, step: bool) -> list[Floats]:
    """A sparse curve as vertices (n, 2), one array for each run without a gap."""
    middle = (points.top + points.bottom) / 2
    x, y, broken = points.x, middle, points.broken
    if step and len(x) > 1:
        # Held to the next sample, then up or down to it: its own break belongs to the hold.
        x, y = np.repeat(x, 2)[1:], np.repeat(middle, 2)[:-1]
        broken = np.zeros(len(x), np.bool_)
        broken[1::2] = points.broken[1:]
    both = np.column_stack((x, y))
    if not broken[1:].any():
        return [both]
    return np.split(both, np.flatnonzero(broken[1:]) + 1)


def is_dense(points: Points, area: Area) -> bool:
    """Whether columns show the curve better than lines: a sample a pixel, or reduced samples."""
    columns_shown = area.width / area.column_px
    if len(points) > columns_shown:
        return True
    reduced = np.count_nonzero(points.bottom > points.top) * 3 > len(points)
    return bool(reduced and len(points) > columns_shown / 2)


def dashed(points: Points, area: Area, width: float, dash: tuple[int, int], *, step: bool) -> Boxes:
    """A curve as boxes with dashes left out; they move with the curve, not across it."""
    dense = is_dense(points, area)
    boxes = (
        columns(points, area, width, step=step)[0] if dense else _traced(points, area, width, step)
    )
    drawn, left_out = dash
    first = area.start_ns // area.ns_per_px
    phase = (boxes[:, 0] - area.x + first % (drawn + left_out)) % (drawn + left_out)
    kept: Boxes = boxes[phase < drawn]
    return kept


def _traced(points: Points, area: Area, width: float, step: bool) -> Boxes:
    """A sparse curve as one box a pixel column: the line's low and high within the column."""
    edges = np.arange(np.floor(area.width) + 1) + area.x
    after = points.x.searchsorted(edges, "right")
    middle = (points.top + points.bottom) / 2
    last = len(points) - 1
    y = middle[np.maximum(after - 1, 0)] if step else np.interp(edges, points.x, middle)
    inside = (after > 0) & (after <= last)
    inside &= ~points.broken[np.minimum(after, last)]
    top, bottom = np.minimum(y[1:], y[:-1]), np.maximum(y[1:], y[:-1])
    shown = inside[1:] & inside[:-1]
    at = np.floor(points.x - area.x).astype(np.int64)
    here = (at >= 0) & (at < len(top))
    np.minimum.at(top, at[here], points.top[here])
    np.maximum.at(bottom, at[here], points.bottom[here])
    boxes = np.column_stack((edges[:-1], top, np.ones(len(top)), bottom))[shown]
    return _thick(boxes, area, width)


def markers(points: Points) -> Floats:
    """Centres (n, 2) of the samples to be shown as dots: those far apart, or without a line."""
    if not len(points):
        return np.empty((0, 2))
    if len(points) > _MOST_MARKERS:
        return np.empty((0, 2))
    few = len(points) == 1 or points.x[-1] - points.x[0] >= _MARKER_DISTANCE * (len(points) - 1)
    if not few and not points.broken[1:].any():
        return np.empty((0, 2))
    both = np.column_stack((points.x, (points.top + points.bottom) / 2))
    if few:
        return both
    broken_after = np.append(points.broken[1:], True)
    broken_before = points.broken.copy()
    broken_before[0] = True
    alone: Floats = both[broken_before & broken_after]
    return alone
