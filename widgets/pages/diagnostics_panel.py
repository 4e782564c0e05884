"""The ordered diagnosis of a connection; the line that failed opens with its literal fix."""

from __future__ import annotations

import time
from datetime import datetime

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.bridge.diagnostics_model import DiagnosticsModel, took_text
from app.core.links import Finding, FindingVerdict
from widgets.base import marks
from widgets.base.fonts import REGULAR, SEMIBOLD, mono, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.pages.panel import Panel

_NUMBER, _MARK, _VERDICT, _CHECK, _TOOK = 12, 32, 56, 132, 80
_PATIENCE_S = 3.0
_OPEN = frozenset({FindingVerdict.FAIL, FindingVerdict.WARN})


class FindingLine(QWidget):
    """One finding; a failed one shows what to do below it.

    Signals:
        test_requested: "Test again" was pressed.
    """

    test_requested = Signal()

    def __init__(self, look: Look, number: int, finding: Finding, verdict: str) -> None:
        super().__init__()
        self._look = look
        self._number = number
        self._finding = finding
        self._verdict = verdict
        self.copy: KeyButton | None = None
        # A closed line is painted only: Qt asks a layout for the height, and an empty one has none.
        self._column: QVBoxLayout | None = None
        self._opened = finding.verdict in _OPEN and bool(finding.fix or finding.command)
        if self._opened:
            self._column = QVBoxLayout(self)
            self._column.setContentsMargins(self.check_left(), look.measures.row, 12, 12)
            self._column.setSpacing(8)
            self._open(self._column)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(
            " ".join((str(number), verdict, finding.title, finding.seen, finding.fix))
        )
        self.setToolTip(finding.seen)

    def _open(self, column: QVBoxLayout) -> None:
        finding, look = self._finding, self._look
        if finding.fix:
            fix = QLabel(finding.fix)
            fix.setWordWrap(True)
            fix.setTextFormat(Qt.TextFormat.PlainText)
            fix.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(fix)
        row = QHBoxLayout()
        row.setSpacing(8)
        if finding.command:
            line = QLineEdit(finding.command)
            line.setReadOnly(True)
            line.setFont(mono(look.measures.body))
            line.setAccessibleName(self.tr("Command"))
            self.copy = KeyButton(look, self.tr("Copy command"), icon="copy")
            self.copy.clicked.connect(self._copy)
            row.addWidget(line, 1)
            row.addWidget(self.copy)
        else:
            row.addStretch(1)
        if finding.verdict is FindingVerdict.FAIL:
            again = KeyButton(look, self.tr("Test again"), icon="play")
            again.clicked.connect(self.test_requested)
            self.again = again
            row.addWidget(again)
        column.addLayout(row)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._finding.command)

    def check_left(self) -> int:
        """Where the check's name begins."""
        return _CHECK

    def seen_left(self) -> int:
        """Where what was seen begins."""
        return _CHECK + 184

    def minimumSizeHint(self) -> QSize:
        """At least one row."""
        return QSize(320, max(self._look.measures.row, super().minimumSizeHint().height()))

    def sizeHint(self) -> QSize:
        """One row, or as much as the fix needs."""
        return QSize(640, max(self._look.measures.row, super().sizeHint().height()))

    def hasHeightForWidth(self) -> bool:
        """What was seen wraps, and so does a long fix."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height that the wrapped texts need."""
        head = self._head(width)
        if self._column is None:
            return head
        margins = self._column.contentsMargins()
        return head + self._column.totalHeightForWidth(width) - margins.top()

    def _seen_box(self, width: int) -> QRect:
        return QRect(self.seen_left(), 0, width - _TOOK - self.seen_left(), 0)

    def _head(self, width: int) -> int:
        """The height of the line itself: more than a row where what was seen is long."""
        room = self._seen_box(width).width()
        metrics = QFontMetrics(sans(self._look.measures.body))
        flags = int(Qt.TextFlag.TextWordWrap.value)
        one, wanted = (
            metrics.boundingRect(0, 0, max(room, 80), 4000, flags, text).height()
            for text in ("X", self._finding.seen)
        )
        return self._look.measures.row + max(0, wanted - one)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The fix begins below the line."""
        if self._column is not None:
            self._column.setContentsMargins(self.check_left(), self._head(self.width()), 12, 12)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw number, mark, verdict, check, what was seen and how long it took."""
        palette, measures, finding = self._look.palette, self._look.measures, self._finding
        painter = QPainter(self)
        failed = finding.verdict is FindingVerdict.FAIL
        if failed:
            painter.fillRect(self.rect(), QColor(palette.selected))
            line = QColor(palette.divider)
            painter.fillRect(0, self.height() - 1, self.width(), 1, line)
        row = measures.row
        where = QRectF(_MARK, row / 2 - 8, 16, 16)
        marks.draw(marks.VERDICT_MARKS[finding.verdict.value], painter, where, palette)
        quiet = finding.verdict is FindingVerdict.BLOCKED
        strong = sans(measures.body, SEMIBOLD if failed else REGULAR)
        took = "" if quiet else took_text(finding.took_s)
        right = self.width() - _TOOK
        middle = Qt.AlignmentFlag.AlignVCenter
        cells = (
            (QRect(0, 0, 24, row), str(self._number), sans(measures.body), palette.text2, True),
            (QRect(_VERDICT, 0, 72, row), self._verdict, strong, palette.text, False),
            (QRect(_CHECK, 0, 176, row), finding.title, strong, palette.text, False),
            (QRect(right, 0, 68, row), took, sans(measures.body), palette.text2, True),
        )
        for box, text, font, color, to_right in cells:
            painter.setFont(font)
            painter.setPen(QColor(color))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            side = Qt.AlignmentFlag.AlignRight if to_right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(box, side | middle, shown)
        seen = self._seen_box(self.width())
        seen.setHeight(self._head(self.width()))
        painter.setFont(sans(measures.body))
        painter.setPen(QColor(palette.text2 if quiet else palette.text))
        painter.drawText(seen, middle | Qt.TextFlag.TextWordWrap, finding.seen)
        painter.end()


class DiagnosticsPanel(Panel):
    """The lines of the diagnosis as they come in.

    Signals:
        test_requested: the user wants the test again.
    """

    test_requested = Signal()

    def __init__(self, look: Look, model: DiagnosticsModel) -> None:
        super().__init__(look, "")
        self._model = model
        self._name = ""
        self._began = 0.0
        self._focus_then: QWidget | None = None
        self._lines: list[FindingLine] = []
        self.head.title.setText(self.tr("Diagnostics"))
        self.copy_report = KeyButton(look, self.tr("Copy report"), icon="copy", kind="small")
        self.copy_report.clicked.connect(self._copy)
        self.head.row.addWidget(self.copy_report)
        self.hint = QLabel(
            self.tr(
                "Test checks the way to the device step by step and says how to mend what fails."
            )
        )
        self.hint.setWordWrap(True)
        self.hint.setStyleSheet(f"color: {look.palette.text2};")
        self.hint.setContentsMargins(12, 12, 12, 12)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addWidget(self.hint)
        self._list.addStretch(1)
        inner = QWidget()
        inner.setLayout(self._list)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        inner.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        area.setAccessibleName(self.tr("Findings"))
        self.column.addWidget(area, 1)
        self._area = area
        model.modelReset.connect(self._clear)
        model.rowsInserted.connect(self._add)
        self.copy_report.setEnabled(False)

    def begin(self, name: str) -> None:
        """A test of this connection starts."""
        self._name = name
        self._began, self._focus_then = time.monotonic(), QApplication.focusWidget()
        self.hint.hide()
        self._note(self.tr("{0}, running").format(self._now()))

    def end(self) -> None:
        """The test is over: say how it ended."""
        failed = self._model.first_failure()
        count = self._model.rowCount()
        self.copy_report.setEnabled(count > 0)
        if failed < 0:
            self._note(self.tr("{0}, all {1} checks done").format(self._now(), count))
            return
        text = self.tr("{0}, stopped at the first failure, line {1} of {2}")
        self._note(text.format(self._now(), failed + 1, count))
        line = self._lines[failed]
        target = line.copy or getattr(line, "again", None)
        if target is not None and self._waits():
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        # The lines are laid out in the next turn.
        QTimer.singleShot(0, self._show_failure)

    def _waits(self) -> bool:
        """Whether whoever began the test still waits for it: has not moved on, nor had time to."""
        same = QApplication.focusWidget() is self._focus_then
        return same and time.monotonic() - self._began < _PATIENCE_S

    def _note(self, text: str) -> None:
        """The form may show another connection by now: whose findings these are, stands here."""
        self.head.note.setText(f"{self._name} · {text}")

    @Slot()
    def _show_failure(self) -> None:
        failed = self._model.first_failure()
        if 0 <= failed < len(self._lines):
            self._area.ensureWidgetVisible(self._lines[failed])

    @staticmethod
    def _now() -> str:
        return f"{datetime.now().astimezone():%H:%M:%S}"

    @Slot()
    def _clear(self) -> None:
        for line in self._lines:
            self._list.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines.clear()
        self.copy_report.setEnabled(False)

    @Slot(QModelIndex, int, int)
    def _add(self, _parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            finding = self._model.finding(row)
            if finding is None:
                continue
            verdict = self._model.verdict_text(finding.verdict)
            line = FindingLine(self._look, row + 1, finding, verdict)
            line.test_requested.connect(self.test_requested)
            self._lines.append(line)
            self._list.insertWidget(len(self._lines), line)

    @Slot()
    def _copy(self) -> None:
        title = self.tr("Diagnosis of {0}, {1}").format(self._name, self._now())
        QGuiApplication.clipboard().setText(self._model.report(title))
