"""Everything on Live and Connections is reached and done without a mouse."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.core.rows import PointKey
from tests.widgets.program import Running, run_program
from tests.widgets.test_window import CTRL, data, press  # noqa: F401  # a folder with one pole

SHIFT = Qt.KeyboardModifier.ShiftModifier
MOST = 120
NOISE = PointKey(device="SP-0001/weather", point="noise")
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


async def active(running: Running, page: str) -> QWidget:
    window = running.opened.window
    window.activateWindow()
    await running.until(window.isActiveWindow)
    window.show_page(page)
    await running.until(QApplication.focusWidget)
    return window


def wants_focus(widget: QWidget) -> bool:
    tab = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    return tab and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None


@pytest.mark.parametrize("page", ["live", "connections"])
def test_tab_reaches_every_control_and_comes_round(qapp, data, page):  # noqa: F811
    async def play(running: Running) -> None:
        window = await active(running, page)
        if page == "connections":
            running.opened.connections.select("Pole")
            running.opened.connections.begin_edit()
            await running.until(running.opened.connections.form_panel.isVisible)
            await asyncio.sleep(0)
        first, visited = QApplication.focusWidget(), []
        for _ in range(MOST):
            press(window, Qt.Key.Key_Tab)
            visited.append(QApplication.focusWidget())
            if visited[-1] is first:
                break
        else:
            raise AssertionError("Tab does not come round")
        missed = [
            f"{type(each).__name__} {each.accessibleName()}"
            for each in running.visible()
            if wants_focus(each) and each not in visited and each.parent() not in visited
        ]
        assert not missed

    run_program(play, data)


def test_plots_are_panned_zoomed_measured_and_exported_by_keys(qapp, data):  # noqa: F811
    async def play(running: Running) -> None:
        window = await active(running, "live")
        live, board = running.opened.live, running.opened.models.board
        tree, canvas = live.points.tree, live.canvas
        if NOISE not in board.layout.keys():  # noqa: SIM118
            assert tree.show_point(NOISE)
            press(window, Qt.Key.Key_Space)
        canvas.setFocus()
        span = board.time.span_ns
        press(window, Qt.Key.Key_Plus)
        assert board.time.span_ns < span
        press(window, Qt.Key.Key_Left)
        assert not board.time.following
        press(window, Qt.Key.Key_F)
        assert board.time.following
        press(window, Qt.Key.Key_X, SHIFT)
        assert board.cursors is not None
        a_ns, b_ns = board.cursors
        press(window, Qt.Key.Key_Right, SHIFT)
        assert board.cursors != (a_ns, b_ns)
        press(window, Qt.Key.Key_X)
        assert canvas.crosshair
        press(window, Qt.Key.Key_Space)
        assert board.time.paused
        asked = []
        board.export_requested.disconnect()
        board.export_requested.connect(asked.append)
        press(window, Qt.Key.Key_E, CTRL)
        assert asked[0].keys == tuple(board.layout.keys())

    run_program(play, data)


def test_a_connection_is_disabled_removed_and_brought_back_by_the_palette(qapp, data):  # noqa: F811
    async def play(running: Running) -> None:
        window = await active(running, "connections")
        session = running.opened.models.session
        running.opened.connections.select("Pole")

        async def run(words: str) -> None:
            press(window, Qt.Key.Key_P, CTRL)
            await running.until(window.palette_panel.isVisible)
            QTest.keyClicks(QApplication.focusWidget(), words)
            press(window, Qt.Key.Key_Return)

        await run("connections disable")
        await running.until(lambda: session.saved("Pole").enabled)
        await run("connections remove")
        await running.until(lambda: session.saved("Pole") is None)
        await running.until(running.opened.connections.message.isVisible)
        running.opened.connections.message.action.setFocus()
        press(window, Qt.Key.Key_Space)
        await running.until(lambda: session.saved("Pole") is not None)

    run_program(play, data)
