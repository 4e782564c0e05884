"""The wizard by keyboard alone, against a simulated pole over a real socket."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.widgets.wizard.bench import Bench, close_bench, open_bench, play

# A job against the simulator takes real time: lamps fade and readings are watched.
pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.timeout(300),
]
CTRL = Qt.KeyboardModifier.ControlModifier
MOST_PRESSES = 38
WAITING = ("running", "not_run")


async def begin(bench: Bench) -> None:
    bench.page.start.operator.setFocus()
    bench.type("Li Wei")
    bench.press(Qt.Key.Key_Return, CTRL)
    await bench.until(lambda: bench.view is not None)


async def settled(bench: Bench, step: str) -> None:
    """Wait until a step waits for a person, or has nothing more to do."""
    await bench.until(
        lambda: all(
            check.state not in WAITING for check in bench.view.of_step(step)
        ) or any(check.state in ("asked", "held") for check in bench.view.of_step(step))
    )  # fmt: skip


async def answer_what_is_asked(bench: Bench) -> None:
    """One question of the step shown, as somebody with eyes answers it."""
    check = next(c for c in bench.view.of_step(bench.view.step) if c.state == "asked")
    question, seen = check.question, bench.simulator.look("SP-0001")
    if question.kind == "choice":
        lit = [name for name, lamp in seen["lamps"].items() if lamp["blinking"]]
        choices = [name for name, _ in question.choices]
        bench.press(Qt.Key.Key_1 + choices.index(lit[0] if lit else "none"))
    elif question.kind == "yes_no":
        bench.press(Qt.Key.Key_Y)
    else:
        bench.press(Qt.Key.Key_Return, CTRL)
        for name, _ in question.fields:
            assert isinstance(QApplication.focusWidget(), QLineEdit)
            bench.type(f"{seen[name]:.1f}")
            bench.press(Qt.Key.Key_Return)
    await bench.until(lambda: bench.states()[check.id] != "asked")


def test_a_whole_pole_by_keyboard_in_few_presses(qapp, tmp_path):
    async def scenario(simulator, url):
        bench = await open_bench(tmp_path / "data", simulator, url)
        await begin(bench)
        steps = [step.id for step in bench.view.steps]
        for step in steps[:-1]:
            await settled(bench, step)
            assert bench.view.step == step
            while any(c.state in ("asked", "held", *WAITING) for c in bench.view.of_step(step)):
                await settled(bench, step)
                states = [check.state for check in bench.view.of_step(step)]
                if "asked" in states:
                    await answer_what_is_asked(bench)
                elif "held" in states:
                    bench.press(Qt.Key.Key_R)
                    await bench.until(lambda: not bench.view.step_view().held)
            assert bench.view.step_view().state in ("pass", "marginal")
            bench.press(Qt.Key.Key_Return, CTRL)
        assert bench.view.step == "review"
        assert bench.view.verdict == "commissioned"
        bench.press(Qt.Key.Key_Return, CTRL)
        await bench.until(lambda: bench.view.signed_ns)
        reports = {file.suffix: file for file in (tmp_path / "data" / "reports").iterdir()}
        assert set(reports) == {".json", ".csv", ".pdf"}
        assert bench.presses <= MOST_PRESSES
        await close_bench(bench)

    play(qapp, scenario)


def test_a_restart_returns_to_the_same_control_with_what_was_typed(qapp, tmp_path):
    async def scenario(simulator, url):
        bench = await open_bench(tmp_path / "data", simulator, url)
        await begin(bench)
        bench.presenter.show_step("environment")
        await bench.until(lambda: bench.view.step_view().asked)
        bench.press(Qt.Key.Key_Return, CTRL)
        bench.type("21.5")
        field = QApplication.focusWidget().objectName()
        job = bench.presenter.workshop.open.engine
        await bench.until(lambda: "21.5" in job.job.fields.values())
        await close_bench(bench)
        bench = await open_bench(tmp_path / "data", simulator, url)
        await bench.until(lambda: bench.presenter.rows)
        bench.page.start.focus_first()
        bench.press(Qt.Key.Key_Space)
        await bench.until(lambda: bench.view is not None)
        assert bench.view.step == "environment"
        await bench.until(lambda: bench.view.step_view().asked)
        await bench.until(lambda: bench.window.focusWidget().objectName() == field)
        assert QApplication.focusWidget().text() == "21.5"
        await close_bench(bench)

    play(qapp, scenario)


def test_escape_stops_a_ramp_and_the_lamp_is_as_before(qapp, tmp_path):
    async def scenario(simulator, url):
        bench = await open_bench(tmp_path / "data", simulator, url)
        before = simulator.look("SP-0001")["lamps"]["lamp1"]["brightness"]
        await begin(bench)
        bench.presenter.show_step("lighting")
        await bench.until(lambda: bench.view.step_view().held == 4)
        assert bench.wizard.step.danger.isVisible()
        await bench.until(lambda: bench.states()["supply_voltage/meter"] == "pass")
        bench.press(Qt.Key.Key_R)
        await bench.until(lambda: bench.states()["acknowledged/lamp1"] == "running")
        lamp = lambda: simulator.look("SP-0001")["lamps"]["lamp1"]["brightness"]  # noqa: E731
        await bench.until(lambda: lamp() < before / 2)
        bench.press(Qt.Key.Key_Escape)
        await bench.until(lambda: bench.states()["acknowledged/lamp1"] == "held", 2.0)
        await bench.until(lambda: abs(lamp() - before) < 0.01, 5.0)
        await close_bench(bench)

    play(qapp, scenario)


def test_a_failure_shows_measured_limit_and_action_and_cannot_be_waived(qapp, tmp_path):
    async def scenario(simulator, url):
        changes = {"supply_low_v": 300.0, "supply_high_v": 301.0}
        from tests.widgets.wizard.bench import SHORT

        bench = await open_bench(tmp_path / "data", simulator, url, changes={**SHORT, **changes})
        await begin(bench)
        bench.presenter.show_step("electrical")
        await bench.until(lambda: bench.states()["supply_voltage/meter"] == "fail")
        await bench.until(QApplication.focusWidget)
        bench.press(Qt.Key.Key_Return, CTRL)
        row = bench.wizard.step.list.rows["supply_voltage/meter"]
        assert row.view.measured.endswith("V")
        assert "300" in row.view.limit
        assert row.view.text
        assert row.action.hasFocus()
        attempts = row.view.attempts
        bench.press(Qt.Key.Key_Space)
        await bench.until(lambda: bench.view.check("supply_voltage/meter").attempts > attempts)
        await bench.until(lambda: bench.states()["supply_voltage/meter"] == "fail")
        await bench.until(QApplication.focusWidget)
        bench.press(Qt.Key.Key_K, CTRL)
        panel = bench.wizard.leave_out
        assert panel.isVisible()
        panel.how.setCurrentIndex(1)
        panel.role.setCurrentIndex(1)
        panel.who.setText("Chen")
        panel.reason.setText("the meter is known to be good")
        panel.submit()
        await bench.until(bench.wizard.message.isVisible)
        assert bench.states()["supply_voltage/meter"] == "fail"
        bench.presenter.show_step("review")
        assert bench.view.verdict == "rejected"
        await close_bench(bench)

    play(qapp, scenario)
