"""Where commissioning begins: resume a job, or begin one on a pole or a sign."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.bridge.units import age_words
from app.bridge.workshop import AssetChoice, JobRow
from widgets.base.fonts import SEMIBOLD, sans
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.wizard import verdicts

KINDS = ("pole", "sign")
_MOST = 5


class StartView(QWidget):
    """The start page.

    Signals:
        resume_requested: the id of a kept job.
        begin_requested: asset, operator, role, serial.
        connections_requested: there is no asset yet.
    """

    resume_requested = Signal(str)
    begin_requested = Signal(AssetChoice, str, str, str)
    connections_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._choices: tuple[AssetChoice, ...] = ()
        self._signed: dict[str, str] = {}
        self._just: set[str] = set()
        self._kind = KINDS[0]
        self._rows: list[KeyButton] = []
        self._busy = False
        self.title = QLabel(self.tr("Commissioning"))
        self.title.setFont(sans(look.measures.h2, SEMIBOLD))
        self.resume_title = QLabel()
        self.resume_title.setFont(sans(look.measures.body, SEMIBOLD))
        self.kinds = {
            "pole": KeyButton(look, self.tr("Pole"), icon="pole", shortcut="Alt+P"),
            "sign": KeyButton(look, self.tr("Sign"), icon="sign", shortcut="Alt+S"),
        }
        self.asset = QComboBox()
        self.asset.setObjectName("start:asset")
        self.asset.setAccessibleName(self.tr("Asset"))
        self.serial = QLineEdit()
        self.serial.setObjectName("start:serial")
        self.serial.setPlaceholderText(self.tr("Scan or type; may stay empty"))
        self.operator = QLineEdit()
        self.operator.setObjectName("start:operator")
        self.operator.setPlaceholderText(self.tr("Your name, as it stands in the report"))
        self.role = QComboBox()
        self.role.setObjectName("start:role")
        for value in ("installer", "lead", "customer_witness"):
            self.role.addItem(verdicts.role(value), value)
        self.links = QLabel()
        self.links.setWordWrap(True)
        self.links.setStyleSheet(f"color: {look.palette.text2};")
        self.begin = KeyButton(look, self.tr("Begin"), shortcut="Ctrl+Return")
        self.begin.primary = True
        self.begin.setObjectName("start:begin")
        self.connections = KeyButton(look, self.tr("Add connection…"), icon="connections")
        self._lay_out()
        self._wire()
        self._kind_chosen(self._kind)

    def _wire(self) -> None:
        self.connections.clicked.connect(self.connections_requested)
        for kind, button in self.kinds.items():
            button.setCheckable(True)
            button.setObjectName(f"start:{kind}")
            button.clicked.connect(partial(self._kind_chosen, kind))
        self.asset.currentIndexChanged.connect(self._asset_changed)
        self.serial.returnPressed.connect(self._scanned)
        self.operator.textChanged.connect(self._enable)
        self.operator.returnPressed.connect(self._begin)
        self.begin.clicked.connect(self._begin)

    @Slot()
    def _scanned(self) -> None:
        """A scanner ends with Enter: on to the operator, or to Begin where the name is there."""
        target = self.begin if self.begin.isEnabled() else self.operator
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _lay_out(self) -> None:
        self._resume = QVBoxLayout()
        self._resume.setSpacing(8)
        self._resume.addWidget(self.resume_title)
        new = QLabel(self.tr("New job"))
        new.setFont(sans(self._look.measures.body, SEMIBOLD))
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for button in self.kinds.values():
            tiles.addWidget(button)
        tiles.addStretch(1)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(12)
        for words, field in (
            (self.tr("Asset"), self.asset), (self.tr("Serial"), self.serial),
            (self.tr("Operator"), self.operator), (self.tr("Role"), self.role),
        ):  # fmt: skip
            field.setAccessibleName(words)
            form.addRow(words, field)
        form.addRow(self.tr("Links"), self.links)
        buttons = QHBoxLayout()
        buttons.addWidget(self.begin)
        buttons.addWidget(self.connections)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addLayout(self._resume)
        column.addWidget(new)
        column.addLayout(tiles)
        column.addLayout(form)
        column.addLayout(buttons)
        column.addStretch(1)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(640)
        middle.setMinimumWidth(480)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.addWidget(middle, 2)
        outer.addStretch(1)

    def show_start(
        self,
        rows: tuple[JobRow, ...],
        choices: tuple[AssetChoice, ...],
        signed: Mapping[str, str],
    ) -> None:
        """Show what can be resumed and begun; ``signed`` is when, by whom, an asset was signed."""
        self._choices = choices
        # The asset that was just signed for makes room for the next one.
        self._just = set(signed) - set(self._signed)
        self._signed = dict(signed)
        focus = self.window().focusWidget()
        was = focus.objectName() if focus in self._rows else ""
        for button in self._rows:
            self._resume.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._rows = []
        self.resume_title.setText(self.tr("Resume ({0})").format(len(rows)))
        self.resume_title.setVisible(bool(rows))
        for row in rows[:_MOST]:
            text = self.tr("{0}, {1} of {2} checks done, begun {3} ago, {4}").format(
                row.asset, row.done, row.total, age_words(row.age_s), row.operator
            )
            button = KeyButton(self._look, text, icon="undo")
            button.setObjectName(f"resume:{row.id}")
            button.clicked.connect(partial(self._resume_one, row.id))
            self._resume.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            # At once, so that it can take the focus in this turn.
            button.setVisible(True)
            self._rows.append(button)
        # Made after the fields, yet above them: Tab goes as the eye does.
        first = next(iter(self.kinds.values()))
        for button, after in pairwise([*self._rows, first]):
            QWidget.setTabOrder(button, after)
        if was:
            same = next((row for row in self._rows if row.objectName() == was), None)
            (same or self._first()).setFocus(Qt.FocusReason.OtherFocusReason)
        if rows and not self.operator.text():
            self.operator.setText(rows[0].operator)
        self._fill()

    def focus_first(self) -> None:
        """The newest job to resume, else the operator, else the way to a connection."""
        self._first().setFocus(Qt.FocusReason.TabFocusReason)

    def _first(self) -> QWidget:
        if self._rows:
            return self._rows[0]
        return self.operator if self._choices else self.connections

    def set_busy(self, *, busy: bool) -> None:
        """While a job is being opened nothing else can be."""
        self._busy = busy
        self._enable()

    def _resume_one(self, job: str, _checked: bool = False) -> None:
        self.resume_requested.emit(job)

    def _kind_chosen(self, kind: str, _checked: bool = False) -> None:
        self._kind = kind
        for name, button in self.kinds.items():
            button.setChecked(name == kind)
        self._fill()

    def _fill(self) -> None:
        before = self.asset.currentData()
        self.asset.blockSignals(True)  # noqa: FBT003
        self.asset.clear()
        for choice in self._choices:
            if choice.kind == self._kind:
                signed = self._signed.get(choice.number, "")
                text = self.tr("{0}, signed {1}") if signed else "{0}"
                self.asset.addItem(text.format(choice.number, signed), choice.number)
        place = self.asset.findData(before)
        if place < 0 or before in self._just:
            place = self._next_open(max(place, 0))
        self.asset.setCurrentIndex(place if self.asset.count() else -1)
        self.asset.blockSignals(False)  # noqa: FBT003
        self._asset_changed()

    def _next_open(self, place: int) -> int:
        """The first asset that nobody has signed for yet, else the place given."""
        open_still = (
            at for at in range(self.asset.count()) if self.asset.itemData(at) not in self._signed
        )
        return next(open_still, place)

    def chosen(self) -> AssetChoice | None:
        """The asset chosen."""
        number = self.asset.currentData()
        return next((c for c in self._choices if c.number == number and c.kind == self._kind), None)

    @Slot()
    def _asset_changed(self) -> None:
        choice = self.chosen()
        none = self.tr("No saved connection leads to such an asset yet.")
        self.links.setText("\n".join(choice.urls) if choice else none)
        self.connections.setVisible(choice is None)
        self._enable()

    @Slot()
    def _enable(self) -> None:
        ready = self.chosen() is not None and bool(self.operator.text().strip())
        self.begin.setEnabled(ready and not self._busy)

    @Slot()
    def _begin(self) -> None:
        choice = self.chosen()
        operator = self.operator.text().strip()
        if choice is not None and operator and not self._busy:
            self.set_busy(busy=True)
            self.begin_requested.emit(
                choice, operator, self.role.currentData(), self.serial.text().strip()
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.palette.surface))
        painter.end()
