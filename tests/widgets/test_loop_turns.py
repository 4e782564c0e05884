"""No turn of the loop takes so long that the window is felt to stop."""

import asyncio
import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.rows import PointKey
from tests.widgets.program import Running, run_program
from tests.widgets.test_window import data, pytestmark  # noqa: F401

LONGEST_S = 0.05


class Turns:
    """Processor time of this thread between two turns: what other processes take is not ours."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._since = time.thread_time()
        self._handle = asyncio.get_running_loop().call_soon(self._beat)

    def _beat(self) -> None:
        now = time.thread_time()
        self.longest_s = max(self.longest_s, now - self._since)
        self._since = now
        self._handle = asyncio.get_running_loop().call_soon(self._beat)

    def stop(self) -> None:
        self._handle.cancel()


def test_work_in_the_window_blocks_no_turn(qapp, data):  # noqa: F811
    async def play(running: Running) -> None:
        window, live = running.opened.window, running.opened.live
        board = running.opened.models.board
        # The first showing of a page lays it out; what counts is every turn after that.
        for page in ("connections", "commission", "live"):
            window.show_page(page)
            await asyncio.sleep(0)
        turns = Turns()
        for page in ("connections", "live"):
            window.show_page(page)
            await asyncio.sleep(0)
        for letter in "lamp":
            QTest.keyClick(live.points.search, letter)
            await asyncio.sleep(0)
        live.points.search.clear()
        for point in ("noise", "temperature", "pm2_5", "humidity"):
            board.add_points([PointKey(device="SP-0001/weather", point=point)])
            await asyncio.sleep(0)
        window.open_palette()
        for letter in "noise":
            QTest.keyClick(window.palette_panel.field, letter)
            await asyncio.sleep(0)
        QTest.keyClick(window.palette_panel.field, Qt.Key.Key_Return)
        for _ in range(50):
            await asyncio.sleep(0)
        turns.stop()
        assert turns.longest_s < LONGEST_S

    run_program(play, data)


def test_a_blocking_call_is_seen(qapp, data):  # noqa: F811
    async def play(running: Running) -> None:
        turns = Turns()
        await asyncio.sleep(0)
        until = time.thread_time() + 2 * LONGEST_S
        while time.thread_time() < until:
            pass
        await running.until(lambda: turns.longest_s > LONGEST_S)
        turns.stop()

    run_program(play, data)
