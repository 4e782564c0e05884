"""Beside the way straight through: stop, mistype, leave out, sign a rejection."""

from __future__ import annotations

import asyncio
import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.widgets.wizard.bench import (
    Bench,
    close_bench,
    close_page,
    open_bench,
    open_page,
    play,
)
from tests.widgets.wizard.test_jobs import CTRL, begin

# A job against the simulator takes real time: lamps fade and readings are watched.
pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.timeout(120),
]
METER, DOOR, RAMP = "supply_voltage/meter", "door_closed/door", "acknowledged/lamp1"
BLOCKED = "voltage_agrees/lamp1"
OTHER_RAMP, REFERENCE = "acknowledged/lamp2", "reference/weather"


def test_nothing_moves_unasked_and_what_was_typed_outlives_the_window(qapp, tmp_path):
    async def scenario(simulator, url):
        bench = await open_bench(tmp_path / "data", simulator, url)
        lamp = simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]
        before = lamp.dim_command
        await begin(bench)
        bench.presenter.show_step("lighting")
        await bench.until(lambda: bench.view.step_view().held == 4)
        assert bench.wizard.step.danger.isVisible()
        await bench.until(lambda: bench.states()[METER] == "pass")
        assert lamp.dim_command == before
        await typed_in_one_window_stands_in_the_next(bench)
        await close_bench(bench)

    async def typed_in_one_window_stands_in_the_next(bench: Bench):
        bench.presenter.show_step("environment")
        await bench.until(lambda: bench.view.step_view().asked)
        bench.press(Qt.Key.Key_Return, CTRL)
        bench.type("21.5")
        field = QApplication.focusWidget().objectName()
        workshop = bench.presenter.workshop
        await close_page(bench)
        bench.page, bench.window = await open_page(workshop, language="zh_CN", dark=True)
        bench.presenter = bench.page.presenter
        await bench.until(lambda: bench.view is not None)
        assert bench.view.step == "environment"
        await bench.until(
            lambda: (QApplication.focusWidget() or bench.window).objectName() == field
        )
        assert QApplication.focusWidget().text() == "21.5"
        assert bench.view.check(REFERENCE).question.fields[0].title == "气温"

    play(qapp, scenario)


def test_escape_stops_a_ramp_as_soon_as_it_moves_and_nothing_else_begins(qapp, tmp_path):
    async def scenario(simulator, url):
        bench = await open_bench(tmp_path / "data", simulator, url)
        lamp = simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]
        before = lamp.dim_command
        await begin(bench)
        bench.presenter.show_step("lighting")
        await bench.until(lambda: bench.view.step_view().held == 4)
        bench.press(Qt.Key.Key_R)
        await bench.until(lambda: RAMP in (*bench.job.job.queued(), *bench.job.running()))
        bench.press(Qt.Key.Key_Escape)
        await stopped(bench)
        assert RAMP not in bench.job.running()
        bench.press(Qt.Key.Key_R)
        stop = bench.wizard.step.danger.stop
        await bench.until(stop.isVisible)
        stop.click()
        await stopped(bench)
        await bench.until(stop.isHidden)
        await bench.until(lambda: bench.states()[METER] == "pass")
        bench.press(Qt.Key.Key_R)
        await bench.until(lambda: lamp.dim_command != before)
        assert QApplication.focusWidget() is bench.wizard.step.list.rows[RAMP]
        # Not shown yet, as it may be on a busy machine: the view is a moment behind.
        bench.press(Qt.Key.Key_Escape)
        await stopped(bench)
        # Within a second it is by tests/commissioning; here the clock hurries past the disk.
        await bench.until(lambda: lamp.dim_command == before)
        await close_bench(bench)

    async def stopped(bench: Bench):
        states = bench.job.job.states
        await bench.until(lambda: states[RAMP].held and states[OTHER_RAMP].held)
        await bench.until(lambda: bench.view.step_view().held == 4)

    play(qapp, scenario)


async def what_it_blocks_leads_back_to_it(bench: Bench):
    await bench.until(lambda: bench.view.step_view().blocked == 2)
    assert bench.view.step_view().failed == 1
    row = bench.wizard.step.list.rows[BLOCKED]
    assert not row.opened
    bench.wizard.go_to_check(BLOCKED)
    assert row.opened
    assert row.action.hasFocus()
    bench.press(Qt.Key.Key_Return)
    assert bench.wizard.step.list.current == METER
    assert not row.opened


async def a_pass_is_taken_back(bench: Bench):
    await bench.until(lambda: bench.states()[DOOR] == "pass")
    bench.simulator.inject("door_open@SP-0001/door")
    await bench.until(lambda: bench.states()[DOOR] == "fail")
    door = bench.wizard.step.list.rows[DOOR]
    assert door.view.title in bench.wizard.message.text()
    assert door.view.reopened == 1
    bench.simulator.clear("door_open@SP-0001/door")
    bench.wizard.go_to_check(DOOR)
    bench.press(Qt.Key.Key_R, CTRL)
    await bench.until(lambda: bench.states()[DOOR] == "pass")
    assert "1" in door.heading()


async def never_waived(bench: Bench):
    bench.wizard.go_to_check(METER)
    bench.wizard.message.hide()
    bench.press(Qt.Key.Key_K, CTRL)
    panel = bench.wizard.leave_out
    assert panel.isVisible()
    panel.how.setCurrentIndex(1)
    panel.role.setCurrentIndex(1)
    panel.who.setText("Chen")
    panel.reason.setText("the meter is known to be good")
    panel.reason.setFocus()
    bench.press(Qt.Key.Key_Return)
    await bench.until(bench.wizard.message.isVisible)
    assert bench.states()[METER] == "fail"


async def signed_as_rejected(bench: Bench):
    bench.presenter.show_step("review")
    assert bench.view.verdict == "rejected"
    await bench.until(lambda: "asked" in {item.state for item in bench.view.punch})
    for _ in range(2):
        assert not bench.view.signed_ns
        bench.press(Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
    await bench.until(lambda: bench.presenter.report)


async def typed_too_late(bench: Bench):
    """Typed in the moment before the signature: it is nobody's, and nothing to complain of."""
    failed = []
    bench.presenter.failed.connect(failed.append)
    bench.presenter.place.typed(REFERENCE, "air_temperature", "21.5")
    await bench.presenter.close()
    assert not failed


def test_a_failure_has_its_action_focused_and_a_rejected_job_is_signed_as_rejected(qapp, tmp_path):
    async def scenario(simulator, url):
        changes = {"supply_low_v": 300.0, "supply_high_v": 301.0}
        bench = await open_bench(tmp_path / "data", simulator, url, changes=changes)
        await begin(bench)
        bench.presenter.show_step("electrical")
        await bench.until(lambda: bench.states()[METER] == "fail")
        row = bench.wizard.step.list.rows[METER]
        await bench.until(row.action.hasFocus)
        assert row.view.measured.endswith("V")
        assert "300" in row.view.limit
        assert row.view.text
        attempts = row.view.attempts
        bench.press(Qt.Key.Key_Return)
        await bench.until(lambda: bench.view.check(METER).attempts > attempts)
        await bench.until(lambda: bench.states()[METER] == "fail")
        await what_it_blocks_leads_back_to_it(bench)
        await a_pass_is_taken_back(bench)
        await never_waived(bench)
        await signed_as_rejected(bench)
        await typed_too_late(bench)
        await close_bench(bench)

    play(qapp, scenario)
    (report,) = (tmp_path / "data" / "reports").glob("*.json")
    assert '"rejected"' in report.read_text("utf-8")


def test_a_sign_that_reads_otherwise_fails_and_a_soak_is_cut_short_by_a_lead_alone(qapp, tmp_path):
    async def scenario(simulator, url):
        bench = await open_bench(
            tmp_path / "data", simulator, url, asset="TS-0001", changes={"soak_s": 600}
        )
        await begin(bench)
        bench.presenter.show_step("display")
        await bench.until(lambda: bench.view.step_view().held == 2)
        shown = bench.eyes()["sign"]["text"]
        bench.press(Qt.Key.Key_R)
        await bench.until(lambda: bench.view.step_view().asked)
        asked = bench.eyes()["sign"]["text"]
        field = QApplication.focusWidget()
        assert field.maxLength() == len(asked) == 4
        bench.type("0000")
        bench.press(Qt.Key.Key_Return)
        await bench.until(lambda: bench.states()["text_seen/sign"] == "fail")
        row = bench.wizard.step.list.rows["text_seen/sign"]
        assert (row.view.measured, row.view.limit) == ("0000", asked)
        await bench.until(lambda: bench.eyes()["sign"]["text"] == shown)
        await the_soak_is_cut_short(bench)
        await close_bench(bench)

    async def the_soak_is_cut_short(bench: Bench):
        bench.presenter.show_step("review")
        for role, allowed in (("installer", False), ("lead", True)):
            bench.press(Qt.Key.Key_W, CTRL)
            panel = bench.wizard.leave_out
            panel.role.setCurrentIndex(panel.role.findData(role))
            panel.who.setText("Chen")
            panel.reason.setText("a storm is coming, agreed by phone")
            panel.submit()
            await bench.until(lambda: bench.view.soak_waiver or bench.wizard.message.isVisible())
            assert bool(bench.view.soak_waiver) is allowed
            bench.wizard.message.hide()
        assert "Chen" in bench.view.soak_waiver
        records = bench.engine.audit.records
        async with asyncio.timeout(5):
            while "storm" not in json.dumps(await records.job(bench.view.id)):
                await bench.engine.store.flush()

    play(qapp, scenario, poles=0, signs=1)
