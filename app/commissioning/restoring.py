"""Putting back what a check moved: every output as it was before, seen by its device."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable

import msgspec

from app.commissioning.field_access import AssetField
from app.commissioning.job import Job
from app.commissioning.limits import LimitTable
from app.commissioning.outputs import UNREACHED, Output, left_after, told_outputs
from app.core.commands import Command, CommandRequest, CommandState
from app.core.commissioning import Verdict
from app.core.errors import WaysideError
from app.settings import LANGUAGES, Texts

_log = logging.getLogger(__name__)
RESTORED = frozenset({CommandState.ACCEPTED, CommandState.CONFIRMED})


class Restorer:
    """Writes outputs of one job back; ``save`` keeps the job after each change."""

    def __init__(self, job: Job, field: AssetField, save: Callable[[str], Awaitable[None]]) -> None:
        self._job = job
        self._field = field
        self._save = save
        limits = LimitTable(job.changes)
        # One look is a second.
        self._most_looks = int(limits.get("put_back_every_s").value)
        self._cancel_s = limits.get("cancel_s").value
        self._busy: set[str] = set()
        self._idle = asyncio.Event()
        self._waits: dict[str, tuple[int, int]] = {}

    def of(self, check: str) -> tuple[Output, ...]:
        """What a check moved that is not put back yet."""
        kept = self._job.outputs.get(check, ())
        return tuple(msgspec.convert(output, Output) for output in kept)

    async def left(self) -> None:
        """Put back what an earlier run of the program left moved."""
        for check in list(self._job.outputs):
            await self.put_back(check, self.of(check))

    def due(self, running: Collection[str]) -> list[str]:
        """Called once a look: whose outputs are to be tried again, at growing distances.

        What running checks moved is theirs.
        """
        found = []
        for check in self._job.outputs:
            if check in running or check in self._busy:
                continue
            left, last = self._waits.get(check, (0, 0))
            if left > 0:
                self._waits[check] = (left - 1, last)
            else:
                self._busy.add(check)
                found.append(check)
        return found

    def untold(self) -> list[str]:
        """Whose outputs no device was told yet to put back, or could not be; they are tried now."""
        return [
            check
            for check in self._job.outputs
            if check not in self._busy and any(o.end in ("", UNREACHED) for o in self.of(check))
        ]

    async def settled(self, seconds: float) -> None:
        """Wait until nothing is being put back any more, but no longer than that."""
        # Who was only just started to put something back is in line before this.
        await asyncio.sleep(0)
        if not self._busy:
            return
        self._idle.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return

    async def put_back(self, check: str, outputs: tuple[Output, ...]) -> None:
        """Write outputs back; what cannot be reached stays in the job and is tried again."""
        self._busy.add(check)
        done = False
        try:
            done = await self._put_back(check, outputs)
        except WaysideError as error:
            _log.warning("%s of job %s is not put back: %s", check, self._job.id, error)
        finally:
            self._busy.discard(check)
            if not self._busy:
                self._idle.set()
            _, last = self._waits.pop(check, (0, 0))
            if not done:
                wait = min(max(1, 2 * last), self._most_looks)
                self._waits[check] = (wait, wait)

    async def _put_back(self, check: str, outputs: tuple[Output, ...]) -> bool:
        kept: list[Output] = []
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
            if (left := left_after(output, sent, profile)) is not None:
                kept.insert(0, left)
        # What it moved meanwhile, run anew, is not put back yet.
        if self.of(check) == outputs:
            self._job.outputs[check] = [msgspec.to_builtins(left) for left in kept]
            if not kept:
                del self._job.outputs[check]
            self._tell(check)
        await self._save(check)
        return not kept

    def told(self, texts: Texts) -> tuple[str, ...]:
        """Every output that is not put back, in words: what it is, and what it was before."""
        return told_outputs(self._job, self._field.profiles, texts)

    def _tell(self, check: str) -> None:
        """A check without a verdict says what it left switched, until that is put back."""
        state = self._job.states[check]
        action, action_zh = (Texts(name).get("commissioning.left.do") for name in LANGUAGES)
        ours = state.action == action
        if state.verdict is not Verdict.NOT_RUN or not (ours or self._job.outputs.get(check)):
            return
        state.text, state.text_zh = (
            " ".join(told_outputs(self._job, self._field.profiles, Texts(name), check))
            for name in LANGUAGES
        )
        state.action, state.action_zh = (action, action_zh) if state.text else ("", "")

    async def seen(self, outputs: tuple[Output, ...]) -> None:
        """Wait until every output was taken by its device, but no longer than ``cancel_s``."""
        left = {(self._field.device(o.slot), o.command) for o in outputs}
        done = asyncio.Event()

        def changed(command: Command) -> None:
            if command.state in RESTORED:
                left.discard((command.request.device, command.request.command))
                if not left:
                    done.set()

        stop = self._field.around.sender.on_change(changed)
        try:
            async with asyncio.timeout(self._cancel_s):
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
