"""The Commission page in a window of its own, with the real engine and a simulated field."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.bench.hurried import HurriedLoop
from app.bench.job_site import FieldClock
from app.bridge.collector import Collector
from app.bridge.commission_presenter import CommissionPresenter
from app.bridge.signing_off import SigningOff
from app.bridge.workshop import Workshop
from app.links.secrets import MemorySecrets
from app.services.commands_run import Clocks
from app.services.connection_file import SavedAsset, SavedConnection
from app.services.engine import Engine, EngineOptions, start_engine
from app.settings import Texts
from app.simulator.options import MODBUS_TCP, SimulatorOptions
from app.simulator.run import FieldSimulator
from tests.fakes.jobs import NOON_S
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
DEADLINE_S = 900.0
"""Of the field, whose clock hurries."""
TURN_S = 0.2
"""How often the window and whoever waits have their turn: the clock does not stop between."""
KINDS = {"SP": "reference-pole", "TS": "reference-sign"}


@dataclass(slots=True, kw_only=True)
class Bench:
    """A page on a window, and all that stands below it."""

    engine: Engine
    simulator: FieldSimulator | None
    window: QWidget
    page: CommissionPage
    presenter: CommissionPresenter
    asset: str
    presses: int = 0

    async def until(self, condition: Callable[[], object], deadline_s: float = DEADLINE_S) -> None:
        try:
            await until(condition, deadline_s)
        except TimeoutError as error:
            focus = QApplication.focusWidget()
            where = focus.objectName() if focus else "nowhere"
            raise AssertionError(f"at {where}: {self.view and self.view.step_view()}") from error

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
        """What a person standing at the asset sees."""
        return self.simulator.look(self.asset)

    @property
    def job(self):
        return self.presenter.workshop.open.engine


async def open_bench(
    data: Path,
    simulator: FieldSimulator | None,
    url: str,
    *,
    language: str = "en",
    dark: bool = False,
    size: tuple[int, int] = (1286, 700),
    changes: dict[str, float] | None = None,
    asset: str = "SP-0001",
) -> Bench:
    """A bench on a data folder; the asset's connection is saved where it is not yet."""
    engine = await start_engine(EngineOptions(data=data, clocks=_clocks()))
    if not engine.connections.saved():
        saved = SavedConnection(
            name="Post 1", url=url, assets=(SavedAsset(number=asset, type=KINDS[asset[:2]]),)
        )
        await engine.connections.add(saved)
    workshop = Workshop(
        engine,
        changes=SHORT | (changes or {}),
        signer=SigningOff(engine, MemorySecrets(), Texts(language)).sign,
        clock=FieldClock(simulator) if simulator else None,
        texts=Texts(language),
    )
    page, window = await open_page(workshop, language=language, dark=dark, size=size)
    page.start.kinds["sign" if asset.startswith("TS") else "pole"].click()
    if workshop.open is None:
        await until(lambda: page.start.chosen() is not None)
    return Bench(
        engine=engine,
        simulator=simulator,
        window=window,
        page=page,
        presenter=page.presenter,
        asset=asset,
    )


async def open_page(
    workshop: Workshop,
    *,
    language: str = "en",
    dark: bool = False,
    size: tuple[int, int] = (1286, 700),
) -> tuple[CommissionPage, QWidget]:
    """A page in a window; a workshop with an open job shows it."""
    look = Look(palette=DARK if dark else LIGHT)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    theme.apply(application, look)
    presenter = CommissionPresenter(workshop, Texts(language), _clocks().now_ns)
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
    return page, window


async def close_bench(bench: Bench, *, job: bool = True) -> None:
    """Close window, job and engine; ``job`` false leaves the job as a killed program would."""
    await close_page(bench)
    if job:
        await bench.presenter.workshop.close()
    await bench.engine.close()


async def close_page(bench: Bench) -> None:
    """Close the window as a change of theme or language does: the job stays open."""
    await bench.presenter.close()
    bench.window.close()
    bench.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def play(qapp: QApplication, scenario: Callable[[FieldSimulator, str], Awaitable[None]],
         *, poles: int = 1, signs: int = 0) -> None:  # fmt: skip
    """Run a scenario beside one simulated pole or sign, by a clock that hurries."""

    async def whole() -> None:
        options = SimulatorOptions(poles=poles, signs=signs, protocols=(MODBUS_TCP,))
        simulator = FieldSimulator(options, clock=lambda: _clocks().now_ns() / 1e9)
        ready = await simulator.start()
        # As in the program: widgets are collected on their own thread only.
        collector = Collector()
        window = asyncio.ensure_future(_serve_window(qapp))
        try:
            await scenario(simulator, ready.assets[0].links[MODBUS_TCP])
        finally:
            window.cancel()
            await simulator.stop()
            collector.close()

    with asyncio.Runner(loop_factory=lambda: HurriedLoop(NOON_S)) as runner:
        runner.run(whole())


async def until(condition: Callable[[], object], deadline_s: float = DEADLINE_S) -> None:
    """Return when the condition holds; fail when it does not before the deadline."""
    never = asyncio.get_running_loop().create_future()
    async with asyncio.timeout(deadline_s):
        while not condition():
            await asyncio.wait([never], timeout=TURN_S)


async def _serve_window(qapp: QApplication) -> None:
    """Qt has its turn many times a second of the field."""
    never = asyncio.get_running_loop().create_future()
    while True:
        qapp.processEvents()
        await asyncio.wait([never], timeout=TURN_S)


def _clocks() -> Clocks:
    loop = asyncio.get_running_loop()
    return loop.clocks() if isinstance(loop, HurriedLoop) else Clocks()


__all__ = ["Bench", "close_bench", "close_page", "open_bench", "open_page", "play"]
