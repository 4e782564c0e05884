"""Which points a window shows that was never arranged: what the profiles say is worth a plot."""

from __future__ import annotations

from app.bridge.catalogue import Catalogue
from app.bridge.plot_board import PlotBoard
from app.bridge.plot_layout import Target
from app.core.rows import PointKey

PLOTS, CURVES = 3, 3


def first_plots(catalogue: Catalogue) -> list[list[PointKey]]:
    """At most three plots of at most three curves: the same point of several assets, one a unit."""
    by_point: dict[tuple[str, str], list[PointKey]] = {}
    for asset in catalogue.assets:
        for device in asset.devices:
            for point in catalogue.points(device):
                if point.plot:
                    key = PointKey(device=device.key, point=point.id)
                    by_point.setdefault((point.id, point.unit), []).append(key)
    chosen: dict[str, list[PointKey]] = {}
    for (_, unit), keys in sorted(by_point.items(), key=lambda item: -len(item[1])):
        if unit and unit not in chosen and len(chosen) < PLOTS:
            chosen[unit] = _one_an_asset(keys)
    return list(chosen.values())


def _one_an_asset(keys: list[PointKey]) -> list[PointKey]:
    found: dict[str, PointKey] = {}
    for key in keys:
        found.setdefault(key.device.partition("/")[0], key)
    return list(found.values())[:CURVES]


def show_first_plots(catalogue: Catalogue, board: PlotBoard) -> bool:
    """Arrange them on an empty board; False where there is nothing worth a plot yet."""
    plots = first_plots(catalogue)
    for keys in plots:
        board.add_points(keys, Target())
    return bool(plots)
