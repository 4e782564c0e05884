"""What the mouse does on the canvas: pan, zoom, cursors, selection, dragging a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDrag, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.bridge.plot_points import MIME_POINTS, mime_lines
from widgets.plots.drop import MIME_SOURCE
from widgets.plots.paint_cursors import flag_rect, nearest_cursor, value_under
from widgets.plots.paint_marks import labels_of
from widgets.plots.scene import CurveScene, PlotScene
from widgets.plots.style import LEFT_MARGIN

if TYPE_CHECKING:
    from widgets.plots.canvas import PlotCanvas

ZOOM_STEP = 2**0.25
_REACH_PX = 6.0
_CURVE_REACH_PX = 8.0
_NOTCH = 120


class Mouse:
    """The state of a press: what was taken, and where it began."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self._canvas = canvas
        self._pressed: QPointF | None = None
        self._panning = False
        self._cursor: int | None = None
        self._label: CurveScene | None = None
        self._label_plot = 0

    def forget(self) -> None:
        """The plots changed under the mouse: what was taken is let go."""
        self._label = None

    # Presses and moves

    def press(self, event: QMouseEvent) -> None:
        """Take a cursor, a label, or the picture."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        self._pressed, self._panning = at, False
        self._cursor = self._cursor_at(at)
        if self._cursor is not None:
            self._canvas.active_cursor = self._cursor
            self._canvas.update()
            return
        plot = self._canvas.shown_scene.plot_at(at.y())
        self._label = label_at(self._canvas, plot, at) if plot is not None else None
        if self._label is not None and plot is not None:
            self._label_plot = plot.plot.id
            self._canvas.board.model.select(self._label.curve.key)

    def move(self, event: QMouseEvent) -> None:
        """Follow the press, or show what lies under the mouse."""
        at = event.position()
        if self._pressed is None:
            self._hover(at)
        elif self._cursor is not None:
            self._move_cursor(at)
        elif self._far(at) and self._label is not None:
            self._drag(self._label)
        elif self._far(at) or self._panning:
            self._pan(at)

    def release(self, event: QMouseEvent) -> None:
        """A press without a move selects the curve under it."""
        at = event.position()
        if self._pressed is not None and not self._panning and self._cursor is None:
            plot = self._canvas.shown_scene.plot_at(at.y())
            if plot is not None and self._label is None and plot.rect.contains(at):
                curve = curve_at(plot, at, self._canvas)
                self._canvas.board.model.select(curve.curve.key if curve else None)
        self._pressed = self._cursor = self._label = None
        self._panning = False
        self._hover(at)

    def double_click(self, event: QMouseEvent) -> None:
        """Automatic range of the plot under the mouse."""
        plot = self._canvas.shown_scene.plot_at(event.position().y())
        self._canvas.auto_range(plot.plot.id if plot is not None else None)

    def _far(self, at: QPointF) -> bool:
        began = self._pressed or at
        return (at - began).manhattanLength() >= QApplication.startDragDistance()

    def _hover(self, at: QPointF) -> None:
        canvas = self._canvas
        taken = self._cursor_at(at) is not None
        canvas.setCursor(Qt.CursorShape.SizeHorCursor if taken else Qt.CursorShape.ArrowCursor)
        plots = canvas.shown_scene.plots
        if canvas.crosshair and plots:
            rect = plots[0].rect
            if rect.left() <= at.x() <= rect.right():
                canvas.crosshair_ns = self._time(at.x())
                canvas.update()

    def _cursor_at(self, at: QPointF) -> int | None:
        canvas = self._canvas
        cursors, scene = canvas.board.cursors, canvas.shown_scene
        if cursors is None or not scene.plots:
            return None
        for number, ns in enumerate(cursors):
            area = scene.plots[0].rect.left() + (ns - scene.view.start_ns) / scene.ns_per_px
            if flag_rect(scene, area).adjusted(-3, -4, 3, 4).contains(at):
                return number
        inside = at.y() >= scene.plots[0].rect.top()
        return nearest_cursor(scene, cursors, at.x(), _REACH_PX) if inside else None

    def _move_cursor(self, at: QPointF) -> None:
        cursors = self._canvas.board.cursors
        if cursors is None or self._cursor is None:
            return
        moved = list(cursors)
        moved[self._cursor] = self._time(at.x())
        self._canvas.board.set_cursors((moved[0], moved[1]))

    def _pan(self, at: QPointF) -> None:
        if self._pressed is None or not self._canvas.shown_scene.plots:
            return
        scene = self._canvas.shown_scene
        delta = round((self._pressed.x() - at.x()) * scene.ns_per_px)
        if delta:
            self._canvas.board.time.pan(delta)
        self._canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._pressed, self._panning = at, True

    def _time(self, x: float) -> int:
        scene = self._canvas.shown_scene
        rect = scene.plots[0].rect
        inside = min(max(x, rect.left()), rect.right())
        return scene.view.start_ns + round((inside - rect.left()) * scene.ns_per_px)

    def _drag(self, curve: CurveScene) -> None:
        """Take a curve by its label to another plot."""
        self._pressed = self._label = None
        mime = QMimeData()
        mime.setData(MIME_POINTS, mime_lines([curve.curve.key]))
        mime.setData(MIME_SOURCE, str(self._label_plot).encode())
        drag = QDrag(self._canvas)
        drag.setMimeData(mime)
        drag.exec(Qt.DropAction.MoveAction)

    # Wheel

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom time at the mouse; with Shift or over an axis zoom its values; sideways pan."""
        canvas, at = self._canvas, event.position()
        scene = canvas.shown_scene
        delta = event.angleDelta()
        plot = scene.plot_at(at.y())
        if plot is None or not scene.plots:
            return
        event.accept()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        notches = (delta.y() or (delta.x() if shift else 0)) / _NOTCH
        if shift or at.x() < plot.rect.left():
            zoom_values(canvas, plot, ZOOM_STEP**-notches, at)
        elif delta.y():
            canvas.board.time.zoom(ZOOM_STEP**-notches, self._time(at.x()))
        elif delta.x():
            canvas.board.time.pan(round(-delta.x() / _NOTCH * canvas.board.time.span_ns / 12))


def zoom_values(canvas: PlotCanvas, plot: PlotScene, factor: float, at: QPointF) -> None:
    """Zoom the value axis under the position, or the first, about the value there."""
    count = len(plot.axes)
    number = 0
    if at.x() < plot.rect.left():
        number = min(count - 1, max(0, int((plot.rect.left() - at.x()) // LEFT_MARGIN)))
    scale = plot.axes[number][1]
    share = min(max((plot.rect.bottom() - at.y()) / plot.rect.height(), 0.0), 1.0)
    value = scale.low + share * scale.span
    low = value - (value - scale.low) * factor
    high = value + (scale.high - value) * factor
    if high - low > 1e-9 * max(abs(low), abs(high), 1e-9):
        canvas.board.model.fix_range(plot.plot.id, number, (low, high))


def label_at(canvas: PlotCanvas, plot: PlotScene, at: QPointF) -> CurveScene | None:
    """The curve whose direct label is under a position."""
    if at.x() <= plot.rect.right():
        return None
    for label in labels_of(plot, canvas.style_now):
        if label.curve and abs(label.at - at.y()) <= 9:
            for curve in plot.curves:
                if curve.name == label.name:
                    return curve
    return None


def curve_at(plot: PlotScene, at: QPointF, canvas: PlotCanvas) -> CurveScene | None:
    """The curve that runs closest under a position."""
    ns = canvas.shown_scene.view.start_ns + round(
        (at.x() - plot.rect.left()) * canvas.shown_scene.ns_per_px
    )
    best, reach = None, _CURVE_REACH_PX
    for curve in plot.curves:
        value = value_under(curve, ns)
        if value is not None and abs(curve.area.py(value) - at.y()) <= reach:
            best, reach = curve, abs(curve.area.py(value) - at.y())
    return best
