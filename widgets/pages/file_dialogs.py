"""The dialogs that ask for a file, in the window's language also where Qt has no translation."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QSize, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_SIZE = QSize(820, 480)
_SUFFIX = re.compile(r"\(\*\.(\w+)\)")
_QT_LACKS = (
    QT_TRANSLATE_NOOP("QFileSystemModel", "Size"),
    QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "Folder"),
    QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "File"),
    QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "%1 File"),
    QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "Drive"),
)
"""Words of Qt's own dialog that its Chinese translation has not, or has amiss: ours has them."""


def save_dialog(
    parent: QWidget | None, title: str, kinds: str, folder: str = "", name: str = ""
) -> QFileDialog:
    """A dialog that goes with its closing; connect ``fileSelected``, then ``open`` it.

    ``kinds`` are filters such as ``CSV (*.csv)``; the name takes the suffix of the one chosen. It
    begins in the folder given, else in the user's documents; without a name with the time.
    """
    dialog = _dialog(parent, title, kinds, folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    moment = f"wayside-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    choose = partial(_take_suffix, dialog, name or moment)
    dialog.filterSelected.connect(choose)
    choose(dialog.nameFilters()[0])
    translate = QCoreApplication.translate
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, translate("FileDialog", "Save"))
    return dialog


def open_dialog(parent: QWidget | None, title: str, kinds: str, folder: str = "") -> QFileDialog:
    """A dialog for one file that exists; connect ``fileSelected``, then ``open`` it."""
    dialog = _dialog(parent, title, kinds, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    translate = QCoreApplication.translate
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, translate("FileDialog", "Open"))
    return dialog


def _dialog(parent: QWidget | None, title: str, kinds: str, folder: str) -> QFileDialog:
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    start = Path(folder or QStandardPaths.writableLocation(documents))
    dialog = QFileDialog(parent, title, str(start if start.is_dir() else Path.home()), kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # Qt's own size cuts the column of dates.
    dialog.resize(_SIZE)
    label = QFileDialog.DialogLabel
    for each in (label.LookIn, label.FileName, label.FileType, label.Reject):
        _word(dialog, each)
    return dialog


def _take_suffix(dialog: QFileDialog, name: str, kind: str) -> None:
    found = _SUFFIX.search(kind)
    if found is not None:
        dialog.setDefaultSuffix(found[1])
        dialog.selectFile(f"{name}.{found[1]}")


def _word(dialog: QFileDialog, label: QFileDialog.DialogLabel) -> None:
    translate = QCoreApplication.translate
    words = {
        QFileDialog.DialogLabel.LookIn: translate("FileDialog", "Folder"),
        QFileDialog.DialogLabel.FileName: translate("FileDialog", "File name"),
        QFileDialog.DialogLabel.FileType: translate("FileDialog", "Kind"),
        QFileDialog.DialogLabel.Reject: translate("FileDialog", "Cancel"),
    }
    dialog.setLabelText(label, words[label])
