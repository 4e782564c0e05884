"""Review and sign: the verdict, what stays open, what was waived, and who signs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.bridge.commission_views import HeaderView, JobView, PunchView
from widgets.base import marks
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import CARD_RADIUS
from widgets.wizard import verdicts
from widgets.wizard.header_line import clock


class _Card(QWidget):
    def __init__(self, look: Look, *, strong: bool = False) -> None:
        super().__init__()
        self._look = look
        self._strong = strong

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.border if self._strong else palette.divider), 1))
        painter.setBrush(QColor(palette.raised))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        painter.end()


class ItemRow(QWidget):
    """One open or waived item, with the way to it.

    Signals:
        go_requested: the check to go to.
    """

    go_requested = Signal(str)

    def __init__(self, look: Look, item: PunchView) -> None:
        super().__init__()
        self._look = look
        self._item = item
        text = f"{item.punch} · {verdicts.word(item.state)} · {item.title}"
        title = QLabel(text)
        title.setWordWrap(True)
        title.setFont(sans(look.measures.body, SEMIBOLD))
        more = QLabel(" ".join(part for part in (item.reason, item.text) if part))
        more.setWordWrap(True)
        if not more.text():
            more.hide()
        go = KeyButton(look, self.tr("Go to"), kind="small")
        go.setAccessibleName(self.tr("Go to {0}").format(item.title))
        go.setObjectName(f"go:{item.check}")
        go.clicked.connect(self._go)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(more)
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 6, 12, 6)
        row.addLayout(words, 1)
        row.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)

    def _go(self) -> None:
        self.go_requested.emit(self._item.check)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark and the line below."""
        palette = self._look.palette
        painter = QPainter(self)
        mark = verdicts.MARKS[self._item.state]
        marks.draw(mark, painter, QRectF(12, 8, 16, 16), palette)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.divider))
        painter.end()


class ReviewView(QWidget):
    """The last step.

    Signals:
        go_requested: the check to go to.
    """

    go_requested = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._items: tuple[PunchView, ...] | None = None
        self.title = QLabel()
        self.title.setFont(sans(look.measures.h2, SEMIBOLD))
        self.verdict = QLabel()
        self.verdict.setFont(sans(look.measures.h3, SEMIBOLD))
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.sign_note = QLabel()
        self.sign_note.setWordWrap(True)
        box = _Card(look, strong=True)
        column = QVBoxLayout(box)
        column.setContentsMargins(12, 8, 12, 8)
        for label in (self.verdict, self.facts, self.sign_note):
            column.addWidget(label)
        self._lay_out(box)

    def _lay_out(self, box: QWidget) -> None:
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
        self.empty = QLabel(self.tr("Nothing is open and nothing was waived."))
        self.empty.setContentsMargins(12, 12, 12, 12)
        self._list.insertWidget(0, self.empty)
        card = _Card(self._look)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 12)
        outer.setSpacing(8)
        outer.addWidget(self.title)
        outer.addWidget(box)
        outer.addWidget(card, 1)

    def show_job(self, view: JobView, header: HeaderView) -> None:
        """Show where the job stands."""
        self.title.setText(f"{view.number()} {view.step_view().title}")
        opened = len([item for item in view.punch if item.state != "deferred"])
        self.verdict.setText(verdicts.job_word(view.verdict, view.deferred, opened))
        done = sum(step.done for step in view.steps)
        total = sum(step.total for step in view.steps)
        text = self.tr("{0} of {1} checks done, {2} open, {3} waived. Signed by {4}.")
        if not view.signed_ns:
            text = self.tr("{0} of {1} checks done, {2} open, {3} waived. To be signed by {4}.")
        who = f"{view.operator} ({view.role})"
        self.facts.setText(text.format(done, total, len(view.punch), len(view.waived), who))
        left = max(0.0, header.soak_of_s - header.soak_s)
        note = self.tr("The soak goes on for {0}.").format(clock(left)) if left else ""
        self.sign_note.setText("" if view.signed_ns else note)
        self.sign_note.setVisible(bool(self.sign_note.text()))
        items = (*view.punch, *view.waived)
        if items != self._items:
            self._items = items
            self._rebuild(items)

    def _rebuild(self, items: tuple[PunchView, ...]) -> None:
        while self._list.count() > 2:
            taken_out = self._list.takeAt(1)
            taken = taken_out.widget() if taken_out is not None else None
            if taken is not None:
                taken.hide()
                taken.deleteLater()
        self.empty.setVisible(not items)
        for place, item in enumerate(items):
            row = ItemRow(self._look, item)
            row.go_requested.connect(self.go_requested)
            self._list.insertWidget(1 + place, row)
