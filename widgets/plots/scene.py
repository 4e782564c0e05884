"""What one frame shows, computed before a pixel is painted: places, ranges, gaps, labels."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

from app.bridge.feed import Envelope, gap_ns
from app.bridge.plot_board import PlotBoard
from app.bridge.plot_layout import Axis, Curve, Plot
from app.bridge.plot_points import PlotLimit, PointInfo
from app.bridge.plot_time import TimeView
from app.core.quality import is_bad
from widgets.plots.bundle import Bundle, bundle
from widgets.plots.geometry import Area
from widgets.plots.intervals import (
    Interval,
    Window,
    common,
    curve_gaps,
    merged,
    runs,
    silence,
    without,
)
from widgets.plots.scales import ValueRange, fit_range, fixed_range
from widgets.plots.style import (
    FOOTER,
    HEADER,
    LEFT_MARGIN,
    MIN_PLOT_HEIGHT,
    RIGHT_MARGIN,
    TIME_BAND,
    UNIT_ROW,
    WIDE_RIGHT_MARGIN,
)
from widgets.plots.words import Words

_TICK_PX = 42
_LIMIT_NEAR = 0.5
_LEAST_GAP_PX = 3


@dataclass(frozen=True, slots=True, eq=False)
class CurveScene:
    """One curve of one plot in this frame."""

    curve: Curve
    info: PointInfo
    envelope: Envelope
    area: Area
    axis: int
    selected: bool
    name: str
    newest: float | None
    end_value: float | None
    gaps: list[Interval]
    lanes: list[Interval]

    @property
    def value(self) -> str:
        """The text of the value at the right end."""
        return self.info.text(self.newest)


@dataclass(frozen=True, slots=True, eq=False)
class Sheaf:
    """The curves of one value axis; ``bundle`` counts them in the same order."""

    scale: ValueRange
    area: Area
    bundle: Bundle
    curves: tuple[CurveScene, ...]

    def gaps_shown(self) -> list[list[Interval]]:
        """The gaps of each curve that has a sample at all."""
        return [curve.gaps for curve in self.curves if len(curve.envelope)]


@dataclass(frozen=True, slots=True, eq=False)
class PlotScene:
    """One plot of the stack: ``rect`` is the area of the curves, ``band`` the whole strip."""

    plot: Plot
    band: QRectF
    rect: QRectF
    header: float
    title: tuple[tuple[str, str], ...]
    axes: tuple[tuple[Axis, ValueRange], ...]
    sheaves: tuple[Sheaf, ...]
    curves: tuple[CurveScene, ...]
    gaps: list[Interval]
    limits: tuple[tuple[PlotLimit, Area], ...]
    violated: tuple[tuple[Interval, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One frame."""

    view: TimeView
    ns_per_px: int
    now_ns: int
    plots: tuple[PlotScene, ...]

    def plot_at(self, y: float) -> PlotScene | None:
        """The plot whose strip holds a y."""
        return next((p for p in self.plots if p.band.top() <= y < p.band.bottom()), None)


@dataclass(slots=True)
class SceneBuilder:
    """Builds frames; remembers the value ranges, so that axes do not flicker."""

    board: PlotBoard
    ranges: dict[tuple[int, int], ValueRange] = field(default_factory=dict)
    words: dict[int, Words] = field(default_factory=dict)

    def left_margin(self) -> int:
        """Left margin of every plot: room for the plot with most axes."""
        return LEFT_MARGIN * max((len(p.axes) for p in self.board.layout.plots), default=1)

    def plot_width(self, width: float) -> int:
        """Width of the area of the curves, the same in every plot."""
        several = any(len(plot.axes) > 1 for plot in self.board.layout.plots)
        right = WIDE_RIGHT_MARGIN if several else RIGHT_MARGIN
        return max(64, round(width) - self.left_margin() - right)

    def least_height(self) -> int:
        """The height below which plots are no longer legible."""
        return TIME_BAND + MIN_PLOT_HEIGHT * max(1, len(self.board.layout.plots))

    def build(self, width: float, height: float) -> Scene:
        """The frame for a canvas of that size."""
        view = self.board.feed.view()
        ns_per_px = self.board.feed.ns_per_px(view)
        now = self.board.time.now()
        plots = self.board.layout.plots
        strip = (height - TIME_BAND + FOOTER) / max(1, len(plots))
        known = {(plot.id, n) for plot in plots for n in range(len(plot.axes))}
        self.ranges = {key: value for key, value in self.ranges.items() if key in known}
        self.words = {key: value for key, value in self.words.items() if (key, 0) in known}
        frame = Frame(view, ns_per_px, now, self.board.feed.bucket_ns(view))
        scenes = []
        for number, plot in enumerate(plots):
            top, bottom = round(number * strip), round((number + 1) * strip)
            band = QRectF(0, top, width, bottom - top)
            header = HEADER + (UNIT_ROW if len(plot.axes) > 1 else 0)
            rect = QRectF(
                self.left_margin(),
                top + header,
                self.plot_width(width),
                max(24, bottom - top - header - FOOTER),
            )
            scenes.append(self._plot(plot, band, rect, frame))
        return Scene(view, ns_per_px, now, tuple(scenes))

    def _plot(self, plot: Plot, band: QRectF, rect: QRectF, frame: Frame) -> PlotScene:
        words = self._words(plot)
        sheaves = [
            self._sheaf(plot, number, rect, frame, words) for number in range(len(plot.axes))
        ]
        gaps = common([gaps for sheaf in sheaves for gaps in sheaf.gaps_shown()])
        curves = [curve for sheaf in sheaves for curve in sheaf.curves]
        for curve in curves:
            if curve.gaps:
                curve.lanes.extend(without(curve.gaps, gaps))
        return PlotScene(
            plot=plot,
            band=band,
            rect=rect,
            header=rect.top() - band.top(),
            title=words.title,
            axes=tuple((axis, sheaf.scale) for axis, sheaf in zip(plot.axes, sheaves, strict=True)),
            sheaves=tuple(sheaves),
            curves=tuple(curves),
            gaps=gaps,
            limits=_limits(curves),
            violated=_violated(curves, frame),
        )

    def _words(self, plot: Plot) -> Words:
        """The names in a plot, kept until the plot or what is known of its points changes."""
        infos = [self.board.info(curve.key) for curve in plot.curves()]
        known = self.words.get(plot.id)
        if known is None or known.plot is not plot or known.infos != infos:
            known = self.words[plot.id] = Words.of(plot, infos)
        return known

    def _sheaf(self, plot: Plot, number: int, rect: QRectF, frame: Frame, words: Words) -> Sheaf:
        axis = plot.axes[number]
        drawn_now = self.board.feed.drawn([curve.key for curve in axis.curves], frame.view)
        found = [(n, drawn) for n, drawn in enumerate(drawn_now) if drawn is not None]
        cut = bundle([drawn[0] for _, drawn in found], frame.view.start_ns, frame.end_ns)
        limits = [limit for info in words.by_axis[number] for limit in info.limits]
        scale = self._scale(plot, number, _widened(cut.value_range(), limits), rect)
        area = _area(rect, frame, scale)
        ends, broken = cut.end_values(), cut.broken()
        curves = []
        for place, (n, drawn) in enumerate(found):
            info = words.by_axis[number][n]
            end_value = ends.get(place)
            curves.append(
                CurveScene(
                    curve=axis.curves[n],
                    info=info,
                    envelope=drawn[0],
                    area=area,
                    axis=number,
                    selected=self.board.model.selected == info.key,
                    name=words.names[number][n],
                    newest=self._newest(info, end_value, frame),
                    end_value=end_value,
                    gaps=_gaps(info, drawn, frame, broken=place in broken),
                    lanes=[],
                )
            )
        return Sheaf(scale, area, cut, tuple(curves))

    def _scale(
        self, plot: Plot, number: int, found: tuple[float, float] | None, rect: QRectF
    ) -> ValueRange:
        ticks = max(2, round(rect.height() / _TICK_PX))
        axis = plot.axes[number]
        if axis.fixed is not None:
            return fixed_range(*axis.fixed, ticks)
        before = self.ranges.get((plot.id, number))
        if found is None:
            return before or fit_range(0.0, 1.0, ticks)
        if before is not None and _sparse(before, ticks):
            before = None
        fitted = fit_range(*found, ticks, before)
        self.ranges[plot.id, number] = fitted
        return fitted

    def _newest(self, info: PointInfo, end_value: float | None, frame: Frame) -> float | None:
        """The value at the right end: the newest sample itself while the window runs with now."""
        if not frame.view.following:
            return end_value
        latest = self.board.feed.latest(info.key)
        if latest is None or isinstance(latest.value, str) or is_bad(latest.quality):
            return None
        return None if latest.value is None else float(latest.value)


@dataclass(frozen=True, slots=True)
class Frame:
    """The time of one frame."""

    view: TimeView
    ns_per_px: int
    now: int
    bucket_ns: int

    @property
    def end_ns(self) -> int:
        """The last moment shown: the right edge is up to a pixel before now."""
        return self.view.end_ns + self.ns_per_px

    def part(self, envelope: Envelope) -> slice:
        """The buckets inside the window."""
        first = int(envelope.time_ns.searchsorted(self.view.start_ns))
        last = int(envelope.time_ns.searchsorted(self.end_ns, "right"))
        return slice(first, last)


def _gaps(
    info: PointInfo, drawn: tuple[Envelope, int], frame: Frame, *, broken: bool
) -> list[Interval]:
    envelope, known_ns = drawn
    late = gap_ns(info.every_s) + 2 * frame.bucket_ns
    window = Window(frame.view.start_ns, frame.view.end_ns, known_ns)
    if not broken:
        return silence(envelope.time_ns, window, late)
    least = _LEAST_GAP_PX * frame.ns_per_px
    return curve_gaps(envelope.time_ns, envelope.gap_before, window, late, least)


def _area(rect: QRectF, frame: Frame, scale: ValueRange) -> Area:
    return Area(
        x=rect.x(),
        y=rect.y(),
        width=rect.width(),
        height=rect.height(),
        start_ns=frame.view.start_ns,
        ns_per_px=frame.ns_per_px,
        low=scale.low,
        high=scale.high,
        bucket_ns=frame.bucket_ns,
    )


def _widened(
    found: tuple[float, float] | None, limits: list[PlotLimit]
) -> tuple[float, float] | None:
    """The data's range, widened to the limits that lie near it."""
    if found is None or not limits:
        return found
    low, high = found
    near = (high - low) * _LIMIT_NEAR
    values = [limit.value for limit in limits if low - near <= limit.value <= high + near]
    return min([low, *values]), max([high, *values])


def _sparse(scale: ValueRange, ticks: int) -> bool:
    """Whether the plot changed its height so much that another step is due."""
    return not ticks / 2.6 <= scale.span / scale.step <= ticks * 2


def _limits(curves: list[CurveScene]) -> tuple[tuple[PlotLimit, Area], ...]:
    found: dict[tuple[int, float, str], tuple[PlotLimit, Area]] = {}
    for curve in curves:
        for limit in curve.info.limits:
            if curve.area.low <= limit.value <= curve.area.high:
                found[curve.axis, limit.value, limit.label] = (limit, curve.area)
    return tuple(found.values())


def _violated(curves: list[CurveScene], frame: Frame) -> tuple[tuple[Interval, int], ...]:
    by_priority: dict[int, list[Interval]] = {}
    for curve in curves:
        if not curve.info.limits:
            continue
        envelope, part = curve.envelope, frame.part(curve.envelope)
        for limit in curve.info.limits:
            values = envelope.high[part] if limit.above else envelope.low[part]
            beyond = values > limit.value if limit.above else values < limit.value
            spans = runs(envelope.time_ns[part], beyond)
            by_priority.setdefault(limit.priority, []).extend(spans)
    return tuple(
        (span, priority)
        for priority, spans in sorted(by_priority.items(), reverse=True)
        for span in merged(spans)
    )
