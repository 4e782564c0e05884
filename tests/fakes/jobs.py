"""Commissioning jobs on simulated assets over real links: several at a time, windows shortened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.commissioning.engine import JobEngine
from app.commissioning.job import Job
from app.commissioning.opening import JobSetup, new_job
from app.commissioning.planning import PlannedCheck
from app.headless.answers import answerer
from app.services.engine import Engine, EngineOptions, start_engine
from app.simulator.options import MODBUS_TCP, MQTT, SimulatorOptions
from app.simulator.run import FieldSimulator, Ready

SHORT = {
    "stable_window_s": 10,
    "messages_window_s": 40,
    "environment_window_s": 12,
    "silence_s": 4,
}
"""Windows in place of the shipped ones; they are recorded in the job like any changed limit."""
NIGHT_S = 1_780_000_000.0 - 1_780_000_000 % 86_400 + 18 * 3600.0
NOON_S = NIGHT_S - 14 * 3600.0


class FieldClock:
    """The time of the simulated field, which may be another day."""

    def __init__(self, simulator: FieldSimulator) -> None:
        self._simulator = simulator

    def now_ns(self) -> int:
        return int(self._simulator._now_s() * 1e9)

    async def sleep(self, seconds: float) -> None:
        # The field's own pace: its physics and its links run in real time.
        await _rest(seconds)


async def _rest(seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().create_future()
    except TimeoutError:
        return


@dataclass(slots=True, kw_only=True)
class Site:
    """A running simulator and an engine beside it."""

    simulator: FieldSimulator
    ready: Ready
    engine: Engine
    jobs: list[JobEngine] = field(default_factory=list)

    async def job(
        self,
        asset: str,
        keep: Callable[[PlannedCheck], bool] | None = None,
        links: Sequence[str] = (MODBUS_TCP,),
        **changes: float,
    ) -> JobEngine:
        """A job that is planned and not started; ``keep`` chooses the checks."""
        place = next(one for one in self.ready.assets if one.asset == asset)
        setup = JobSetup(
            asset=asset,
            asset_type=place.type,
            links=tuple(place.links[name] for name in links),
            operator="Li Wei",
            changes={**SHORT, **changes},
        )
        job = await new_job(self.engine, setup, FieldClock(self.simulator))
        if keep is not None:
            narrow(job.job, keep)
        job.desk.answerer = answerer(f"eyes:{self.ready.eyes}", asset)
        self.jobs.append(job)
        return job

    async def close(self) -> None:
        for job in self.jobs:
            await job.close()
        await self.engine.close()
        await self.simulator.stop()


async def open_site(folder: Path, **options: object) -> Site:
    """A field with an engine; ``options`` are those of the simulator."""
    options.setdefault("protocols", (MODBUS_TCP, MQTT))
    simulator = FieldSimulator(SimulatorOptions(**options))
    ready = await simulator.start()
    try:
        engine = await start_engine(EngineOptions(data=folder))
    except BaseException:
        await simulator.stop()
        raise
    return Site(simulator=simulator, ready=ready, engine=engine)


def no_fade(site: Site) -> None:
    """Lamps that change at once, where the fade is not what is tested."""
    for asset in site.simulator.world.assets.values():
        for player in getattr(asset.body, "lamp_players", {}).values():
            player.settings.now["fade_time"] = 0.0


def narrow(job: Job, keep: Callable[[PlannedCheck], bool]) -> None:
    """Leave only some checks, and all that they need."""
    wanted = {check.id for check in job.plan if keep(check)}
    for check in reversed(job.plan):
        if check.id in wanted:
            wanted |= {*check.needs, *((check.uses,) if check.uses else ())}
    job.plan = tuple(
        replace(check, after=tuple(name for name in check.after if name in wanted))
        for check in job.plan
        if check.id in wanted
    )
    job.states = {name: state for name, state in job.states.items() if name in wanted}


async def run(job: JobEngine) -> Job:
    """Start the job and wait until nothing of it can go on by itself."""
    await job.start()
    await job.idle()
    return job.job
