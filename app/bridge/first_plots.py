"""Which points a window shows that was never arranged: what the profiles say is worth a plot."""

from __future__ import annotations

from app.bridge.catalogue import Catalogue
from app.bridge.plot_board import PlotBoard
from app.bridge.plot_layout import PlotLayout, Target, add
from app.bridge.plot_time import MINUTE
from app.core.rows import PointKey

PLOTS, CURVES, LOOKED_AT = 3, 3, 100
FIRST_SPAN = MINUTE
"""Short, so that the first minute fills the picture."""


def first_plots(catalogue: Catalogue) -> list[list[PointKey]]:
    """At most three plots of at most three curves: the same point of several assets, one a unit."""
    by_point: dict[tuple[str, str, float], list[PointKey]] = {}
    for asset in catalogue.assets[:LOOKED_AT]:
        for device in asset.devices:
            for point in catalogue.points(device):
                if point.plot:
                    key = PointKey(device=device.key, point=point.id)
                    by_point.setdefault((point.id, point.unit, point.every_s), []).append(key)
    chosen: dict[str, list[PointKey]] = {}
    for (_, unit, _), keys in sorted(by_point.items(), key=_rank):
        if unit and unit not in chosen and len(chosen) < PLOTS:
            chosen[unit] = _one_an_asset(keys)
    return list(chosen.values())


def _rank(item: tuple[tuple[str, str, float], list[PointKey]]) -> tuple[int, float]:
    """What most assets have comes first, and of that what moves fastest."""
    (_, _, every_s), keys = item
    return -len(_one_an_asset(keys)), every_s


def _one_an_asset(keys: list[PointKey]) -> list[PointKey]:
    found: dict[str, PointKey] = {}
    for key in keys:
        found.setdefault(key.device.partition("/")[0], key)
    return list(found.values())[:CURVES]


class FirstPlots:
    """Arranges a board that nobody arranged, again while devices come, until somebody does."""

    def __init__(self, board: PlotBoard) -> None:
        self._board = board
        self._mine = PlotLayout()

    def offer(self, catalogue: Catalogue) -> None:
        """Arrange the first plots unless the board holds what somebody else put there."""
        board = self._board
        if board.layout != self._mine:
            return
        if not self._mine.plots:
            board.time.set_span(FIRST_SPAN)
        layout = PlotLayout()
        for keys in first_plots(catalogue):
            points = [(key, board.info(key).unit) for key in board.plottable(keys)]
            layout = add(layout, points, Target())
        self._mine = layout
        board.model.restore(layout)
