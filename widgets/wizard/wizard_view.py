"""The wizard on one job: header, steps, step, evidence, footer, and all of its keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.bridge.commission_presenter import CommissionPresenter
from app.bridge.commission_views import REVIEW, CheckView, JobView
from widgets.base.inline_message import InlineMessage
from widgets.base.theme import Look
from widgets.wizard import footer
from widgets.wizard.evidence_panel import EvidencePanel
from widgets.wizard.footer import Footer
from widgets.wizard.header_line import HeaderLine
from widgets.wizard.leave_out_panel import LeaveOutPanel
from widgets.wizard.question_box import NO, YES
from widgets.wizard.review_view import ReviewView
from widgets.wizard.step_view import StepView
from widgets.wizard.steps_rail import StepsRail

_WITH_EVIDENCE = 1040
"""A page of that width has room for the steps, the checks and the evidence."""


class WizardView(QWidget):
    """One job by keyboard alone.

    Signals:
        connection_requested: the connection to be tested, by name.
    """

    connection_requested = Signal(str)

    def __init__(self, look: Look, presenter: CommissionPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        # A control to return to whose question is not asked again yet.
        self._returning = ""
        self._states: dict[str, str] = {}
        # A window that opens focuses what comes first in it; that is no wish of a person.
        self._arrived = False
        self.header = HeaderLine(look)
        self.rail = StepsRail(look)
        self.message = InlineMessage(look)
        self.step = StepView(look)
        self.review = ReviewView(look)
        self.evidence = EvidencePanel(look)
        self.leave_out = LeaveOutPanel(look)
        self.footer = Footer(look)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.step)
        self.middle.addWidget(self.review)
        self._lay_out()
        self._wire()
        self._wire_keys()

    def _lay_out(self) -> None:
        center = QVBoxLayout()
        center.setSpacing(0)
        center.addWidget(self.message)
        center.addWidget(self.middle, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(center, 1)
        row.addWidget(self.evidence)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(row, 1)
        column.addWidget(self.leave_out)
        column.addWidget(self.footer)

    def _wire(self) -> None:
        presenter, checks = self._presenter, self.step.list
        wishes = presenter.wishes
        presenter.job_changed.connect(self._show)
        presenter.ticked.connect(self._ticked)
        presenter.evidence_changed.connect(self._show_evidence)
        presenter.failed.connect(self._failed)
        presenter.lost.connect(self._lost)
        self.rail.step_chosen.connect(self._go_to_step)
        self.review.go_requested.connect(self.go_to_check)
        self.review.soak_waiver_requested.connect(self.leave_out.ask_about_soak)
        self.review.sign_requested.connect(wishes.reject)
        self.step.danger.start_requested.connect(self.start_test)
        self.step.danger.stop_requested.connect(self.stop)
        self.step.tiles.identify_requested.connect(wishes.run)
        checks.action_requested.connect(self._act)
        checks.retry_requested.connect(wishes.run)
        checks.log_requested.connect(self._log)
        checks.answered.connect(wishes.answer)
        checks.values_given.connect(wishes.answer_values)
        checks.typed.connect(presenter.place.typed)
        checks.current_changed.connect(presenter.select)
        self.leave_out.skip_requested.connect(wishes.skip)
        self.leave_out.waive_requested.connect(wishes.waive)
        self.leave_out.soak_waived.connect(wishes.waive_soak)
        self.leave_out.cancelled.connect(self._focus_step)
        self.footer.back.clicked.connect(self.go_back)
        self.footer.skip.clicked.connect(self.ask_to_leave_out)
        self.footer.retry.clicked.connect(self.retry)
        self.footer.primary.clicked.connect(self.go_on)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def _wire_keys(self) -> None:
        keys = [
            ("Y", partial(self._answer, YES)), ("N", partial(self._answer, NO)),
            ("R", self.start_test), ("Ctrl+L", self._log), ("Escape", self.stop),
            ("Ctrl+Shift+R", self._presenter.wishes.run_all),
        ]  # fmt: skip
        keys += [(str(number), partial(self._choose, number)) for number in range(1, 10)]
        for key, slot in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    # What is shown

    @Slot()
    def _show(self) -> None:
        view = self._presenter.view
        if view is None:
            return
        review = view.step == REVIEW
        self.header.show_job(view)
        self.rail.show_job(view)
        left = self._presenter.header.soak_left_s
        self.footer.show_job(view, review=review, soak_left_s=left)
        self.footer.show_saved(self._presenter.header.saved)
        self.middle.setCurrentWidget(self.review if review else self.step)
        self._fit()
        if review:
            self.review.show_job(view, self._presenter.header, self._presenter.report)
        else:
            other = self.step.show_job(view, self._presenter.ramp())
            if other and self.isVisible() and QApplication.focusWidget() is None:
                self._focus_step()
            self._attend(view, other=other)
        if self._returning and self._return_to(self._returning):
            self._returning = ""

    def _fit(self) -> None:
        """The evidence beside a step, where that leaves room for its checks."""
        reviewing = self.middle.currentWidget() is self.review
        self.evidence.setVisible(not reviewing and self.width() >= _WITH_EVIDENCE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look whether there is room for the evidence."""
        super().resizeEvent(event)
        self._fit()

    def _attend(self, view: JobView, *, other: bool) -> None:
        """Turn to a question or a failure that has just come up in the step shown."""
        before, states = self._states, {check.id: check.state for check in view.of_step(view.step)}
        self._states = states
        if other or not self.isVisible() or self._returning:
            return
        for wanted in ("asked", "fail"):
            news = [name for name, state in states.items()
                    if state == wanted and before.get(name) != wanted]  # fmt: skip
            if news and wanted == "asked":
                self._turn_to(news[0])
                return
            if news and "asked" not in states.values():
                self._turn_to(news[0])
                return

    def _turn_to(self, check: str) -> None:
        """Make a row the current one, with the focus, unless somebody is at work elsewhere."""
        busy = QApplication.focusWidget()
        if isinstance(busy, QLineEdit | QComboBox | QPlainTextEdit) or self.leave_out.isVisible():
            return
        if busy is not None and not self.isAncestorOf(busy):
            return
        self.step.list.set_current(check)
        row = self.step.list.row()
        if row is not None and not row.focus_action():
            row.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(str)
    def _lost(self, title: str) -> None:
        text = self.tr("{0}: live values have left the limits; it is checked again.")
        self.message.show_text(text.format(title), kind="warn")

    @Slot()
    def _ticked(self) -> None:
        self.header.show_header(self._presenter.header)
        self.footer.show_saved(self._presenter.header.saved)
        view = self._presenter.view
        if view is None:
            return
        if view.step == REVIEW:
            self.review.show_job(view, self._presenter.header, self._presenter.report)
            left = self._presenter.header.soak_left_s
            self.footer.show_job(view, review=True, soak_left_s=left)
        elif (ramp := self._presenter.ramp()) is not None:
            self.step.show_ramp(ramp)
        self.rail.show_header(self._presenter.header)

    @Slot()
    def _show_evidence(self) -> None:
        if self._presenter.evidence is not None:
            self.evidence.show_evidence(self._presenter.evidence)

    @Slot(str)
    def _failed(self, text: str) -> None:
        self.message.show_text(text, kind="fail")

    # Where the focus is

    def focus_first(self) -> None:
        """Where a person was, else where the step's work begins."""
        self._arrived = True
        control = self._presenter.focus
        if not self._return_to(control):
            self._focus_step()
            self._returning = control

    def _return_to(self, control: str) -> bool:
        found = self.findChild(QWidget, control) if control else None
        if found is None or not found.isVisible() or not found.isEnabled():
            return False
        row = control.removeprefix("check:")
        if row in self.step.list.rows:
            self.step.list.set_current(row)
        found.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    @Slot()
    def _focus_step(self) -> None:
        if self.middle.currentWidget() is self.review:
            self.footer.primary.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.step.focus_first()

    @Slot(QWidget, QWidget)
    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if not self._arrived or new is None or not self.isAncestorOf(new) or not new.objectName():
            return
        self._presenter.set_focus(new.objectName())
        for name, row in self.step.list.rows.items():
            if row is new or row.isAncestorOf(new):
                self.step.list.set_current(name)

    # What a person wishes

    def go_to_check(self, check: str) -> None:
        """Show a check in its step, with the focus on what is to be done there."""
        view = self._presenter.view
        found = view.check(check) if view else None
        if found is None:
            return
        self._presenter.show_step(found.step)
        self.step.list.set_current(check)
        row = self.step.list.row()
        if row is not None and not row.focus_action():
            row.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(str)
    def _go_to_step(self, step: str) -> None:
        self.message.hide()
        self._presenter.show_step(step)

    @Slot()
    def go_back(self) -> None:
        """The step before."""
        self.message.hide()
        self._presenter.move(-1)
        self._focus_step()

    @Slot()
    def go_on(self) -> None:
        """Whatever the primary button says."""
        self.message.hide()
        self._returning = ""
        does = self.footer.primary_is
        view = self._presenter.view
        if does == footer.FIX and self.middle.currentWidget() is self.review:
            if view is not None and view.punch:
                self.go_to_check(view.punch[0].check)
        elif does == footer.FIX:
            self._jump("fail", "blocked")
        elif does == footer.ANSWER:
            self._jump("asked")
        elif does == footer.START:
            self.start_test()
        elif does == footer.SIGN:
            self._presenter.wishes.sign()
        elif does == footer.LEAVE:
            self._presenter.leave()
        else:
            self._presenter.go_on()
            self._focus_step()

    def _jump(self, *states: str) -> None:
        for state in states:
            row = self.step.list.first(state)
            if row is not None:
                self.step.list.set_current(row.view.id)
                row.focus_action()
                return

    @Slot()
    def start_test(self) -> None:
        """Start what the danger line of this step is about."""
        view = self._presenter.view
        if view is None or not self.step.danger.isVisible():
            return
        if not self.step.danger.button.isEnabled():
            return
        # Its button goes dead in a moment: the focus goes to the row of what is started.
        first = next((c.id for c in view.of_step(view.step) if c.danger), "")
        held = next((c.id for c in view.of_step(view.step) if c.state == "held"), "")
        self.step.list.set_current(held or first)
        if (row := self.step.list.row()) is not None:
            row.setFocus(Qt.FocusReason.TabFocusReason)
        self._presenter.wishes.start(view.step)

    @Slot()
    def retry(self) -> None:
        """Make the current check again."""
        if (row := self.step.list.row()) is not None:
            self._presenter.wishes.run(row.view.id)

    @Slot()
    def stop(self) -> None:
        """Close the strip, or stop the current check, else what is under way in the step shown."""
        if self.leave_out.isVisible():
            self.leave_out.dismiss()
            return
        view = self._presenter.view
        if view is not None:
            self._presenter.wishes.stop(view.step, self.step.list.current)

    @Slot()
    def ask_to_leave_out(self) -> None:
        """Ask why and how the current check is left out."""
        if (row := self.step.list.row()) is not None:
            self.leave_out.ask(row.view)

    def _answer(self, word: str) -> None:
        row = self._asked("yes_no")
        if row is not None:
            self._presenter.wishes.answer(row.id, word)

    def _choose(self, number: int) -> None:
        row = self._asked("choice")
        if row is not None and row.question is not None:
            if number <= len(row.question.choices):
                self._presenter.wishes.answer(row.id, row.question.choices[number - 1][0])
            return
        tiles = self.step.tiles
        if tiles.isVisible() and number <= len(tiles.tiles):
            tiles.tiles[number - 1].button.click()

    def _asked(self, kind: str) -> CheckView | None:
        rows = [row.view for row in self.step.list.rows.values()]
        current = self.step.list.row()
        if current is not None:
            rows.insert(0, current.view)
        return next((v for v in rows if v.question is not None and v.question.kind == kind), None)

    @Slot(str)
    def _act(self, check: str) -> None:
        view = self._presenter.view
        found = view.check(check) if view else None
        if found is None:
            return
        if found.action == "blocker":
            self.go_to_check(found.target)
        elif found.action == "connection":
            self.connection_requested.emit(self._presenter.connection_of())
        else:
            self._presenter.wishes.run(found.target)

    @Slot()
    def _log(self, _check: str = "") -> None:
        self.evidence.frames.setFocus(Qt.FocusReason.ShortcutFocusReason)
