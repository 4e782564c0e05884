"""One check: verdict, name, measured, limit, method; one that failed or asks opens in place."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.bridge.commission_views import ASKED, CheckView
from widgets.base import marks
from widgets.base.fonts import REGULAR, SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.wizard import columns, verdicts
from widgets.wizard.question_box import QuestionBox

LINES = 3
"""Lines of text an open row has at most."""


class CheckRow(QWidget):
    """Shows a check; keeps its widgets, so that the focus stays while values come in.

    Signals:
        action_requested: the one action of a row that failed.
        retry_requested, log_requested: the buttons beside it.
        answered, values_given, typed: as the question box has them, with the check before.
        chosen: the row was clicked or got the focus.
        resized: the row has another height than before.
    """

    action_requested = Signal(str)
    retry_requested = Signal(str)
    log_requested = Signal(str)
    answered = Signal(str, str)
    values_given = Signal(str, list)
    typed = Signal(str, str, str)
    chosen = Signal(str)
    resized = Signal()

    def __init__(self, look: Look, view: CheckView) -> None:
        super().__init__()
        self._look = look
        self.view = view
        self.question: QuestionBox | None = None
        self.action: KeyButton | None = None
        self._body: QWidget | None = None
        self._shape: object = ()
        self.current = False
        self.setObjectName(f"check:{view.id}")
        self._column = QVBoxLayout(self)
        self._column.setSpacing(8)
        self.show_view(view)

    def show_view(self, view: CheckView) -> None:
        """Show a check as it stands now."""
        self.view = view
        self._rebuild()
        words = (verdicts.word(view.state), self.heading(), view.measured, view.limit, view.text)
        self.setAccessibleName(" ".join(word for word in words if word))
        self.setToolTip(self.heading())
        self.update()

    def set_current(self, *, current: bool) -> None:
        """Mark the row as the one that Retry, Skip and Log are about."""
        self.current = current
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus)
        self._rebuild()
        self.update()

    @property
    def opened(self) -> bool:
        """Whether more than its line is shown; of one that is blocked while it is current."""
        if self.view.state == "blocked" and not self.current:
            return False
        return bool(self.view.action) or self.view.question is not None

    def heading(self) -> str:
        """What stands in the row: the question where one is asked."""
        view = self.view
        if view.question is not None:
            about = view.question.about
            return f"{view.question.text} ({about})" if about else view.question.text
        if view.reopened:
            return self.tr("{0} (opened again: {1})").format(view.title, view.reopened)
        return view.title

    def focus_action(self) -> bool:
        """Move the focus to what is to be done here; tells whether there is something.

        A question that is answered with one key leaves it to the row, so that no stray Enter
        answers it.
        """
        target = self.action or (self.question.first() if self.question else None)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.question is not None:
            self.setFocus(Qt.FocusReason.TabFocusReason)
        return target is not None or self.question is not None

    def _rebuild(self) -> None:
        view = self.view
        question = view.question
        shape = (
            self.opened, view.action, view.target_title, view.state,
            (question.kind, question.choices, question.fields) if question else None,
        )  # fmt: skip
        if shape == self._shape:
            if self._body is not None and view.action:
                self._text.setText(self._told())
            return
        self._shape = shape
        had_focus = self._body is not None and self._body.isAncestorOf(
            self.window().focusWidget() or self
        )
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._body = self.question = self.action = None
        row = self._row_height()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(self.opened and bool(view.action))
        self.setSizePolicy(policy)
        if not self.opened:
            self._column.setContentsMargins(0, row, 0, 0)
        else:
            self._column.setContentsMargins(columns.CHECK, row, 12, 8)
            self._body = self._build()
            self._column.addWidget(self._body)
            # At once, so that it can take the focus in this turn.
            self._body.setVisible(True)
        self.updateGeometry()
        if had_focus and not self.focus_action():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        if self.view.question is not None:
            self.question = QuestionBox(self._look, self.view.question, self.view.id)
            self.question.answered.connect(self._answered)
            self.question.values_given.connect(self._values)
            self.question.typed.connect(self._typed)
            column.addWidget(self.question)
            return body
        self._text = QLabel(self._told())
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        metrics = QFontMetrics(self._text.font())
        self._text.setMaximumHeight(metrics.lineSpacing() * (LINES + 1))
        column.addWidget(self._text)
        column.addLayout(self._buttons())
        return body

    def _buttons(self) -> QHBoxLayout:
        view, look = self.view, self._look
        row = QHBoxLayout()
        row.setSpacing(8)
        labels = {
            "identify": self.tr("Identify {0}").format(view.target_title),
            "blocker": self.tr("Go to the check that blocks"),
            "connection": self.tr("Test the connection"),
            "retry": self.tr("Try again"),
        }
        self.action = KeyButton(look, labels[view.action])
        self.action.setObjectName(f"action:{view.id}")
        self.action.clicked.connect(self._act)
        retry = KeyButton(look, self.tr("Retry"))
        retry.set_hint("Ctrl+R")
        # Only ever hidden here: shown without a parent it would be a window of its own.
        if view.action == "retry":
            retry.hide()
            self.action.set_hint("Ctrl+R")
        retry.clicked.connect(self._retry)
        log = KeyButton(look, self.tr("Log"))
        log.set_hint("Ctrl+L")
        log.clicked.connect(self._log)
        row.addWidget(self.action)
        row.addWidget(retry)
        row.addStretch(1)
        row.addWidget(log)
        return row

    def _told(self) -> str:
        if self.view.state == "blocked" and not self.view.text:
            return self.tr("{0} has not passed, so this cannot be checked.").format(
                self.view.target_title
            )
        return self.view.text

    def _row_height(self) -> int:
        return self._look.measures.row

    def sizeHint(self) -> QSize:
        """At least the line."""
        hint = self._column.totalSizeHint()
        return QSize(hint.width(), max(self._row_height(), hint.height()))

    def minimumSizeHint(self) -> QSize:
        """No row is squeezed in a long list: the list scrolls."""
        return QSize(0, self.sizeHint().height())

    @Slot()
    def _act(self) -> None:
        self.action_requested.emit(self.view.id)

    @Slot()
    def _retry(self) -> None:
        self.retry_requested.emit(self.view.id)

    @Slot()
    def _log(self) -> None:
        self.log_requested.emit(self.view.id)

    @Slot(str)
    def _answered(self, text: str) -> None:
        self.answered.emit(self.view.id, text)

    @Slot(list)
    def _values(self, values: list[tuple[str, float]]) -> None:
        self.values_given.emit(self.view.id, values)

    @Slot(str, str)
    def _typed(self, name: str, text: str) -> None:
        self.typed.emit(self.view.id, name, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of another height, which may take the row out of sight."""
        super().resizeEvent(event)
        if self.current and event.oldSize().height() != event.size().height():
            self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the row."""
        self.chosen.emit(self.view.id)
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, mark and cells."""
        view, palette, measures = self.view, self._look.palette, self._look.measures
        height, width = self._row_height(), self.width()
        failed = view.state == "fail"
        painter = QPainter(self)
        if failed or self.current:
            painter.fillRect(self.rect(), QColor(palette.selected))
        if self.current:
            painter.fillRect(0, 0, 3, self.height(), QColor(palette.accent))
        painter.fillRect(0, self.height() - 1, width, 1, QColor(palette.divider))
        box = QRectF(columns.MARK, height / 2 - 8, 16, 16)
        marks.draw(verdicts.MARKS[view.state], painter, box, palette)
        strong = sans(measures.body, SEMIBOLD if failed else REGULAR)
        right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
        asked = view.state == ASKED
        word = QRect(columns.WORD, 0, columns.CHECK - columns.WORD - 4, height)
        self._cell(painter, word, self._word(), strong, palette.text, left)
        where = columns.check_box(width, height, asked=asked)
        self._cell(painter, where, self.heading(), strong, palette.text, left)
        if not asked:
            self._cell(painter, columns.measured_box(width, height), view.measured or "–", strong,
                       palette.text, right)  # fmt: skip
            self._cell(painter, columns.limit_box(width, height), view.limit, sans(measures.body),
                       palette.text2, right)  # fmt: skip
            self._cell(painter, columns.method_box(width, height), view.method,
                       sans(measures.body), palette.text2, right)  # fmt: skip
        painter.end()

    def _word(self) -> str:
        view = self.view
        if view.state == "running" and view.again:
            return self.tr("Try {0} of 3").format(view.again)
        return verdicts.word(view.state)

    @staticmethod
    def _cell(
        painter: QPainter, box: QRect, text: str, font: QFont, color: str, side: Qt.AlignmentFlag
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(color))
        # The end of what was measured tells most: a serial, a unit.
        right = side == Qt.AlignmentFlag.AlignRight
        elide = Qt.TextElideMode.ElideMiddle if right else Qt.TextElideMode.ElideRight
        shown = QFontMetrics(font).elidedText(text, elide, box.width())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
