"""What a check switched goes back, or it is told that it did not."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from app.commissioning.opening import resume_job
from app.commissioning.report_document import document_of
from app.commissioning.sealing import sign_off
from app.commissioning.signing import operator_key
from app.commissioning.verifying import verify
from app.core.commands import CommandState
from app.core.commissioning import JobVerdict, Verdict
from app.core.errors import UserFacing
from app.headless import stopping
from app.headless.commissioning import CommissionOptions, commission_on
from app.headless.stopping import Stop
from app.links.secrets import MemorySecrets
from app.settings import RESOURCES, Texts
from tests.fakes.jobs import no_fade, open_site, run, until
from tests.fakes.quick_jobs import QUICK, quick

pytestmark = pytest.mark.timeout(60)
RAMP, FAULT = "acknowledged/lamp1", "refuses_command@SP-0001/lamp1"


@pytest.fixture
async def site(tmp_path):
    opened = await open_site(tmp_path, poles=1, signs=0, seed=7)
    no_fade(opened)
    yield opened
    await opened.close()


async def ramp_job(site):
    """A job of one ramp, and of nothing that must pass before it."""
    job = await site.job("SP-0001", lambda check: check.id == RAMP, **QUICK)
    (ramp,) = (check for check in job.job.plan if check.id == RAMP)
    job.job.plan = (replace(ramp, needs=(), after=()),)
    job.job.states = {RAMP: job.job.states[RAMP]}
    quick(job.job)
    return job


def lamp_of(site):
    return site.simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]


def once_taken(site, level, act):
    """Do something at the moment at which the lamp has taken a level."""
    done = asyncio.Event()

    def moved(command):
        taken = command.request.value == level and command.state is CommandState.ACCEPTED
        if taken and not done.is_set():
            done.set()
            act()

    site.engine.commands.on_change(moved)
    return done


def refuse_after(site, level):
    """From then on it refuses to be dimmed."""
    return once_taken(site, level, lambda: site.simulator.inject(FAULT))


async def test_what_a_device_refuses_to_put_back_is_a_failure_that_says_so(site):
    job = await ramp_job(site)
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
    assert "未能恢复" in state.text_zh
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
    job = await ramp_job(site)
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


async def interrupted(site, say=lambda line, stop: None, act=lambda: None):
    """A job by the command line, stopped when its lamp is off; the refusal, and its id."""
    job = await ramp_job(site)
    # Kept, and not begun: taken up by the command.
    await job.set_focus("connect")
    stop = Stop()

    def taken():
        act()
        stop.now()

    once_taken(site, 0.0, taken)
    options = CommissionOptions(
        data=site.engine.folder.path, texts=Texts("en"), resume=job.job.id, report=Path("out/r.pdf")
    )
    with pytest.raises(UserFacing) as caught:
        await commission_on(
            site.engine, MemorySecrets(), options, lambda line: say(line, stop), stop
        )
    return caught.value, job.job.id


async def test_the_first_ctrl_c_puts_back_and_says_that_it_does(site):
    said = []
    before = lamp_of(site).dim_command
    error, job = await interrupted(site, lambda line, _: said.append(line))
    assert "is put back" in error.seen
    assert f"--resume {job}" in error.action
    assert lamp_of(site).dim_command == before
    assert any("Putting back" in line for line in said)
    assert (await site.engine.audit.records.job(job))["outputs"] == {}


async def test_who_does_not_wait_for_it_is_told_what_is_still_switched_and_how_it_goes_back(site):
    before = lamp_of(site).dim_command
    again = []

    def insist(line, stop):
        if "Putting back" in line:
            asyncio.get_running_loop().call_soon(lambda: again.append(stop.insist()))

    error, job = await interrupted(site, insist)
    assert again == [True]
    assert "Still switched: Lamp 1" in error.seen
    assert "not seen to be back" in error.seen
    assert f"--resume {job}" in error.action
    assert (await site.engine.audit.records.job(job))["outputs"][RAMP]
    resumed = await resume_job(site.engine, job)
    site.jobs.append(resumed)
    await resumed.start(hold=True)
    assert lamp_of(site).dim_command == before


async def test_an_interrupted_job_says_what_its_device_refuses_to_put_back(site):
    error, _ = await interrupted(site, act=lambda: site.simulator.inject(FAULT))
    assert "refuses to go back" in error.seen


def test_a_second_signal_cuts_the_putting_back_and_the_third_the_rest(monkeypatch):
    monkeypatch.setattr(stopping, "AGAIN_S", 0.0)
    stop, ends = Stop(), []

    async def for_ever(number):
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()

    async def work():
        os.kill(os.getpid(), signal.SIGINT)
        await stop.wait(20)
        ends.append(await stop.unless_insisted(lambda: for_ever(signal.SIGTERM)))
        await for_ever(signal.SIGINT)

    with pytest.raises(SystemExit) as caught:
        stopping.run(work(), stop)
    assert (ends, caught.value.code) == ([False], stopping.INTERRUPTED)
