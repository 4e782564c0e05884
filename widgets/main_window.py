"""The main window: top bar, rail, pages, status bar, palette and problem centre."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.bridge.palette_model import PaletteEntry
from app.bridge.problems_model import ProblemView
from widgets.base import icons
from widgets.base.command import Command
from widgets.base.command_palette import CommandPalette
from widgets.base.focus_ring import FocusRing
from widgets.base.passphrase_prompt import PassphrasePrompt
from widgets.base.problem_panel import ProblemPanel
from widgets.base.rail import Rail
from widgets.base.status_bar import StatusBar
from widgets.base.theme import Look
from widgets.base.top_bar import TopBar

PALETTE, PROBLEMS, SETTINGS = "Ctrl+P", "Ctrl+Shift+P", "Ctrl+,"
LEAST = (960, 500)
"""The room of a screen of 1920x1080 at 200 %, below a title bar."""
LANGUAGE_NAMES = {"en": "English", "zh_CN": "中文"}


@runtime_checkable
class Page(Protocol):
    """What the window asks of a page."""

    def commands(self) -> list[Command]:
        """What the palette offers of it."""

    def focus_first(self) -> None:
        """Move the focus to where work on the page begins."""


class MainWindow(QWidget):
    """The shell. It stands before any service does; pages are put in when they are ready.

    Signals:
        setting_chosen: name (theme, language, size) and value of a setting.
        entry_chosen: an asset, point or connection was picked in the palette.
        problem_dismissed: the id of a message that was read.
        page_wanted: a page is to be shown that is not there yet.
        closing: the user closes the window; who built it ends the program.
    """

    setting_chosen = Signal(str, str)
    entry_chosen = Signal(PaletteEntry)
    problem_dismissed = Signal(str)
    page_wanted = Signal(str)
    closing = Signal()

    def __init__(self, look: Look, settings: dict[str, str]) -> None:
        super().__init__()
        self.look = look
        self.painted = asyncio.Event()
        self._settings = settings
        self._pages: dict[str, QWidget] = {}
        self._focus: dict[str, Callable[[], None]] = {}
        self._places: dict[str, QWidget] = {}
        self._commands: list[Command] = []
        self._entries: Callable[[], Sequence[PaletteEntry]] = tuple
        self.top = TopBar(look)
        self.rail = Rail(look)
        self.stack = QStackedWidget()
        self.status = StatusBar(look)
        self.prompt = PassphrasePrompt(look)
        self.setWindowTitle("Wayside")
        self.setWindowIcon(icons.icon("app", look.palette.accent, 64))
        self._add_pages()
        self._lay_out()
        self.palette_panel = CommandPalette(look, self)
        self.problem_panel = ProblemPanel(look, self)
        self.ring = FocusRing(look, self)
        self._menu = self._build_menu()
        self._wire()
        self.show_page("live")

    def _add_pages(self) -> None:
        for page, icon, text, key, bottom in (
            ("live", "live", self.tr("Live"), "F3", False),
            ("commission", "commission", self.tr("Commission"), "F6", False),
            ("connections", "connections", self.tr("Connections"), "F8", True),
        ):
            self.rail.add(page, icon, text, key, bottom=bottom)
            place = QLabel(self.tr("Opening…"))
            place.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._places[page] = place
            self.stack.addWidget(place)
            QShortcut(QKeySequence(key), self).activated.connect(partial(self.show_page, page))
            go = self.tr("Go to {0}").format(text)
            self._commands.append(
                Command(id=f"page.{page}", title=go, run=partial(self.show_page, page),
                        shortcut=key)
            )  # fmt: skip

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.prompt)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setMinimumSize(QSize(*LEAST))

    def _wire(self) -> None:
        self.rail.page_chosen.connect(self.show_page)
        self.top.menu_cell.clicked.connect(self._open_menu)
        self.top.problem_cell.clicked.connect(self.problem_panel.toggle)
        self.top.command_field.palette_requested.connect(self.open_palette)
        self.palette_panel.chosen.connect(self._chosen)
        self.problem_panel.dismissed.connect(self.problem_dismissed)
        for key, slot in (
            (PALETTE, self.open_palette),
            (PROBLEMS, self.problem_panel.toggle),
            (SETTINGS, self._open_menu),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(slot)
        self._commands += [
            Command(id="problems", title=self.tr("Show problems"), shortcut=PROBLEMS,
                    run=self.problem_panel.toggle),
            Command(id="settings", title=self.tr("Settings"), shortcut=SETTINGS,
                    run=self._open_menu),
            Command(id="quit", title=self.tr("Quit"), shortcut="Ctrl+Q", run=self._quit),
        ]  # fmt: skip
        QShortcut(QKeySequence("Ctrl+Q"), self).activated.connect(self._quit)

    # Pages

    def set_page(self, page: str, widget: QWidget) -> None:
        """Put a page where its place is held."""
        place = self._places.pop(page)
        index = self.stack.indexOf(place)
        current = self.stack.currentIndex() == index
        self.stack.removeWidget(place)
        place.deleteLater()
        self.stack.insertWidget(index, widget)
        self._pages[page] = widget
        if isinstance(widget, Page):
            self._commands += widget.commands()
            self._focus[page] = widget.focus_first
        if current:
            self.show_page(page)

    def page(self, page: str) -> QWidget | None:
        """The page of that id, None while it is not there yet."""
        return self._pages.get(page)

    @Slot(str)
    def show_page(self, page: str) -> None:
        """Show a page; the focus lands where its work begins."""
        self.rail.select(page)
        if page in self._places:
            self.page_wanted.emit(page)
        widget = self._pages.get(page) or self._places.get(page)
        if widget is not None:
            self.stack.setCurrentWidget(widget)
        if page in self._focus:
            self._focus[page]()

    def current_page(self) -> str:
        """The id of the page shown."""
        shown = self.stack.currentWidget()
        pages = {**self._places, **self._pages}
        return next(page for page, widget in pages.items() if widget is shown)

    # Palette

    def set_entries(self, entries: Callable[[], Sequence[PaletteEntry]]) -> None:
        """Where the palette's assets, points and connections come from."""
        self._entries = entries

    def commands(self) -> tuple[Command, ...]:
        """Everything the palette can run, of every page."""
        for page in tuple(self._places):
            self.page_wanted.emit(page)
        return tuple(self._commands)

    @Slot()
    def open_palette(self) -> None:
        """Open the palette over the window."""
        commands = [
            PaletteEntry(kind="command", target=command.id, title=command.title,
                         hint=QKeySequence(command.shortcut).toString())
            for command in self.commands()
        ]  # fmt: skip
        self.palette_panel.open([*commands, *self._entries()])

    @Slot(PaletteEntry)
    def _chosen(self, entry: PaletteEntry) -> None:
        if entry.kind != "command":
            self.entry_chosen.emit(entry)
            return
        command = next(c for c in self._commands if c.id == entry.target)
        if command.page:
            self.show_page(command.page)
        command.run()

    # Menu and settings

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)
        self._add_choices(menu.addMenu(self.tr("Theme")), "theme", {
            "light": self.tr("Light"), "dark": self.tr("Dark"), "system": self.tr("As the system"),
        })  # fmt: skip
        language = menu.addMenu(self.tr("Language"))
        self._add_choices(language, "language", LANGUAGE_NAMES)
        note = QAction(self.tr("The window changes at once"), self)
        note.setEnabled(False)
        language.addSeparator()
        language.addAction(note)
        self._add_choices(menu.addMenu(self.tr("Size")), "size", {
            "desk": self.tr("Desk"), "field": self.tr("Field, for gloves"),
        })  # fmt: skip
        menu.addSeparator()
        for text, run in (
            (self.tr("Commands…") + "\tCtrl+P", self.open_palette),
            (self.tr("Problems") + "\tCtrl+Shift+P", self.problem_panel.toggle),
            (self.tr("Quit") + "\tCtrl+Q", self._quit),
        ):
            menu.addAction(text).triggered.connect(run)
        return menu

    def _add_choices(self, menu: QMenu, name: str, choices: dict[str, str]) -> None:
        group = QActionGroup(menu)
        for value, text in choices.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(self._settings.get(name) == value)
            action.triggered.connect(partial(self._setting, name, value))
            group.addAction(action)
            title = self.tr("{0}: {1}").format(menu.title(), text)
            self._commands.append(
                Command(id=f"{name}.{value}", title=title,
                        run=partial(self._setting, name, value))
            )  # fmt: skip

    def _setting(self, name: str, value: str, _checked: bool | None = None) -> None:
        self.setting_chosen.emit(name, value)

    @Slot()
    def _open_menu(self) -> None:
        self._menu.popup(self.top.menu_cell.mapToGlobal(QPoint(0, self.top.height())))

    @Slot()
    def _quit(self) -> None:
        self.close()

    # What is wrong, what is said

    def set_problems(self, problems: Sequence[ProblemView]) -> None:
        """Show the worst problem in the top bar and all of them in the panel."""
        worst = problems[0] if problems else None
        rest = self.tr("+{0} more").format(len(problems) - 1) if len(problems) > 1 else ""
        title = worst.title if worst else ""
        self.top.problem_cell.set_problem(title, rest, fault=bool(worst and worst.fault))
        self.problem_panel.set_problems(problems)

    def save_state(self) -> dict[str, str]:
        """Geometry and page, for the layout file."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        return {"geometry": geometry, "page": self.current_page()}

    def restore_state(self, state: dict[str, str]) -> None:
        """Take a saved geometry; Qt moves it onto a screen that exists."""
        if state.get("geometry"):
            self.restoreGeometry(QByteArray.fromBase64(state["geometry"].encode()))
        if state.get("page") in {*self._places, *self._pages}:
            self.show_page(state["page"])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Note the first paint; the services start after it."""
        super().paintEvent(event)
        self.painted.set()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell who built the window; the program ends in order after that."""
        self.closing.emit()
        event.accept()
