"""Parts of the Commission page by themselves: where the focus stays, and what gives way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from app.bridge.commission_evidence import EvidenceView
from app.bridge.commission_views import HeaderView, JobView
from app.bridge.commission_views import StepView as Step
from app.bridge.workshop import AssetChoice, JobRow
from widgets.base.passphrase_prompt import PassphrasePrompt
from widgets.base.theme import Look
from widgets.base.tokens import LIGHT
from widgets.wizard.evidence_panel import EvidencePanel
from widgets.wizard.header_line import HeaderLine
from widgets.wizard.start_view import StartView
from widgets.wizard.step_view import DangerLine
from widgets.wizard.steps_rail import StepsRail

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LOOK = Look(palette=LIGHT)
ROW = JobRow(
    id="SP-0001-1", asset="SP-0001", operator="Li Wei", step="", done=3, total=91, age_s=70
)
CHOICE = AssetChoice(
    number="SP-0001", type="reference-pole", kind="pole", title="Pole", title_zh="灯杆",
    urls=("modbus+tcp://127.0.0.1:5020",), names=("Post 1",),
)  # fmt: skip


@pytest.fixture
def window(qtbot):
    """A window with something to focus above; it lives as long as the test."""
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made).addWidget(QPushButton("Above"))
    return made


@pytest.fixture
def start(qtbot, window):
    view = StartView(LOOK)
    window.layout().addWidget(view)
    view.show_start((ROW,), (CHOICE,), {})
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view.focus_first()
    return view


def focused() -> str:
    return QApplication.focusWidget().objectName()


def test_the_job_to_resume_keeps_the_focus_when_the_list_is_made_anew(start):
    assert focused() == "resume:SP-0001-1"
    start.show_start((replace(ROW, id="SP-0002-2"), replace(ROW, done=4)), (CHOICE,), {})
    assert focused() == "resume:SP-0001-1"
    start.show_start((), (CHOICE,), {})
    assert focused() == "start:operator"


def test_tab_goes_from_the_jobs_to_resume_to_a_new_one(start):
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert focused() == "start:pole"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert focused() == "resume:SP-0001-1"


@pytest.mark.parametrize("wanted_first", [True, False])
def test_whoever_signs_types_the_passphrase_at_once(qtbot, wanted_first):
    prompt = PassphrasePrompt(LOOK)
    qtbot.addWidget(prompt)
    steps = [prompt.want, lambda: prompt.ask("open", "secrets.json")]
    for step in steps if wanted_first else steps[::-1]:
        step()
    prompt.activateWindow()
    qtbot.waitUntil(prompt.isActiveWindow)
    assert prompt.field.hasFocus()


def test_a_test_that_waits_leaves_its_text_the_room_of_one_button(qtbot):
    line = DangerLine(LOOK)
    qtbot.addWidget(line)
    line.show_step(Step(id="lighting", title="", state="queued", danger="It blinks.", queued=2))
    assert (line.button.isHidden(), line.stop.isHidden()) == (True, False)
    line.show_step(Step(id="lighting", title="", state="held", danger="It blinks.", held=2))
    assert (line.button.isHidden(), line.stop.isHidden()) == (False, True)


def test_an_empty_box_of_frames_says_why(qtbot):
    panel = EvidencePanel(LOOK)
    qtbot.addWidget(panel)
    view = EvidenceView(check="a", title="A", state="not_run", method="A L1")
    panel.show_evidence(view)
    before = panel.frames.placeholderText()
    panel.show_evidence(replace(view, attempts=1))
    assert before != panel.frames.placeholderText() == "Nothing went over the line."


def job(step: str) -> JobView:
    steps = tuple(Step(id=name, title=name, state="fail") for name in "abcdefg")
    return JobView(
        id="SP-0001-1", asset="SP-0001", serial="", operator="Li Wei", role="installer", step=step,
        steps=steps, checks=(), punch=(), waived=(), verdict="rejected", deferred=0, running=0,
        signed_ns=0,
    )  # fmt: skip


def test_down_goes_to_the_next_step_and_up_back_from_one_that_failed(qtbot, window):
    rail = StepsRail(LOOK)
    window.layout().addWidget(rail)
    window.layout().addWidget(QPushButton("Below"))
    rail.show_job(job("d"))
    rail.step_chosen.connect(lambda step: rail.show_job(job(step)))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    rail.buttons[3].setFocus()
    for key, place in ((Qt.Key.Key_Down, 4), (Qt.Key.Key_Up, 3), (Qt.Key.Key_Up, 2)):
        QTest.keyClick(QApplication.focusWidget(), key)
        assert rail.buttons[place].isChecked()
        assert rail.buttons[place].hasFocus()


def test_a_low_window_shows_every_step_and_less_of_the_background(qtbot):
    rail = StepsRail(LOOK)
    qtbot.addWidget(rail)
    rail.show_job(job("a"))
    rail.setMinimumHeight(1)
    for height, shown in ((700, True), (310, False)):
        rail.resize(rail.width(), height)
        rail.show()
        qtbot.waitUntil(lambda shown=shown: rail.done.isVisible() is shown)
        assert rail.buttons[-1].geometry().bottom() <= height


def test_a_link_without_room_ends_with_an_ellipsis(qtbot):
    line = HeaderLine(LOOK)
    qtbot.addWidget(line)
    words = "SP-0001 gateway not connected, and this is a long story"
    line.show_header(HeaderView(link=("failed", words)))
    for width, whole in ((1400, True), (500, False)):
        line.resize(width, line.height())
        line.show()
        qtbot.waitUntil(lambda whole=whole: (line.link.text() == words) is whole)
    assert line.link.text().endswith("…")
    assert line.link.toolTip() == words
