"""Jobs whose ramp is only as long as it must be where the ramp itself is not what is tested."""

from __future__ import annotations

from dataclasses import replace

from app.commissioning.job import Job
from tests.fakes.jobs import SHORT

QUICK = {**SHORT, "ramp_looks": 2, "ramp_look_every_s": 0.3, "after_fade_s": 1}


def quick(job: Job) -> None:
    """Two levels of each ramp."""
    job.plan = tuple(
        replace(check, options={**check.options, "levels": [0.0, 100.0]})
        if "levels" in check.options
        else check
        for check in job.plan
    )
