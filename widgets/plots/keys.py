"""The keyboard on the canvas: everything the mouse can do has a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from app.bridge.plot_layout import Target
from app.core.rows import PointKey
from widgets.plots.mouse import ZOOM_STEP, zoom_values

if TYPE_CHECKING:
    from widgets.plots.canvas import PlotCanvas

_FAST = 10
_PAN_SHARE = 10

Act = Callable[["PlotCanvas"], None]


def press(canvas: PlotCanvas, event: QKeyEvent) -> bool:
    """Do what a key stands for; False where it stands for nothing here.

    Left and right move the active cursor, else the crosshair, else time; with Shift ten times as
    far. Up and down go through the curves; with Shift they zoom the values, with Ctrl they take
    the selected curve to the next plot.
    """
    wanted = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    act = KEYS.get((Qt.Key(event.key()), wanted)) or KEYS.get(
        (Qt.Key(event.key()), Qt.KeyboardModifier.NoModifier if _typed(event) else wanted)
    )
    if act is None:
        return False
    act(canvas)
    return True


def _typed(event: QKeyEvent) -> bool:
    """Plus, minus and digits need Shift on some keyboards."""
    return event.text() in ("+", "-", "0", "=")


def _steps(count: int) -> Act:
    page = count // abs(count) * (2 if abs(count) > 1 else 1)

    def act(canvas: PlotCanvas) -> None:
        pixel = canvas.shown_scene.ns_per_px
        cursors = canvas.board.cursors
        if cursors is not None and canvas.active_cursor is not None:
            moved = list(cursors)
            moved[canvas.active_cursor] += count * pixel
            canvas.board.set_cursors((moved[0], moved[1]))
        elif canvas.crosshair and canvas.crosshair_ns is not None:
            canvas.crosshair_ns += count * pixel
            canvas.update()
        else:
            canvas.board.time.pan(page * canvas.board.time.span_ns // _PAN_SHARE)

    return act


def _pages(count: int) -> Act:
    def act(canvas: PlotCanvas) -> None:
        canvas.board.time.pan(count * canvas.board.time.span_ns)

    return act


def _zoom(factor: float) -> Act:
    def act(canvas: PlotCanvas) -> None:
        view = canvas.board.feed.view()
        middle = (view.start_ns + view.end_ns) // 2
        if canvas.crosshair and canvas.crosshair_ns is not None:
            middle = canvas.crosshair_ns
        canvas.board.time.zoom(factor, middle)

    return act


def _zoom_values(factor: float) -> Act:
    def act(canvas: PlotCanvas) -> None:
        for plot in canvas.shown_scene.plots:
            if selected_plot(canvas) in (None, plot.plot.id):
                zoom_values(canvas, plot, factor, QPointF(plot.rect.center()))
                return

    return act


def _choose(direction: int) -> Act:
    def act(canvas: PlotCanvas) -> None:
        keys = canvas.board.layout.keys()
        if not keys:
            return
        selected = canvas.board.model.selected
        at = keys.index(selected) + direction if selected in keys else min(direction - 1, 0)
        canvas.board.model.select(keys[at % len(keys)])

    return act


def _carry(direction: int) -> Act:
    def act(canvas: PlotCanvas) -> None:
        source, selected = selected_plot(canvas), canvas.board.model.selected
        if source is None or selected is None:
            return
        canvas.board.model.move(selected, source, neighbour(canvas, source, direction))
        canvas.board.model.select(selected)

    return act


def neighbour(canvas: PlotCanvas, source: int, direction: int) -> Target:
    """The plot above or below a plot; beyond the ends a new one."""
    ids = [plot.id for plot in canvas.board.layout.plots]
    at = ids.index(source) + direction
    if 0 <= at < len(ids):
        return Target(plot=ids[at])
    return Target(before=0 if direction < 0 else len(ids))


def selected_plot(canvas: PlotCanvas) -> int | None:
    """The first plot that shows the selected point."""
    selected: PointKey | None = canvas.board.model.selected
    if selected is None:
        return None
    return next((p.id for p in canvas.board.layout.plots if p.has(selected)), None)


def _remove(canvas: PlotCanvas) -> None:
    selected, plot = canvas.board.model.selected, selected_plot(canvas)
    if selected is not None:
        canvas.board.model.remove(selected, plot)


def _own_axis(canvas: PlotCanvas) -> None:
    selected, plot = canvas.board.model.selected, selected_plot(canvas)
    if selected is not None and plot is not None:
        canvas.board.model.own_axis(selected, plot)


def _auto(canvas: PlotCanvas) -> None:
    canvas.auto_range()


def _follow(canvas: PlotCanvas) -> None:
    canvas.board.time.follow()


def _pause(canvas: PlotCanvas) -> None:
    canvas.board.time.set_paused(paused=not canvas.board.time.paused)


def _crosshair(canvas: PlotCanvas) -> None:
    canvas.set_crosshair(not canvas.crosshair)


def _measure(canvas: PlotCanvas) -> None:
    canvas.set_measuring(not canvas.measuring)


def _undo(canvas: PlotCanvas) -> None:
    canvas.board.model.undo()


def _redo(canvas: PlotCanvas) -> None:
    canvas.board.model.redo()


def _export(canvas: PlotCanvas) -> None:
    canvas.board.request_export()


def _escape(canvas: PlotCanvas) -> None:
    if canvas.measuring:
        canvas.set_measuring(False)
    elif canvas.crosshair:
        canvas.set_crosshair(False)
    else:
        canvas.board.model.select(None)


def _take(number: int) -> Act:
    def act(canvas: PlotCanvas) -> None:
        if canvas.measuring:
            canvas.active_cursor = number
            canvas.update()

    return act


_NONE = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier

KEYS: dict[tuple[Qt.Key, Qt.KeyboardModifier], Act] = {
    (Qt.Key.Key_Left, _NONE): _steps(-1),
    (Qt.Key.Key_Right, _NONE): _steps(1),
    (Qt.Key.Key_Left, _SHIFT): _steps(-_FAST),
    (Qt.Key.Key_Right, _SHIFT): _steps(_FAST),
    (Qt.Key.Key_PageUp, _NONE): _pages(-1),
    (Qt.Key.Key_PageDown, _NONE): _pages(1),
    (Qt.Key.Key_End, _NONE): _follow,
    (Qt.Key.Key_F, _NONE): _follow,
    (Qt.Key.Key_Space, _NONE): _pause,
    (Qt.Key.Key_X, _NONE): _crosshair,
    (Qt.Key.Key_X, _SHIFT): _measure,
    (Qt.Key.Key_Z, _CTRL): _undo,
    (Qt.Key.Key_Z, _CTRL | _SHIFT): _redo,
    (Qt.Key.Key_E, _CTRL): _export,
    (Qt.Key.Key_Plus, _NONE): _zoom(1 / ZOOM_STEP),
    (Qt.Key.Key_Equal, _NONE): _zoom(1 / ZOOM_STEP),
    (Qt.Key.Key_Minus, _NONE): _zoom(ZOOM_STEP),
    (Qt.Key.Key_Up, _SHIFT): _zoom_values(1 / ZOOM_STEP),
    (Qt.Key.Key_Down, _SHIFT): _zoom_values(ZOOM_STEP),
    (Qt.Key.Key_Up, _NONE): _choose(-1),
    (Qt.Key.Key_Down, _NONE): _choose(1),
    (Qt.Key.Key_Up, _CTRL): _carry(-1),
    (Qt.Key.Key_Down, _CTRL): _carry(1),
    (Qt.Key.Key_Delete, _NONE): _remove,
    (Qt.Key.Key_Y, _NONE): _own_axis,
    (Qt.Key.Key_0, _NONE): _auto,
    (Qt.Key.Key_A, _NONE): _take(0),
    (Qt.Key.Key_B, _NONE): _take(1),
    (Qt.Key.Key_Escape, _NONE): _escape,
}
"""What each key does on the canvas; a page may take those of its tool bar before they come here."""
