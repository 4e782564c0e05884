"""Runs the whole program for a test: its window, the real engine, a data folder of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import qasync
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.main import Opened, Program
from app.settings import StartOptions
from widgets.main_window import MainWindow

Scenario = Callable[["Running"], Awaitable[None]]
DEADLINE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A program that runs, and its window now."""

    program: Program
    opened: Opened

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until a condition holds, looking after each turn of the loop."""
        async with asyncio.timeout(DEADLINE_S):
            while not condition():  # noqa: ASYNC110  # any condition, not only what has an event
                await asyncio.sleep(0)

    def visible(self, kind: type[QWidget] = QWidget) -> list[QWidget]:
        """Every visible widget of a kind in the window."""
        return [each for each in self.opened.window.findChildren(kind) if each.isVisible()]


class Strays(QObject):
    """Notes what is shown as a window of its own by mistake: it takes the keyboard with it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            alone = watched.isWindow() and watched.windowType() == Qt.WindowType.Window
            if alone and not isinstance(watched, MainWindow):
                self.seen.append(type(watched).__name__)
        return False


def run_program(
    scenario: Scenario,
    data: Path,
    *,
    language: str = "en",
    safe: bool = False,
) -> None:
    """Start the program, play the scenario, close the window, wait for the ordered end."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    data.mkdir(parents=True, exist_ok=True)

    async def play() -> None:
        program = Program(StartOptions(data=data, language=language, safe=safe), None)
        run = asyncio.get_running_loop().create_task(program.run())
        waiting = asyncio.get_running_loop().create_task(program.opened())
        await asyncio.wait({run, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=DEADLINE_S)
        if run.done():
            waiting.cancel()
            await run
        opened = await waiting
        try:
            await scenario(Running(program=program, opened=opened))
        finally:
            (await program.opened()).window.close()
            assert await run == 0

    strays = Strays()
    application.installEventFilter(strays)
    try:
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
            runner.run(play())
    finally:
        application.removeEventFilter(strays)
    assert not strays.seen
