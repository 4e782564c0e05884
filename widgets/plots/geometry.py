"""From the envelope of a curve to what is painted: columns of pixels, or lines between samples.

A dense curve is one box a pixel column, from its low to its high and joined to its neighbour:
measured 2 to 2.5 times as fast as a polyline through the same values, and a wide smooth curve
costs no more than a hairline. A sparse curve is lines between its samples. Neither ever crosses
a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from widgets.plots.bundle import Bundle
from widgets.plots.primitives import Boxes

Floats = NDArray[np.float64]
_FAR = 20_000.0
_MARKER_DISTANCE = 9.0
_MOST_MARKERS = 400
_EXACT = 1e-6
_FIRST = np.zeros(1, np.int64)
_NO_LINES: Boxes = np.empty((0, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where a curve is drawn: the plot's rectangle in pixels, and what its edges mean.

    ``bucket_ns`` is the grid on which the curves were reduced; 0 is a pixel.
    """

    x: float
    y: float
    width: float
    height: float
    start_ns: int
    ns_per_px: int
    low: float
    high: float
    bucket_ns: int = 0

    @property
    def column_px(self) -> float:
        """Pixels of one bucket."""
        return (self.bucket_ns or self.ns_per_px) / self.ns_per_px

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
    """Buckets in pixels, of one curve or of several end to end: ``top <= bottom``.

    ``broken`` says that no line may come from the bucket before, as it is where a curve begins.
    ``starts`` is where each curve begins, and after the last where it ends.
    """

    x: Floats
    top: Floats
    bottom: Floats
    broken: NDArray[np.bool_]
    starts: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.x)

    @property
    def curves(self) -> int:
        """How many curves these are."""
        return len(self.starts) - 1

    def curve(self, number: int) -> Points:
        """One of the curves."""
        if self.curves == 1:
            return self
        part = slice(self.starts[number], self.starts[number + 1])
        count = part.stop - part.start
        return Points(
            self.x[part], self.top[part], self.bottom[part], self.broken[part], (0, count)
        )

    def some(self, numbers: Sequence[int]) -> Points:
        """Some of the curves, in that order."""
        if len(numbers) == self.curves:
            return self
        parts = [self.curve(number) for number in numbers]
        return Points(
            np.concatenate([part.x for part in parts]),
            np.concatenate([part.top for part in parts]),
            np.concatenate([part.bottom for part in parts]),
            np.concatenate([part.broken for part in parts]),
            tuple(accumulate((len(part) for part in parts), initial=0)),
        )


def place(bundle: Bundle, area: Area) -> Points:
    """Buckets as pixels."""
    scale = area.height / (area.high - area.low)
    offset = area.y + area.high * scale
    top = _within(offset - bundle.high * scale)
    bottom = _within(offset - bundle.low * scale)
    x = _within(area.x + (bundle.time_ns - area.start_ns) / area.ns_per_px)
    broken = bundle.gap_before.copy()
    broken[list(bundle.starts[:-1])] = True
    return Points(x, top, bottom, broken, bundle.starts)


def _within(places: Floats) -> Floats:
    """Pixels no further away than the painter can count; np.clip costs five times as much."""
    np.maximum(places, -_FAR, out=places)
    np.minimum(places, _FAR, out=places)
    return places


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Boxes and lines of dense curves: curve n has ``box_starts[n]`` up to ``box_starts[n + 1]``.

    ``links`` are the lines between buckets that stand apart.
    """

    boxes: Boxes
    box_starts: Sequence[int]
    links: Boxes
    link_starts: Sequence[int]

    def of(self, number: int) -> tuple[Boxes, Boxes]:
        """Boxes and lines of one curve."""
        return (
            self.boxes[self.box_starts[number] : self.box_starts[number + 1]],
            self.links[self.link_starts[number] : self.link_starts[number + 1]],
        )


def columns(points: Points, area: Area, widths: Sequence[float], *, step: bool = False) -> Columns:
    """Dense curves: boxes as wide as a bucket, and lines where buckets stand further apart.

    Where one bucket is empty, the box before it takes its place. Held steps (``step``) are drawn
    one curve at a time.
    """
    column = _columns_of(points.x, area)
    top, bottom, broken = points.top, points.bottom, points.broken
    starts: Sequence[int] = points.starts
    reach = column[1:] - column[:-1]
    if len(reach) and reach.min() < 1:
        apart = reach > 0
        apart[np.array(starts[1:-1], np.intp) - 1] = True
        fresh = np.concatenate((_FIRST, np.flatnonzero(apart) + 1))
        top = np.minimum.reduceat(top, fresh)
        bottom = np.maximum.reduceat(bottom, fresh)
        column, broken = column[fresh], broken[fresh]
        starts = fresh.searchsorted(starts).tolist()
        reach = column[1:] - column[:-1]
    joined = ~broken[1:]
    boxes = np.empty((len(column), 4))
    np.add(column, area.x, out=boxes[:, 0])
    boxes[0, 1], boxes[-1, 2], boxes[0, 3] = top[0], 1.0, bottom[0]
    np.minimum(top[1:], bottom[:-1], out=boxes[1:, 1])
    np.maximum(bottom[1:], top[:-1], out=boxes[1:, 3])
    boxes[:-1, 2] = reach
    near = joined & (reach < 2 * area.column_px + 1)
    width = widths[0] if len(set(widths)) == 1 else np.repeat(widths, np.diff(starts))
    if near.all():
        return Columns(_thick(boxes, area, width), starts, _NO_LINES, [0] * len(starts))
    alone = np.flatnonzero(~near)
    boxes[alone, 2] = 1.0
    boxes[alone + 1, 1], boxes[alone + 1, 3] = top[alone + 1], bottom[alone + 1]
    far = alone[joined[alone]]
    if not len(far):
        return Columns(_thick(boxes, area, width), starts, _NO_LINES, [0] * len(starts))
    y_from, y_to = _nearest(top[far], bottom[far], top[far + 1], bottom[far + 1])
    if step:
        boxes[far + 1, 1] = np.minimum(boxes[far + 1, 1], y_from)
        boxes[far + 1, 3] = np.maximum(boxes[far + 1, 3], y_from)
        held = np.column_stack((column[far] + 1 + area.x, y_from, reach[far] - 1, y_from))
        boxes = np.concatenate((boxes, held))
        return Columns(_thick(boxes, area, width), (0, len(boxes)), _NO_LINES, (0, 0))
    x_from, x_to = column[far] + area.x + 0.5, column[far + 1] + area.x + 0.5
    links = np.column_stack((x_from, y_from, x_to, y_to))
    return Columns(_thick(boxes, area, width), starts, links, far.searchsorted(starts).tolist())


def _columns_of(x: Floats, area: Area) -> Floats:
    """The whole pixel, from the plot's edge, at which the bucket of each x begins."""
    width = area.column_px
    phase = area.start_ns % (area.bucket_ns or area.ns_per_px) / area.ns_per_px
    bucket = np.floor((x - (area.x - phase)) / width + _EXACT)
    return np.floor(bucket * width - (phase - _EXACT))


def _nearest(
    top: Floats, bottom: Floats, next_top: Floats, next_bottom: Floats
) -> tuple[Floats, Floats]:
    """Of each bucket and the next the two values that lie closest to each other."""
    leaves = np.clip((next_top + next_bottom) / 2, top, bottom)
    return leaves, np.clip(leaves, next_top, next_bottom)


def _thick(boxes: Boxes, area: Area, width: float | Floats) -> Boxes:
    """Top and bottom to y and height, with the pen's width around them, cut to the plot."""
    low, high = area.y - np.max(width), area.y + area.height + np.max(width)
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


def whole(points: Points) -> dict[int, Floats]:
    """The vertices (n, 2) of the curves that one line shows: without a gap, without a span."""
    parted = points.broken | (points.bottom - points.top > 1)
    single = np.add.reduceat(parted.astype(np.intp), points.starts[:-1]) == 1
    if not single.any():
        return {}
    both = np.empty((len(points), 2))
    both[:, 0] = points.x
    both[:, 1] = (points.top + points.bottom) / 2
    found = np.flatnonzero(single).tolist()
    return {n: both[points.starts[n] : points.starts[n + 1]] for n in found}


def dense(points: Points, area: Area) -> list[bool]:
    """Which curves columns show better than lines: a sample a pixel, or reduced samples."""
    columns_shown = area.width / area.column_px
    counts = np.diff(points.starts)
    found = counts > columns_shown
    half = counts > columns_shown / 2
    if (half & ~found).any():
        several = (points.bottom > points.top).astype(np.intp)
        found |= half & (np.add.reduceat(several, points.starts[:-1]) * 3 > counts)
    shown: list[bool] = found.tolist()
    return shown


def dashed(
    found: Columns, area: Area, dashes: Sequence[tuple[int, int]], pitch: int = 1
) -> Columns:
    """Columns with dashes (drawn, left out, in ``pitch`` pixels) of each curve left out.

    They move with the curve, not across it. Lines between buckets that stand apart stay whole.
    """
    if not len(found.boxes) or not any(left_out for _, left_out in dashes):
        return found
    # Few patterns and few columns, but many boxes: each box looks its column up.
    kinds = sorted(set(dashes))
    at = np.rint(found.boxes[:, 0] - area.x).astype(np.intp)
    first, last = int(at.min()), int(at.max())
    moment = (area.start_ns // area.ns_per_px + np.arange(first, last + 1)) // pitch
    drawn = np.array([moment % (ink + left_out) < ink for ink, left_out in kinds])
    offset = np.array([kinds.index(dash) * len(moment) - first for dash in dashes])
    at += np.repeat(offset, np.diff(found.box_starts))
    kept = np.flatnonzero(drawn.ravel()[at])
    return Columns(
        found.boxes[kept],
        kept.searchsorted(found.box_starts).tolist(),
        found.links,
        found.link_starts,
    )


def traced(points: Points, area: Area, width: float, *, step: bool) -> Columns:
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
    return Columns(_thick(boxes, area, width), (0, len(boxes)), _NO_LINES, (0, 0))


def markers(points: Points) -> Floats:
    """Centres (n, 2) of a curve's samples to be shown as dots: those far apart, or alone."""
    both = np.column_stack((points.x, (points.top + points.bottom) / 2))
    if _far_apart(points.x, 0, len(points)):
        return both
    broken_after = np.append(points.broken[1:], True)
    alone: Floats = both[points.broken & broken_after]
    return alone


def dotted(points: Points) -> list[int]:
    """The curves that may have dots: few samples, far apart or with gaps."""
    counts = [b - a for a, b in pairwise(points.starts)]
    if min(counts) > _MOST_MARKERS:
        return []
    gaps = np.add.reduceat(points.broken.astype(np.intp), points.starts[:-1]).tolist()
    return [
        number
        for number, (start, count) in enumerate(zip(points.starts, counts, strict=False))
        if count <= _MOST_MARKERS and (gaps[number] > 1 or _far_apart(points.x, start, count))
    ]


def _far_apart(x: Floats, start: int, count: int) -> bool:
    return bool(x[start + count - 1] - x[start] >= _MARKER_DISTANCE * (count - 1))
