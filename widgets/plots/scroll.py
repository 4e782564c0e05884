"""The canvas in a frame that scrolls when more plots are stacked than fit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea

from widgets.plots.canvas import PlotCanvas


class PlotScroll(QScrollArea):
    """Stretches the canvas over its whole area, and scrolls once plots would be too low to read.

    The wheel zooms, so scrolling is by the bar, or by choosing a curve with the arrow keys.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        super().__init__()
        self.canvas = canvas
        self.setWidget(canvas)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        canvas.board.layout_changed.connect(self._fit)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        canvas = self.canvas
        canvas.setMinimumHeight(canvas.builder.least_height())
        selected = canvas.board.model.selected
        for plot in canvas.scene().plots:
            if selected is not None and plot.plot.has(selected):
                middle = plot.band.center().toPoint()
                self.ensureVisible(0, middle.y(), 0, round(plot.band.height() / 2))
                return
