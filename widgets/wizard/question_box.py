"""What a person answers in a row: yes or no, one of some, characters, or readings."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.bridge.commission_views import QuestionView
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

    def first(self) -> QWidget:
        """Where the focus lands."""
        return next(iter(self.fields.values()), None) or self.buttons[0]

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
        row.addWidget(field)
        row.addWidget(self._done())
        row.addStretch(1)

    def _build_values(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for place, (name, words) in enumerate(self.question.fields):
            field = self._field(name, words)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setFixedWidth(112)
            label = QLabel(words)
            label.setBuddy(field)
            grid.addWidget(label, 0, place)
            grid.addWidget(field, 1, place)
        grid.addWidget(self._done(), 1, len(self.question.fields))
        grid.setColumnStretch(len(self.question.fields) + 1, 1)
        column.addLayout(grid)

    def _field(self, name: str, words: str) -> QLineEdit:
        field = QLineEdit(self._typed.get(name, ""))
        field.setAccessibleName(words)
        field.setObjectName(f"field:{self._check}:{name}")
        field.textEdited.connect(partial(self.typed.emit, name))
        field.returnPressed.connect(self._entered)
        self.fields[name] = field
        return field

    def _done(self) -> KeyButton:
        button = KeyButton(self._look, self.tr("Enter"))
        button.set_hint("Return")
        button.setObjectName(f"answer:{self._check}:enter")
        button.clicked.connect(self.submit)
        self.buttons.append(button)
        return button

    @Slot()
    def _entered(self) -> None:
        fields = list(self.fields.values())
        empty = [field for field in fields if not field.text().strip()]
        if empty and self.question.kind == "values":
            empty[0].setFocus(Qt.FocusReason.TabFocusReason)
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


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
