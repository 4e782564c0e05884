"""A window of its own process, for a test that kills it: ``killed.py DATA URL begin|resume``.

It tells what it has reached, one JSON object a line, and then waits for its end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.widgets.wizard.bench import Bench, open_bench
from tests.widgets.wizard.test_jobs import begin

TYPED = "21.5"
CTRL = Qt.KeyboardModifier.ControlModifier


def focused(bench: Bench) -> str:
    return (QApplication.focusWidget() or bench.window).objectName()


def tell(bench: Bench) -> None:
    field = QApplication.focusWidget()
    told = {"step": bench.view.step, "control": field.objectName(), "text": field.text()}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


async def to_a_field(bench: Bench) -> None:
    """Begin a job, and type into a field of its sixth step."""
    await begin(bench)
    bench.presenter.show_step("environment")
    await bench.until(lambda: bench.view.step_view().asked)
    bench.press(Qt.Key.Key_Return, CTRL)
    bench.type(TYPED)
    field = QApplication.focusWidget().objectName()
    records = bench.engine.audit.records
    while True:
        kept = await records.job(bench.view.id)
        if kept["focus"].endswith(field) and TYPED in kept["fields"].values():
            break
        await bench.engine.store.flush()
    tell(bench)


async def back(bench: Bench) -> None:
    """Take the job up with one key, and wait for where it was left."""
    await bench.until(lambda: focused(bench).startswith("resume:"))
    bench.press(Qt.Key.Key_Return)
    await bench.until(lambda: focused(bench).startswith("field:"))
    tell(bench)


async def whole(data: Path, url: str, does: str) -> None:
    bench = await open_bench(data, None, url, changes={"environment_window_s": 1})
    await (to_a_field if does == "begin" else back)(bench)
    await asyncio.get_running_loop().create_future()


def main() -> None:
    application = QApplication(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(whole(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))


if __name__ == "__main__":
    main()
