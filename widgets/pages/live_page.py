"""The Live page: the tree of points, the stacked plots, and what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QByteArray, QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDockWidget,
    QMainWindow,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.bridge.plot_board import PlotBoard
from app.bridge.plot_layout import Target
from app.bridge.plot_time import SPANS
from app.bridge.points_model import PointsModel
from app.bridge.switching import Switching
from app.core.rows import PointKey
from widgets.base.command import Command
from widgets.base.empty_state import EmptyState
from widgets.base.inline_message import InlineMessage
from widgets.base.key_button import KeyButton
from widgets.base.keys import KeepsKeys
from widgets.base.theme import Look
from widgets.base.tokens import SIDE_WIDTH, TREE_WIDTH, TREE_WIDTH_WIDE, WIDE_SCREEN
from widgets.pages.live_switching import LiveSwitching
from widgets.pages.measure_panel import MeasurePanel
from widgets.pages.panel import ToolRow
from widgets.pages.points_panel import PointsPanel
from widgets.plots.canvas import PlotCanvas
from widgets.plots.scroll import PlotScroll
from widgets.plots.style import PlotStyle

PAGE = "live"
_STATE_VERSION = 1
_MEASURE_HEIGHT = 200


def plot_style(look: Look) -> PlotStyle:
    """The plots' colours and type in a look."""
    style = PlotStyle.dark() if look.palette.name == "dark" else PlotStyle.light()
    return replace(style, text_px=look.measures.caption, title_px=look.measures.body)


class LivePage(QMainWindow):
    """Docks around the plots; a window inside the window, so that docks can float and be kept.

    Signals:
        said: something was done, in words for the status bar.
        connections_requested: there is nothing to see, and the user wants to connect.
    """

    said = Signal(str)
    connections_requested = Signal()

    def __init__(
        self, look: Look, model: PointsModel, board: PlotBoard, switching: Switching
    ) -> None:
        super().__init__()
        self._look = look
        self._model = model
        self.board = board
        self._seen = False
        self._again: list[Callable[[], object]] = []
        self._measure_size = _MEASURE_HEIGHT
        self.canvas = PlotCanvas(board, plot_style(look))
        self.points = PointsPanel(look, model)
        self.switching = LiveSwitching(self.points, model, switching)
        self.measure = MeasurePanel(look, board)
        self.message = InlineMessage(look)
        self.lonely = EmptyState(
            look,
            "connections",
            self.tr("No device is known yet. Add a connection to see its points here."),
            action=self.tr("Go to Connections"),
        )
        self.setWindowFlags(Qt.WindowType.Widget)
        self._keeps = KeepsKeys(self)
        self._build_tools(look)
        self._lay_out()
        self._wire()
        self._layout_changed()
        self._time_changed()

    def _build_tools(self, look: Look) -> None:
        self.span = QComboBox()
        self.span.setAccessibleName(self.tr("Time span"))
        self.span.installEventFilter(self._keeps)
        for span_ns in SPANS:
            self.span.addItem(self.tr("Last {0}").format(self._span_text(span_ns)), span_ns)
        self.span.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.span.setMinimumWidth(max(128, self.span.sizeHint().width()))
        self.follow = KeyButton(look, self.tr("Follow"), shortcut="F", icon="follow")
        self.pause = KeyButton(look, self.tr("Pause"), shortcut="Space", icon="pause")
        self.crosshair = KeyButton(look, self.tr("Crosshair"), shortcut="X", icon="crosshair")
        self.measure_button = KeyButton(
            look, self.tr("Measure"), shortcut="Shift+X", icon="measure"
        )
        for button in (self.follow, self.pause, self.crosshair, self.measure_button):
            button.setCheckable(True)
        self.undo = KeyButton(look, "", shortcut="Ctrl+Z", icon="undo")
        self.undo.hint = ""
        self.undo.setAccessibleName(self.tr("Undo"))
        self.undo.setToolTip(self.tr("Undo") + "  Ctrl+Z")
        self.export = KeyButton(look, self.tr("Export…"), shortcut="Ctrl+E", icon="export")

    def _span_text(self, span_ns: int) -> str:
        minutes = span_ns // 60_000_000_000
        if minutes < 60:
            return self.tr("{0} min").format(minutes)
        if minutes < 24 * 60:
            return self.tr("{0} h").format(minutes // 60)
        return self.tr("{0} d").format(minutes // (24 * 60))

    def _lay_out(self) -> None:
        tools = ToolRow(self._look)
        tools.row.addWidget(self.span)
        tools.add_line()
        tools.row.addWidget(self.follow)
        tools.row.addWidget(self.pause)
        tools.add_line()
        tools.row.addWidget(self.crosshair)
        tools.row.addWidget(self.measure_button)
        tools.add_line()
        tools.row.addWidget(self.undo)
        tools.row.addWidget(self.export)
        tools.row.addStretch(1)
        middle = QWidget()
        # A stack without a parent would show its first page as a window of its own.
        shown = QWidget()
        self._stack = QStackedLayout(shown)
        self._plots = PlotScroll(self.canvas)
        for widget in (self._plots, self.lonely):
            self._stack.addWidget(widget)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(tools)
        column.addWidget(self.message)
        column.addWidget(shown, 1)
        self.setCentralWidget(middle)
        self.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks)
        left, bottom = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self.points_dock = self._dock("points", self.tr("Points"), self.points, left)
        self.measure_dock = self._dock("measure", self.tr("Measure"), self.measure, bottom)
        self.measure_dock.hide()
        self.setCorner(Qt.Corner.BottomLeftCorner, left)
        self.setAcceptDrops(True)

    def _dock(
        self, name: str, title: str, widget: PointsPanel | MeasurePanel, area: Qt.DockWidgetArea
    ) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(name)
        dock.setWidget(widget)
        # The panel has a title line of its own.
        dock.setTitleBarWidget(QWidget())
        lift = KeyButton(self._look, "", icon="float", kind="flat")
        lift.setAccessibleName(self.tr("Float or dock {0}").format(title))
        lift.setToolTip(lift.accessibleName())
        lift.clicked.connect(partial(self._float, dock))
        widget.head.row.addWidget(lift)
        self.addDockWidget(area, dock)
        return dock

    def _float(self, dock: QDockWidget, _checked: bool | None = None) -> None:
        dock.setFloating(not dock.isFloating())

    def sizeHint(self) -> QSize:
        """The page fills what the window gives it."""
        return QSize(1100, 640)

    def arrange(self, width: int) -> None:
        """Put the docks where the width of the screen wants them: measure aside when it is wide."""
        wide = width >= WIDE_SCREEN
        area = Qt.DockWidgetArea
        where = area.RightDockWidgetArea if wide else area.BottomDockWidgetArea
        if self.dockWidgetArea(self.measure_dock) != where:
            shown = self.measure_dock.isVisible()
            self.addDockWidget(where, self.measure_dock)
            self.measure_dock.setVisible(shown)
        tree = TREE_WIDTH_WIDE if wide else TREE_WIDTH
        docks, across = [self.points_dock], Qt.Orientation.Horizontal
        self._arrange(partial(self.resizeDocks, docks, [tree], across))
        self._measure_size = SIDE_WIDTH if wide else _MEASURE_HEIGHT

    def _wire(self) -> None:
        board, tree = self.board, self.points.tree
        self.span.activated.connect(self._span_chosen)
        self.follow.clicked.connect(self._follow)
        self.pause.clicked.connect(self._pause)
        self.crosshair.clicked.connect(self._crosshair)
        self.canvas.modes_changed.connect(self._modes_changed)
        self.canvas.rejected.connect(self._rejected)
        self.measure_button.clicked.connect(self._measure)
        self.measure.closed.connect(self._end_measure)
        self.undo.clicked.connect(self._undo)
        self.export.clicked.connect(self._export)
        self.lonely.action_requested.connect(self.connections_requested)
        self._model.plot_requested.connect(self._plot)
        self._model.modelReset.connect(self._layout_changed)
        tree.plot_requested.connect(self._plot_apart)
        tree.export_requested.connect(self._export_point)
        self.switching.said.connect(self.said)
        self.switching.undo_changed.connect(self._undo_changed)
        board.layout_changed.connect(self._layout_changed)
        board.time_changed.connect(self._time_changed)
        board.cursors_changed.connect(self._cursors_changed)

    def commands(self) -> list[Command]:
        """What the palette offers of this page."""
        entries: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
            ("follow", self.tr("Follow now"), "F", self.follow.click),
            ("pause", self.tr("Pause or run"), "Space", self.pause.click),
            ("crosshair", self.tr("Crosshair"), "X", self.crosshair.click),
            ("measure", self.tr("Measure between two cursors"), "Shift+X",
             self.measure_button.click),
            ("undo", self.tr("Undo"), "Ctrl+Z", self._undo),
            ("export", self.tr("Export what is visible"), "Ctrl+E", self._export),
            ("switch", self.tr("Send a command to the selected point"), "S",
             self.switching.open_current),
            ("find", self.tr("Find a point or asset"), "Ctrl+F", self.points.search.setFocus),
        )  # fmt: skip
        spans: list[tuple[str, str, str, Callable[[], None]]] = [
            (f"span{index}", self.span.itemText(index), "", partial(self._span_chosen, index))
            for index in range(self.span.count())
        ]
        return [
            Command(id=f"{PAGE}.{name}", title=self.tr("Live: {0}").format(title), run=run,
                    shortcut=shortcut, page=PAGE)
            for name, title, shortcut, run in (*entries, *spans)
        ]  # fmt: skip

    def focus_first(self) -> None:
        """Where the focus lands when the page is shown."""
        self.points.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_point(self, key: PointKey) -> None:
        """Find a point in the tree and plot it."""
        self.points.search.clear()
        self.points.tree.show_point(key)
        if key not in self._model.curves():
            self.board.add_points([key])

    def show_asset(self, number: str) -> None:
        """Find an asset in the tree."""
        self.points.search.clear()
        self.points.tree.show_asset(self._model.row_of(number))
        self.focus_first()

    @Slot(PointKey, bool)
    def _plot(self, key: PointKey, _on: bool) -> None:
        before = len(self.board.layout.keys())
        self.board.toggle_point(key)
        info = self.board.info(key)
        added = len(self.board.layout.keys()) > before
        text = self.tr("Plotted {0}") if added else self.tr("Removed {0}")
        self.said.emit(text.format(f"{info.title} {info.owner}"))

    @Slot(PointKey)
    def _plot_apart(self, key: PointKey) -> None:
        self.board.add_points([key], Target())

    @Slot(PointKey)
    def _export_point(self, key: PointKey) -> None:
        self.board.export_requested.emit(replace(self.board.visible(), keys=(key,)))

    @Slot()
    def _layout_changed(self) -> None:
        self._model.set_curves(self.board.colours())
        self.points.recount()
        if self._model.curves():
            self.points.tree.open_first()
        self._undo_changed()
        plotted = bool(self.board.layout.plots)
        known = self._model.shown()[1] > 0
        self._stack.setCurrentWidget(self._plots if plotted or known else self.lonely)
        self.export.setEnabled(plotted)
        self.measure_button.setEnabled(plotted)

    @Slot()
    def _time_changed(self) -> None:
        time = self.board.time
        self.follow.setChecked(time.following)
        self.pause.setChecked(time.paused)
        self.pause.set_label(self.tr("Run") if time.paused else self.tr("Pause"),
                             "play" if time.paused else "pause")  # fmt: skip
        index = self.span.findData(time.span_ns)
        self.span.setCurrentIndex(index)
        if index < 0:
            self.span.setPlaceholderText(self.tr("Zoomed"))

    @Slot(int)
    def _span_chosen(self, index: int) -> None:
        self.board.time.set_span(int(self.span.itemData(index)))

    @Slot()
    def _follow(self) -> None:
        self.board.time.follow()
        self._time_changed()

    @Slot()
    def _pause(self) -> None:
        self.board.time.set_paused(paused=self.pause.isChecked())

    @Slot()
    def _crosshair(self) -> None:
        self.canvas.set_crosshair(self.crosshair.isChecked())

    @Slot()
    def _modes_changed(self) -> None:
        self.crosshair.setChecked(self.canvas.crosshair)
        self._cursors_changed()

    @Slot(list)
    def _rejected(self, _keys: list[PointKey]) -> None:
        self.message.show_text(self.tr("A text has no curve: nothing was plotted."))

    @Slot()
    def _measure(self) -> None:
        self.canvas.set_measuring(self.measure_button.isChecked())

    @Slot()
    def _end_measure(self) -> None:
        self.board.set_cursors(None)

    @Slot()
    def _cursors_changed(self) -> None:
        on = self.board.cursors is not None
        self.measure_button.setChecked(on)
        if on != self.measure_dock.isVisible():
            self._show_measure(on=on)

    def _aside(self) -> bool:
        return self.dockWidgetArea(self.measure_dock) == Qt.DockWidgetArea.RightDockWidgetArea

    def _show_measure(self, *, on: bool) -> None:
        """A dock that is hidden takes no size: it gets the one it had when it is shown."""
        dock, aside = self.measure_dock, self._aside()
        if not on and not dock.isFloating():
            self._measure_size = dock.width() if aside else dock.height()
        dock.setVisible(on)
        if on and not dock.isFloating():
            way = Qt.Orientation.Horizontal if aside else Qt.Orientation.Vertical
            self.resizeDocks([dock], [self._measure_size], way)

    @Slot()
    def _undo(self) -> None:
        """What was switched comes first: its time is short."""
        if not self.switching.undo():
            self.board.model.undo()

    @Slot()
    def _undo_changed(self) -> None:
        self.undo.setEnabled(self.board.model.can_undo or self.switching.can_undo)

    @Slot()
    def _export(self) -> None:
        self.board.request_export()

    def save_state(self) -> dict[str, str]:
        """Docks, plots and the time span, for the layout file."""
        state = {"plots": self.board.save(), "span_ns": str(self.board.time.span_ns)}
        if self._seen:
            docks = self.saveState(_STATE_VERSION).toBase64().data()
            state["docks"] = bytes(docks).decode()
        return state

    def showEvent(self, event: QShowEvent) -> None:
        """A page that was never laid out has no arrangement worth keeping."""
        self._seen = True
        super().showEvent(event)
        while self._again:
            self._again.pop(0)()

    def _arrange(self, arrange: Callable[[], object]) -> None:
        """Move docks; again when the page is seen: before, it is small and squeezes them."""
        arrange()
        if not self._seen:
            self._again.append(arrange)

    def restore_state(self, state: dict[str, str]) -> None:
        """Take saved docks; UserFacing is not raised for plots of another version, they are new."""
        if state.get("span_ns", "").isdecimal():
            self.board.time.set_span(int(state["span_ns"]))
        if state.get("docks"):
            saved = QByteArray.fromBase64(state["docks"].encode())
            self._arrange(partial(self.restoreState, saved, _STATE_VERSION))
        self._arrange(self.measure_dock.hide)
        self._arrange(self._cursors_changed)
