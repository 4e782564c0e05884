"""A simulated field with an engine beside it, and commissioning jobs on its assets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.bench.hurried import HurriedLoop
from app.commissioning.clock import Clock
from app.commissioning.engine import JobEngine
from app.commissioning.job import Job
from app.commissioning.opening import JobSetup, new_job
from app.commissioning.planning import PlannedCheck
from app.headless.answers import answerer
from app.services.commands_run import Clocks
from app.services.engine import Engine, EngineOptions, start_engine
from app.simulator.options import MODBUS_TCP, MQTT, SimulatorOptions
from app.simulator.run import FieldSimulator, Ready

OPERATOR = "Li Wei"
Keep = Callable[[PlannedCheck], bool]


class FieldClock:
    """A job's clock: the time of the field it is made in."""

    def __init__(self, simulator: FieldSimulator) -> None:
        self._simulator = simulator

    def now_ns(self) -> int:
        """UTC nanoseconds, of the day that is played."""
        return int(self._simulator.now_s() * 1e9)

    async def sleep(self, seconds: float) -> None:
        """Wait, by the clock of the loop."""
        await asyncio.sleep(seconds)


@dataclass(slots=True, kw_only=True)
class Site:
    """A running simulator and an engine beside it; ``changes`` are limits of every job."""

    simulator: FieldSimulator
    ready: Ready
    engine: Engine
    changes: Mapping[str, float] = field(default_factory=dict)
    jobs: list[JobEngine] = field(default_factory=list)

    async def job(
        self,
        asset: str,
        keep: Keep | None = None,
        links: Sequence[str] = (MODBUS_TCP,),
        *,
        serial: str = "",
        **changes: float,
    ) -> JobEngine:
        """A job that is planned and not started; ``keep`` chooses the checks, and all they need."""
        place = next(one for one in self.ready.assets if one.asset == asset)
        setup = JobSetup(
            asset=asset,
            asset_type=place.type,
            links=tuple(place.links[name] for name in links),
            operator=OPERATOR,
            serial=serial,
            changes={**self.changes, **changes},
        )
        job = await new_job(self.engine, setup, self.clock())
        if keep is not None:
            narrow(job.job, keep)
        job.desk.answerer = answerer(f"eyes:{self.ready.eyes}", asset)
        self.jobs.append(job)
        return job

    def clock(self) -> Clock:
        """The clock of its jobs."""
        return FieldClock(self.simulator)

    def serial(self, asset: str) -> str:
        """The serial number on the label of an asset."""
        return self.simulator.world.assets[asset].label

    async def close(self) -> None:
        """End the jobs, the engine and the simulator."""
        for job in self.jobs:
            await job.close()
        await self.engine.close()
        await self.simulator.stop()


async def open_site(
    folder: Path,
    *,
    changes: Mapping[str, float] | None = None,
    **options: Any,  # noqa: ANN401
) -> Site:
    """A field with an engine; ``options`` are those of the simulator.

    In a hurried loop all of it lives by the loop's clock.
    """
    options.setdefault("protocols", (MODBUS_TCP, MQTT))
    loop = asyncio.get_running_loop()
    clock, clocks = time.time, Clocks()
    if isinstance(loop, HurriedLoop):
        clock, clocks = loop.utc_s, loop.clocks()
    simulator = FieldSimulator(SimulatorOptions(**options), clock=clock)
    ready = await simulator.start()
    try:
        engine = await start_engine(EngineOptions(data=folder, clocks=clocks))
    except BaseException:
        await simulator.stop()
        raise
    return Site(simulator=simulator, ready=ready, engine=engine, changes=changes or {})


def narrow(job: Job, keep: Keep) -> None:
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


async def run_job(job: JobEngine) -> Job:
    """Start the job and wait until nothing of it can go on by itself."""
    await job.start()
    await job.idle()
    return job.job
