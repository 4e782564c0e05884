"""The Commission page in a window of its own, with the real engine and a simulated field."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import qasync
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.bridge.collector import Collector
from app.bridge.commission_presenter import CommissionPresenter
from app.bridge.signing_off import SigningOff
from app.bridge.workshop import Workshop
from app.links.secrets import MemorySecrets
from app.services.connection_file import SavedAsset, SavedConnection
from app.services.engine import Engine, EngineOptions, start_engine
from app.settings import Texts
from app.simulator.options import MODBUS_TCP, SimulatorOptions
from app.simulator.run import FieldSimulator
from tests.fakes.waiting import until
from widgets.base import theme
from widgets.base.focus_ring import FocusRing
from widgets.base.theme import Look
from widgets.base.tokens import DARK, LIGHT
from widgets.pages.commission_page import CommissionPage

SHORT = {
    "line_reads": 5,
    "stable_window_s": 3,
    "stable_period_s": 0.2,
    "stable_share": 60,
    "environment_window_s": 5,
    "samples_share": 40,
    "distinct_values": 1,
    "identify_s": 5,
    "ramp_looks": 2,
    "ramp_look_every_s": 0.3,
    "soak_s": 1,
    "reply_network_ms": 2000,
    "line_good": 0.5,
}
"""Windows and shares for a crowded test machine; a job records them as changed."""
DEADLINE_S = 90.0


@dataclass(slots=True, kw_only=True)
class Bench:
    """A page on a window, and all that stands below it."""

    engine: Engine
    simulator: FieldSimulator
    window: QWidget
    page: CommissionPage
    presenter: CommissionPresenter
    presses: int = 0

    async def until(self, condition: Callable[[], object], deadline_s: float = DEADLINE_S) -> None:
        await until(condition, deadline_s)

    def press(self, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        """One key, to whatever has the focus, as for a person; counted."""
        self.presses += 1
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def type(self, text: str) -> None:
        """Type into the focused field; counted as one entry."""
        self.presses += 1
        QTest.keyClicks(QApplication.focusWidget(), text)

    @property
    def wizard(self):
        return self.page.wizard

    @property
    def view(self):
        return self.presenter.view

    def states(self) -> dict[str, str]:
        return {check.id: check.state for check in self.view.checks}

    def eyes(self) -> dict[str, object]:
        """What a person standing at the pole sees."""
        return self.simulator.look("SP-0001")


async def open_bench(
    data: Path,
    simulator: FieldSimulator,
    url: str,
    *,
    language: str = "en",
    dark: bool = False,
    size: tuple[int, int] = (1286, 700),
    changes: dict[str, float] | None = None,
) -> Bench:
    """A bench on a data folder; the pole's connection is saved where it is not yet."""
    engine = await start_engine(EngineOptions(data=data))
    if not engine.connections.saved():
        saved = SavedConnection(
            name="Pole 1", url=url, assets=(SavedAsset(number="SP-0001", type="reference-pole"),)
        )
        await engine.connections.add(saved)
    look = Look(palette=DARK if dark else LIGHT)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    theme.apply(application, look)
    signing = SigningOff(engine, MemorySecrets(), Texts(language))
    workshop = Workshop(engine, changes=changes or SHORT, signer=signing.sign)
    presenter = CommissionPresenter(workshop, Texts(language))
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    page = CommissionPage(look, presenter)
    column.addWidget(page)
    FocusRing(look, window)
    window.resize(*size)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow)
    page.focus_first()
    await until(lambda: page.start.chosen() is not None)
    return Bench(engine=engine, simulator=simulator, window=window, page=page, presenter=presenter)


async def close_bench(bench: Bench, *, job: bool = True) -> None:
    """Close window, job and engine; ``job`` false leaves the job as a killed program would."""
    await bench.presenter.close()
    if job:
        await bench.presenter.workshop.close()
    bench.window.close()
    bench.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    await bench.engine.close()


def play(qapp: QApplication, scenario: Callable[[FieldSimulator, str], Awaitable[None]],
         faults: tuple[str, ...] = ()) -> None:  # fmt: skip
    """Run a scenario beside a simulated pole."""

    async def whole() -> None:
        options = SimulatorOptions(poles=1, signs=0, faults=faults, protocols=(MODBUS_TCP,))
        simulator = FieldSimulator(options)
        ready = await simulator.start()
        # As in the program: widgets are collected on their own thread only.
        collector = Collector()
        try:
            await scenario(simulator, ready.assets[0].links[MODBUS_TCP])
        finally:
            await simulator.stop()
            collector.close()

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
        runner.run(whole())


__all__ = ["Bench", "close_bench", "open_bench", "play"]
