"""A tool bar that is too narrow for its labels shows icons, and no label in part."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QWidget

from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import MEASURES, PALETTES
from widgets.pages.panel import ToolRow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LABELS = {"Follow": "follow", "Edit": "", "Export": "export"}


def _row(qtbot) -> tuple[QWidget, ToolRow, list[KeyButton]]:
    look = Look(palette=PALETTES["light"], measures=MEASURES["desk"])
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 100)
    tools = ToolRow(look)
    # Without a layout of its window: that would not let it be narrower than its labels.
    tools.setParent(window)
    tools.row.addWidget(QComboBox())
    tools.add_line()
    buttons = [
        KeyButton(look, label, shortcut=f"Ctrl+{label[1]}", icon=icon)
        for label, icon in LABELS.items()
    ]
    for button in buttons:
        tools.row.addWidget(button)
    tools.row.addStretch(1)
    window.show()
    tools.resize(1000, tools.height())
    return window, tools, buttons


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_the_last_labels_with_an_icon_go_first_and_none_is_cut(qtbot, missing):
    _window, tools, (follow, edit, export) = _row(qtbot)
    least = tools.minimumSizeHint().width()
    room = [one.width_of(bare=False) - one.width_of(bare=True) for one in (export, follow)]
    tools.resize(least + sum(room[missing:]), tools.height())
    tools.row.activate()
    assert bool(export.toolTip()) is (missing >= 1)
    assert bool(follow.toolTip()) is (missing >= 2)
    assert not edit.toolTip()
    for button in (follow, edit, export):
        assert button.width() >= button.width_of(bare=bool(button.toolTip()))


def test_labels_come_back_with_the_room_and_tell_their_keys_without(qtbot):
    _window, tools, (follow, _edit, export) = _row(qtbot)
    tools.resize(tools.minimumSizeHint())
    assert export.toolTip() == "Export  Ctrl+X"
    export.set_label("Save")
    assert export.toolTip() == "Save  Ctrl+X"
    tools.resize(1000, tools.height())
    assert not export.toolTip()
    assert not follow.toolTip()
