"""A check that moves what somebody is trying out by hand puts back what was there before that."""

import pytest

from app.core.rows import PointKey
from tests.fakes.jobs import no_fade, open_site
from tests.fakes.waiting import until
from tests.services.commanding import LAMP, send

DIM = PointKey(device=LAMP, point="dim_command")
pytestmark = pytest.mark.timeout(60)


async def test_a_check_takes_a_trial_over_with_its_original_value(tmp_path):
    site = await open_site(tmp_path, poles=1, signs=0, seed=7)
    no_fade(site)
    try:
        job = await site.job("SP-0001", lambda check: check.base == "acknowledged")
        lamp = site.simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]
        before = lamp.dim_command
        await send(site.engine, LAMP, "dim", 35, trial_s=3600.0)
        assert site.engine.trials.of(DIM) is not None
        await job.start(watch=False)
        await until(lambda: "acknowledged/lamp1" in job.job.outputs, 20)
        assert job.job.outputs["acknowledged/lamp1"][0]["value"] == before
        await until(lambda: site.engine.trials.of(DIM) is None)
        await job.cancel("acknowledged/lamp1")
        await until(lambda: lamp.dim_command == before)
        entries = await site.engine.audit.records.audit()
        assert "trial_handed_over" in [entry.action for entry in entries]
    finally:
        await site.close()
