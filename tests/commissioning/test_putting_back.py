"""What a check switched goes back, or it is told that it did not."""

from __future__ import annotations

import asyncio

import pytest

from app.commissioning.report_document import document_of
from app.commissioning.sealing import sign_off
from app.commissioning.signing import operator_key
from app.commissioning.verifying import verify
from app.core.commands import CommandState
from app.core.commissioning import JobVerdict, Verdict
from app.core.errors import UserFacing
from app.links.secrets import MemorySecrets
from app.settings import RESOURCES, Texts
from tests.fakes.jobs import no_fade, open_site, run
from tests.fakes.quick_jobs import QUICK, quick

pytestmark = pytest.mark.timeout(60)
RAMP, FAULT = "acknowledged/lamp1", "refuses_command@SP-0001/lamp1"


@pytest.fixture
async def site(tmp_path):
    opened = await open_site(tmp_path, poles=1, signs=0, seed=7)
    no_fade(opened)
    yield opened
    await opened.close()


async def until(condition, job):
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


def lamp_of(site):
    return site.simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]


def refuse_after(site, level):
    """From the moment at which the lamp has taken a level it refuses to be dimmed."""
    refuses = asyncio.Event()

    def moved(command):
        taken = command.request.value == level and command.state is CommandState.ACCEPTED
        if taken and not refuses.is_set():
            site.simulator.inject(FAULT)
            refuses.set()

    site.engine.commands.on_change(moved)
    return refuses


async def test_what_a_device_refuses_to_put_back_is_a_failure_that_says_so(site):
    job = await site.job("SP-0001", lambda check: check.id in (RAMP, "read_back/lamp1"), **QUICK)
    quick(job.job)
    lamp = lamp_of(site)
    before = lamp.dim_command
    refuse_after(site, 100.0)
    await run(job)
    state = job.state(RAMP)
    assert lamp.dim_command == 100.0
    assert (state.verdict, state.measured, state.unit) == (Verdict.FAIL, "100.0", "%")
    assert state.expected == f"{before:g}"
    assert "stays switched" in state.text
    assert "local control" in state.action
    assert "未能复原" in state.text_zh
    assert job.job.outputs[RAMP][0]["end"] == "refused"
    assert "is 100.0 %, was" in " ".join(job.switched())
    # Rejected, and so it may be signed; its report lists what is still switched.
    sealed = await sign_off(
        job, await operator_key("Li Wei", MemorySecrets()), site.engine.audit, (RESOURCES,),
        soaked=False,
    )  # fmt: skip
    assert [proof.text for proof in verify(sealed, Texts("en")) if not proof.good] == []
    document = document_of(sealed)
    assert document.job.verdict() is JobVerdict.REJECTED
    assert document.job.outputs[RAMP][0]["measured"] == 100.0
    # And it goes back by itself when the device lets it.
    site.simulator.clear(FAULT)
    await until(lambda: not job.job.outputs, job)
    assert lamp.dim_command == before


async def test_a_cancelled_check_says_what_it_left_switched_until_that_is_back(site):
    job = await site.job("SP-0001", lambda check: check.id == RAMP, **QUICK)
    quick(job.job)
    lamp = lamp_of(site)
    before = lamp.dim_command
    refuses = refuse_after(site, 0.0)
    await job.start()
    async with asyncio.timeout(20):
        await refuses.wait()
    await job.cancel(RAMP)
    state = job.state(RAMP)
    await until(lambda: "refuses to go back" in state.text, job)
    assert (state.verdict, state.held) == (Verdict.NOT_RUN, True)
    kept = await site.engine.audit.records.job(job.job.id)
    assert kept["states"][RAMP]["text"] == state.text
    site.simulator.clear(FAULT)
    await until(lambda: not state.text, job)
    assert (lamp.dim_command, job.job.outputs) == (before, {})


async def test_a_job_that_is_not_rejected_waits_for_what_is_still_switched(site):
    job = await site.job("SP-0001", lambda _: False)
    job.job.outputs[RAMP] = [{"slot": "lamp1", "command": "dim", "value": 0.0}]
    with pytest.raises(UserFacing, match="before the check"):
        await sign_off(
            job, await operator_key("Li Wei", MemorySecrets()), site.engine.audit, (RESOURCES,),
            soaked=False,
        )  # fmt: skip
    job.job.outputs.clear()
