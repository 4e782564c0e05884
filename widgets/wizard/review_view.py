"""Review and sign: the verdict, what stays open, what was waived, each step, and who signs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QColor, QDesktopServices, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.bridge.commission_views import HeaderView, JobView
from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import CARD_RADIUS
from widgets.wizard import verdicts
from widgets.wizard.durations import clock
from widgets.wizard.review_rows import ItemRow, StepRow

_MARKS = {"commissioned": "pass", "commissioned_locally": "deferred", "conditional": "marginal",
          "rejected": "fail"}  # fmt: skip


class _Card(QWidget):
    """A framed card; with ``mark`` the verdict's sign stands at its left."""

    def __init__(self, look: Look, *, strong: bool = False) -> None:
        super().__init__()
        self._look = look
        self._strong = strong
        self.mark = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.border if self._strong else palette.divider), 1))
        painter.setBrush(QColor(palette.raised))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        if self.mark:
            marks.draw(verdicts.MARKS[self.mark], painter, QRectF(12, 13, 16, 16), palette)
        painter.end()


class ReviewView(QWidget):
    """The last step.

    Signals:
        go_requested: the check to go to.
        soak_waiver_requested: somebody wants to sign before the soak is over.
        sign_requested: somebody wants to sign the job as rejected, and has said so twice; or the
            job is signed and its report could not be written.
    """

    go_requested = Signal(str)
    soak_waiver_requested = Signal()
    sign_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: object = None
        self._report = ""
        self._sure = False
        self.title = QLabel()
        self.title.setFont(sans(look.measures.h2, SEMIBOLD))
        self.verdict = QLabel()
        self.verdict.setFont(sans(look.measures.h3, SEMIBOLD))
        self.facts, self.soak_note, self.report = QLabel(), QLabel(), QLabel()
        for label in (self.facts, self.soak_note, self.report):
            label.setWordWrap(True)
        self.report.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.waive_soak = KeyButton(look, self.tr("Waive the soak…"), shortcut="Ctrl+W")
        self.waive_soak.setObjectName("review:soak")
        self.reject = KeyButton(look, "", shortcut="Ctrl+Shift+Return")
        self.reject.setObjectName("review:reject")
        self.open = KeyButton(look, self.tr("Open the report"), shortcut="Ctrl+O")
        self.open.setObjectName("review:open")
        self.waive_soak.clicked.connect(self.soak_waiver_requested)
        self.reject.clicked.connect(self._reject)
        self.open.clicked.connect(self._open)
        self._box = _Card(look, strong=True)
        column = QVBoxLayout(self._box)
        column.setContentsMargins(36, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.verdict)
        column.addWidget(self.facts)
        for told, button in ((self.soak_note, self.waive_soak), (self.report, self.open)):
            row = QHBoxLayout()
            row.addWidget(told, 1)
            row.addWidget(button)
            column.addLayout(row)
        column.addWidget(self.reject, 0, Qt.AlignmentFlag.AlignLeft)
        self._lay_out()

    def _lay_out(self) -> None:
        self._list = QVBoxLayout()
        self._list.setContentsMargins(1, 1, 1, 1)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        inner = QWidget()
        inner.setLayout(self._list)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        # The area fills it when it takes it.
        inner.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setStyleSheet("QScrollArea { background: transparent; }")
        card = _Card(self._look)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 12)
        outer.setSpacing(8)
        outer.addWidget(self.title)
        outer.addWidget(self._box)
        outer.addWidget(card, 1)

    def show_job(self, view: JobView, header: HeaderView, report: str = "") -> None:
        """Show where the job stands; ``report`` is the path of the printed report once there."""
        self.title.setText(f"{view.number()} {view.step_view().title}")
        opened = len([item for item in view.punch if item.state != "deferred"])
        self.verdict.setText(verdicts.job_word(view.verdict, view.deferred, opened))
        self._box.mark = _MARKS[view.verdict]
        self._box.update()
        done = sum(step.done for step in view.steps)
        total = sum(step.total for step in view.steps)
        text = self.tr("{0} of {1} checks done, {2} open, {3} waived. Signed by {4}.")
        if not view.signed_ns:
            text = self.tr("{0} of {1} checks done, {2} open, {3} waived. To be signed by {4}.")
        who = f"{view.operator} ({verdicts.role(view.role)})"
        self.facts.setText(text.format(done, total, len(view.punch), len(view.waived), who))
        self._show_soak(view, header)
        self._show_report(report, signed=bool(view.signed_ns))
        blocked = view.verdict == "rejected" and not view.signed_ns
        self.reject.setVisible(blocked)
        self._sure &= blocked
        self._name_reject()
        if (view.punch, view.waived, view.steps) != self._shown:
            self._shown = (view.punch, view.waived, view.steps)
            self._rebuild(view)

    def _show_soak(self, view: JobView, header: HeaderView) -> None:
        left = header.soak_left_s
        note = ""
        if view.soak_waiver:
            note = self.tr("The soak was cut short: {0}").format(view.soak_waiver)
        elif left and not view.signed_ns:
            note = self.tr("All points are recorded for another {0} before the job can be signed.")
            note = note.format(clock(left))
        self.soak_note.setText(note)
        self.soak_note.setVisible(bool(note))
        self.waive_soak.setVisible(bool(left) and not view.signed_ns and not view.soak_waiver)

    def _show_report(self, report: str, *, signed: bool) -> None:
        self._report = report
        there = self.tr("Report: {0}").format(report)
        self.report.setText(there if report else self.tr("The report is not written yet."))
        label = self.tr("Open the report") if report else self.tr("Write the report")
        if label != self.open.text():
            self.open.set_label(label)
        for widget in (self.report, self.open):
            widget.setVisible(signed)

    def _name_reject(self) -> None:
        label = self.tr("Sign as rejected…")
        if self._sure:
            label = self.tr("Press again: the report will say rejected")
        if label != self.reject.text():
            self.reject.set_label(label)

    @Slot()
    def _reject(self) -> None:
        if self._sure:
            self.sign_requested.emit()
        self._sure = not self._sure
        self._name_reject()

    @Slot()
    def _open(self) -> None:
        if self._report:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._report))))
        else:
            self.sign_requested.emit()

    def _rebuild(self, view: JobView) -> None:
        while self._list.count() > 1:
            taken_out = self._list.takeAt(0)
            taken = taken_out.widget() if taken_out is not None else None
            if taken is not None:
                taken.hide()
                taken.deleteLater()
        rows: list[QWidget] = []
        items = (*view.punch, *view.waived)
        if items:
            rows.append(self._heading(self.tr("Open or waived")))
        for item in items:
            row = ItemRow(self._look, item)
            row.go_requested.connect(self.go_requested)
            rows.append(row)
        title = self.tr("Steps") if items else self.tr("Steps: nothing is open or waived")
        rows.append(self._heading(title))
        rows += [StepRow(self._look, at, step) for at, step in enumerate(view.steps, 1)
                 if step.total]  # fmt: skip
        for place, made in enumerate(rows):
            self._list.insertWidget(place, made)

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setFont(sans(self._look.measures.caption))
        label.setStyleSheet(f"color: {self._look.palette.text2};")
        label.setContentsMargins(12, 8, 12, 4)
        return label
