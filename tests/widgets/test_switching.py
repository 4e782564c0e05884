"""Commands from the Live page, by keyboard, against a simulated lamp and sign."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.bridge.points_rows import Role
from app.bridge.switching_words import state_word
from app.core.commands import Command, CommandRequest, CommandState, Trial
from app.core.rows import PointKey
from app.services.connection_file import SavedAsset, SavedConnection, save
from app.services.data_folder import DataFolder
from app.simulator.options import MODBUS_TCP, SimulatorOptions
from app.simulator.run import FieldSimulator
from app.store.opening import open_store
from tests.fakes.mosquitto import free_port
from tests.widgets.program import Running, run_program

DIM = PointKey(device="SP-0001/lamp1", point="dim_command")
SHOW = PointKey(device="SP-0001/screen", point="message_command")
FADE = PointKey(device="SP-0001/lamp1", point="fade_time")
CTRL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def play_on_a_pole(tmp_path, play, *faults: str, language: str = "en") -> None:
    """The whole program beside a pole of the simulator, once its lamp has told its level."""
    options = SimulatorOptions(poles=1, signs=0, faults=faults, protocols=(MODBUS_TCP,))

    async def scenario(running: Running) -> None:
        simulator = FieldSimulator(options)
        ready = await simulator.start()
        try:
            url = ready.assets[0].links[MODBUS_TCP]
            asset = SavedAsset(number="SP-0001", type="reference-pole")
            connections = running.opened.models.session.engine.connections
            await connections.add(SavedConnection(name="Pole", url=url, assets=(asset,)))
            model = running.opened.models.points
            await running.until(lambda: model.latest(DIM) and model.find(DIM).isValid())
            running.opened.window.activateWindow()
            await running.until(running.opened.window.isActiveWindow)
            await play(running)
        finally:
            await simulator.stop()

    save(tmp_path / "connections.toml", [])
    run_program(scenario, tmp_path, language=language)


def press(key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


async def open_form(running: Running, key: PointKey):
    tree = running.opened.live.points.tree
    tree.setFocus()
    assert tree.show_point(key)
    press(Qt.Key.Key_S)
    form = running.opened.live.points.switch
    await running.until(form.isVisible)
    return form


def switching_of(running: Running):
    return running.opened.live.switching.switching


def test_a_lamp_is_dimmed_and_taken_back_by_keyboard_alone(qapp, tmp_path):
    async def play(running: Running) -> None:
        switching, model = switching_of(running), running.opened.models.points
        before = model.latest(DIM).value
        told: list[str] = []

        def tell(key: PointKey) -> None:
            found = switching.of(key)
            if found is not None and not found.undoes:
                told.append(state_word(found))

        switching.changed.connect(tell)
        form = await open_form(running, DIM)
        assert "lamp in the street" in form.danger.label.text()
        assert form.editor.value() == before
        QTest.keyClicks(QApplication.focusWidget(), "40")
        press(Qt.Key.Key_Return)
        await running.until(lambda: switching.of(DIM) and switching.of(DIM).over)
        words = ["pending", "sent", "accepted", "read back", "confirmed"]
        assert list(dict.fromkeys(told)) == words
        assert "Lamp power" in form.detail.text()
        mark, text = model.find(DIM).data(Role.STATE)
        assert (mark, text[:4]) == ("pass", "undo")
        press(Qt.Key.Key_Z, CTRL)
        await running.until(lambda: switching.of(DIM).undoes and switching.of(DIM).over)
        assert switching.of(DIM).state is CommandState.CONFIRMED
        await running.until(lambda: model.latest(DIM).value == before)
        press(Qt.Key.Key_Escape)
        assert form.isHidden()
        assert running.opened.live.points.tree.hasFocus()
        records = running.opened.models.session.engine.audit.records
        assert "command:dim" in [entry.action for entry in await records.audit()]

    play_on_a_pole(tmp_path, play)


def test_tab_goes_from_the_value_to_the_trial_without_leaving_the_form(qapp, tmp_path):
    async def play(running: Running) -> None:
        form = await open_form(running, DIM)
        passed = []
        for _ in range(2):
            press(Qt.Key.Key_Tab)
            passed.append(QApplication.focusWidget())
        assert passed == [form.send, form.trial]

    play_on_a_pole(tmp_path, play)


def test_a_trial_is_put_back_when_the_program_ends(qapp, tmp_path):
    levels = []

    async def play(running: Running) -> None:
        switching = switching_of(running)
        levels.append(running.opened.models.points.latest(DIM).value)
        form = await open_form(running, DIM)
        QTest.keyClicks(QApplication.focusWidget(), "40")
        form.trial.setChecked(True)
        form.send.click()
        await running.until(lambda: switching.of(DIM) and switching.of(DIM).revert_ns)
        engine = running.opened.models.session.engine
        await engine.commands.close()
        await engine.trials.close()
        await running.until(lambda: engine.live.latest(DIM).value == levels[0])
        assert [each.command.request.value for each in switching.all()] == [levels[0]]

    play_on_a_pole(tmp_path, play)


def test_a_trial_is_put_back_though_another_value_was_wished_for_and_did_not_leave(qapp, tmp_path):
    async def play(running: Running) -> None:
        switching = switching_of(running)
        before = running.opened.models.points.latest(DIM).value
        told: list[str] = []
        switching.failed.connect(told.append)
        switching.send(DIM, "dim", 40, trial=True)
        form = await open_form(running, DIM)
        await running.until(lambda: switching.of(DIM) and switching.of(DIM).revert_ns)
        assert not form.send.isEnabled()
        await open_form(running, FADE)
        assert form.send.isEnabled()
        sent = switching.of(DIM).command
        switching._moved(
            replace(sent, id="live-2", state=CommandState.FAILED, sent_ns=0, detail="Offline.")
        )
        assert told == ["Offline."]
        assert switching.of(DIM).revert_ns
        engine = running.opened.models.session.engine
        await engine.commands.close()
        await engine.trials.close()
        await running.until(lambda: engine.live.latest(DIM).value == before)

    play_on_a_pole(tmp_path, play)


def test_a_refusal_stands_in_the_row_with_its_reason_and_what_to_do(qapp, tmp_path):
    async def play(running: Running) -> None:
        switching, model = switching_of(running), running.opened.models.points
        form = await open_form(running, DIM)
        QTest.keyClicks(QApplication.focusWidget(), "10")
        press(Qt.Key.Key_Return)
        await running.until(lambda: switching.of(DIM) and switching.of(DIM).over)
        assert switching.of(DIM).state is CommandState.REJECTED
        assert form.detail.text().startswith("Refused")
        assert "operated locally" in form.advice.text()
        assert not form.undo.isVisible()
        assert model.find(DIM).data(Role.STATE) == ("fail", "refused")
        assert "refused" in model.find(DIM).data(Qt.ItemDataRole.AccessibleTextRole)
        press(Qt.Key.Key_Escape)
        assert model.find(DIM).data(Role.STATE) is None

    play_on_a_pole(tmp_path, play, "refuses_command@SP-0001/lamp1")


def test_what_needs_a_confirmation_is_refused_with_the_reason(qapp, tmp_path):
    async def play(running: Running) -> None:
        form = await open_form(running, SHOW)
        assert "class 2" in form.refused.label.text()
        assert not form.send.isVisible()
        press(Qt.Key.Key_Escape)
        assert form.isHidden()
        switching_of(running).send(SHOW, "show", "HELLO")
        await running.until(lambda: switching_of(running).of(SHOW))
        await running.until(lambda: switching_of(running).of(SHOW).over)
        assert switching_of(running).of(SHOW).state is CommandState.REJECTED
        form = await open_form(running, FADE)
        assert not form.danger.isVisible()
        assert form.send.isVisible()

    play_on_a_pole(tmp_path, play)


def test_after_a_restart_the_row_says_what_is_still_to_be_put_back_and_why(qapp, tmp_path):
    """The program was killed with the lamp on trial, and its link is down now."""
    request = CommandRequest(
        device=DIM.device, command="dim", value=40.0, who="Li Wei", id="live-1"
    )
    sent = Command(
        id="live-1", request=request, risk=1, created_ns=1, expires_ns=2, sent_ns=1, previous=70.0,
        state=CommandState.CONFIRMED,
    )  # fmt: skip
    trial = Trial(
        device=DIM.device, point=DIM.point, command="dim", id=sent.id, value=70.0, switched=(40.0,),
        who=request.who, sent_ns=1, due_ns=2,
    )  # fmt: skip

    async def keep() -> None:
        store = await open_store(DataFolder(tmp_path).store_url)
        await store.records.save_command(sent, trial=trial)
        await store.close()

    async def play(running: Running) -> None:
        switching, model = switching_of(running), running.opened.models.points
        await running.until(lambda: switching.of(DIM) and switching.of(DIM).waits)
        await running.until(lambda: model.find(DIM).isValid())
        form = await open_form(running, DIM)
        assert model.find(DIM).data(Role.STATE) == ("warn", "not put back")
        assert "The link Pole is down" in form.advice.text()
        problems = running.opened.models.problems
        (told,) = [each for each in problems.standing() if each.id.startswith("trial:")]
        assert "70 % is to be put back" in told.detail
        assert form.keep.isVisible()
        form.keep.click()
        await running.until(lambda: not switching.of(DIM).revert_ns)
        assert not [each for each in problems.standing() if each.id.startswith("trial:")]

    asyncio.run(keep())
    asset = SavedAsset(number="SP-0001", type="reference-pole")
    url = f"modbus+tcp://127.0.0.1:{free_port()}"
    save(tmp_path / "connections.toml", [SavedConnection(name="Pole", url=url, assets=(asset,))])
    run_program(play, tmp_path)
