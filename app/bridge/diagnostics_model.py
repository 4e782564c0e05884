"""The lines of a connection diagnosis as they come in, in order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core.links import Finding, FindingVerdict

Index = QModelIndex | QPersistentModelIndex
NUMBER, VERDICT, CHECK, SEEN, TOOK = range(5)
VERDICT_ROLE = Qt.ItemDataRole.UserRole + 1


class DiagnosticsModel(QAbstractTableModel):
    """One row a finding: number, verdict, check, what was seen, how long it took."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: list[Finding] = []

    def clear(self) -> None:
        """Forget the findings of the run before."""
        self.beginResetModel()
        self._findings = []
        self.endResetModel()

    def add(self, finding: Finding) -> None:
        """Append a finding."""
        row = len(self._findings)
        self.beginInsertRows(QModelIndex(), row, row)
        self._findings.append(finding)
        self.endInsertRows()

    def finding(self, row: int) -> Finding | None:
        """The finding of a row, None outside."""
        return self._findings[row] if 0 <= row < len(self._findings) else None

    def first_failure(self) -> int:
        """The row of the line that failed, -1 where none did."""
        for row, finding in enumerate(self._findings):
            if finding.verdict is FindingVerdict.FAIL:
                return row
        return -1

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of findings."""
        return 0 if parent is not None and parent.isValid() else len(self._findings)

    def columnCount(self, parent: Index | None = None) -> int:
        """Five columns."""
        return 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """The column titles."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (NUMBER, TOOK):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        titles = (self.tr("Verdict"), self.tr("Check"), self.tr("Seen"), self.tr("Took"))
        return ("", *titles)[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Texts, and the verdict for the mark."""
        finding = self.finding(index.row())
        if finding is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(finding, index.row(), index.column())
        if role == VERDICT_ROLE:
            return finding.verdict.value
        if role == Qt.ItemDataRole.AccessibleTextRole:
            cells = [self._text(finding, index.row(), column) for column in range(5)]
            return ", ".join([*cells, finding.fix, finding.command])
        return None

    def verdict_text(self, verdict: FindingVerdict) -> str:
        """The verdict's word."""
        return {
            FindingVerdict.PASS: self.tr("Pass"),
            FindingVerdict.WARN: self.tr("Warning"),
            FindingVerdict.FAIL: self.tr("Fail"),
            FindingVerdict.BLOCKED: self.tr("Blocked"),
        }[verdict]

    def _text(self, finding: Finding, row: int, column: int) -> str:
        if column == TOOK:
            blocked = finding.verdict is FindingVerdict.BLOCKED
            return "" if blocked else took_text(finding.took_s)
        texts = (str(row + 1), self.verdict_text(finding.verdict), finding.title, finding.seen)
        return texts[column]

    def report(self, title: str) -> str:
        """The whole diagnosis as plain text, for a message to somebody who can help."""
        lines = [title]
        for row, finding in enumerate(self._findings):
            verdict = self.verdict_text(finding.verdict)
            took = self._text(finding, row, TOOK)
            lines.append(f"{row + 1}. {verdict}: {finding.title}: {finding.seen} {took}".rstrip())
            lines += [f"   {text}" for text in (finding.fix, finding.command) if text]
        return "\n".join(lines) + "\n"


def took_text(seconds: float) -> str:
    """How long a check took: ms below a second."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{max(1, round(seconds * 1000))} ms"
