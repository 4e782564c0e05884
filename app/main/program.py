"""The program with a window: shows the shell, then starts every service and fills it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.bridge.collector import Collector
from app.bridge.layout_store import LayoutStore
from app.bridge.palette_model import PaletteEntry
from app.bridge.preferences import Preferences, Translation
from app.core.errors import WaysideError
from app.core.rows import PointKey
from app.main.files import FileWishes
from app.main.opened import Opened
from app.main.shot import SIZE, Shot, take
from app.settings import StartOptions, Texts
from app.tasks import Tasks
from widgets.base import theme
from widgets.base.empty_state import EmptyState
from widgets.base.theme import Look
from widgets.base.tokens import MEASURES, PALETTES, WIDE_SCREEN
from widgets.main_window import MainWindow

if TYPE_CHECKING:
    from app.bridge.demo_field import DemoField
    from app.bridge.desk import Desk
    from app.bridge.passphrase import PassphraseAsker

_log = logging.getLogger(__name__)
SAVE_MS, PAINT_S = 30_000, 1.0
FRAME = (12, 48)
"""What a title bar and borders take at most, in pixels."""


class Program(QObject):
    """One run of the window; ended when the window is closed."""

    def __init__(self, options: StartOptions, shot: Shot | None) -> None:
        super().__init__()
        self.tasks = Tasks("program")
        self._options = options
        self._shot = shot
        self._layout = LayoutStore(options.data / "layout.json")
        chosen = Preferences.load(self._layout, options.language)
        self._preferences = replace(chosen, theme=shot.theme) if shot else chosen
        self._translation = Translation()
        self._texts = Texts(self._preferences.language)
        self._over = asyncio.Event()
        self._again = asyncio.Event()
        self._ready = asyncio.Event()
        self._opened: Opened | None = None
        self._field: DemoField | None = None
        self._asker: PassphraseAsker | None = None
        self.window: MainWindow | None = None
        self.refused = ""

    async def run(self) -> int:
        """Show the window, start the services, wait for the end, close in order."""
        collector = Collector()
        try:
            return await self._run()
        finally:
            collector.close()

    async def _run(self) -> int:
        window = self._build_window()
        # The shell is painted before anything is opened.
        await self._painted(window)
        from app.bridge.desk import Desk

        try:
            desk = await Desk.open(self._options, self._texts)
        except WaysideError as error:
            self._refuse(window, error)
            await self._over.wait()
            return 1
        self._asker = desk.asker
        self._asker.asked.connect(self._passphrase_asked)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)
        timer = QTimer(self)
        timer.timeout.connect(self._save)
        timer.start(SAVE_MS)
        try:
            self._start_field(desk)
            while not self._over.is_set():
                await self._use(window, desk)
                if not self._over.is_set():
                    window = self._build_window()
        finally:
            timer.stop()
            self._translation.use("en")
            await self.tasks.cancel()
            await desk.close()
            if self._field is not None:
                self._field.stop()
        return 0

    async def opened(self) -> Opened:
        """The window with its pages, as soon as they are there."""
        while self._opened is None:
            self._ready.clear()
            await self._ready.wait()
        return self._opened

    # The window

    def _build_window(self) -> MainWindow:
        look = Look(
            palette=PALETTES[self._preferences.resolved_theme()],
            measures=MEASURES[self._preferences.size],
        )
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, look)
        self._translation.use(self._preferences.language)
        # The engine words what it says from now on in this language too.
        self._texts.language = self._preferences.language
        window = MainWindow(look, self._preferences.as_dict())
        window.resize(self._size())
        if self._shot is None:
            if self._fills():
                window.setWindowState(Qt.WindowState.WindowMaximized)
            window.restore_state(self._layout.get("window"))
        window.closing.connect(self._close)
        window.setting_chosen.connect(self._setting)
        window.show()
        self.window = window
        return window

    def _size(self) -> QSize:
        """The size of the picture wanted; else a laptop's, or all of the screen."""
        if self._shot is not None:
            return QSize(self._shot.width, self._shot.height)
        return QGuiApplication.primaryScreen().availableSize() if self._fills() else QSize(*SIZE)

    def _fills(self) -> bool:
        """Whether a window takes all of the screen: a wide one, or one too small for its frame."""
        if QGuiApplication.platformName() == "offscreen":
            return False
        room, wanted = QGuiApplication.primaryScreen().availableSize(), QSize(*SIZE) + QSize(*FRAME)
        return room.width() >= WIDE_SCREEN or room != room.expandedTo(wanted)

    async def _painted(self, window: MainWindow) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PAINT_S):
                await window.painted.wait()

    def _refuse(self, window: MainWindow, error: WaysideError) -> None:
        """The services cannot start: say why in the window itself, with the one way out."""
        text = "\n\n".join(part for part in (error.seen, error.cause, error.action) if part)
        for page in ("live", "commission", "connections"):
            place = EmptyState(window.look, "problem", text, action=self.tr("Quit"))
            place.action_requested.connect(window.close)
            window.set_page(page, place)
        _log.error("not started: %s", error)
        self.refused = text
        if self._shot is not None:
            self._over.set()

    async def _use(self, window: MainWindow, desk: Desk) -> None:
        """Fill a window with pages and serve it until it is closed or has to be built anew."""
        from app.bridge.desk import Models
        from app.main.late import LatePages
        from widgets.pages.live_page import LivePage

        self._again.clear()
        saved = self._layout.get("live")
        models = Models.build(desk, self._texts, saved.get("plots", ""))
        live = LivePage(window.look, models.points, models.board, desk.switching)
        window.set_page("live", live)
        kept = self._layout.get("connections")
        late = LatePages(window, desk, models, self._texts, kept, self._test_requested)
        self._opened = Opened(window=window, models=models, live=live, late=late)
        self._wire(self._opened, desk)
        live.arrange(window.width())
        live.restore_state(saved)
        window.set_entries(models.entries)
        self._status(self._opened)
        late.settle()
        self._ready.set()
        if self._options.safe or self._shot is not None:
            await models.show_newest()
        if self._shot is not None:
            await take(self._opened, self._shot)
            self._over.set()
        else:
            await self._again.wait()
            self._save()
        self._opened = None
        await late.close()
        await models.close()
        window.closing.disconnect(self._close)
        window.close()
        window.deleteLater()
        Collector.thaw()

    def _wire(self, opened: Opened, desk: Desk) -> None:
        window, models = opened.window, opened.models
        opened.live.said.connect(window.status.say)
        opened.live.connections_requested.connect(partial(window.show_page, "connections"))
        opened.live.switching.test_requested.connect(self._test_of_device)
        window.entry_chosen.connect(self._entry_chosen)
        window.problem_dismissed.connect(models.problems.dismiss)
        models.problems.problems_changed.connect(self._problems_changed)
        models.session.status_changed.connect(self._status_changed)
        FileWishes(opened, self.tasks)
        self._wire_passphrase(window, desk.asker)
        self._problems_changed()

    @Slot(str)
    def _test_requested(self, connection: str) -> None:
        if self._opened is not None:
            self._opened.window.show_page("connections")
            self._opened.connections.select(connection)
            self._opened.connections.run_test()

    @Slot(str)
    def _test_of_device(self, device: str) -> None:
        """Test the connection that reaches a device."""
        if self._opened is not None:
            known = self._opened.models.session.engine.connections.attached()
            found = next((each for each in known if each.device.key == device), None)
            if found is not None:
                self._test_requested(found.device.link)

    def _wire_passphrase(self, window: MainWindow, asker: PassphraseAsker) -> None:
        asker.answered.connect(window.prompt.end)
        window.prompt.given.connect(asker.answer)
        if asker.question:
            window.prompt.ask(asker.question, str(asker.file))

    @Slot()
    def _passphrase_asked(self) -> None:
        if self._opened is not None and self._asker is not None:
            self._opened.window.prompt.ask(self._asker.question, str(self._asker.file))

    @Slot()
    def _problems_changed(self) -> None:
        if self._opened is not None:
            self._opened.window.set_problems(self._opened.models.problems.standing())

    @Slot()
    def _status_changed(self) -> None:
        if self._opened is not None:
            self._status(self._opened)

    def _status(self, opened: Opened) -> None:
        from app.bridge.units import bytes_text, number

        view, bar = opened.models.session.status, opened.window.status
        bar.set_links(view.links)
        bar.set_store(
            self.tr("{0} to store").format(number(view.pending, 0)),
            self.tr("Store {0}").format(bytes_text(view.store_bytes)),
        )

    @Slot(PaletteEntry)
    def _entry_chosen(self, entry: PaletteEntry) -> None:
        opened = self._opened
        if opened is None:
            return
        if entry.kind == "connection":
            opened.window.show_page("connections")
            opened.connections.select(entry.target)
            return
        opened.window.show_page("live")
        if entry.kind == "asset":
            opened.live.show_asset(entry.target)
        else:
            opened.live.show_point(PointKey.parse(entry.target))

    @Slot(str, str)
    def _setting(self, name: str, value: str) -> None:
        chosen = self._preferences.chosen(name, value)
        if chosen != self._preferences:
            self._preferences = chosen
            chosen.save(self._layout)
            # After the menu has closed: its window is about to go.
            QTimer.singleShot(0, self._again.set)

    @Slot()
    def _system_theme_changed(self) -> None:
        """Follow the system from light to dark and back, unless one of them was chosen."""
        if self._preferences.theme == "system" and self._shot is None:
            self._again.set()

    def stop_on_signal(self, _number: int, _frame: object) -> None:
        """End in order, as if the window had been closed."""
        self._close()

    @Slot()
    def _close(self) -> None:
        self._over.set()
        self._again.set()

    @Slot()
    def _save(self) -> None:
        opened = self._opened
        if opened is not None and self._shot is None:
            self._layout.set("window", dict(opened.window.save_state()))
            kept = self._layout.get("live")
            self._layout.set("live", kept | dict(opened.live.save_state()))
            self._layout.set("connections", opened.late.connections_state())
            self._layout.save()

    # Demo

    def _start_field(self, desk: Desk) -> None:
        if not self._options.demo:
            return
        from app.bridge.demo_field import DemoField

        self._field = DemoField(self)
        self._field.started.connect(partial(self._field_started, desk))
        self._field.failed.connect(self._field_failed)
        self._field.start()

    def _field_started(self, desk: Desk) -> None:
        if self._field is not None:
            desk.use_demo(self._field.connections)

    @Slot(str)
    def _field_failed(self, text: str) -> None:
        if self._opened is not None:
            said = self.tr("The demo district ended: {0}").format(text)
            self._opened.live.message.show_text(said, kind="fail")
