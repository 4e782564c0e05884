"""The panel at the left of the Live page: search, the tree of points, and how many are shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.bridge.points_model import PointsModel
from widgets.base.fonts import sans
from widgets.base.search_field import SearchField
from widgets.base.theme import Look
from widgets.base.tokens import TREE_WIDTH
from widgets.pages.panel import Panel
from widgets.pages.switch_panel import SwitchPanel
from widgets.tables.points_tree import PointsTree


class PointsPanel(Panel):
    """Search field, tree, the form of a command, and how many assets are shown."""

    def __init__(self, look: Look, model: PointsModel) -> None:
        super().__init__(look, "")
        self._model = model
        self.setMinimumWidth(TREE_WIDTH - 64)
        self.head.title.setText(self.tr("Points"))
        self.search = SearchField(look, self.tr("Find a point or asset"), "Ctrl+F")
        self.tree = PointsTree(look, model)
        self.switch = SwitchPanel(look)
        self.count = QLabel()
        self.count.setFont(sans(look.measures.caption))
        self.count.setStyleSheet(
            f"color: {look.palette.text2}; border-top: 1px solid {look.palette.divider};"
        )
        self.count.setContentsMargins(12, 6, 12, 6)
        field = QWidget()
        box = QVBoxLayout(field)
        box.setContentsMargins(8, 8, 8, 8)
        box.addWidget(self.search)
        self.column.addWidget(field)
        self.column.addWidget(self.tree, 1)
        self.column.addWidget(self.switch)
        self.column.addWidget(self.count)
        self.search.textChanged.connect(model.search)
        self.search.returnPressed.connect(self._into_tree)
        model.modelReset.connect(self.recount)
        self.recount()

    @Slot()
    def recount(self) -> None:
        """Say how much is plotted and shown."""
        shown, everything = self._model.shown()
        text = self.tr("{0} plotted · {1} of {2} assets shown")
        self.count.setText(text.format(len(self._model.curves()), shown, everything))

    @Slot()
    def _into_tree(self) -> None:
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self._model.index(0, 0))
