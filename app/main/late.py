"""The pages that nobody sees first: built when one is wanted, else once the window has settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from app.bridge.desk import Desk, Models
from app.settings import Texts
from app.tasks import Tasks
from widgets.main_window import MainWindow

if TYPE_CHECKING:
    from app.bridge.commission_presenter import CommissionPresenter
    from widgets.pages.commission_page import CommissionPage
    from widgets.pages.connections_page import ConnectionsPage

SETTLED_S = 0.15
"""So long after its first page stands, a window has painted it and what came in meanwhile."""
_SLOW_IMPORTS = ("app.bridge.workshop",)
"""What a page needs that holds no Qt classes: imported in a thread, the window does not wait."""


class LatePages(QObject):
    """Connections and Commission of one window.

    Args:
        state: the saved state of the Connections page.
        test: tests the connection of a name.
    """

    def __init__(
        self,
        window: MainWindow,
        desk: Desk,
        models: Models,
        texts: Texts,
        state: dict[str, Any],
        test: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._models = models
        self._texts = texts
        self._state = state
        self._test = test
        self._tasks = Tasks("late pages")
        self._connections: ConnectionsPage | None = None
        self._commission: CommissionPage | None = None
        self._presenter: CommissionPresenter | None = None
        window.page_wanted.connect(self._wanted)
        self._wanted(window.current_page())

    @property
    def connections(self) -> ConnectionsPage:
        """The Connections page, built now if it was not."""
        if self._connections is None:
            from widgets.pages.connections_page import ConnectionsPage

            page = self._connections = ConnectionsPage(self._window.look, self._models.session)
            page.said.connect(self._window.status.say)
            self._window.set_page("connections", page)
            page.restore_state(self._state)
        return self._connections

    @property
    def commission(self) -> CommissionPage:
        """The Commission page, built now if it was not."""
        if self._commission is None:
            from widgets.pages.commission_page import CommissionPage

            presenter = self._presenter = self._desk.commissioning(self._texts)
            page = self._commission = CommissionPage(self._window.look, presenter)
            page.said.connect(self._window.status.say)
            page.connections_requested.connect(partial(self._window.show_page, "connections"))
            page.test_requested.connect(self._test)
            page.key_wanted.connect(self._window.prompt.want)
            self._models.session.catalogue_changed.connect(presenter.refresh)
            self._window.set_page("commission", page)
        return self._commission

    @Slot(str)
    def _wanted(self, page: str) -> None:
        if page == "connections":
            _ = self.connections
        elif page == "commission":
            _ = self.commission

    def settle(self) -> None:
        """Build what is missing beside the work, for the palette and a quick opening."""
        self._tasks.spawn(self._build_rest(), "build")

    async def _build_rest(self) -> None:
        await asyncio.sleep(SETTLED_S)
        self._wanted("connections")
        for module in _SLOW_IMPORTS:
            await asyncio.to_thread(import_module, module)
        self._wanted("commission")

    def connections_state(self) -> dict[str, Any]:
        """What to keep of the Connections page."""
        return dict(self._connections.save_state()) if self._connections else self._state

    async def close(self) -> None:
        """End what was begun for the window; an open job stays open."""
        await self._tasks.cancel()
        if self._presenter is not None:
            await self._presenter.close()
