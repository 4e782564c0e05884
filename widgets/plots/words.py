"""The words of a plot: its title, and what tells its curves apart at their ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.bridge.plot_layout import Plot
from app.bridge.plot_points import PointInfo
from app.core.rows import PointKey


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Names by axis and curve, in the order of the layout.

    ``infos`` is what was known of the points then, curve after curve.
    """

    plot: Plot
    infos: list[PointInfo]
    title: tuple[tuple[str, str], ...]
    by_axis: tuple[list[PointInfo], ...]
    names: tuple[list[str], ...]

    @staticmethod
    def of(plot: Plot, infos: list[PointInfo]) -> Words:
        """The words of a plot whose points are known as ``infos``."""
        known = {info.key: info for info in infos}
        by_axis = tuple([known[curve.key] for curve in axis.curves] for axis in plot.axes)
        names = []
        for infos_here in by_axis:
            found = curve_names(infos_here)
            names.append([found[info.key] for info in infos_here])
        return Words(plot, infos, plot_title(list(known.values())), by_axis, tuple(names))


def curve_names(infos: list[PointInfo]) -> dict[PointKey, str]:
    """The direct labels of one axis: only what tells its curves apart."""
    one_title = len({info.title for info in infos}) == 1
    one_asset = len({info.asset for info in infos}) == 1
    one_device = len({info.device for info in infos}) == 1
    names: dict[PointKey, str] = {}
    for info in infos:
        owner = "" if one_asset and len(infos) > 1 else info.asset
        device = "" if one_device else info.device
        title = "" if one_title else info.title
        names[info.key] = " ".join(part for part in (owner, device, title) if part) or info.asset
    taken = Counter(names.values())
    for info in infos:
        if taken[names[info.key]] > 1:
            names[info.key] = info.device or info.key.device.rpartition("/")[2]
    return names


def plot_title(infos: list[PointInfo]) -> tuple[tuple[str, str], ...]:
    """The title of a plot: the titles of each unit in it, with that unit.

    A device that all curves of a unit share (lamp 1 of every pole) stands here once and not in
    each direct label.
    """
    by_unit: dict[str, list[PointInfo]] = {}
    for info in infos:
        by_unit.setdefault(info.unit, []).append(info)
    found = []
    for unit, members in by_unit.items():
        title = ", ".join(dict.fromkeys(info.title for info in members))
        devices = {info.device for info in members}
        shared = devices.pop() if len(devices) == 1 else ""
        found.append((f"{title} · {shared}" if shared else title, unit))
    return tuple(found)
