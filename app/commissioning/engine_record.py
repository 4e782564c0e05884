"""What of a job is durable: kept in turn after each change, signed once, and then left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from app.commissioning.job import Job
from app.commissioning.outputs import Output
from app.commissioning.sealing import Sealer
from app.core.callbacks import Callbacks, Unsubscribe
from app.core.commands import Value
from app.core.commissioning import Attempt
from app.core.errors import WaysideError
from app.store.records import Records


class JobRecord:
    """Keeps one job, one writer at a time, and tells of each change when it is durable.

    Args:
        job: what is kept.
        records: where.
        now_ns: the clock of its signature.
    """

    def __init__(self, job: Job, records: Records, now_ns: Callable[[], int]) -> None:
        self._job = job
        self._records = records
        self._now_ns = now_ns
        self._changed: Callbacks[str] = Callbacks()
        self._turn = asyncio.Lock()

    def on_change(self, listener: Callable[[str], None]) -> Unsubscribe:
        """Be told the check (empty: the job) after each change."""
        return self._changed.subscribe(listener)

    def tell(self, check: str) -> None:
        """Say that something of a check is another now that needs not be kept."""
        self._changed.fire(check)

    async def save(self, check: str) -> None:
        """Keep the job as it is, and tell of the check; what was signed stays as it was signed."""
        async with self._turn:
            if not self._job.signed_ns:
                await self._records.save_job(self._job.id, self._job.document())
        self._changed.fire(check)

    async def add(self, attempt: Attempt) -> None:
        """Keep an attempt for ever."""
        await self._records.save_attempt(attempt)
        self._job.states[attempt.check].attempts = attempt.number

    async def moved(self, check: str, outputs: Sequence[Output]) -> None:
        """Keep what a check has switched, and what that was before."""
        self._job.outputs[check] = [msgspec.to_builtins(output) for output in outputs]
        if not outputs:
            del self._job.outputs[check]
        await self.save("")

    async def back_up(self, slot: str, values: Mapping[str, Value]) -> None:
        """Keep the settings of a device as they were found first."""
        self._job.backups.setdefault(slot, dict(values))
        await self.save("")

    async def sign(self, make: Sealer, may: Callable[[], None]) -> dict[str, Any]:
        """Close the job: its seal and the audit's entry of it are kept in one transaction.

        Args:
            make: makes the seal.
            may: asked in turn, as a check may have begun meanwhile; raises where it may not be.

        Returns:
            The job's document as it was signed.

        Raises:
            UserFacing: ``may`` says so; it is not signed then.
            StoreUnavailable: it cannot be kept, and is not signed.
        """
        job = self._job
        async with self._turn:
            may()
            ended_ns = job.ended_ns
            job.ended_ns = job.signed_ns = self._now_ns()
            try:
                # Kept as it was signed, even where an output comes back meanwhile.
                document = job.document()
                seal, draft = await make(document)
                document["seal"] = msgspec.to_builtins(seal)
                # From here on it may be on the disk, even where nobody waits for it any more.
                job.seal = seal
                await self._records.save_job(job.id, document, draft)
            except (WaysideError, OSError):
                job.seal = {}
                raise
            finally:
                if not job.seal:
                    job.ended_ns, job.signed_ns = ended_ns, 0
        self._changed.fire("")
        return document
