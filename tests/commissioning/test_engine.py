"""The engine: blocked, waived, skipped, retried, cancelled, killed, re-opened."""

from __future__ import annotations

import asyncio
import json

import pytest

from app.commissioning.job import Job
from app.core.commands import Command, CommandState
from app.core.commissioning import JobVerdict, Verdict
from app.core.errors import UserFacing
from tests.fakes.jobs import FieldClock, no_fade, open_site, run, until
from tests.fakes.quick_jobs import QUICK, quick

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def site(tmp_path):
    opened = await open_site(tmp_path, poles=1, signs=0, seed=7)
    no_fade(opened)
    yield opened
    await opened.close()


def base(*names):
    return lambda check: check.base in names


async def attempts(site, job):
    return await site.engine.audit.records.attempts(job.job.id)


async def test_a_failed_check_blocks_what_needs_it_and_frees_it_when_it_passes(site):
    site.simulator.inject("door_open@SP-0001/door")
    site.simulator.inject("over_voltage@SP-0001/meter")
    job = await site.job("SP-0001", base("voltage_agrees"))
    await run(job)
    assert job.state("supply_voltage/meter").verdict is Verdict.FAIL
    blocked = job.state("voltage_agrees/lamp1")
    assert (blocked.verdict, blocked.blocker) == (Verdict.BLOCKED, "supply_voltage/meter")
    assert blocked.text == "Cannot be checked before Supply voltage, Meter has passed."
    assert "供电电压" in blocked.text_zh
    assert job.job.verdict() is JobVerdict.REJECTED
    site.simulator.clear("over_voltage@SP-0001/meter")
    site.simulator.advance(3)
    await job.run("supply_voltage/meter")
    await until(lambda: blocked.verdict is Verdict.PASS, job)
    assert job.state("supply_voltage/meter").attempts == 2


async def test_silence_is_tried_again_three_times_and_a_measured_value_never(site):
    site.simulator.inject("silent_unit@SP-0001/door")
    site.simulator.inject("over_voltage@SP-0001/meter")
    waits = []
    # A unit that was silent gets its turn at growing distances, which is not what is tested here.
    job = await site.job("SP-0001", base("supply_voltage", "tilt"), turn_s=0.05)
    real = FieldClock.sleep

    async def noted(self, seconds):
        if seconds in (1.0, 2.0, 4.0):
            waits.append(seconds)
            return
        await real(self, seconds)

    job.field.clock.sleep = noted.__get__(job.field.clock)
    await job.start(watch=False)
    await job.idle()
    kept = [one.attempt.check for one in await attempts(site, job)]
    assert kept.count("discover/door") == 4
    assert kept.count("supply_voltage/meter") == 1
    assert [wait for wait in waits if wait > 1.0] == [2.0, 4.0]


async def test_waiver_needs_a_role_a_reason_and_a_check_that_may_be_waived(site):
    site.simulator.inject("tilted@SP-0001/door")
    site.simulator.inject("over_voltage@SP-0001/meter")
    job = await site.job("SP-0001", base("tilt", "supply_voltage"))
    await run(job)
    with pytest.raises(UserFacing, match="never"):
        await job.waive("supply_voltage/meter", who="Chen", role="lead", reason="long enough now")
    with pytest.raises(UserFacing, match="role"):
        await job.waive("tilt/door", who="Li", role="installer", reason="long enough now")
    with pytest.raises(UserFacing, match="10"):
        await job.waive("tilt/door", who="Chen", role="lead", reason="short")
    await job.waive("tilt/door", who="Chen", role="lead", reason="leans on purpose here")
    assert job.state("tilt/door").verdict is Verdict.WAIVED
    kept = await site.engine.audit.records.job(job.job.id)
    assert kept["states"]["tilt/door"]["reason"] == "leans on purpose here"


async def test_a_skipped_check_stays_on_the_punch_list(site):
    site.simulator.inject("door_open@SP-0001/door")
    job = await site.job("SP-0001", base("door_closed"))
    await run(job)
    with pytest.raises(UserFacing):
        await job.skip("door_closed/door", who="Li", reason="", punch="B")
    await job.skip("door_closed/door", who="Li", reason="hinge is ordered", punch="C")
    (item,) = job.job.punch_list()
    assert (item.check, item.punch_class) == ("door_closed/door", "C")
    assert job.job.verdict() is JobVerdict.CONDITIONAL


async def test_cancel_returns_within_a_second_and_puts_the_lamp_back(site):
    job = await site.job("SP-0001", base("acknowledged"))
    lamp = site.simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]
    before = lamp.dim_command
    await job.start(watch=False)
    await until(lambda: lamp.dim_command != before or "acknowledged/lamp1" in job.job.outputs, job)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await job.cancel("acknowledged/lamp1")
    assert loop.time() - began <= 1.0
    assert lamp.dim_command == before
    assert job.state("acknowledged/lamp1").verdict is Verdict.NOT_RUN


async def test_an_output_that_cannot_be_reached_is_put_back_when_it_can(site, monkeypatch):
    job = await site.job("SP-0001", base("acknowledged"), **QUICK)
    quick(job.job)
    lamp = site.simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]
    before, real, away = lamp.dim_command, site.engine.commands.send, [True]

    async def send(request):
        if away[0] and request.value == before:
            return Command(
                id="unsent", request=request, risk=1, created_ns=1, expires_ns=2, changed_ns=1,
                state=CommandState.FAILED,
            )  # fmt: skip
        return await real(request)

    monkeypatch.setattr(site.engine.commands, "send", send)
    await run(job)
    assert lamp.dim_command != before
    assert job.job.outputs["acknowledged/lamp1"][0]["value"] == before
    kept = await site.engine.audit.records.job(job.job.id)
    assert kept["outputs"] == job.job.outputs
    away[0] = False
    await until(lambda: not job.job.outputs, job)
    assert lamp.dim_command == before


async def test_an_open_question_leaves_the_line_to_a_restart_and_its_answer_waits_for_it(site):
    job = await site.job("SP-0001", base("restart", "reference"), environment_window_s=2)
    job.desk.answerer = None
    restart, reference = job.state("restart/gateway"), job.state("reference/weather")
    await job.start(watch=False, hold=True)
    await until(lambda: job.questions, job)
    assert restart.held
    await job.run("restart/gateway")
    await until(lambda: restart.verdict is Verdict.RUNNING, job)
    seen = site.simulator.look("SP-0001")
    shown = {name: seen[name] for name in ("temperature", "humidity", "pressure")}
    job.answer("reference/weather", json.dumps(shown))
    await until(lambda: not job.questions, job)
    assert restart.verdict is reference.verdict is Verdict.RUNNING
    await job.cancel("restart/gateway")
    await until(lambda: reference.verdict is Verdict.PASS, job)
    assert reference.attempts == 1


async def test_a_pass_is_lost_when_live_data_go_bad(site):
    job = await site.job("SP-0001", base("door_closed"))
    await run(job)
    assert job.state("door_closed/door").verdict is Verdict.PASS
    site.simulator.inject("door_open@SP-0001/door")
    await until(lambda: job.state("door_closed/door").verdict is Verdict.FAIL, job)
    assert job.state("door_closed/door").attempts >= 2


async def test_settings_are_written_read_back_and_the_old_ones_kept(site):
    player = site.simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]
    player.settings.now["fade_time"] = 7.0
    job = await site.job("SP-0001", base("config"))
    await run(job)
    assert job.state("config/lamp1").verdict is Verdict.PASS
    assert player.settings.now["fade_time"] == 2.0
    assert job.job.backups["lamp1"]["fade_time"] == 7.0


async def test_a_document_is_the_whole_job(site):
    job = await site.job("SP-0001", base("door_closed"))
    await run(job)
    document = job.job.document()
    assert Job.of(document).document() == document


async def test_what_was_switched_for_a_question_goes_back_when_nobody_answers(tmp_path):
    site = await open_site(tmp_path, poles=0, signs=1, seed=7)
    try:
        job = await site.job("TS-0001", base("text_seen"), revert_s=2)
        job.desk.answerer = None
        await job.start()
        await until(lambda: job.questions, job)
        check = job.questions[0].check
        assert job.job.outputs[check]
        await until(lambda: check not in job.job.outputs, job)
        await until(lambda: "put back" in job.state(check).text, job)
        assert (job.state(check).verdict, job.state(check).held) == (Verdict.NOT_RUN, True)
        assert not job.questions
    finally:
        await site.close()
