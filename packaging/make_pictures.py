"""Take the pictures of resources/help: the real window beside the demo district, no display needed.

python packaging/make_pictures.py              about six minutes, most of them live data
python packaging/make_pictures.py --minutes 1  sooner, with shorter curves
python packaging/make_pictures.py --out DIR    somewhere else than resources/help
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import qasync  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app.bridge.plot_layout import PlotLayout, Target, add  # noqa: E402
from app.bridge.plot_time import SPANS  # noqa: E402
from app.core.links import LinkState  # noqa: E402
from app.core.rows import PointKey  # noqa: E402
from app.main import Opened, Program  # noqa: E402
from app.services.connection_file import SavedConnection  # noqa: E402
from app.settings import StartOptions  # noqa: E402
from app.tasks import Tasks  # noqa: E402

POLES = ("SP-0001", "SP-0002", "SP-0003")
PLOTS = (("weather", "noise"), ("lamp1", "lamp_power"))
DIMMED = PointKey(device="SP-0001/lamp1", point="dim_command")
LAPTOP, DESK = (1366, 768), (1920, 1080)
PATIENCE_S = 60.0


class Photographer:
    """Plays a few minutes of a technician's work and takes pictures on the way."""

    def __init__(self, program: Program, out: Path, minutes: float) -> None:
        self._program = program
        self._out = out
        self._seconds = minutes * 60

    async def work(self) -> None:
        """All pictures, in one run of the program."""
        opened = await self._program.opened()
        await self._until(opened.models.drawn)
        self._arrange(opened)
        await self._days_work(opened)
        await self._live("live.png", LAPTOP)
        await self._choose("theme", "dark")
        await self._live("live-dark.png", DESK)
        await self._choose("theme", "light")
        await self._connections()
        await self._commission()

    # Steps

    def _arrange(self, opened: Opened) -> None:
        board, layout = opened.models.board, PlotLayout()
        for device, point in PLOTS:
            keys = [PointKey(device=f"{pole}/{device}", point=point) for pole in POLES]
            points = [(key, board.info(key).unit) for key in board.plottable(keys)]
            layout = add(layout, points, Target())
        board.model.restore(layout)
        board.time.set_span(
            next((span for span in SPANS if span >= self._seconds * 1e9), SPANS[-1])
        )

    async def _days_work(self, opened: Opened) -> None:
        """Minutes of readings: a lamp is dimmed, a gateway is lost for a while."""
        connections = opened.models.session.engine.connections
        await asyncio.sleep(0.30 * self._seconds)
        await connections.enable("SP-0002 gateway", enabled=False)
        await asyncio.sleep(0.10 * self._seconds)
        await connections.enable("SP-0002 gateway", enabled=True)
        await asyncio.sleep(0.20 * self._seconds)
        opened.live.switching.switching.send(DIMMED, "dim", 40)
        await asyncio.sleep(0.40 * self._seconds)

    async def _live(self, name: str, size: tuple[int, int]) -> None:
        opened = await self._program.opened()
        opened.window.resize(*size)
        opened.live.arrange(size[0])
        opened.window.show_page("live")
        await self._until(opened.models.drawn)
        view = opened.models.board.time.view()
        a_ns = view.start_ns + round(0.52 * view.span_ns)
        b_ns = view.start_ns + round(0.82 * view.span_ns)
        opened.models.board.set_cursors((a_ns, b_ns))
        opened.live.points.tree.show_asset(0)
        await self._until(lambda: len(opened.models.board.table.rows) == len(PLOTS) * len(POLES))
        await self._take(opened, name)
        opened.models.board.set_cursors(None)

    async def _connections(self) -> None:
        """A bench connection whose port is missing, tested: the line that fails has its fix."""
        opened = await self._program.opened()
        engine = opened.models.session.engine
        url = "modbus+rtu:///dev/ttyUSB0?baud=9600&parity=N"
        bench = SavedConnection(name="Bench", url=url, enabled=False)
        await engine.connections.add(bench)
        opened.window.resize(*LAPTOP)
        opened.window.show_page("connections")
        page = opened.connections
        opened.models.session.look()
        page.select("Bench")
        await self._until(lambda: page.form.saved is not None and page.form.saved.name == "Bench")
        page.run_test()
        await self._until(lambda: opened.models.session.diagnostics.first_failure() >= 0)
        await self._take(opened, "connections.png")
        await engine.connections.remove("Bench")

    async def _commission(self) -> None:
        """The lighting step of a pole while its ramp runs."""
        opened = await self._program.opened()
        opened.window.show_page("commission")
        presenter = opened.commission.presenter
        await self._until(lambda: presenter.choices)
        choice = next(each for each in presenter.choices if each.number == POLES[2])
        told = PointKey(device=f"{choice.number}/gateway", point="serial")
        serial = opened.models.session.engine.live.latest(told)
        presenter.begin(choice, "Li Wei", "installer", str(serial.value) if serial else "")
        await self._until(lambda: presenter.view is not None)
        presenter.show_step("lighting")
        await asyncio.sleep(2.0)
        presenter.wishes.start("lighting")
        await asyncio.sleep(25.0)
        await self._take(opened, "commission.png")

    # Means

    async def _choose(self, name: str, value: str) -> None:
        before = await self._program.opened()
        if before.window.look.palette.name == value:
            return
        before.window.setting_chosen.emit(name, value)
        await self._until(lambda: self._program.window is not before.window)
        opened = await self._program.opened()
        await self._until(lambda: self._program.window is opened.window)

    async def _take(self, opened: Opened, name: str) -> None:
        await self._until(lambda: all(
            state in (LinkState.CONNECTED.value, LinkState.CLOSED.value)
            for _, state, _ in opened.models.session.status.links
        ))  # fmt: skip
        # No ring in the picture: nobody is typing.
        if (focused := QApplication.focusWidget()) is not None:
            focused.clearFocus()
        await asyncio.sleep(1.0)
        path = self._out / name
        if not opened.window.grab().save(str(path)):
            raise SystemExit(f"{path} cannot be written")
        print(path, flush=True)

    @staticmethod
    async def _until(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110  # any condition, not only an event
                await asyncio.sleep(0.05)


async def run(out: Path, minutes: float) -> None:
    """The program with its demo district and the photographer beside it."""
    tasks = Tasks("pictures")
    with tempfile.TemporaryDirectory(prefix="wayside-pictures-") as data:
        program = Program(StartOptions(data=Path(data), language="en", demo=True), None)
        running = tasks.spawn(program.run(), "program")
        work: Awaitable[None] = Photographer(program, out, minutes).work()
        try:
            await work
        finally:
            if program.window is not None:
                program.window.close()
            await running


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="of live data")
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "help")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(run(chosen.out, chosen.minutes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
