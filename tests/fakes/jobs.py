"""Commissioning jobs on simulated assets over real links: several at a time, windows shortened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.bench import job_site
from app.bench.fault_trials import NIGHT_S, NOON_S
from app.bench.job_site import FieldClock, Site, narrow
from app.bench.job_site import run_job as run
from app.commissioning.engine import JobEngine

__all__ = [
    "NIGHT_S",
    "NOON_S",
    "SHORT",
    "FieldClock",
    "Site",
    "narrow",
    "no_fade",
    "open_site",
    "run",
    "until",
]
SHORT = {
    "stable_window_s": 10,
    "messages_window_s": 40,
    "environment_window_s": 12,
    "silence_s": 4,
}
"""Windows in place of the shipped ones; they are recorded in the job like any changed limit."""
QUICK = {**SHORT, "ramp_looks": 2, "ramp_look_every_s": 0.3, "after_fade_s": 1}
"""The same for a ramp of which only the ends are of interest."""


async def open_site(folder: Path, **options: object) -> Site:
    """A field with an engine; ``options`` are those of the simulator."""
    return await job_site.open_site(folder, changes=SHORT, **options)


def no_fade(site: Site) -> None:
    """Lamps that change at once, where the fade is not what is tested."""
    for asset in site.simulator.world.assets.values():
        for player in getattr(asset.body, "lamp_players", {}).values():
            player.settings.now["fade_time"] = 0.0


async def until(condition: Callable[[], object], job: JobEngine) -> None:
    """Wait for a condition that only a change of the job can make true."""
    changed = asyncio.Event()
    stop = job.on_change(lambda _: changed.set())
    try:
        async with asyncio.timeout(20):
            while not condition():
                changed.clear()
                await changed.wait()
    finally:
        stop()
