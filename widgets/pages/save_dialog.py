"""The dialog that asks for the name of a file to write."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def save_dialog(parent: QWidget | None, title: str, name: str, kinds: str) -> QFileDialog:
    """A dialog that goes with its closing; connect ``fileSelected``, then ``open`` it."""
    dialog = QFileDialog(parent, title, name, kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    return dialog
