"""The window as a whole: keyboard, names, languages, state, with the real engine below it."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from app.bridge.plot_layout import Target
from app.core.rows import PointKey
from app.services.connection_file import SavedAsset, SavedConnection, load, save
from tests.widgets.program import Running, run_program
from widgets.base.tokens import TREE_WIDTH, TREE_WIDTH_WIDE

PAGES = ("live", "connections")
# What the off-screen platform says of every window that floats.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def data(tmp_path):
    """A folder with one pole that does not answer: the window has devices without a field."""
    folder = tmp_path / "data"
    folder.mkdir()
    pole = SavedConnection(
        name="Pole",
        url=f"modbus+tcp://127.0.0.1:{closed_port()}",
        enabled=False,
        assets=(SavedAsset(number="SP-0001", type="reference-pole"),),
    )
    save(folder / "connections.toml", [pole])
    return folder


def press(window: QWidget, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    """A key goes to the widget with the focus, as it does for a person."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


def type_text(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)


CTRL = Qt.KeyboardModifier.ControlModifier


def test_pages_are_reached_by_key_and_the_focus_lands(qapp, data):
    async def play(running: Running) -> None:
        window = running.opened.window
        window.activateWindow()
        await running.until(window.isActiveWindow)
        press(window, Qt.Key.Key_F8)
        assert window.current_page() == "connections"
        assert running.opened.connections.table.hasFocus()
        press(window, Qt.Key.Key_F3)
        assert window.current_page() == "live"
        assert running.opened.live.points.tree.hasFocus()

    run_program(play, data)


def test_shortcuts_are_unique_on_each_page(qapp, data):
    async def play(running: Running) -> None:
        for page in PAGES:
            running.opened.window.show_page(page)
            buttons = [b.shortcut().toString() for b in running.visible(QAbstractButton)]
            shortcuts = [
                each.key().toString()
                for each in running.opened.window.findChildren(QShortcut)
                if each.parent().isVisible()
            ]
            used = [text for text in (*buttons, *shortcuts) if text]
            assert len(used) == len(set(used)), sorted(used)

    run_program(play, data)


def test_every_button_is_in_the_palette_or_has_a_key(qapp, data):
    async def play(running: Running) -> None:
        commands = running.opened.window.commands()
        ids = [command.id for command in commands]
        assert len(ids) == len(set(ids))
        keys = [command.shortcut for command in commands if command.shortcut]
        assert len(keys) == len(set(keys))
        for wanted in ("connections.remove", "connections.import", "theme.dark", "live.export"):
            assert wanted in ids

    run_program(play, data)


def test_everything_that_takes_the_focus_has_a_name(qapp, data):
    async def play(running: Running) -> None:
        for page in PAGES:
            running.opened.window.show_page(page)
            await asyncio.sleep(0)
            nameless = [
                f"{type(each).__name__} {each.objectName()}"
                for each in running.visible()
                if each.focusPolicy() != Qt.FocusPolicy.NoFocus and not each.accessibleName()
                and not isinstance(each.parent(), QComboBox)
            ]  # fmt: skip
            small = [
                f"{type(each).__name__} {each.accessibleName()} {each.size()}"
                for each in running.visible(QAbstractButton)
                if min(each.width(), each.height()) < 24
            ]
            assert not nameless
            assert not small

    run_program(play, data)


def test_a_connection_is_added_by_keyboard_alone(qapp, data):
    port = closed_port()

    async def play(running: Running) -> None:
        window, page = running.opened.window, running.opened.connections
        window.activateWindow()
        await running.until(window.isActiveWindow)
        press(window, Qt.Key.Key_F8)
        press(window, Qt.Key.Key_N, CTRL)
        await running.until(page.form_panel.editors["scheme"].isVisible)
        type_text("Bench")
        press(window, Qt.Key.Key_Tab)
        await running.until(lambda: isinstance(QApplication.focusWidget(), QComboBox))
        for _ in page.form.schemes():
            if page.form.scheme != "modbus+tcp":
                press(window, Qt.Key.Key_Down)
                await asyncio.sleep(0)
                await running.until(lambda: isinstance(QApplication.focusWidget(), QComboBox))
        assert page.form.scheme == "modbus+tcp"
        await running.until(lambda: "host" in page.form_panel.editors)
        await running.until(page.form_panel.editors["number"].isVisible)
        page.form_panel.editors["host"].setFocus()
        type_text("127.0.0.1")
        press(window, Qt.Key.Key_Tab)
        QApplication.focusWidget().selectAll()
        type_text(str(port))
        page.form_panel.editors["number"].setFocus()
        type_text("SP-0007")
        assert page.form.mistake() == ""
        press(window, Qt.Key.Key_S, CTRL)
        await running.until(lambda: page.table.model().rowCount() == 2)
        await running.until(lambda: running.opened.models.session.saved("Bench"))

    run_program(play, data)
    saved = {each.name: each for each in load(data / "connections.toml").connections}
    assert saved["Bench"].url == f"modbus+tcp://127.0.0.1:{port}"
    assert saved["Bench"].assets == (SavedAsset(number="SP-0007", type="reference-pole"),)


def test_a_failing_test_shows_its_line_and_the_way_on(qapp, data):
    async def play(running: Running) -> None:
        page, session = running.opened.connections, running.opened.models.session
        running.opened.window.show_page("connections")
        page.select("Pole")
        await running.until(lambda: page.form.saved is not None)
        page.run_test()
        await running.until(lambda: session.diagnostics.first_failure() >= 0)
        await running.until(lambda: "stopped" in page.diagnostics.head.note.text())
        failed = session.diagnostics.first_failure()
        assert session.diagnostics.finding(failed).fix
        assert session.diagnostics.rowCount() > failed + 1
        assert page.diagnostics.copy_report.isEnabled()
        report = session.diagnostics.report("title")
        assert session.diagnostics.finding(failed).seen in report

    run_program(play, data)


def test_points_are_plotted_by_keyboard_and_undone(qapp, data):
    async def play(running: Running) -> None:
        window, live = running.opened.window, running.opened.live
        window.activateWindow()
        await running.until(window.isActiveWindow)
        board = running.opened.models.board
        key = PointKey(device="SP-0001/weather", point="noise")
        before = board.layout
        live.show_point(key)
        assert key in board.layout.keys()  # noqa: SIM118
        live.points.tree.setFocus()
        assert live.points.tree.show_point(key)
        press(window, Qt.Key.Key_Space)
        assert key not in board.layout.keys()  # noqa: SIM118
        live.undo.click()
        assert key in board.layout.keys()  # noqa: SIM118
        live.undo.click()
        assert board.layout == before

    run_program(play, data)


def test_plots_docks_and_page_come_back(qapp, data):
    key = PointKey(device="SP-0001/weather", point="noise")

    async def arrange(running: Running) -> None:
        board = running.opened.models.board
        for plotted in board.layout.keys():  # noqa: SIM118
            board.model.remove(plotted)
        board.add_points([key], Target())
        running.opened.window.show_page("connections")
        running.opened.live.points_dock.setFloating(True)

    async def look(running: Running) -> None:
        assert running.opened.models.board.layout.keys() == [key]
        assert running.opened.window.current_page() == "connections"
        assert running.opened.live.points_dock.isFloating()

    run_program(arrange, data)
    run_program(look, data)


def test_a_floating_dock_of_a_missing_screen_comes_back_onto_one(qapp, data):
    async def arrange(running: Running) -> None:
        dock = running.opened.live.points_dock
        dock.setFloating(True)
        dock.move(9000, 5000)

    async def look(running: Running) -> None:
        screens = [screen.availableGeometry() for screen in QApplication.screens()]
        frame = running.opened.live.points_dock.geometry()
        assert any(screen.intersects(frame) for screen in screens)

    run_program(arrange, data)
    run_program(look, data)


def test_the_language_changes_at_once_and_stays(qapp, data):
    async def play(running: Running) -> None:
        running.opened.window.setting_chosen.emit("language", "zh_CN")
        await running.until(lambda: running.program.window is not running.opened.window)
        opened = await running.program.opened()
        await running.until(lambda: running.program.window is opened.window)
        assert opened.live.follow.text() == "跟随"
        assert opened.models.session.catalogue.language == "zh_CN"

    async def look(running: Running) -> None:
        assert running.opened.live.follow.text() == "跟随"

    run_program(play, data)
    run_program(look, data, language="")


def test_the_points_keep_their_width_when_the_window_is_built_anew_beside_another_page(qapp, data):
    async def play(running: Running) -> None:
        running.opened.live.arrange(running.opened.window.width())
        wide = running.opened.live.points_dock.width()
        assert wide in (TREE_WIDTH, TREE_WIDTH_WIDE)
        running.opened.window.show_page("connections")
        running.opened.window.setting_chosen.emit("theme", "dark")
        await running.until(lambda: running.program.window is not running.opened.window)
        opened = await running.program.opened()
        assert opened.window.current_page() == "connections"
        # The screen of a test is smaller than the window, which is squeezed onto it.
        opened.window.resize(1366, 768)
        opened.window.show_page("live")
        assert opened.live.points_dock.width() == wide

    run_program(play, data)


def test_a_second_program_on_the_folder_says_so(qapp, data, expected_log):
    from app.main import Program
    from app.settings import StartOptions

    async def play(running: Running) -> None:
        second = Program(StartOptions(data=data), None)
        run = asyncio.get_running_loop().create_task(second.run())
        await running.until(lambda: second.window is not None and second.refused)
        assert str(data) in second.refused
        second.window.close()
        assert await run == 1

    run_program(play, data)
    assert "not started" in expected_log[0].getMessage()


def test_the_focus_ring_is_seen(qapp, data):
    async def play(running: Running) -> None:
        window, button = running.opened.window, running.opened.live.follow
        window.activateWindow()
        await running.until(window.isActiveWindow)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        with_ring = window.grab().toImage()
        running.opened.live.points.tree.setFocus(Qt.FocusReason.TabFocusReason)
        without = window.grab().toImage()
        corner = button.mapTo(window, button.rect().topLeft())
        at = (corner.x() + 20, corner.y() - 3)
        assert with_ring.pixelColor(*at) != without.pixelColor(*at)

    run_program(play, data)


def test_a_name_that_is_taken_is_refused_in_the_page(qapp, data):
    async def play(running: Running) -> None:
        page, session = running.opened.connections, running.opened.models.session
        running.opened.window.show_page("connections")
        page.begin_new()
        page.form.load(replace(session.saved("Pole"), name="Pole"))
        page.form.reset()
        for name, text in (("name", "Pole"), ("host", "127.0.0.1"), ("number", "SP-9")):
            page.form.set_value(name, text)
        page.form.set_scheme("modbus+tcp")
        page.save()
        await running.until(page.message.isVisible)
        assert "Pole" in page.message.text()

    run_program(play, data)
