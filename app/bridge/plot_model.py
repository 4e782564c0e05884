"""The plot layout that changes: one undo step for each thing the user did, and the selection."""

from __future__ import annotations

from collections.abc import Sequence

from app.bridge import plot_layout as rules
from app.bridge.plot_layout import PlotLayout, Target
from app.core.callbacks import Callbacks
from app.core.rows import PointKey

UNDO_STEPS = 200


class PlotModel:
    """The one layout of a page. ``changed`` fires after each change, with the new layout."""

    def __init__(self, layout: PlotLayout | None = None) -> None:
        self._layout = layout or PlotLayout()
        self._undo: list[PlotLayout] = []
        self._redo: list[PlotLayout] = []
        self._selected: PointKey | None = None
        self.changed: Callbacks[PlotLayout] = Callbacks()
        self.selection_changed: Callbacks[PointKey | None] = Callbacks()

    @property
    def layout(self) -> PlotLayout:
        """The layout now."""
        return self._layout

    @property
    def selected(self) -> PointKey | None:
        """The point whose curves are drawn thick."""
        return self._selected

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._undo)

    def select(self, key: PointKey | None) -> None:
        """Select a plotted point, or nothing."""
        if key is not None and self._layout.curve(key) is None:
            key = None
        if key != self._selected:
            self._selected = key
            self.selection_changed.fire(key)

    def add(self, points: Sequence[tuple[PointKey, str]], target: Target) -> None:
        """Put points (key, unit) where the rules place them."""
        self._do(rules.add(self._layout, points, target))
        if points:
            self.select(points[-1][0])

    def remove(self, key: PointKey, plot_id: int | None = None) -> None:
        """Take a point off one plot, or off all."""
        self._do(rules.remove(self._layout, key, plot_id))

    def remove_plot(self, plot_id: int) -> None:
        """Take a plot away."""
        self._do(rules.remove_plot(self._layout, plot_id))

    def move(self, key: PointKey, source: int, target: Target) -> None:
        """Move a point from a plot to another place."""
        self._do(rules.move(self._layout, key, source, target))

    def own_axis(self, key: PointKey, plot_id: int) -> None:
        """Give a point an axis of its own in its plot."""
        self.move(key, plot_id, Target(plot=plot_id, own_axis=True))

    def move_plot(self, plot_id: int, steps: int) -> None:
        """Move a plot down or up the stack."""
        self._do(rules.move_plot(self._layout, plot_id, steps))

    def fix_range(self, plot_id: int, axis: int, fixed: tuple[float, float] | None) -> None:
        """Zoom an axis by hand, or give it back; no undo step, as for every zoom."""
        self._set(rules.fix_range(self._layout, plot_id, axis, fixed))

    def restore(self, layout: PlotLayout) -> None:
        """Take a saved layout; one undo step."""
        self._do(layout)

    def undo(self) -> None:
        """Take the last step back."""
        if self._undo:
            self._redo.append(self._layout)
            self._set(self._undo.pop())

    def redo(self) -> None:
        """Do the step again that was taken back last."""
        if self._redo:
            self._undo.append(self._layout)
            self._set(self._redo.pop())

    def _do(self, layout: PlotLayout) -> None:
        if layout == self._layout:
            return
        self._undo.append(self._layout)
        del self._undo[:-UNDO_STEPS]
        self._redo.clear()
        self._set(layout)

    def _set(self, layout: PlotLayout) -> None:
        if layout == self._layout:
            return
        self._layout = layout
        self.changed.fire(layout)
        self.select(self._selected)
