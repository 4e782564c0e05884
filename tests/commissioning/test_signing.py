"""Signing is one transaction; the report is of a signed job, or it is not there."""

from __future__ import annotations

import asyncio

import pytest

from app.commissioning.filling import filled
from app.commissioning.job import Instrument, Position
from app.commissioning.sealing import SIGNED, kept_report, sign_off
from app.commissioning.signing import operator_key
from app.commissioning.verifying import verify
from app.commissioning.verifying_folder import verify_folder
from app.core.commissioning import JobVerdict, Verdict
from app.core.errors import StoreUnavailable, UserFacing
from app.links.secrets import MemorySecrets
from app.settings import RESOURCES, Texts
from tests.fakes.jobs import no_fade, open_site, run

TEXTS = Texts("en")
REASON = "The road is opened again at six"


@pytest.fixture
async def site(tmp_path):
    opened = await open_site(tmp_path / "data", poles=1, signs=0, seed=7)
    no_fade(opened)
    yield opened
    await opened.close()


async def failing(site, fault="door_open", wanted="door_closed", **changes):
    """A job that has run, with one check that fails."""
    site.simulator.inject(f"{fault}@SP-0001/door")
    job = await site.job("SP-0001", lambda check: check.base == wanted, **changes)
    await run(job)
    return job


async def signed(site, job, *, soaked=False):
    key = await operator_key("Li Wei", MemorySecrets())
    folders = (RESOURCES, site.engine.folder.path)
    return await sign_off(job, key, site.engine.audit, folders, soaked=soaked)


async def test_a_rejected_job_is_signed_as_rejected_and_stays_as_it_was_signed(site, tmp_path):
    job = await failing(site, "tilted", "tilt")
    assert job.job.verdict() is JobVerdict.REJECTED
    sealed = await signed(site, job)
    assert [proof.text for proof in verify(sealed, TEXTS) if not proof.good] == []
    with pytest.raises(UserFacing, match="signed"):
        await job.run("tilt/door")
    with pytest.raises(UserFacing, match="signed"):
        await signed(site, job)
    await job.set_focus("sign|again")
    records = site.engine.audit.records
    assert await kept_report(records, job.job.id, TEXTS) == sealed
    (entry,) = [e for e in await records.audit(target=job.job.id) if e.action == SIGNED]
    assert entry.result == "rejected"
    proofs = await verify_folder(site.engine.folder.path, TEXTS)
    assert [proof.text for proof in proofs if not proof.good] == []
    assert "audited" in {proof.id for proof in proofs}


async def test_a_job_that_cannot_be_kept_is_not_signed_and_can_be_signed_later(site):
    job = await failing(site)
    records = site.engine.audit.records
    real = records.save_job

    async def full(*_):
        raise StoreUnavailable("The disk is full.")

    records.save_job = full
    with pytest.raises(StoreUnavailable):
        await signed(site, job)
    assert not job.job.signed_ns
    records.save_job = real
    with pytest.raises(UserFacing, match="not signed"):
        await kept_report(records, job.job.id, TEXTS)
    await signed(site, job)
    assert (await records.job(job.job.id))["signed_ns"]


async def test_a_check_that_is_begun_while_signing_waits_keeps_the_job_open(site):
    job = await failing(site)
    records, gate = site.engine.audit.records, asyncio.Event()
    real = records.save_job

    async def slow(*given):
        await gate.wait()
        await real(*given)

    records.save_job = slow
    async with asyncio.TaskGroup() as group:
        group.create_task(job.run("door_closed/door"))
        signing = group.create_task(refused(signed(site, job)))
        group.create_task(opened(gate))
    assert "runs" in signing.result() or "running" in signing.result()
    assert not job.job.signed_ns
    await job.idle()
    await signed(site, job)
    proofs = await verify_folder(site.engine.folder.path, TEXTS)
    assert [proof.text for proof in proofs if not proof.good] == []


async def opened(gate):
    """Lets go when everybody else has come as far as they can."""
    for _ in range(20):
        await asyncio.sleep(0)
    gate.set()


async def refused(work):
    """The words of a refusal, empty where there is none."""
    try:
        await work
    except UserFacing as error:
        return str(error)
    return ""


async def test_nothing_is_signed_before_the_soak_is_over_unless_it_is_waived(site):
    job = await failing(site, soak_s=600)
    with pytest.raises(UserFacing, match="soak"):
        await signed(site, job, soaked=True)
    with pytest.raises(UserFacing, match="role"):
        await job.waive_soak(who="Li Wei", role="installer", reason=REASON)
    with pytest.raises(UserFacing, match="10"):
        await job.waive_soak(who="Chen Jie", role="lead", reason="late")
    await job.waive_soak(who="Chen Jie", role="lead", reason=REASON)
    await signed(site, job, soaked=True)
    kept = await site.engine.audit.records.job(job.job.id)
    assert (kept["soak_waiver"], kept["soak_waived_by"]) == (REASON, "Chen Jie")


async def test_position_and_instruments_are_kept_and_those_overdue_make_a_reading_marginal(site):
    job = await site.job("SP-0001", lambda check: check.base == "reference", environment_window_s=2)
    with pytest.raises(UserFacing, match="coordinates"):
        await job.locate(Position(latitude=121.47, longitude=31.23))
    await job.locate(Position(latitude=31.23, longitude=121.47, source="GNSS", accuracy_m=2.5))
    (check,) = [one.id for one in job.job.plan if one.base == "reference"]
    await job.measure_with(check, Instrument(name="Kestrel 5500", serial="K1", due="2020-01-31"))
    await run(job)
    state = job.state(check)
    assert state.verdict is Verdict.MARGINAL
    assert "2020-01-31" in state.text
    (kept,) = [
        row.attempt
        for row in await site.engine.audit.records.attempts(job.job.id)
        if row.attempt.check == check
    ]
    assert kept.spec["options"]["instrument"]["serial"] == "K1"
    await job.measure_with(check, Instrument(name="Kestrel 5500", serial="K2", due="2199-01-31"))
    planned = filled(job.job, job.job.check(check), "gateway", kept.started_ns)
    assert planned.options["instrument"]["overdue"] is False
    kept = await site.engine.audit.records.job(job.job.id)
    assert kept["position"]["accuracy_m"] == 2.5
    sealed = await asyncio.wait_for(signed(site, job), 10)
    assert [proof.text for proof in verify(sealed, TEXTS) if not proof.good] == []
