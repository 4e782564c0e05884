"""The dialog that asks for the name of a file to write."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def save_dialog(
    parent: QWidget | None, title: str, suffix: str, kinds: str, folder: str = ""
) -> QFileDialog:
    """A dialog that goes with its closing; connect ``fileSelected``, then ``open`` it.

    It begins in the folder given, else in the user's documents, with the time in the name.
    """
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    start = Path(folder or QStandardPaths.writableLocation(documents))
    dialog = QFileDialog(parent, title, str(start if start.is_dir() else Path.home()), kinds)
    dialog.selectFile(f"wayside-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.{suffix}")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    return dialog
