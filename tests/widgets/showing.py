"""Every text that a window may show, seen or not yet; and which of them are plain English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QGroupBox, QTabWidget, QWidget

_READ = ("text", "title", "placeholderText", "windowTitle", "toolTip", "statusTip", "whatsThis",
         "accessibleName", "accessibleDescription", "suffix", "prefix", "toPlainText",
         "specialValueText")  # fmt: skip
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
_DEEP = 400
_NAMES = re.compile(
    r"<[^>]*>|^Pole$|^var$|city/#|(Ctrl|Shift|Alt)\+\S*|Space|Return|English|UTC\S*"
    r"|Wayside|Modbus RTU over TCP|Modbus\b|\bRTU\b|\bTCP\b|MQTT|\bTLS\b|RS-485|NB-IoT|LwM2M|TALQ"
    r"|RSRP|RSRQ|SINR|ICCID|IMEI|IMSI|COV|\bLED\b|\bPM\s?[\d.]+|\bTHD\b|LiFePO4|GB/T \d+"
    r"|CSV|Parquet|PNG|SVG|PDF|TOML|JSON|SHA-256|Ed25519|SDM\w*|Eastron|EMQX"
    r"|\b[ST][PS]-\d+\S*|\w+(\+\w+)?://\S*|/dev/\S+|tty\S*|\bCOM\d*|\b\w+([-._/]\w+)+"
    r"|kWh|kvarh?|dBm?|hPa|\bm/s|\b\d+(\.\d+)?\s?(min|ms|lx|VA|var|Hz|deg)\b|\b[0-9a-f]{4,}\b"
)
"""Products, protocols, units, keys, and what stands in files as it is."""
_WORDS = re.compile(r"[A-Za-z]{3,}")
_SENTENCE = re.compile(r"[A-Za-z]{2,}( [A-Za-z]{2,}){2,}")
_CHINESE = re.compile("[㐀-鿿]")


def texts_of(window: QWidget) -> Iterator[tuple[str, str]]:
    """Texts of a window, also of what is hidden, each with where it was found."""
    found: list[QObject] = [window, *window.findChildren(QWidget), *window.findChildren(QAction)]
    for each in found:
        where = f"{type(each).__name__} {each.objectName()}".strip()
        for name in _READ:
            read = getattr(each, name, None)
            if callable(read):
                yield where, _text(read)
        if isinstance(each, QComboBox):
            yield from ((where, each.itemText(n)) for n in range(each.count()))
        if isinstance(each, QTabWidget):
            yield from ((where, each.tabText(n)) for n in range(each.count()))
        if isinstance(each, QAbstractItemView) and each.model() is not None:
            yield from ((where, text) for text in _items(each.model()))
        if isinstance(each, QGroupBox):
            yield where, each.title()


def english(texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those with an English word and no Chinese, or with an English sentence; names aside."""
    return sorted({(where, text) for where, text in texts if _is_english(text)})


def _is_english(text: str) -> bool:
    rest = _NAMES.sub("", text)
    if _CHINESE.search(text):
        return bool(_SENTENCE.search(rest))
    return bool(_WORDS.search(rest))


def _text(read) -> str:
    try:
        found = read()
    except TypeError:
        return ""
    return found if isinstance(found, str) else ""


def _items(model: QAbstractItemModel) -> Iterator[str]:
    for column in range(_columns(model, QModelIndex())):
        for role in _ROLES:
            yield str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
    waiting, seen = [QModelIndex()], 0
    while waiting and seen < _DEEP:
        parent = waiting.pop(0)
        for row in range(model.rowCount(parent)):
            for column in range(_columns(model, parent)):
                index = model.index(row, column, parent)
                for role in _ROLES:
                    yield str(index.data(role) or "")
            child = model.index(row, 0, parent)
            seen += 1
            if model.rowCount(child):
                waiting.append(child)


def _columns(model: QAbstractItemModel, parent: QModelIndex) -> int:
    # A list has one, and does not let others ask.
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
