"""The context menu of the canvas: export, picture, and what to do with the curve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtWidgets import QMenu

from app.bridge.plot_layout import Target
from app.core.rows import PointKey
from widgets.plots.keys import neighbour, selected_plot
from widgets.plots.mouse import curve_at, label_at

if TYPE_CHECKING:
    from widgets.plots.canvas import PlotCanvas


def build_menu(canvas: PlotCanvas, at: QPointF, *, keyboard: bool = False) -> QMenu:
    """The menu for a position; from the keyboard for the selected curve."""
    menu = QMenu(canvas)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    key, plot = _under(canvas, at, keyboard=keyboard)
    if key is not None and plot is not None:
        _curve_part(canvas, menu, key, plot)
        menu.addSeparator()
    _export_part(canvas, menu, plot)
    menu.addSeparator()
    auto = menu.addAction(QCoreApplication.translate("PlotMenu", "Automatic range"))
    auto.setShortcut("0")
    auto.triggered.connect(partial(_auto, canvas, plot))
    if plot is not None:
        remove = menu.addAction(QCoreApplication.translate("PlotMenu", "Remove plot"))
        remove.triggered.connect(partial(_remove_plot, canvas, plot))
    return menu


def _under(
    canvas: PlotCanvas, at: QPointF, *, keyboard: bool
) -> tuple[PointKey | None, int | None]:
    if keyboard:
        return canvas.board.model.selected, selected_plot(canvas)
    plot = canvas.shown_scene.plot_at(at.y())
    if plot is None:
        return None, None
    curve = label_at(canvas, plot, at) or curve_at(plot, at, canvas)
    return (curve.curve.key if curve is not None else None), plot.plot.id


def _curve_part(canvas: PlotCanvas, menu: QMenu, key: PointKey, plot: int) -> None:
    info = canvas.board.info(key)
    model = canvas.board.model
    menu.addSection(f"{info.title} {info.owner}")
    own = menu.addAction(QCoreApplication.translate("PlotMenu", "Own axis"))
    own.triggered.connect(partial(_own_axis, canvas, key, plot))
    above = menu.addAction(QCoreApplication.translate("PlotMenu", "Move to plot above"))
    above.triggered.connect(partial(_move, canvas, key, plot, neighbour(canvas, plot, -1)))
    below = menu.addAction(QCoreApplication.translate("PlotMenu", "Move to plot below"))
    below.triggered.connect(partial(_move, canvas, key, plot, neighbour(canvas, plot, 1)))
    apart = menu.addAction(QCoreApplication.translate("PlotMenu", "Move to a new plot"))
    last = Target(before=len(model.layout.plots))
    apart.triggered.connect(partial(_move, canvas, key, plot, last))
    remove = menu.addAction(QCoreApplication.translate("PlotMenu", "Remove curve"))
    remove.triggered.connect(partial(_remove, canvas, key, plot))


def _export_part(canvas: PlotCanvas, menu: QMenu, plot: int | None) -> None:
    board = canvas.board
    if plot is not None:
        this = menu.addAction(QCoreApplication.translate("PlotMenu", "Export this plot as CSV…"))
        this.triggered.connect(partial(_export, canvas, plot, between=False))
    visible = menu.addAction(
        QCoreApplication.translate("PlotMenu", "Export what is visible as CSV…")
    )
    visible.triggered.connect(partial(_export, canvas, None, between=False))
    between = menu.addAction(QCoreApplication.translate("PlotMenu", "Export from A to B as CSV…"))
    between.setEnabled(board.cursors is not None)
    between.triggered.connect(partial(_export, canvas, plot, between=True))
    for kind, text in (
        ("png", QCoreApplication.translate("PlotMenu", "Save picture as PNG…")),
        ("svg", QCoreApplication.translate("PlotMenu", "Save picture as SVG…")),
    ):
        menu.addAction(text).triggered.connect(partial(_picture, canvas, kind))


def _auto(canvas: PlotCanvas, plot: int | None, *_checked: bool) -> None:
    canvas.auto_range(plot)


def _remove_plot(canvas: PlotCanvas, plot: int, *_checked: bool) -> None:
    canvas.board.model.remove_plot(plot)


def _own_axis(canvas: PlotCanvas, key: PointKey, plot: int, *_checked: bool) -> None:
    canvas.board.model.own_axis(key, plot)


def _move(canvas: PlotCanvas, key: PointKey, plot: int, target: Target, *_checked: bool) -> None:
    canvas.board.model.move(key, plot, target)


def _remove(canvas: PlotCanvas, key: PointKey, plot: int, *_checked: bool) -> None:
    canvas.board.model.remove(key, plot)


def _export(canvas: PlotCanvas, plot: int | None, *_checked: bool, between: bool) -> None:
    canvas.board.request_export(plot, between_cursors=between)


def _picture(canvas: PlotCanvas, kind: str, *_checked: bool) -> None:
    canvas.picture_requested.emit(kind)
