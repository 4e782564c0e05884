"""Everything between the engine and a window: the engine itself, and the models of one window."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from app.bridge.catalogue import Catalogue
from app.bridge.first_plots import FirstPlots
from app.bridge.last_known import LastKnown
from app.bridge.palette_entries import palette_entries
from app.bridge.palette_model import PaletteEntry
from app.bridge.passphrase import PassphraseAsker
from app.bridge.plot_board import PlotBoard
from app.bridge.plot_data import PlotData
from app.bridge.points_model import PointsModel
from app.bridge.problems_model import ProblemsPresenter
from app.bridge.session import Session
from app.bridge.switching import Switching
from app.core.errors import UserFacing
from app.core.rows import PointKey
from app.links.secrets import Secrets
from app.links.secrets_open import SECRETS_FILE, open_secrets
from app.services.connection_file import SavedConnection
from app.services.engine import Engine, EngineOptions, start_engine
from app.settings import StartOptions, Texts
from app.tasks import Tasks
from app.wording import reworded

if TYPE_CHECKING:
    from app.bridge.commission_presenter import CommissionPresenter
    from app.bridge.workshop import Workshop

_AHEAD_NS = 2_000_000_000
_FRESH_NS = 60_000_000_000


class Desk:
    """The engine, which lives as long as the program whatever window is on it."""

    def __init__(
        self,
        engine: Engine,
        secrets: Secrets,
        asker: PassphraseAsker,
        texts: Texts,
        *,
        safe: bool,
    ) -> None:
        self.engine = engine
        self.secrets = secrets
        self.asker = asker
        self._workshop: Workshop | None = None
        self.switching = Switching(engine, texts)
        self.tasks = Tasks("desk")
        self._safe = safe

    @staticmethod
    async def open(options: StartOptions, texts: Texts) -> Desk:
        """Start the services; the connections open beside it, the window does not wait for them.

        Raises:
            UserFacing: another copy uses the data folder, or it cannot be written.
            StoreError: the store can neither be opened nor set aside.
        """
        # Asking for a keyring may take a tenth of a second: not on the loop.
        asker = PassphraseAsker(options.data / SECRETS_FILE)
        opening = partial(open_secrets, options.data, texts=texts, ask=asker.ask)
        secrets = await asyncio.to_thread(opening)
        engine = await start_engine(EngineOptions(data=options.data, texts=texts, secrets=secrets))
        desk = Desk(engine, secrets, asker, texts, safe=options.safe)
        if not options.safe and not options.demo:
            desk.tasks.spawn(engine.connections.open_all(), "open connections")
        return desk

    def commissioning(self, texts: Texts) -> CommissionPresenter:
        """What a Commission page shows; the open job is the same in every window."""
        # Not part of the start: half of what is imported for it nobody else needs.
        from app.bridge.commission_presenter import CommissionPresenter
        from app.bridge.signing_off import SigningOff
        from app.bridge.workshop import Workshop

        if self._workshop is None:
            self._workshop = Workshop(self.engine)
        self._workshop.texts = texts
        self._workshop.signer = SigningOff(self.engine, self.secrets, texts).sign
        return CommissionPresenter(self._workshop, texts)

    def use_demo(self, connections: tuple[SavedConnection, ...]) -> None:
        """Connect the demo district; connections of an earlier demo get their new addresses."""
        if not self._safe:
            self.tasks.spawn(self._use_demo(connections), "demo connections")

    async def _use_demo(self, connections: tuple[SavedConnection, ...]) -> None:
        known = {saved.name for saved in self.engine.connections.saved()}
        for connection in connections:
            if connection.name in known:
                await self.engine.connections.change(replace(connection, enabled=True))
            else:
                await self.engine.connections.add(connection)

    async def close(self) -> None:
        """Close the links, write what is pending, leave the folder to others."""
        self.asker.answer("")
        await self.tasks.cancel()
        await self.switching.close()
        if self._workshop is not None:
            await self._workshop.close()
        await self.engine.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What one window shows; built anew for another language, theme or size."""

    session: Session
    points: PointsModel
    board: PlotBoard
    problems: ProblemsPresenter
    first: FirstPlots

    @staticmethod
    def build(desk: Desk, texts: Texts, plots: str) -> Models:
        """Models over the desk's engine; ``plots`` is a saved layout or empty."""
        engine = desk.engine
        session = Session(engine, texts, desk.secrets)
        points = PointsModel(LastKnown(engine.live), time.time_ns)
        board = PlotBoard(PlotData(engine.history, engine.live), session.catalogue)
        models = Models(
            session=session,
            points=points,
            board=board,
            problems=ProblemsPresenter(engine.problems, texts),
            first=FirstPlots(board),
        )
        session.catalogue_changed.connect(models.take_catalogue)
        if plots:
            try:
                board.restore(plots)
            except UserFacing as error:
                session.operation_failed.emit(str(reworded(error, texts)))
        session.start()
        return models

    def take_catalogue(self) -> None:
        """Show other assets; an empty board gets its first plots."""
        catalogue: Catalogue = self.session.catalogue
        self.board.set_directory(catalogue)
        self.points.set_catalogue(catalogue)
        self.first.offer(catalogue)

    def entries(self) -> list[PaletteEntry]:
        """What the palette finds besides commands."""
        names = [saved.name for saved in self.session.engine.connections.saved()]
        return palette_entries(self.session.catalogue, names)

    async def show_newest(self) -> None:
        """Where nothing is live, show the time of the newest samples instead of an empty now."""
        stored = await self.session.engine.store.points()
        keys = set(self.board.layout.keys())
        last = max((point.last_ns for point in stored if point.key in keys), default=0)
        if last and time.time_ns() - last > _FRESH_NS:
            self.board.time.show(last - self.board.time.span_ns, last + _AHEAD_NS)

    def drawn(self) -> bool:
        """Whether every plotted point has something to show."""
        keys: list[PointKey] = self.board.layout.keys()
        view = self.board.feed.view()
        found = [self.board.feed.envelope(key, view) for key in keys]
        return bool(keys) and all(each is not None and len(each) > 1 for each in found)

    async def close(self) -> None:
        """End what these models began."""
        await self.board.close()
        await self.session.close()
        self.problems.close()
