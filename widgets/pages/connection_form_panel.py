"""The panel in which a connection is added or edited; drawn from the fields of the form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.bridge.connection_form import NAME, ConnectionForm, FormField
from widgets.base.choice import Choice
from widgets.base.fonts import mono, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.pages.panel import Panel

Ports = Callable[[], list[tuple[str, str]]]
SCHEME = "scheme"
_HEAD = (NAME, SCHEME)
_LABEL_WIDTH = 112
_MONO_KINDS = frozenset({"host", "topic", "serial_port", "file"})


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
    grid.setColumnStretch(1, 1)
    return grid


class ConnectionFormPanel(Panel):
    """Name, link type, the link's fields, and what stands behind it; Save keeps it.

    Signals:
        save_requested: the user wants the form kept.
    """

    save_requested = Signal()

    def __init__(self, look: Look, form: ConnectionForm, ports: Ports) -> None:
        super().__init__(look, "")
        self._form = form
        self._ports = ports
        self._advanced = False
        self._kept = self._kept_name = ""
        self.editors: dict[str, QWidget] = {}
        # Name and link type stay while the fields below change with the type: whoever types the
        # type's first letters goes on typing in the same box.
        self._head, self._grid = _grid(), _grid()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(self._head)
        column.addLayout(self._grid)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        inner.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.column.addWidget(area, 1)
        self._build_foot(look)
        self._add_head()
        # Later: the editor whose signal this is must not be taken away while it speaks.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.rebuild)
        form.fields_changed.connect(self._rebuild_later)
        form.edited.connect(self._edited)
        self.rebuild()
        self._edited()

    def _build_foot(self, look: Look) -> None:
        self.note = QLabel("")
        self.note.setFont(sans(look.measures.caption))
        self.note.setWordWrap(True)
        self.note.setStyleSheet(f"color: {look.palette.text2};")
        self.revert = KeyButton(look, self.tr("Revert"))
        self.revert.clicked.connect(self._form.revert)
        self.save = KeyButton(look, self.tr("Save"), shortcut="Ctrl+S")
        self.save.primary = True
        self.save.clicked.connect(self.save_requested)
        foot = QWidget()
        foot.setObjectName("foot")
        foot.setStyleSheet(f"#foot {{ border-top: 1px solid {look.palette.divider}; }}")
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.note, 1)
        row.addWidget(self.revert)
        row.addWidget(self.save)
        self.column.addWidget(foot)

    @Slot()
    def _rebuild_later(self) -> None:
        self._later.start(0)

    @Slot()
    def rebuild(self) -> None:
        """Draw the fields anew; the focus stays on the field of the same name."""
        focused = next((n for n, editor in self.editors.items() if editor.hasFocus()), "")
        self.editors = {name: self.editors[name] for name in _HEAD}
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, QComboBox):
                widget.hidePopup()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        saved = self._form.saved
        self.head.title.setText(saved.name if saved else self.tr("New connection"))
        self._fill_head()
        fields = self._form.fields()
        for field in fields:
            if not field.advanced or self._advanced:
                self._add(self._grid, field)
        if any(field.advanced for field in fields):
            self._add_more()
        self._edited()
        # What is made later comes last by itself; the keyboard goes as the eye does.
        order = [*self.editors.values(), self.revert, self.save]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        if focused in self.editors and focused not in _HEAD:
            self._focus(self.editors[focused])

    def _add_head(self) -> None:
        self._add(self._head, FormField(name=NAME, label=self.tr("Name"), kind="text"))
        scheme = FormField(
            name=SCHEME, label=self.tr("Link type"), kind="choice", value=self._form.scheme,
            choices=tuple(self._form.schemes()),
        )  # fmt: skip
        self._add(self._head, scheme)

    def _fill_head(self) -> None:
        name, scheme = self.editors[NAME], self.editors[SCHEME]
        if isinstance(name, QLineEdit) and name.text() != self._form.name:
            name.setText(self._form.name)
        if isinstance(scheme, QComboBox):
            blocker = QSignalBlocker(scheme)
            scheme.setCurrentIndex(scheme.findData(self._form.scheme))
            blocker.unblock()

    def _add_more(self) -> None:
        box = QCheckBox(self.tr("More settings"))
        box.setAccessibleName(self.tr("More settings"))
        box.setChecked(self._advanced)
        box.toggled.connect(self._more)
        self._grid.addWidget(box, self._grid.rowCount(), 1)
        self.editors["more"] = box

    @Slot(bool)
    def _more(self, on: bool) -> None:
        self._advanced = on
        self._rebuild_later()

    def _add(self, grid: QGridLayout, field: FormField) -> None:
        row = grid.rowCount()
        editor = self._editor(field)
        self.editors[field.name] = editor
        help_text = field.help or field.placeholder
        editor.setToolTip(help_text)
        editor.setAccessibleName(field.label)
        editor.setAccessibleDescription(help_text)
        if isinstance(editor, QCheckBox):
            grid.addWidget(editor, row, 1)
            return
        label = QLabel(field.label)
        label.setWordWrap(True)
        label.setBuddy(editor)
        label.setFixedWidth(_LABEL_WIDTH)
        grid.addWidget(label, row, 0)
        if not field.unit:
            grid.addWidget(editor, row, 1)
            return
        cell = QWidget()
        line = QHBoxLayout(cell)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(editor, 1)
        unit = QLabel(field.unit)
        unit.setStyleSheet(f"color: {self._look.palette.text2};")
        line.addWidget(unit)
        grid.addWidget(cell, row, 1)

    def _editor(self, field: FormField) -> QWidget:
        if field.kind == "flag":
            box = QCheckBox(field.label)
            box.setChecked(field.value.lower() in ("1", "true", "yes", "on"))
            box.toggled.connect(partial(self._flag, field.name))
            return box
        if field.kind == "choice" or field.kind == "serial_port":
            return self._choice(field)
        line = QLineEdit(field.value)
        line.setPlaceholderText(self._example(field))
        if field.secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        if field.kind in _MONO_KINDS:
            line.setFont(mono(self._look.measures.caption))
        if field.kind in ("integer", "port"):
            line.setValidator(QIntValidator(-(2**31), 2**31 - 1, line))
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.textEdited.connect(partial(self._typed, field.name))
        line.returnPressed.connect(self._enter)
        return line

    def _example(self, field: FormField) -> str:
        """An example says that it is one; what is said of a secret is no example."""
        if field.secret or not field.placeholder:
            return field.placeholder
        return self.tr("e.g. {0}").format(field.placeholder)

    def _choice(self, field: FormField) -> QComboBox:
        combo = Choice()
        combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        choices = list(field.choices)
        if field.kind == "serial_port":
            combo.setEditable(True)
            # Asked each time: an adapter may have been plugged in since.
            choices = self._ports()
        for value, label in choices:
            combo.addItem(label, value)
        at = combo.findData(field.value)
        if at < 0 and field.value and not combo.isEditable():
            # A profile that is gone or broken: not changed to another behind the user's back.
            combo.addItem(self.tr("{0}, missing").format(field.value), field.value)
            at = combo.count() - 1
        if combo.isEditable():
            if at >= 0:
                combo.setCurrentIndex(at)
            else:
                combo.setCurrentIndex(-1)
                combo.setEditText(field.value)
            combo.editTextChanged.connect(partial(self._port_typed, field.name, combo))
            edit = combo.lineEdit()
            if edit is not None:
                edit.setPlaceholderText(self._example(field))
                edit.setAccessibleName(field.label)
        else:
            combo.setCurrentIndex(max(at, 0))
            combo.currentIndexChanged.connect(partial(self._chosen, field.name, combo))
            if at < 0 and combo.count():
                self._form.set_value(field.name, str(combo.itemData(0)))
        return combo

    def _typed(self, name: str, text: str) -> None:
        self._form.set_value(name, text)

    def _flag(self, name: str, on: bool) -> None:
        self._form.set_value(name, "1" if on else "0")

    def _port_typed(self, name: str, combo: QComboBox, text: str) -> None:
        at = combo.findText(text)
        self._form.set_value(name, str(combo.itemData(at)) if at >= 0 else text)

    def _chosen(self, name: str, combo: QComboBox, index: int) -> None:
        value = str(combo.itemData(index))
        if name == SCHEME:
            self._form.set_scheme(value)
        else:
            self._form.set_value(name, value)

    @Slot()
    def _enter(self) -> None:
        if self.save.isEnabled():
            self.save_requested.emit()

    @Slot()
    def _edited(self) -> None:
        mistake = self._form.mistake() if self._form.changed else ""
        kept = self._kept if self._form.name == self._kept_name else ""
        self.note.setText(mistake if self._form.changed else kept)
        self.save.setEnabled(self._form.changed and not mistake)
        self.revert.setEnabled(self._form.changed)

    def show_kept(self, text: str) -> None:
        """Say beside the buttons that the form was kept, until something else is loaded."""
        self._kept, self._kept_name = text, self._form.name
        self._edited()

    @staticmethod
    def _focus(editor: QWidget) -> None:
        # A layout shows a new widget in the next turn, and what is not shown takes no focus.
        editor.show()
        editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_name(self) -> None:
        """Move the focus to the name, where a new connection begins."""
        if self._later.isActive():
            self._later.stop()
            self.rebuild()
        editor = self.editors[NAME]
        self._focus(editor)
        if isinstance(editor, QLineEdit):
            editor.selectAll()
