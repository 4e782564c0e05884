"""Commissioning jobs on assets with a fault each, and on good ones; one field a batch."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bench.hurried import HurriedLoop
from app.bench.job_site import Keep, Site, open_site, run_job
from app.commissioning.job import Job
from app.core.commissioning import JobVerdict, Verdict
from app.simulator.faults import FAULTS
from app.simulator.options import MODBUS_TCP, MQTT

POLE, SIGN = "pole", "sign"
AT_ONCE = 12
_DAY_S = 1_780_000_000.0 - 1_780_000_000 % 86_400
NOON_S, NIGHT_S = _DAY_S + 4 * 3600.0, _DAY_S + 18 * 3600.0
"""UTC, by the sun over the simulated district."""
_OPEN = frozenset({Verdict.FAIL, Verdict.BLOCKED, Verdict.NOT_RUN, Verdict.RUNNING})
_NOT_COMMISSIONED = frozenset({JobVerdict.REJECTED, JobVerdict.CONDITIONAL})
_BY_MESSAGE = "garbage_payload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault in one device, and the id of the check that must catch it."""

    kind: str
    fault: str
    device: str
    check: str

    @property
    def name(self) -> str:
        """What it is called in a report."""
        return f"{self.fault} in {self.kind}/{self.device}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a failed check says, in both languages."""

    measured: str
    limit: str
    text: str
    text_zh: str
    action: str
    action_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became of one job: the failed checks by id, and those that never came to a verdict.

    ``seconds`` is what it took by the clock of its field.
    """

    asset: str
    verdict: JobVerdict
    failed: Mapping[str, Words]
    open: tuple[str, ...]
    seconds: float

    @property
    def is_good(self) -> bool:
        """Commissioned, and nothing left open."""
        return self.verdict is JobVerdict.COMMISSIONED and not self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """Assets without a fault."""

    kind: str
    count: int
    seed: int
    start_s: float


def rows() -> list[Row]:
    """Every fault in every device it fits into, but for those whose step is not made yet."""
    return [
        Row(kind=kind, fault=fault.id, device=device, check=check)
        for fault in FAULTS
        for kind, devices in fault.devices.items()
        for device in devices
        if (check := fault.check_at(device))
    ]


def caught(row: Row, seen: Seen) -> bool:
    """Not commissioned, and by the check that is there for it."""
    by = {name.partition("/")[0] for name in seen.failed}
    return seen.verdict in _NOT_COMMISSIONED and row.check in by


def play(
    batch: Sequence[Row],
    keep: Callable[[Row], Keep | None] | None = None,
    changes: Mapping[str, float] | None = None,
) -> list[Seen]:
    """A job for each row, all at once, each on an asset of its own; rows are of one kind."""
    kind = batch[0].kind
    numbers = _numbers(kind, len(batch))
    faults = tuple(
        f"{row.fault}@{number}/{row.device}" for number, row in zip(numbers, batch, strict=True)
    )

    async def jobs(folder: Path) -> list[Seen]:
        site = await _site(folder, kind, len(batch), seed=11, faults=faults, changes=changes)
        kept = {
            number: keep(row) if keep else None for number, row in zip(numbers, batch, strict=True)
        }
        told = {
            number for number, row in zip(numbers, batch, strict=True) if row.fault == _BY_MESSAGE
        }
        return await _all(site, kept, told)

    return _hurried(NOON_S, jobs)


def good_assets(good: Good, changes: Mapping[str, float] | None = None) -> list[Seen]:
    """Whole jobs on assets that have no fault; poles tell by message, too."""
    numbers = _numbers(good.kind, good.count)

    async def jobs(folder: Path) -> list[Seen]:
        site = await _site(folder, good.kind, good.count, seed=good.seed, changes=changes)
        return await _all(site, dict.fromkeys(numbers), set(numbers))

    return _hurried(good.start_s, jobs)


def _numbers(kind: str, count: int) -> list[str]:
    return [f"{'TS' if kind == SIGN else 'SP'}-{at + 1:04d}" for at in range(count)]


async def _site(folder: Path, kind: str, count: int, **more: Any) -> Site:  # noqa: ANN401
    poles, signs = (0, count) if kind == SIGN else (count, 0)
    loop = asyncio.get_running_loop()
    start_s = loop.utc_s() if isinstance(loop, HurriedLoop) else None
    return await open_site(folder, poles=poles, signs=signs, start_s=start_s, **more)


async def _all(site: Site, kept: Mapping[str, Keep | None], told: set[str]) -> list[Seen]:
    """The jobs side by side; signs, and the assets in ``told``, also by their messages."""

    async def one(number: str, keep: Keep | None) -> Seen:
        loop = asyncio.get_running_loop()
        began = loop.time()
        by_message = number in told or number.startswith("TS")
        links = (MODBUS_TCP, MQTT) if by_message else (MODBUS_TCP,)
        job = await site.job(number, keep, links, serial=site.serial(number))
        return _seen(await run_job(job), loop.time() - began)

    try:
        return list(await asyncio.gather(*(one(number, keep) for number, keep in kept.items())))
    finally:
        await site.close()


def _seen(job: Job, seconds: float) -> Seen:
    return Seen(
        asset=job.asset,
        verdict=job.verdict(),
        failed={
            name: Words(
                measured=state.measured,
                limit=state.expected,
                text=state.text,
                text_zh=state.text_zh,
                action=state.action,
                action_zh=state.action_zh,
            )
            for name, state in job.states.items()
            if state.verdict is Verdict.FAIL
        },
        open=tuple(
            f"{name} {state.verdict.value}"
            for name, state in job.states.items()
            if state.verdict in _OPEN and job.check(name).fitted
        ),
        seconds=seconds,
    )


def _hurried(start_s: float, jobs: Callable[[Path], Coroutine[Any, Any, list[Seen]]]) -> list[Seen]:
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=lambda: HurriedLoop(start_s)) as runner,
    ):
        return runner.run(jobs(Path(folder)))
