"""The commissioning job under way, which stays open whatever window shows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.commissioning.checks.kinds import NAMES
from app.commissioning.clock import Clock
from app.commissioning.engine import JobEngine
from app.commissioning.job import Job
from app.commissioning.limits import LimitTable
from app.commissioning.opening import JobSetup, new_job, resume_job
from app.commissioning.procedures import Procedure, Procedures
from app.core.commissioning import Verdict
from app.core.errors import ProfileError
from app.core.rows import utc
from app.services.engine import Engine
from app.settings import RESOURCES, Texts

Signer = Callable[[JobEngine], Awaitable[Path]]
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenJob:
    """A job that is open: its engine, and the procedure its steps come from."""

    engine: JobEngine
    procedure: Procedure
    soak_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A kept job in the list of those to resume; ``age_s`` is the age of its beginning."""

    id: str
    asset: str
    operator: str
    step: str
    done: int
    total: int
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetChoice:
    """An asset that saved connections lead to, with the URLs of its links."""

    number: str
    type: str
    kind: str
    title: str
    title_zh: str
    urls: tuple[str, ...]
    names: tuple[str, ...]


class Workshop:
    """Opens one job at a time.

    Args:
        engine: the services.
        changes: limits and windows other than the shipped ones, for every new job.
        signer: signs a job and writes its report; None where nothing can sign.
        clock: the time jobs are made by.
        texts: the language of refusals.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        changes: Mapping[str, float] | None = None,
        signer: Signer | None = None,
        clock: Clock | None = None,
        texts: Texts | None = None,
    ) -> None:
        self.engine = engine
        self.signer = signer
        self.texts = texts
        self.open: OpenJob | None = None
        self._changes = dict(changes or {})
        self._clock = clock

    def assets(self) -> tuple[AssetChoice, ...]:
        """Every asset of a saved connection whose type has a procedure."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for saved in self.engine.connections.saved():
            for asset in saved.assets:
                found.setdefault((asset.number, asset.type), []).append((saved.url, saved.name))
        choices = []
        for (number, kind), links in sorted(found.items()):
            try:
                asset_type = self.engine.library.asset_type(kind)
            except ProfileError:
                continue
            if asset_type.procedure:
                choices.append(
                    AssetChoice(
                        number=number,
                        type=kind,
                        kind=asset_type.kind,
                        title=asset_type.title,
                        title_zh=asset_type.title_zh,
                        urls=tuple(url for url, _ in links),
                        names=tuple(name for _, name in links),
                    )
                )
        return tuple(choices)

    async def kept(self) -> tuple[tuple[JobRow, ...], dict[str, str]]:
        """Jobs that are not signed, the newest first; and when, by whom, each asset was signed."""
        documents = await self.engine.audit.records.jobs()
        jobs = [Job.of(document) for document in documents.values()]
        rows = tuple(_row(job) for job in reversed(jobs) if not job.signed_ns)
        signed = {
            job.asset: f"{utc(job.signed_ns).astimezone():%Y-%m-%d}, {job.operator}"
            for job in jobs
            if job.signed_ns
        }
        return rows, signed

    async def begin(self, choice: AssetChoice, operator: str, role: str, serial: str) -> OpenJob:
        """Open a new job; its checks wait for ``start``.

        Raises:
            UserFacing: a link, limit or procedure is not known.
            ProfileError: a data file has a mistake.
        """
        await self.close()
        setup = JobSetup(
            asset=choice.number,
            asset_type=choice.type,
            links=choice.urls,
            operator=operator,
            role=role,
            serial=serial,
            changes=self._changes,
        )
        return await self._take(await new_job(self.engine, setup, self._clock, self.texts))

    async def resume(self, job: str) -> OpenJob:
        """Open a job that was kept.

        Raises:
            UserFacing: there is no such job.
        """
        await self.close()
        return await self._take(await resume_job(self.engine, job, self._clock, self.texts))

    async def close(self) -> None:
        """Close the open job; what it switched is put back, and it can be resumed."""
        opened, self.open = self.open, None
        if opened is not None:
            await opened.engine.close()

    async def _take(self, job: JobEngine) -> OpenJob:
        limits = LimitTable(job.job.changes)
        folders = (RESOURCES, self.engine.folder.path)
        procedures = await asyncio.to_thread(Procedures, NAMES, limits, folders)
        self.open = OpenJob(
            engine=job,
            procedure=procedures.get(job.job.procedure),
            soak_s=limits.get("soak_s").value,
        )
        await job.start(hold=True)
        return self.open


def _row(job: Job) -> JobRow:
    fitted = [check for check in job.plan if check.fitted]
    waiting = (Verdict.NOT_RUN, Verdict.RUNNING, Verdict.BLOCKED)
    return JobRow(
        id=job.id,
        asset=job.asset,
        operator=job.operator,
        step=job.focus.partition("|")[0],
        done=sum(job.states[check.id].verdict not in waiting for check in fitted),
        total=len(fitted),
        age_s=(time.time_ns() - job.created_ns) / _NS,
    )
