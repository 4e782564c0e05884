"""Polling one bus: every group of every device when it is due, the oldest due first."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.core.errors import DeviceRefused, LinkError
from app.core.links import LinkState, LinkStatus
from app.core.rows import RowBatch
from app.links.base import PolledLink
from app.profiles.planning import Block, PollGroup
from app.profiles.registers import RegisterMapper
from app.services.acquisition_intake import Intake

_ANSWERING = (LinkState.CONNECTED, LinkState.SILENT)
_LOST = (LinkState.WAITING, LinkState.FAILED)
Values = tuple[int, ...] | None


@dataclass(slots=True, kw_only=True)
class PolledGroup:
    """One poll group of one device and when it is due (monotonic seconds).

    ``failing`` says that the gap was published, so that an outage is one bad row, not one a poll.
    """

    unit: int
    group: PollGroup
    mapper: RegisterMapper
    intake: Intake
    due: float = 0.0
    failing: bool = False


@dataclass(order=True, slots=True)
class _Entry:
    due: float
    number: int
    polled: PolledGroup = field(compare=False)


class Poller:
    """One bus: one request at a time, fair by due time, silent units skipped while they back off.

    A read that fails publishes its points once as BAD_COMMS, so that a curve shows a gap. While
    the link is down nothing is asked; when it is up again all that failed is due at once.
    """

    def __init__(
        self,
        link: PolledLink,
        groups: Sequence[PolledGroup],
        publish: Callable[[Sequence[RowBatch]], None],
        *,
        clock: Callable[[], float],
        now_ns: Callable[[], int],
    ) -> None:
        self._link = link
        self._publish = publish
        self._clock = clock
        self._now_ns = now_ns
        now = clock()
        for polled in groups:
            polled.due = now
        self._queue = [_Entry(p.due, number, p) for number, p in enumerate(groups)]
        heapq.heapify(self._queue)
        self._changed = asyncio.Event()
        self._was_up = False

    async def run(self) -> None:
        """Poll until cancelled."""
        if not self._queue:
            return
        unsubscribe = self._link.on_status(self._status_changed)
        try:
            while True:
                await self._turn()
        finally:
            unsubscribe()

    async def _turn(self) -> None:
        self._changed.clear()
        state = self._link.status.state
        if state not in _ANSWERING:
            self._was_up = False
            for entry in self._queue if state in _LOST else ():
                self._gap(entry.polled)
            await self._changed.wait()
            return
        if not self._was_up:
            self._was_up = True
            self._all_failing_due()
        wait = self._queue[0].due - self._clock()
        if wait > 0:
            await self._wait(wait)
            return
        entry = heapq.heappop(self._queue)
        try:
            entry.due = await self._poll(entry.polled, entry.due)
        finally:
            heapq.heappush(self._queue, entry)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _poll(self, polled: PolledGroup, due: float) -> float:
        """Ask once; returns when the group is due again."""
        silent_s = self._link.backing_off(polled.unit)
        if silent_s > 0:
            self._gap(polled)
            return self._clock() + silent_s
        every_s = polled.group.every_s
        missed = int((self._clock() - due) / every_s) if every_s > 0 else 0
        polled.intake.device.late += missed
        answers, failed = await self._read(polled)
        if failed == len(answers):
            self._gap(polled)
        else:
            polled.failing = False
            self._publish_row(polled, answers)
        return due + (missed + 1) * every_s

    async def _read(self, polled: PolledGroup) -> tuple[dict[Block, Values], int]:
        answers: dict[Block, Values] = dict.fromkeys(polled.group.blocks)
        failed = len(answers)
        for block in polled.group.blocks:
            try:
                answers[block] = await self._link.read(
                    polled.unit, block.table, block.address, block.count
                )
                failed -= 1
            except DeviceRefused as error:
                polled.intake.device.bad += 1
                polled.intake.device.reason = str(error)
            except LinkError as error:
                # The unit is silent or the link is gone: the other blocks would only wait too.
                polled.intake.device.lost += 1
                polled.intake.device.reason = str(error)
                break
        return answers, failed

    def _gap(self, polled: PolledGroup) -> None:
        if not polled.failing:
            polled.failing = True
            self._publish_row(polled, dict.fromkeys(polled.group.blocks))

    def _publish_row(self, polled: PolledGroup, answers: dict[Block, Values]) -> None:
        now_ns = self._now_ns()
        batch = polled.mapper.map(answers, now_ns, now_ns)
        self._publish((polled.intake.take(batch, now_ns),))

    def _all_failing_due(self) -> None:
        now = self._clock()
        for entry in self._queue:
            if entry.polled.failing:
                entry.due = min(entry.due, now)
        heapq.heapify(self._queue)

    def _status_changed(self, status: LinkStatus) -> None:
        del status
        self._changed.set()
