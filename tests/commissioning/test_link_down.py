"""A job whose link is not up says why in the link's own words, whatever its checks are about."""

from __future__ import annotations

import asyncio

import pytest

from app.commissioning.clock import WallClock
from app.commissioning.opening import JobSetup, new_job
from app.core.commissioning import Verdict
from app.services.engine import EngineOptions, start_engine
from tests.fakes.jobs import narrow
from tests.fakes.mosquitto import free_port

pytestmark = pytest.mark.timeout(30)


class Hurry(WallClock):
    """Waits between automatic retries are not what is tested."""

    async def sleep(self, seconds):
        await asyncio.sleep(0)


@pytest.fixture
async def engine(tmp_path):
    started = await start_engine(EngineOptions(data=tmp_path))
    yield started
    await started.close()


async def outcome(engine, asset_type, url, *checks):
    """Where those checks of a job over that link come out."""
    setup = JobSetup(
        asset="SP-0001",
        asset_type=asset_type,
        links=(url,),
        operator="Li Wei",
        changes={"stable_window_s": 0.01},
    )
    job = await new_job(engine, setup, Hurry())
    narrow(job.job, lambda check: check.id in checks)
    try:
        await job.start(watch=False)
        await job.idle()
        return [job.state(check) for check in checks]
    finally:
        await job.close()


async def test_a_gateway_that_refuses_is_not_two_wires_swapped(engine):
    url = f"modbus+tcp://127.0.0.1:{free_port()}"
    checks = ("line_errors/gateway", "discover/gateway", "link_stable/gateway")
    for state in await outcome(engine, "reference-pole", url, *checks):
        assert state.verdict is Verdict.FAIL
        assert f"not connected: {url} cannot be reached. Connection refused" in state.text
        assert "RS-485" not in state.text
        assert "unit 1" not in state.text


async def test_a_broker_that_refuses_says_so_and_what_to_do(engine):
    port = free_port()
    url = f"mqtt://127.0.0.1:{port}"
    (state,) = await outcome(engine, "reference-pole", url, "messages_readable")
    assert state.verdict is Verdict.FAIL
    assert f"127.0.0.1 refuses connections on port {port}" in state.text
    assert state.action.startswith("Start the broker")
