"""What a person answers in a row: yes or no, one of some, characters, or readings."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.bridge.commission_views import QuestionView
from widgets.base.fonts import mono
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look

YES, NO = "yes", "no"


class QuestionBox(QWidget):
    """The controls of one question.

    Signals:
        answered: a word, a choice or characters.
        values_given: readings as pairs of field and number.
        typed: field and text, while it is being typed.
    """

    answered = Signal(str)
    values_given = Signal(list)
    typed = Signal(str, str)

    def __init__(self, look: Look, question: QuestionView, check: str) -> None:
        super().__init__()
        self._look = look
        self.question = question
        self._check = check
        self.fields: dict[str, QLineEdit] = {}
        self.buttons: list[KeyButton] = []
        self._typed = dict(question.typed)
        if question.kind == "values":
            self._build_values()
        elif question.kind == "text":
            self._build_text()
        else:
            self._build_choices()

    def first(self) -> QLineEdit | None:
        """The field where typing begins: the first that is empty; None without fields."""
        fields = list(self.fields.values())
        return next((f for f in fields if not f.text()), fields[0] if fields else None)

    def choose(self, number: int) -> bool:
        """Take the choice of that number, from 1; tells whether there is one."""
        if self.question.kind == "choice" and 1 <= number <= len(self.question.choices):
            self.answered.emit(self.question.choices[number - 1][0])
            return True
        return False

    def _build_choices(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if self.question.kind == "yes_no":
            choices = [(YES, self.tr("Yes"), "Y"), (NO, self.tr("No"), "N")]
        else:
            choices = [
                (name, words, str(number))
                for number, (name, words) in enumerate(self.question.choices, 1)
            ]
        for name, words, key in choices:
            button = KeyButton(self._look, words)
            button.set_hint(key)
            button.setObjectName(f"answer:{self._check}:{name}")
            button.clicked.connect(partial(self._chosen, name))
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch(1)

    def _chosen(self, name: str, _checked: bool = False) -> None:
        self.answered.emit(name)

    def _build_text(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        field = self._field("text", self.question.text)
        field.setFixedWidth(160)
        if self.question.length:
            field.setMaxLength(self.question.length)
            field.setFont(mono(self._look.measures.h3))
            field.setPlaceholderText("_" * self.question.length)
            field.textEdited.connect(partial(_raise, field))
        row.addWidget(field)
        row.addWidget(self._done())
        row.addStretch(1)

    def _build_values(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        quiet = f"color: {self._look.palette.text2}; font-size: {self._look.measures.caption}px;"
        for place, view in enumerate(self.question.fields):
            field = self._field(view.id, f"{view.title} {view.unit}".rstrip())
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setFixedWidth(96)
            label = QLabel(view.title)
            label.setBuddy(field)
            unit, hint = QLabel(view.unit), QLabel(view.hint)
            for small in (unit, hint):
                small.setStyleSheet(quiet)
            grid.addWidget(label, 0, 2 * place, 1, 2)
            grid.addWidget(field, 1, 2 * place)
            grid.addWidget(unit, 1, 2 * place + 1)
            grid.addWidget(hint, 2, 2 * place, 1, 2)
        last = 2 * len(self.question.fields)
        grid.addWidget(self._done(), 1, last)
        grid.setColumnStretch(last + 1, 1)
        column.addLayout(grid)

    def _field(self, name: str, words: str) -> QLineEdit:
        field = QLineEdit(self._typed.get(name, ""))
        field.setAccessibleName(words)
        field.setObjectName(f"field:{self._check}:{name}")
        field.textEdited.connect(partial(self.typed.emit, name))
        field.returnPressed.connect(partial(self._entered, field))
        self.fields[name] = field
        return field

    def _done(self) -> KeyButton:
        button = KeyButton(self._look, self.tr("Done"))
        button.set_hint("Return")
        button.setObjectName(f"answer:{self._check}:enter")
        button.clicked.connect(self.submit)
        self.buttons.append(button)
        return button

    def _entered(self, field: QLineEdit) -> None:
        """Enter goes to the next field, and from the last one on, or to one that is empty."""
        fields = list(self.fields.values())
        after = fields[fields.index(field) + 1 :]
        empty = [other for other in fields if not other.text().strip()]
        if after or (empty and self.question.kind == "values"):
            (after or empty)[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.submit()

    @Slot()
    def submit(self) -> None:
        """Give what was typed; a field that is no number is marked and gets the focus."""
        if self.question.kind == "text":
            text = self.fields["text"].text().strip()
            if text:
                self.answered.emit(text)
            return
        values: dict[str, float] = {}
        for name, field in self.fields.items():
            number = _number(field.text())
            wrong = number is None and bool(field.text().strip())
            field.setProperty("wrong", wrong)
            field.style().unpolish(field)
            field.style().polish(field)
            if wrong:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            if number is not None:
                values[name] = number
        if values:
            self.values_given.emit(list(values.items()))


def _raise(field: QLineEdit, text: str) -> None:
    """Small letters become capital ones while they are typed."""
    if text != text.upper():
        place = field.cursorPosition()
        field.setText(text.upper())
        field.setCursorPosition(place)


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
