"""The table of connections: name, link, state, round trip, rates and the last error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.bridge import units
from app.core.links import LinkState
from app.core.rows import utc

Index = QModelIndex | QPersistentModelIndex
NAME, LINK, STATE, RTT, RATE, ERRORS, LAST_ERROR = range(7)
STATE_ROLE = Qt.ItemDataRole.UserRole + 1
NAME_ROLE = Qt.ItemDataRole.UserRole + 2
_NUMBERS = frozenset({RTT, RATE, ERRORS})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """One connection as the table shows it; ``per_s`` and ``errors`` None where it is closed.

    ``errors`` are those of the past hour,
    ``silent_s`` is the time since the last answer, ``retry_s`` the time to the next attempt.
    """

    name: str
    url: str
    state: LinkState
    detail: str = ""
    rtt_s: float | None = None
    per_s: float | None = None
    errors: int | None = None
    error: str = ""
    error_ns: int = 0
    silent_s: float = 0.0
    retry_s: float = 0.0
    enabled: bool = True
    recording: bool = False


class ConnectionsModel(QAbstractTableModel):
    """Rows in the order in which the user has them; replaced as a whole, announced by row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ConnectionRow, ...] = ()

    def set_rows(self, rows: Sequence[ConnectionRow]) -> None:
        """Show these rows; the selection stays where the names do."""
        new = tuple(rows)
        if [row.name for row in new] != [row.name for row in self._rows]:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        before, self._rows = self._rows, new
        for number, (old, row) in enumerate(zip(before, new, strict=True)):
            if old != row:
                self.dataChanged.emit(self.index(number, 0), self.index(number, LAST_ERROR))

    def row(self, number: int) -> ConnectionRow | None:
        """A row by its number, None outside."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def row_of(self, name: str) -> int:
        """The number of a connection's row, -1 where there is none."""
        return next((n for n, row in enumerate(self._rows) if row.name == name), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of connections."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Seven columns."""
        return 7

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """The column titles; numbers are right-aligned."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("Name"), self.tr("Link"), self.tr("State"), self.tr("RTT"),
            self.tr("RX /s"), self.tr("Errors /h"), self.tr("Last error"),
        )[section]  # fmt: skip

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Texts, the state for the light, and the whole row for a screen reader."""
        row = self.row(index.row())
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(row, index.column())
        if role == STATE_ROLE:
            return row.state.value
        if role == NAME_ROLE:
            return row.name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (self._text(row, each) for each in range(7))))
        return None

    @staticmethod
    def _alignment(column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _text(self, row: ConnectionRow, column: int) -> str:
        if column == RTT:
            return units.NO_VALUE if row.rtt_s is None else f"{row.rtt_s * 1000:.0f} ms"
        if column == RATE:
            return units.NO_VALUE if row.per_s is None else units.number(row.per_s, 0)
        if column == ERRORS:
            return units.NO_VALUE if row.errors is None else units.number(row.errors, 0)
        if column == LAST_ERROR:
            return self._last_error(row)
        if column == STATE:
            return self.state_text(row)
        return row.name if column == NAME else row.url

    @staticmethod
    def _last_error(row: ConnectionRow) -> str:
        if not row.error:
            return ""
        at = utc(row.error_ns).astimezone().strftime("%H:%M:%S ") if row.error_ns else ""
        # The address stands in the row already.
        return at + row.error.removeprefix(row.url.partition("?")[0]).lstrip(" :")

    def state_text(self, row: ConnectionRow) -> str:
        """The state in words, with how long it lasts where that matters."""
        if not row.enabled:
            return self.tr("disabled")
        text = {
            LinkState.CLOSED: self.tr("closed"),
            LinkState.CONNECTING: self.tr("connecting"),
            LinkState.CONNECTED: self.tr("connected"),
            LinkState.SILENT: self.tr("silent"),
            LinkState.WAITING: self.tr("waiting"),
            LinkState.FAILED: self.tr("failed"),
        }[row.state]
        if row.state is LinkState.SILENT and row.silent_s >= 1:
            text += f" {units.age_words(row.silent_s)}"
        if row.state is LinkState.WAITING and row.retry_s > 0:
            text = self.tr("retry in {0} s").format(max(1, round(row.retry_s)))
        if row.recording:
            text += ", " + self.tr("recording")
        return text
