"""The plot canvas: stacked plots that share time, painted in one pass by one widget."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.bridge.plot_board import PlotBoard
from app.bridge.plot_layout import asset_of
from app.bridge.plot_points import MIME_POINTS, parse_mime
from widgets.plots import drop, keys
from widgets.plots.menu import build_menu
from widgets.plots.mouse import Mouse
from widgets.plots.paint_cursors import Overlay
from widgets.plots.picture import Picture, paint_picture, save_png, save_svg
from widgets.plots.scene import Scene, SceneBuilder
from widgets.plots.style import PlotStyle
from widgets.plots.text import Texts


class PlotCanvas(QWidget):
    """Draws a board and hands it what the user does with mouse, wheel, keyboard and drops.

    Signals:
        modes_changed: crosshair or measure were switched.
        picture_requested: the user wants the picture as a file; the text is ``png`` or ``svg``.
        rejected: dropped points that cannot be plotted, for a message.
    """

    modes_changed = Signal()
    picture_requested = Signal(str)
    rejected = Signal(list)

    def __init__(
        self, board: PlotBoard, style: PlotStyle | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("plot_canvas")
        self.board = board
        self.builder = SceneBuilder(board)
        self.crosshair_ns: int | None = None
        self.active_cursor: int | None = None
        self.last_frame_ms = 0.0
        self._crosshair = False
        self._drop: drop.Landing | None = None
        self._scene: Scene | None = None
        self._style = style or PlotStyle.light()
        self._texts = Texts(self.font(), self._style.text_px, self._style.title_px)
        self._mouse = Mouse(self)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        board.frame_changed.connect(self._repaint_frame)
        board.time_changed.connect(self._repaint)
        board.cursors_changed.connect(self._cursors_changed)
        board.layout_changed.connect(self._layout_changed)
        self._layout_changed()

    # Look

    @property
    def style_now(self) -> PlotStyle:
        """The colours in use."""
        return self._style

    def set_style(self, style: PlotStyle) -> None:
        """Draw in another theme or size of type."""
        self._style = style
        self._texts = Texts(self.font(), style.text_px, style.title_px)
        self.update()

    def scene(self) -> Scene:
        """The frame as it would be painted now."""
        return self.builder.build(self.width(), self.height())

    @property
    def shown_scene(self) -> Scene:
        """The frame painted last, which is the one the user points at."""
        return self._scene or self.scene()

    def picture(self, style: PlotStyle | None = None) -> Picture:
        """The frame now, ready to be painted anywhere."""
        self._scene = self.scene()
        return Picture(
            scene=self._scene,
            style=style or self._style,
            texts=self._texts,
            overlay=self._overlay(),
            no_data=self.tr("no data"),
            width=self.width(),
            height=self.height(),
        )

    def save_picture(self, path: Path) -> bool:
        """Write the picture as PNG or SVG, by the file's ending; False where it failed."""
        if path.suffix.lower() == ".svg":
            return save_svg(self.picture(), path, self.accessibleName())
        return save_png(self.picture(), path)

    def _overlay(self) -> Overlay:
        return Overlay(
            crosshair_ns=self.crosshair_ns if self._crosshair else None,
            cursors=self.board.cursors,
            active=self.active_cursor if self.hasFocus() else None,
            drop=self._drop.preview if self._drop is not None else None,
        )

    def sizeHint(self) -> QSize:
        """Room for three plots."""
        return QSize(936, 640)

    def minimumSizeHint(self) -> QSize:
        """Room for one plot; PlotScroll gives more plots the height they need."""
        return QSize(320, 160)

    # Modes

    @property
    def crosshair(self) -> bool:
        """Whether the crosshair shows."""
        return self._crosshair

    @property
    def measuring(self) -> bool:
        """Whether the cursors A and B show."""
        return self.board.cursors is not None

    def set_crosshair(self, on: bool) -> None:
        """Show the values under the mouse, or under the arrow keys."""
        self._crosshair = on
        if on and self.crosshair_ns is None:
            view = self.board.feed.view()
            self.crosshair_ns = (view.start_ns + view.end_ns) // 2
        self.modes_changed.emit()
        self.update()

    def set_measuring(self, on: bool) -> None:
        """Show the cursors A and B a third into what is drawn, or take them away."""
        if on == self.measuring:
            return
        start_ns, end_ns = self.board.drawn_span()
        third = (end_ns - start_ns) // 3
        cursors = (start_ns + third, end_ns - third)
        self.board.set_cursors(cursors if on else None)
        self.modes_changed.emit()

    def auto_range(self, plot_id: int | None = None) -> None:
        """Every axis, or those of one plot, back to its automatic range."""
        for plot in self.board.layout.plots:
            if plot_id in (None, plot.id):
                for number in range(len(plot.axes)):
                    self.board.model.fix_range(plot.id, number, None)
        self.builder.ranges.clear()
        self.update()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One frame."""
        since = time.perf_counter()
        painter = QPainter(self)
        paint_picture(painter, self.picture())
        if not self.board.layout.plots:
            self._paint_empty(painter)
        if self.hasFocus():
            self._paint_focus(painter)
        painter.end()
        self.last_frame_ms = (time.perf_counter() - since) * 1e3

    def _paint_empty(self, painter: QPainter) -> None:
        text = self.tr("Drag a Point here, or select it and press Space")
        at = QPointF(self.width() / 2, self.height() / 2)
        self._texts.draw(painter, text, at, self._style.text2, self._texts.small, align=0.5)

    def _paint_focus(self, painter: QPainter) -> None:
        """The keyboard works here: a two pixel ring inside the edge."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for edge in (
            QRectF(0, 0, self.width(), 2),
            QRectF(0, self.height() - 2, self.width(), 2),
            QRectF(0, 0, 2, self.height()),
            QRectF(self.width() - 2, 0, 2, self.height()),
        ):
            painter.fillRect(edge, self._style.accent)

    @Slot()
    def _repaint(self) -> None:
        self.update()

    @Slot()
    def _cursors_changed(self) -> None:
        if self.board.cursors is None:
            self.active_cursor = None
        elif self.active_cursor is None:
            self.active_cursor = 0
        self.update()

    @Slot(list)
    def _repaint_frame(self, _keys: list[object]) -> None:
        self.update()

    @Slot()
    def _layout_changed(self) -> None:
        self.board.feed.set_width(self.builder.plot_width(self.width()))
        self._mouse.forget()
        self._describe()
        self.update()

    def _describe(self) -> None:
        """What a screen reader says: the plots, and each curve's last value and tendency."""
        self.setAccessibleName(self.tr("Plots"))
        keys_shown = self.board.layout.keys()
        assets = len({asset_of(key) for key in keys_shown})
        head = self.tr("Plots: {0}, curves: {1}, assets: {2}.").format(
            len(self.board.layout.plots), len(keys_shown), assets
        )
        lines = [self.board.summary(key) for key in keys_shown]
        self.setAccessibleDescription("\n".join([head, *lines]))

    # Qt events

    def event(self, event: QEvent) -> bool:
        """Refresh the spoken summary when somebody comes to listen."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.ToolTip):
            self._describe()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another font, or another language."""
        if event.type() == QEvent.Type.FontChange:
            self.set_style(self._style)
        elif event.type() == QEvent.Type.LanguageChange:
            self._describe()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buckets follow the width."""
        self.board.feed.set_width(self.builder.plot_width(self.width()))
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Pull frames while the canvas is seen."""
        self.board.feed.set_active(True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden page pulls nothing."""
        self.board.feed.set_active(False)
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a pan, take a cursor, or select a curve."""
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, move a cursor, or show the values."""
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Automatic range."""
        self._mouse.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse: time, or values with Shift and over the axis."""
        self._mouse.wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything the mouse can do."""
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the curve and plot under the mouse, or with the selected one."""
        menu = build_menu(self, QPointF(event.pos()), keyboard=_by_keyboard(event))
        menu.popup(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Points may land here."""
        if event.mimeData().hasFormat(MIME_POINTS):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where they would land."""
        self._drop = drop.landing(self, event.position())
        event.acceptProposedAction()
        self.update()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """They went on."""
        self._drop = None
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """They landed."""
        self._drop = None
        data = bytes(event.mimeData().data(MIME_POINTS).data())
        dropped = parse_mime(data)
        refused = drop.put(self, dropped, event.position(), event.mimeData())
        if refused:
            self.rejected.emit(refused)
        event.acceptProposedAction()
        self.update()


def _by_keyboard(event: QContextMenuEvent) -> bool:
    return event.reason() == QContextMenuEvent.Reason.Keyboard
