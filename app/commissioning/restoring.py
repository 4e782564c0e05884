"""Putting back what a check moved: every output as it was before, seen by its device."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable

import msgspec

from app.commissioning.field_access import AssetField
from app.commissioning.job import Job
from app.commissioning.limits import LimitTable
from app.commissioning.rig import Output
from app.core.commands import Command, CommandRequest, CommandState

CANCEL_S = 0.8
"""How long a cancelled check's outputs are waited for; the rest goes on in the background."""
RESTORED = frozenset({CommandState.ACCEPTED, CommandState.CONFIRMED})


class Restorer:
    """Writes outputs of one job back; ``save`` keeps the job after each change."""

    def __init__(self, job: Job, field: AssetField, save: Callable[[str], Awaitable[None]]) -> None:
        self._job = job
        self._field = field
        self._save = save
        self._busy: set[str] = set()

    async def left(self) -> None:
        """Put back what an earlier run of the program left moved."""
        for check, outputs in list(self._job.outputs.items()):
            found = tuple(msgspec.convert(output, Output) for output in outputs)
            await self.put_back(check, found)

    async def try_again(self, running: Collection[str]) -> None:
        """Put back what could not be reached before; what running checks moved is theirs."""
        for check, outputs in list(self._job.outputs.items()):
            if check not in running and check not in self._busy:
                found = tuple(msgspec.convert(output, Output) for output in outputs)
                await self.put_back(check, found)

    async def put_back(self, check: str, outputs: tuple[Output, ...]) -> None:
        """Write outputs back; what cannot be reached stays in the job and is tried again."""
        self._busy.add(check)
        try:
            await self._put_back(check, outputs)
        finally:
            self._busy.discard(check)

    async def _put_back(self, check: str, outputs: tuple[Output, ...]) -> None:
        done = True
        for output in reversed(outputs):
            profile = self._field.profiles[output.slot]
            risk = next(c.risk for c in profile.commands if c.id == output.command)
            device = self._field.device(output.slot)
            revoke = self._field.around.access.permit(device, risk, f"restore after {check}")
            try:
                sent = await self._field.around.sender.send(
                    CommandRequest(
                        device=device,
                        command=output.command,
                        value=output.value,
                        who=self._job.operator,
                        why=f"restore after {check}",
                    )
                )
            finally:
                revoke()
            done &= sent.state in RESTORED
        if done:
            self._job.outputs.pop(check, None)
        await self._save("")

    async def seen(self, outputs: tuple[Output, ...]) -> None:
        """Wait until every output was taken by its device, for most of a second."""
        left = {(self._field.device(o.slot), o.command) for o in outputs}
        done = asyncio.Event()

        def changed(command: Command) -> None:
            if command.state in RESTORED:
                left.discard((command.request.device, command.request.command))
                if not left:
                    done.set()

        stop = self._field.around.sender.on_change(changed)
        try:
            async with asyncio.timeout(CANCEL_S):
                await done.wait()
        except TimeoutError:
            return
        finally:
            stop()


class DeadMan:
    """Says what must go back because nobody answers the question it was switched for."""

    def __init__(self, job: Job, field: AssetField) -> None:
        self._job = job
        self._clock = field.clock
        self._since: dict[str, int] = {}
        self.limit_s = LimitTable(job.changes).get("revert_s").value

    def late(self, asked: Iterable[str]) -> list[str]:
        """Checks whose outputs were moved and whose question is open for ``limit_s``."""
        now = self._clock.now_ns()
        waiting = [check for check in asked if check in self._job.outputs]
        self._since = {check: self._since.get(check, now) for check in waiting}
        return [check for check in waiting if now - self._since[check] >= self.limit_s * 1e9]
