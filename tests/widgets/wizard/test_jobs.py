"""Whole jobs by keyboard alone, against a simulated asset over a real socket."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.widgets.wizard.bench import Bench, close_bench, open_bench, play

# A job against the simulator takes real time: lamps fade and readings are watched.
pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.timeout(120),
]
CTRL = Qt.KeyboardModifier.ControlModifier
GOES_ON = ("running", "not_run", "queued")
MOST_PRESSES = {"SP-0001": 18, "TS-0001": 10}


async def begin(bench: Bench) -> None:
    bench.page.start.operator.setFocus()
    bench.type("Li Wei")
    bench.press(Qt.Key.Key_Return)
    await bench.until(lambda: bench.view is not None)


def answer(bench: Bench) -> str:
    """Answer the question that has the focus, as somebody with eyes does; returns its check."""
    check = bench.wizard.step.list.row().view
    question, seen = check.question, bench.eyes()
    if question.kind == "choice":
        lit = [name for name, lamp in seen["lamps"].items() if lamp["blinking"]]
        choices = [name for name, _ in question.choices]
        bench.press(Qt.Key.Key_1 + choices.index(lit[0] if lit else "none"))
    elif question.kind == "yes_no":
        bench.press(Qt.Key.Key_Y)
    elif question.kind == "text":
        # Small letters are as good: nobody should have to hold Shift with gloves on.
        bench.type(seen["sign"]["text"].lower())
        bench.press(Qt.Key.Key_Return)
    else:
        for field in question.fields:
            focused = QApplication.focusWidget()
            assert isinstance(focused, QLineEdit)
            assert focused.accessibleName() == f"{field.title} {field.unit}"
            bench.type(f"{seen[field.id]:.1f}")
            bench.press(Qt.Key.Key_Return)
    return check.id


def shown_whole(bench: Bench) -> bool:
    """The row of the question is in sight with all its controls, however long the list is."""
    row = bench.wizard.step.list.row()
    return row.visibleRegion().boundingRect().height() == row.height() >= row.sizeHint().height()


async def carry_out(bench: Bench) -> None:
    """Every step that wants a person, until the review."""

    while bench.view.step != "review":
        await bench.until(
            lambda: bench.view.step_view().state not in ("running", "not_run", "queued")
        )
        if bench.view.step_view().asked:
            await bench.until(lambda: bench.wizard.step.list.row().view.state == "asked")
            await bench.until(lambda: shown_whole(bench))
            asked = answer(bench)
            await bench.until(lambda: bench.states()[asked] != "asked")  # noqa: B023
        elif bench.view.step_view().held:
            bench.press(Qt.Key.Key_Return, CTRL)
            await bench.until(lambda: not bench.view.step_view().held)
        else:
            before = bench.view.step
            bench.press(Qt.Key.Key_Return, CTRL)
            assert bench.view.step != before


async def whole_job(bench: Bench, data) -> None:
    await begin(bench)
    await bench.until(lambda: bench.view.step_view().state == "pass")
    await carry_out(bench)
    await bench.until(lambda: all(s not in ("running", "not_run") for s in bench.states().values()))
    assert bench.view.verdict == "commissioned", bench.view.punch
    bench.press(Qt.Key.Key_Return, CTRL)
    await bench.until(lambda: bench.presenter.report)
    assert {file.suffix for file in (data / "reports").iterdir()} == {".json", ".csv", ".pdf"}
    assert bench.presses <= MOST_PRESSES[bench.asset]
    bench.press(Qt.Key.Key_Return)
    await bench.until(bench.page.start.isVisible)
    assert "Li Wei" in bench.page.start.asset.currentText()


def test_a_whole_pole_by_keyboard_in_few_presses(qapp, tmp_path):
    async def scenario(simulator, url):
        bench = await open_bench(tmp_path / "data", simulator, url)
        await whole_job(bench, tmp_path / "data")
        await close_bench(bench)

    play(qapp, scenario)


def test_a_whole_sign_by_keyboard_in_few_presses(qapp, tmp_path):
    async def scenario(simulator, url):
        bench = await open_bench(tmp_path / "data", simulator, url, asset="TS-0001")
        await whole_job(bench, tmp_path / "data")
        await close_bench(bench)

    play(qapp, scenario, poles=0, signs=1)
