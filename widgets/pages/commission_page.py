"""The Commission page: the start of a job, and the wizard while one is open."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QApplication, QStackedLayout, QVBoxLayout, QWidget

from app.bridge.commission_presenter import CommissionPresenter
from app.bridge.workshop import AssetChoice
from widgets.base.command import Command
from widgets.base.inline_message import InlineMessage
from widgets.base.theme import Look
from widgets.wizard.start_view import StartView
from widgets.wizard.wizard_view import WizardView

PAGE = "commission"


class CommissionPage(QWidget):
    """Shows the start while no job is open, else the job.

    Signals:
        said: something was done, in words for the status bar.
        connections_requested: the user wants to add a connection.
        test_requested: the connection of that name is to be tested.
        key_wanted: a signature waits for the operator's key, which may be locked.
    """

    said = Signal(str)
    connections_requested = Signal()
    test_requested = Signal(str)
    key_wanted = Signal()

    def __init__(self, look: Look, presenter: CommissionPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        # The focus waits for what can be resumed to have been looked up.
        self._arriving = False
        # Arrived before there was anything to begin with.
        self._early = False
        self.message = InlineMessage(look)
        self.start = StartView(look)
        self.wizard = WizardView(look, presenter)
        # A stack without a parent would show its first page as a window of its own.
        shown = QWidget()
        self._stack = QStackedLayout(shown)
        self._stack.addWidget(self.start)
        self._stack.addWidget(self.wizard)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.message)
        column.addWidget(shown, 1)
        self._wire()
        presenter.refresh()

    def _wire(self) -> None:
        presenter = self.presenter
        presenter.start_changed.connect(self._start_changed)
        presenter.opened.connect(self._opened)
        presenter.closed.connect(self._closed)
        presenter.failed.connect(self._failed)
        presenter.wishes.said.connect(self.said)
        presenter.wishes.key_wanted.connect(self.key_wanted)
        self.start.resume_requested.connect(self._resume)
        self.start.begin_requested.connect(self._begin)
        self.start.connections_requested.connect(self.connections_requested)
        self.wizard.connection_requested.connect(self.test_requested)

    def commands(self) -> list[Command]:
        """What the palette offers of this page."""
        wizard = self.wizard
        entries = (
            ("back", self.tr("Commission: step before"), wizard.go_back, "Alt+Left"),
            ("retry", self.tr("Commission: retry the check"), wizard.retry, "Ctrl+R"),
            ("skip", self.tr("Commission: skip or waive the check"), wizard.ask_to_leave_out,
             "Ctrl+K"),
            ("all", self.tr("Commission: run all automatic checks"), self.presenter.wishes.run_all,
             "Ctrl+Shift+R"),
            ("leave", self.tr("Commission: leave the job, resume it later"),
             self.presenter.leave, ""),
        )  # fmt: skip
        return [
            Command(id=f"{PAGE}.{name}", title=title, run=run, shortcut=key, page=PAGE)
            for name, title, run, key in entries
        ]

    def focus_first(self) -> None:
        """Where a person was in the job, else where the start page begins."""
        self._arriving = True
        self.presenter.refresh()
        if self._stack.currentWidget() is self.wizard:
            self._arriving = False
            self.wizard.focus_first()

    @Slot(str)
    def _resume(self, job: str) -> None:
        self.message.hide()
        self.start.set_busy(busy=True)
        self.presenter.resume(job)

    @Slot(AssetChoice, str, str, str)
    def _begin(self, choice: AssetChoice, operator: str, role: str, serial: str) -> None:
        self.message.hide()
        self.presenter.begin(choice, operator, role, serial)

    @Slot()
    def _start_changed(self) -> None:
        presenter = self.presenter
        focus = QApplication.focusWidget()
        early = self._early and focus is not None and self.start.isAncestorOf(focus)
        self.start.show_start(presenter.rows, presenter.choices, presenter.signed)
        if (self._arriving or early) and self._stack.currentWidget() is self.start:
            self._arriving = False
            self._early = not presenter.rows and not presenter.choices
            self.start.focus_first()

    @Slot()
    def _opened(self) -> None:
        self.start.set_busy(busy=False)
        self.message.hide()
        self._stack.setCurrentWidget(self.wizard)
        if self.isVisible():
            self.wizard.focus_first()

    @Slot()
    def _closed(self) -> None:
        self._stack.setCurrentWidget(self.start)
        if self.isVisible():
            self.start.focus_first()

    @Slot(str)
    def _failed(self, text: str) -> None:
        self.start.set_busy(busy=False)
        if self._stack.currentWidget() is self.start:
            self.message.show_text(text, kind="fail")
