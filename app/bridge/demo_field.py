"""The demo district beside the window: the field simulator in a process of its own.

A process, because the simulator's servers and physics would take frames from the window.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from app.services.demo import POLES, SIGNS, demo_connections
from app.simulator.run import Ready, ReadyAsset

_END_MS = 3000
# Ends the simulator when this process dies without a word: prctl(PR_SET_PDEATHSIG, SIGTERM).
_ENDS_WITH_US = (
    "import ctypes, runpy; ctypes.CDLL(None).prctl(1, 15);"
    " runpy.run_module('app', run_name='__main__', alter_sys=True)"
)


class DemoField(QObject):
    """Starts ``wayside simulate`` and tells the connections it offers.

    Signals:
        started: the simulator serves; ``connections`` lead to it.
        failed: it ended or never came up, with what it said.
    """

    started = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connections = demo_connections(Ready(eyes="", assets=()))
        self._ready = False
        self._stopped = False
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._finished)

    def start(self) -> None:
        """Start the process; ``started`` or ``failed`` follows."""
        if getattr(sys, "frozen", False):
            command = []
        else:
            command = ["-c", _ENDS_WITH_US] if sys.platform == "linux" else ["-m", "app"]
        size = ["--poles", str(POLES), "--signs", str(SIGNS)]
        self._process.start(sys.executable, [*command, "simulate", "--json", *size])

    def stop(self) -> None:
        """End the process and wait for it; harmless where it does not run."""
        self._stopped = True
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.terminate()
            if not self._process.waitForFinished(_END_MS):
                self._process.kill()
                self._process.waitForFinished(_END_MS)

    @Slot()
    def _read(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode("utf-8", "replace")
            try:
                facts = json.loads(line)
            except ValueError:
                continue
            if isinstance(facts, dict) and facts.get("ready") and not self._ready:
                self._ready = True
                self.connections = demo_connections(_ready_of(facts))
                self.started.emit()

    @Slot()
    def _finished(self) -> None:
        if self._stopped:
            return
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self.failed.emit(said.strip().rpartition("\n")[2] or self._process.errorString())


def _ready_of(facts: dict[str, object]) -> Ready:
    listed = facts.get("assets")
    assets = tuple(
        ReadyAsset(asset=each["asset"], type=each["type"], links=dict(each["links"]))
        for each in (listed if isinstance(listed, list) else [])
    )
    told = [asset.links["mqtt"] for asset in assets if "mqtt" in asset.links]
    root, _, rest = told[0].partition("/wayside/") if told else ("", "", "")
    broker = f"{root}/wayside/#{rest.partition('#')[2]}" if told else ""
    return Ready(eyes=str(facts.get("eyes", "")), assets=assets, broker=broker)
