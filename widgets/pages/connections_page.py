"""The Connections page: the table, the form, and the ordered diagnosis."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.bridge.connection_form import ConnectionForm
from app.bridge.session import Session
from app.bridge.units import clock_text
from app.core.errors import WaysideError
from widgets.base.command import Command
from widgets.base.empty_state import EmptyState
from widgets.base.inline_message import InlineMessage
from widgets.base.key_button import KeyButton
from widgets.base.theme import Look
from widgets.base.tokens import DESK, FORM_WIDTH
from widgets.pages.connection_form_panel import ConnectionFormPanel
from widgets.pages.diagnostics_panel import DiagnosticsPanel
from widgets.pages.file_dialogs import open_dialog, save_dialog
from widgets.pages.panel import ToolRow
from widgets.tables.connection_table import ConnectionTable

PAGE = "connections"

_SCROLL_BAR = 12


class ConnectionsPage(QWidget):
    """Adds, tests, edits, disables, records, imports and exports connections.

    Signals:
        said: something was done, in words for the status bar.
    """

    said = Signal(str)

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__()
        self._look = look
        self._session = session
        self.form: ConnectionForm = session.form
        self._saving = self._removing = False
        self.table = ConnectionTable(look, session.connections)
        self.message = InlineMessage(look)
        self.form_panel = ConnectionFormPanel(look, self.form, session.ports)
        self.diagnostics = DiagnosticsPanel(look, session.diagnostics)
        self.empty = EmptyState(
            look,
            "connections",
            self.tr("No connection yet. Add the gateway, broker or serial port you want to see."),
            action=self.tr("Add connection…"),
        )
        self._build_buttons(look)
        self._lay_out(look)
        self._wire()
        self._rows_changed()

    def _build_buttons(self, look: Look) -> None:
        self.add = KeyButton(look, self.tr("Add connection…"), shortcut="Ctrl+N", icon="plus")
        self.test = KeyButton(look, self.tr("Test"), shortcut="Ctrl+T", icon="play")
        self.edit = KeyButton(look, self.tr("Edit…"))
        self.edit.set_hint("Return")
        self.disable = KeyButton(look, self.tr("Disable"))
        self.record = KeyButton(look, self.tr("Record raw bytes"))
        self.remove = KeyButton(look, self.tr("Remove"))
        self.import_button = KeyButton(look, self.tr("Import…"), icon="import")
        self.export_button = KeyButton(look, self.tr("Export…"), icon="export")

    def _lay_out(self, look: Look) -> None:
        tools = ToolRow(look)
        tools.row.addWidget(self.add)
        tools.add_line()
        for button in (self.test, self.edit, self.disable, self.record, self.remove):
            tools.row.addWidget(button)
        tools.row.addStretch(1)
        tools.row.addWidget(self.import_button)
        tools.row.addWidget(self.export_button)
        self._top = QWidget()
        self._stack = QStackedLayout(self._top)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.below = QSplitter(Qt.Orientation.Horizontal)
        self.below.addWidget(self.form_panel)
        self.below.addWidget(self.diagnostics)
        self.below.setStretchFactor(1, 1)
        form = FORM_WIDTH * self._look.measures.body // DESK.body
        # A splitter takes from both sides what is missing; a narrower form cuts its choices.
        self.form_panel.setMinimumWidth(form + _SCROLL_BAR)
        self.below.setSizes([form, 900])
        self.below.setChildrenCollapsible(False)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self._top)
        self.split.addWidget(self.below)
        self.split.setSizes([240, 460])
        self.split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(tools)
        column.addWidget(self.message)
        column.addWidget(self.split, 1)

    def _wire(self) -> None:
        session = self._session
        self.add.clicked.connect(self.begin_new)
        self.empty.action_requested.connect(self.begin_new)
        self.test.clicked.connect(self.run_test)
        self.diagnostics.test_requested.connect(self.run_test)
        self.edit.clicked.connect(self.begin_edit)
        self.table.edit_requested.connect(self.begin_edit)
        self.table.selection_moved.connect(self._selected)
        self.disable.clicked.connect(self.toggle_enabled)
        self.record.clicked.connect(self.toggle_recording)
        self.remove.clicked.connect(self.remove_selected)
        self.import_button.clicked.connect(self.choose_import)
        self.export_button.clicked.connect(self.choose_export)
        self.form_panel.save_requested.connect(self.save)
        session.connections.modelReset.connect(self._rows_changed)
        session.connections.dataChanged.connect(self._rows_moved)
        self.message.action_requested.connect(self.bring_back)
        session.operation_failed.connect(self._failed)
        session.operation_done.connect(self._done)
        session.diagnosis_ended.connect(self.diagnostics.end)

    def commands(self) -> list[Command]:
        """What the palette offers of this page."""
        entries = (
            ("add", self.add, "Ctrl+N", self.begin_new),
            ("test", self.test, "Ctrl+T", self.run_test),
            ("edit", self.edit, "Return", self.begin_edit),
            ("disable", self.disable, "", self.toggle_enabled),
            ("record", self.record, "", self.toggle_recording),
            ("remove", self.remove, "", self.remove_selected),
            ("import", self.import_button, "", self.choose_import),
            ("export", self.export_button, "", self.choose_export),
        )
        return [
            Command(id=f"{PAGE}.{name}", title=self.tr("Connections: {0}").format(button.text()),
                    run=run, shortcut=shortcut, page=PAGE)
            for name, button, shortcut, run in entries
        ]  # fmt: skip

    def focus_first(self) -> None:
        """Where the focus lands when the page is shown."""
        target: QWidget = self.table if self._session.connections.rowCount() else self.empty.button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def select(self, name: str) -> None:
        """Show one connection."""
        self.table.select(name)

    @Slot()
    def _rows_changed(self) -> None:
        has = self._session.connections.rowCount() > 0
        self._stack.setCurrentWidget(self.table if has else self.empty)
        self._rows_moved()

    @Slot()
    def _rows_moved(self) -> None:
        row = self._session.connections.row(self.table.currentIndex().row())
        for button in (self.edit, self.disable, self.record, self.remove):
            button.setEnabled(row is not None)
        if row is not None:
            self.disable.set_label(self.tr("Disable") if row.enabled else self.tr("Enable"))
            recording = self.tr("Stop recording") if row.recording else self.tr("Record raw bytes")
            self.record.set_label(recording)
            self.record.setEnabled(row.enabled)

    @Slot(str)
    def _selected(self, name: str) -> None:
        saved = self._session.saved(name) if name else None
        if saved is not None and (self.form.saved is None or self.form.saved.name != name):
            self.form.load(saved)
            if drafts := self.form.drafts():
                names = ", ".join(each or self.tr("New connection") for each in drafts)
                self.said.emit(self.tr("Not saved yet: {0}").format(names))
        self._rows_moved()

    @Slot()
    def begin_new(self) -> None:
        """Begin a new connection in the form, or go on with it."""
        if self.form.saved is not None:
            self.form.reset()
        self.form_panel.focus_name()

    @Slot()
    def begin_edit(self) -> None:
        """Move into the form of the selected connection."""
        saved = self._session.saved(self.table.current_name())
        if saved is not None:
            if self.form.saved is None or self.form.saved.name != saved.name:
                self.form.load(saved)
            self.form_panel.focus_name()

    @Slot()
    def save(self) -> None:
        """Keep what the form holds."""
        self.message.hide()
        self._saving = True
        self.table.prefer(self.form.name.strip())
        self._session.save_form()

    @Slot()
    def run_test(self) -> None:
        """Diagnose what the form holds, saved or not."""
        try:
            self._session.test_form()
        except WaysideError as error:
            self._failed(str(error))
            return
        self.message.hide()
        self.diagnostics.begin(self.form.name.strip() or self.tr("New connection"))

    @Slot()
    def toggle_enabled(self) -> None:
        """Disable the selected connection, or enable it again."""
        row = self._session.connections.row(self.table.currentIndex().row())
        if row is not None:
            self._session.enable(row.name, enabled=not row.enabled)

    @Slot()
    def toggle_recording(self) -> None:
        """Record the raw bytes of the selected connection, or stop."""
        name = self.table.current_name()
        if name:
            self._session.record(name)

    @Slot()
    def remove_selected(self) -> None:
        """Forget the selected connection; the message that says so brings it back."""
        saved = self._session.saved(self.table.current_name())
        if saved is not None:
            self._removing = True
            self.form.revert()
            self._session.remove(saved.name)
            self.form.reset()

    @Slot()
    def bring_back(self) -> None:
        """Take the last removal back."""
        self.message.hide()
        self._session.bring_back()

    @Slot()
    def choose_import(self) -> None:
        """Ask for a file of connections and add them."""
        self._choose(self.tr("Import connections"), save=False)

    @Slot()
    def choose_export(self) -> None:
        """Ask for a file and write the connections to it."""
        self._choose(self.tr("Export connections"), save=True)

    def _choose(self, title: str, *, save: bool) -> None:
        if save:
            dialog = save_dialog(self, title, "TOML (*.toml)", name="connections")
            dialog.fileSelected.connect(self._export_to)
        else:
            dialog = open_dialog(self, title, "TOML (*.toml)")
            dialog.fileSelected.connect(self._import_from)
        dialog.open()

    @Slot(str)
    def _import_from(self, path: str) -> None:
        self._session.import_file(Path(path))

    @Slot(str)
    def _export_to(self, path: str) -> None:
        self._session.export_file(Path(path))

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._saving = self._removing = False
        self.message.show_text(text, kind="fail")

    @Slot(str)
    def _done(self, text: str) -> None:
        self.message.hide()
        if self._saving:
            self._saving = False
            self.form_panel.show_kept(self.tr("Saved {0}").format(clock_text(time.time_ns())))
        if self._removing:
            self._removing = False
            self.message.show_text(text, kind="blocked", action=self.tr("Undo"))
        self.said.emit(text)

    def save_state(self) -> dict[str, str]:
        """Splitter positions, for the layout file."""
        return {
            "split": bytes(self.split.saveState().toBase64().data()).decode(),
            "below": bytes(self.below.saveState().toBase64().data()).decode(),
        }

    def restore_state(self, state: dict[str, str]) -> None:
        """Take saved splitter positions; missing ones stay as they are."""
        for name, splitter in (("split", self.split), ("below", self.below)):
            if state.get(name):
                splitter.restoreState(QByteArray.fromBase64(state[name].encode()))
