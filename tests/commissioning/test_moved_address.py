"""A job that is resumed after its asset's connection got another address goes on there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.commissioning.opening import resume_job
from app.core.commissioning import Verdict
from app.simulator.options import MODBUS_TCP, SimulatorOptions
from app.simulator.run import FieldSimulator
from tests.fakes.jobs import open_site, run

pytestmark = pytest.mark.timeout(60)
SEED = 7
IDENTITY = "identity/gateway"


@pytest.fixture
async def site(tmp_path):
    opened = await open_site(tmp_path, poles=1, signs=0, seed=SEED, protocols=(MODBUS_TCP,))
    yield opened
    await opened.close()


async def resumed_elsewhere(site, seed):
    """The job of a pole whose gateway is identified, resumed when its address leads elsewhere."""
    job = await site.job("SP-0001", lambda check: check.id == IDENTITY, links=(MODBUS_TCP,))
    assert (await run(job)).states[IDENTITY].verdict is Verdict.PASS
    await job.close()
    field = FieldSimulator(SimulatorOptions(poles=1, signs=0, seed=seed, protocols=(MODBUS_TCP,)))
    url = (await field.start()).assets[0].links[MODBUS_TCP]
    try:
        (saved,) = site.engine.connections.saved()
        await site.engine.connections.change(replace(saved, url=url))
        again = await resume_job(site.engine, job.job.id)
        site.jobs.append(again)
        assert again.job.states[IDENTITY].verdict is Verdict.NOT_RUN
        await run(again)
    finally:
        await field.stop()
    assert again.job.links == (url,)
    assert [one.url for one in site.engine.connections.saved()] == [url]
    return again.job.states[IDENTITY]


async def test_the_same_gateway_at_another_address_is_identified_again(site):
    assert (await resumed_elsewhere(site, SEED)).verdict is Verdict.PASS


async def test_another_gateway_at_the_new_address_is_told_by_its_serial(site):
    state = await resumed_elsewhere(site, SEED + 1)
    assert state.verdict is Verdict.FAIL
    assert site.serial("SP-0001") in (state.text, state.expected)
