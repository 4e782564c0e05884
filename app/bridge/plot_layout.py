"""The layout of stacked plots as values, and the rules by which points find their place in it.

Same unit joins the axis, another unit makes a new axis in that plot, empty space a new plot.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.core.errors import UserFacing
from app.core.rows import PointKey
from app.wording import told

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One point on an axis; ``colour`` is its place in the palette, the same in every plot."""

    key: PointKey
    unit: str
    colour: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Curves of one unit on one scale; ``fixed`` is a range the user chose, None is automatic."""

    unit: str
    curves: tuple[Curve, ...]
    fixed: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One plot of the stack; ``id`` stays while the layout changes around it."""

    id: int
    axes: tuple[Axis, ...]

    def curves(self) -> list[Curve]:
        """Every curve, axis by axis."""
        return [curve for axis in self.axes for curve in axis.curves]

    def has(self, key: PointKey) -> bool:
        """Whether the point is on this plot."""
        return any(curve.key == key for curve in self.curves())


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a point is put.

    ``plot`` None is empty space: a new plot, before the plot at index ``before`` or last.
    ``own_axis`` puts the point on an axis of its own although its unit is there already.
    """

    plot: int | None = None
    before: int | None = None
    own_axis: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotLayout:
    """All plots from top to bottom, and which palette place each asset has taken."""

    plots: tuple[Plot, ...] = ()
    colours: tuple[tuple[str, int], ...] = ()

    def keys(self) -> list[PointKey]:
        """Every point that is plotted, once, in order."""
        curves = (curve.key for plot in self.plots for curve in plot.curves())
        return list(dict.fromkeys(curves))

    def plot(self, plot_id: int) -> Plot | None:
        """The plot of that id."""
        return next((plot for plot in self.plots if plot.id == plot_id), None)

    def curve(self, key: PointKey) -> Curve | None:
        """The first curve of a point."""
        for plot in self.plots:
            for curve in plot.curves():
                if curve.key == key:
                    return curve
        return None


def asset_of(key: PointKey) -> str:
    """The asset a device key begins with."""
    return key.device.partition("/")[0]


def add(layout: PlotLayout, points: Sequence[tuple[PointKey, str]], target: Target) -> PlotLayout:
    """Put points (key, unit) on a plot, or on new plots, one for each unit among them.

    A point that the plot has already is left where it is.
    """
    if target.plot is None:
        return _add_new(layout, points, target.before)
    for key, unit in points:
        plot = layout.plot(target.plot)
        if plot is None:
            return _add_new(layout, points, target.before)
        if not plot.has(key):
            layout, curve = _coloured(layout, plot, key, unit)
            layout = _replaced(layout, _joined(plot, curve, own_axis=target.own_axis))
    return layout


def _add_new(
    layout: PlotLayout, points: Sequence[tuple[PointKey, str]], before: int | None
) -> PlotLayout:
    by_unit: dict[str, list[PointKey]] = {}
    for key, unit in points:
        by_unit.setdefault(unit, []).append(key)
    at = len(layout.plots) if before is None else before
    for offset, (unit, keys) in enumerate(by_unit.items()):
        number = 1 + max((plot.id for plot in layout.plots), default=0)
        plot = Plot(id=number, axes=())
        for key in dict.fromkeys(keys):
            layout, curve = _coloured(layout, plot, key, unit)
            plot = _joined(plot, curve, own_axis=False)
        place = at + offset
        plots = (*layout.plots[:place], plot, *layout.plots[place:])
        layout = replace(layout, plots=plots)
    return layout


def _joined(plot: Plot, curve: Curve, *, own_axis: bool) -> Plot:
    axes = list(plot.axes)
    if not own_axis:
        for place, axis in enumerate(axes):
            if axis.unit == curve.unit:
                axes[place] = replace(axis, curves=(*axis.curves, curve))
                return replace(plot, axes=tuple(axes))
    return replace(plot, axes=(*axes, Axis(unit=curve.unit, curves=(curve,))))


def _coloured(layout: PlotLayout, plot: Plot, key: PointKey, unit: str) -> tuple[PlotLayout, Curve]:
    """The curve with its palette place.

    An asset keeps its place in every plot. Where a plot shows several points of one asset, the
    second and later ones take further places of that asset's own, so that they stay apart.
    """
    asset = asset_of(key)
    used = {curve.colour for curve in plot.curves()}
    places = dict(layout.colours)
    ordinal = 0
    while True:
        name = f"{asset}#{ordinal}" if ordinal else asset
        if name not in places:
            taken = set(places.values())
            places[name] = next(n for n in range(len(taken) + 1) if n not in taken)
        if places[name] not in used:
            break
        ordinal += 1
    curve = Curve(key=key, unit=unit, colour=places[name])
    return replace(layout, colours=tuple(places.items())), curve


def _replaced(layout: PlotLayout, plot: Plot) -> PlotLayout:
    plots = tuple(plot if old.id == plot.id else old for old in layout.plots)
    return _tidy(replace(layout, plots=plots))


def _tidy(layout: PlotLayout) -> PlotLayout:
    """Empty axes and plots go; an asset that is on no plot gives its palette place back."""
    plots = []
    for plot in layout.plots:
        axes = tuple(axis for axis in plot.axes if axis.curves)
        if axes:
            plots.append(replace(plot, axes=axes))
    curves = [curve for plot in plots for curve in plot.curves()]
    shown = {(asset_of(curve.key), curve.colour) for curve in curves}
    assets = {asset for asset, _ in shown}
    colours = tuple(
        (name, place)
        for name, place in layout.colours
        if (name.partition("#")[0] in assets and "#" not in name)
        or (name.partition("#")[0], place) in shown
    )
    return PlotLayout(plots=tuple(plots), colours=colours)


def remove(layout: PlotLayout, key: PointKey, plot_id: int | None = None) -> PlotLayout:
    """Take a point off one plot, or off all of them."""

    def without(axis: Axis) -> Axis:
        return replace(axis, curves=tuple(c for c in axis.curves if c.key != key))

    return _each(layout, plot_id, without)


def remove_plot(layout: PlotLayout, plot_id: int) -> PlotLayout:
    """Take a whole plot away."""
    plots = tuple(plot for plot in layout.plots if plot.id != plot_id)
    return _tidy(replace(layout, plots=plots))


def move(layout: PlotLayout, key: PointKey, source: int, target: Target) -> PlotLayout:
    """Take a point off one plot and put it on another place."""
    plot = layout.plot(source)
    curve = next((c for c in plot.curves() if c.key == key), None) if plot else None
    if curve is None:
        return layout
    if target.plot == source and not target.own_axis:
        return layout
    if target.plot == source:
        return add(_keep_plot(layout, key, source), [(key, curve.unit)], target)
    return remove(add(layout, [(key, curve.unit)], target), key, source)


def _keep_plot(layout: PlotLayout, key: PointKey, plot_id: int) -> PlotLayout:
    """The layout without a point, its plot kept even when that leaves it empty."""
    plots = []
    for plot in layout.plots:
        if plot.id == plot_id:
            axes = (
                replace(axis, curves=tuple(c for c in axis.curves if c.key != key))
                for axis in plot.axes
            )
            plots.append(replace(plot, axes=tuple(axis for axis in axes if axis.curves)))
        else:
            plots.append(plot)
    return replace(layout, plots=tuple(plots))


def move_plot(layout: PlotLayout, plot_id: int, steps: int) -> PlotLayout:
    """Move a plot down (positive) or up the stack, as far as it goes."""
    plots = list(layout.plots)
    place = next((n for n, plot in enumerate(plots) if plot.id == plot_id), None)
    if place is None:
        return layout
    plot = plots.pop(place)
    plots.insert(min(max(place + steps, 0), len(plots)), plot)
    return replace(layout, plots=tuple(plots))


def fix_range(
    layout: PlotLayout, plot_id: int, axis: int, fixed: tuple[float, float] | None
) -> PlotLayout:
    """Give an axis a range of its own, or its automatic one back."""
    plot = layout.plot(plot_id)
    if plot is None or not 0 <= axis < len(plot.axes):
        return layout
    axes = list(plot.axes)
    axes[axis] = replace(axes[axis], fixed=fixed)
    return _replaced(layout, replace(plot, axes=tuple(axes)))


def _each(layout: PlotLayout, plot_id: int | None, change: Callable[[Axis], Axis]) -> PlotLayout:
    plots = tuple(
        replace(plot, axes=tuple(change(axis) for axis in plot.axes))
        if plot_id in (None, plot.id)
        else plot
        for plot in layout.plots
    )
    return _tidy(replace(layout, plots=plots))


def to_json(layout: PlotLayout) -> str:
    """The layout as versioned JSON text."""
    plots = [
        [
            {
                "unit": axis.unit,
                "range": list(axis.fixed) if axis.fixed else None,
                "curves": [[str(curve.key), curve.colour] for curve in axis.curves],
            }
            for axis in plot.axes
        ]
        for plot in layout.plots
    ]
    content = {"version": VERSION, "plots": plots, "colours": dict(layout.colours)}
    return json.dumps(content, ensure_ascii=False)


def from_json(text: str) -> PlotLayout:
    """The layout of a saved text.

    Raises:
        UserFacing: it is no layout, or one of a newer version.
    """
    try:
        content = json.loads(text)
        if content["version"] != VERSION:
            raise told(
                UserFacing, "files.layout_version", version=content["version"], known=VERSION
            )
        plots = [_parse_plot(n, axes) for n, axes in enumerate(content["plots"], start=1)]
        colours = tuple((str(name), int(place)) for name, place in content["colours"].items())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise told(UserFacing, "files.layout", reason=error) from error
    return _tidy(PlotLayout(plots=tuple(plots), colours=colours))


def _parse_plot(number: int, axes: Iterable[dict[str, Any]]) -> Plot:
    parsed = []
    for axis in axes:
        unit = str(axis["unit"])
        curves = tuple(
            Curve(key=PointKey.parse(key), unit=unit, colour=max(0, int(colour)))
            for key, colour in axis["curves"]
        )
        low, high = axis["range"] or (0.0, 0.0)
        fixed = (float(low), float(high)) if high > low else None
        parsed.append(Axis(unit=unit, curves=curves, fixed=fixed))
    return Plot(id=number, axes=tuple(parsed))
