"""Recording: every batch of the bus to the store, and what stands in the store's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from app.core.rows import RowBatch, present
from app.services.bus import Bus
from app.services.problems import Problem, Problems, Severity
from app.settings import Words
from app.store.base import Store

STORE_PROBLEM = "store"


class Recorder:
    """Appends to the store what the bus brings, and makes the store's state a standing problem."""

    def __init__(self, bus: Bus, store: Store, problems: Problems) -> None:
        self._store = store
        self._problems = problems
        self._stop: Callable[[], None] = bus.subscribe(self._take)
        self.samples = 0

    def _take(self, batches: Sequence[RowBatch]) -> None:
        self._store.append(batches)
        self.samples += sum(map(present, batches))

    def check(self) -> None:
        """Bring the standing problems up to date with the store."""
        status = self._store.status()
        if not status.problem:
            self._problems.clear(STORE_PROBLEM)
            return
        self._problems.report(
            Problem(
                id=STORE_PROBLEM,
                severity=Severity.FAULT,
                title=Words("services.problem.store.title"),
                detail=status.problem,
                action=Words("services.problem.store.action"),
            )
        )

    async def watch(self, every_s: float = 2.0) -> None:
        """Check the store again and again until cancelled."""
        while True:
            self.check()
            await asyncio.sleep(every_s)

    def report_recovery(self) -> None:
        """Tell once what became of a damaged file on start."""
        recovery = self._store.recovery
        if recovery is None:
            return
        self._problems.report(
            Problem(
                id="store-recovered",
                severity=Severity.WARNING,
                title=Words("services.problem.recovered.title"),
                detail=Words(
                    "services.problem.recovered.detail",
                    {
                        "samples": recovery.recovered_samples,
                        "lost": recovery.lost,
                        "kept": recovery.set_aside,
                    },
                ),
                action=Words("services.problem.recovered.action"),
                dismissable=True,
            )
        )

    def close(self) -> None:
        """Take no more from the bus; the store itself is closed by its owner."""
        self._stop()
