"""Start of the window: first paint, and usable with 50,000 assets, beside an empty plot window.

Both are processes of their own, measured from the moment before they are started, off-screen
unless a platform is set. The raw limit is the smallest program that opens a pyqtgraph window.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from app.bench.report import BenchLine, Emit
from app.core.errors import UserFacing

ASSETS, QUICK_ASSETS = 50_000, 5_000
RUNS, QUICK_RUNS = 5, 1
LONGEST_S = 120.0
WITHIN, ABSOLUTE_S = 1.3, 1.5

_EMPTY = """
import sys
import pyqtgraph as pg
from PySide6.QtCore import QObject, QEvent, QTimer
from PySide6.QtWidgets import QApplication
import time
app = QApplication([])
class Paint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, app.quit)
        return False
plot, paint = pg.PlotWidget(), Paint()
plot.viewport().installEventFilter(paint)
plot.resize(1366, 768)
plot.show()
app.exec()
print(time.time() - float(sys.argv[1]))
"""
_WINDOW = """
import sys
from pathlib import Path
from app.bench.startup import window_probe
window_probe(float(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
"""


def run(emit: Emit, quick: bool) -> None:  # the shape of every benchmark
    """Measure both, in turn, and report the medians.

    Raises:
        UserFacing: the packaged program runs this, which has no interpreter to start bare.
    """
    if getattr(sys, "frozen", False):
        raise UserFacing(
            "The benchmark startup runs in a checkout only.",
            cause="It starts a bare interpreter, and this packaged program has none.",
            action="Run it in a checkout: make bench.",
        )
    assets, runs = (QUICK_ASSETS, QUICK_RUNS) if quick else (ASSETS, RUNS)
    with tempfile.TemporaryDirectory(prefix="wayside-startup-") as folder:
        data = Path(folder)
        write_district(data, assets)
        _probe(_WINDOW, str(data), str(assets))
        empty, painted, usable = [], [], []
        for _ in range(runs):
            empty.append(float(_probe(_EMPTY)))
            facts = json.loads(_probe(_WINDOW, str(data), str(assets)))
            painted.append(facts["painted"])
            usable.append(facts["usable"])
    raw = median(empty)
    first, last = median(painted), median(usable)
    for work, value, reach, ok in (
        ("first paint", first, f"<= {WITHIN} x an empty plot window", first <= WITHIN * raw),
        (f"usable with {assets} assets", last, f"< {ABSOLUTE_S} s", last < ABSOLUTE_S),
    ):
        emit(
            BenchLine(
                bench="startup",
                work=work,
                value=round(value, 3),
                unit="s",
                limit=round(raw, 3),
                ratio=round(value / raw, 2),
                reach=reach,
                ok=ok,
            )
        )


def write_district(data: Path, assets: int) -> None:
    """A data folder with one closed connection that all assets are behind."""
    from app.services.connection_file import SavedConnection, SavedDevice, save

    devices = tuple(
        SavedDevice(key=f"SP-{number:05}", profile="mqtt-json-pole")
        for number in range(1, assets + 1)
    )
    city = SavedConnection(
        name="City", url="mqtt://127.0.0.1:1/city/#", enabled=False, devices=devices
    )
    save(data / "connections.toml", [city])


def _probe(code: str, *arguments: str) -> str:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    done = subprocess.run(  # noqa: S603  # our own interpreter and code
        [sys.executable, "-c", code, repr(time.time()), *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    return done.stdout.strip().splitlines()[-1]


def window_probe(began: float, data: Path, assets: int) -> None:
    """In a process of its own: open the window on a folder and print when it could be used."""
    import asyncio

    import qasync
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)

    from app.main import Program
    from app.settings import StartOptions

    class FirstPaint(QObject):
        at = 0.0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if not self.at and event.type() == QEvent.Type.Paint:
                self.at = time.time()
            return False

    async def measure() -> dict[str, float]:
        from app.tasks import Tasks

        first = FirstPaint()
        application.installEventFilter(first)
        program = Program(StartOptions(data=data, safe=True), None)
        tasks = Tasks("startup")
        tasks.spawn(program.run(), "program")
        opened = await program.opened()
        second = FirstPaint()
        opened.live.points.tree.viewport().installEventFilter(second)
        opened.live.points.tree.viewport().update()
        while not second.at or opened.models.points.shown()[1] < assets:  # noqa: ASYNC110
            await asyncio.sleep(0)
        opened.window.close()
        return {"painted": first.at - began, "usable": second.at - began}

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        facts = runner.run(measure())
    sys.stdout.write(json.dumps(facts) + "\n")
