"""A picture that the window takes of itself."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.core.rows import PointKey
    from app.main.opened import Opened

_log = logging.getLogger(__name__)
SIZE = (1366, 768)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture of the window, once every curve shows something, or after ``patience_s``."""

    path: Path
    width: int = SIZE[0]
    height: int = SIZE[1]
    theme: str = "light"
    page: str = "live"
    measure: bool = False
    settle_s: float = 0.5
    patience_s: float = 20.0


async def take(opened: Opened, shot: Shot) -> None:
    """Show the page, wait for its curves, write the picture."""
    opened.window.show_page(shot.page)
    drawn = asyncio.Event()

    def look(_keys: list[PointKey]) -> None:
        if opened.models.drawn():
            drawn.set()

    opened.models.board.frame_changed.connect(look)
    with suppress(TimeoutError):
        async with asyncio.timeout(shot.patience_s):
            await drawn.wait()
    if shot.measure:
        opened.live.canvas.set_measuring(on=True)
    await asyncio.sleep(shot.settle_s)
    shot.path.parent.mkdir(parents=True, exist_ok=True)
    if not opened.window.grab().save(str(shot.path)):
        _log.error("the picture cannot be written to %s", shot.path)
