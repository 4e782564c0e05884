"""One run of the program with a window: Qt's application, its loop, signals, a demo's folder."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from app.bridge.threads import yield_to_window
from app.main.program import Program
from app.main.shot import Shot
from app.settings import StartOptions, default_data


def run_window(options: StartOptions, shot: Shot | None = None) -> int:
    """Open the window and return the exit status when it is closed.

    With ``shot`` the window takes a picture of itself and ends. A demo without a data folder of
    its own keeps its data in a temporary one, which goes with it.
    """
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Wayside")
    application.setDesktopFileName("wayside")
    application.setQuitOnLastWindowClosed(False)
    yield_to_window()
    temporary = ""
    if options.demo and options.data == default_data():
        temporary = tempfile.mkdtemp(prefix="wayside-demo-")
        options = replace(options, data=Path(temporary))
    try:
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
            program = Program(options, shot)
            # The loop's timers give Python the moment to see a signal.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, program.stop_on_signal)
            return runner.run(program.run())
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)
