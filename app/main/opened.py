"""One window with what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from widgets.main_window import MainWindow

if TYPE_CHECKING:
    from app.bridge.desk import Models
    from app.main.late import LatePages
    from widgets.pages.commission_page import CommissionPage
    from widgets.pages.connections_page import ConnectionsPage
    from widgets.pages.live_page import LivePage


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One window with its pages and models."""

    window: MainWindow
    models: Models
    live: LivePage
    late: LatePages

    @property
    def connections(self) -> ConnectionsPage:
        """The Connections page."""
        return self.late.connections

    @property
    def commission(self) -> CommissionPage:
        """The Commission page."""
        return self.late.commission
